/** Skills in the forms of agents and queues: what can be wrong with them, and who has them. */
import type { AgentView, RuleView, SkillNeedView } from '../../ipc';

export const USUAL_LEVEL = 5;

/** Levels to choose from, with words for some of them. */
export const LEVELS: readonly { value: number; label: string }[] = Array.from({ length: 10 }, (_, index) => {
  const words = { 1: 'a little', 5: 'good', 10: 'expert' }[index + 1];
  return { value: index + 1, label: words ? `${index + 1} – ${words}` : String(index + 1) };
});

const same = (name: string) => name.trim().toLowerCase();

/** What is wrong with each skill; `null` for a good one. */
export function skillProblems(skills: readonly { name: string }[]): (string | null)[] {
  return skills.map(({ name }, index) => {
    if (name.trim() === '') return 'Name the skill, or remove it.';
    return skills.findIndex((other) => same(other.name) === same(name)) < index ? `“${name.trim()}” is there twice.` : null;
  });
}

/** Skills that are known anywhere, each once, to choose from. */
export function knownSkills(...lists: readonly (readonly { name: string }[])[]): string[] {
  const known = new Map(lists.flat().map(({ name }) => [same(name), name.trim()]));
  known.delete('');
  return [...known.values()].sort((one, other) => one.localeCompare(other));
}

/** Names of the agents who have all skills that cannot be done without. */
export function whoHasAll(needs: readonly SkillNeedView[], agents: readonly Pick<AgentView, 'name' | 'skills'>[]): string[] {
  const has = (agent: Pick<AgentView, 'skills'>, need: SkillNeedView) => agent.skills.some((skill) => same(skill.name) === same(need.name) && skill.level >= need.level);
  return agents.filter((agent) => needs.every((need) => !need.mandatory || has(agent, need))).map((agent) => agent.name);
}

/** What comes of a queue's skills with the rules and agents that it asks; `null` where it needs none. */
export function skillNote(needs: readonly SkillNeedView[], rules: readonly Pick<RuleView, 'name' | 'skills'>[], asked: readonly Pick<AgentView, 'name' | 'skills'>[]): string | null {
  if (needs.length === 0) return null;
  const [blind] = rules;
  if (!blind) return 'Nothing is offered by itself as long as this queue asks no group; the skills then stand for nothing.';
  if (rules.every((rule) => rule.skills === 'ignored')) return `The rule “${blind.name}” does not look at skills. Change that under “Rules”, or these stand for nothing.`;
  if (rules.every((rule) => rule.skills !== 'required')) return 'Whoever has more of these is asked first; without them anybody is asked.';
  const names = whoHasAll(needs, asked);
  if (names.length === 0) return 'Nobody who is asked has every “must have” at its level: work would wait until somebody takes it.';
  return `Asked for this: ${names.join(', ')}.`;
}
