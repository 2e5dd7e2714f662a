/** Skills as people write them: "billing 5, french 8". */
import type { SkillView } from '../../ipc';

const USUAL_LEVEL = 5;

/** What was typed, and what is wrong with it. A level that is not said is 5. */
export function readSkills(typed: string): { skills: SkillView[]; problem: string | null } {
  const skills = typed
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const found = /^(.*?)\s+(\d+)$/.exec(part);
      return found ? { name: found[1] ?? '', level: Number(found[2]) } : { name: part, level: USUAL_LEVEL };
    });
  const wrong = skills.find((skill) => skill.level < 1 || skill.level > 10);
  if (wrong) return { skills, problem: `“${wrong.name} ${wrong.level}”: a level is from 1 to 10.` };
  const twice = skills.find((skill, index) => skills.findIndex((other) => other.name.toLowerCase() === skill.name.toLowerCase()) < index);
  return { skills, problem: twice ? `“${twice.name}” is there twice.` : null };
}
