import { describe, expect, it, vi } from 'vitest';
import type { TransferPlace } from '../features/team';
import type { ConversationView } from '../ipc';
import { quickActionsFor } from './quickActions';

const work = { waitingSince: null, queue: null, offeredTo: null, isHandedOn: false, exceededTarget: false, estimate: null };
const virtualAgent = { hasIt: false, autopilot: null, mayHandBack: false, mayRunTopic: false, mayStopTopic: false };
const view = { interaction: { state: 'workInProgress' }, work, wrapsUp: false, virtualAgent } as ConversationView;

function namesWith(change: Partial<ConversationView>, places: TransferPlace[]): string[] {
  const seams = { view: { ...view, ...change }, act: vi.fn(), undo: null, openDetails: vi.fn(), places, handOn: vi.fn(), runTopic: vi.fn(), handBack: vi.fn(), putCard: vi.fn() };
  return quickActionsFor(seams).map((action) => action.name);
}

describe('h_8 what the slash can do', () => {
  it('hands a conversation on where there is somebody to hand it to', () => {
    expect(namesWith({}, ['agent', 'queue'])).toEqual(expect.arrayContaining(['ta', 'tq']));
    expect(namesWith({}, ['queue'])).not.toContain('ta');
    expect(namesWith({}, [])).not.toContain('tq');
    expect(namesWith({ work: null }, ['agent', 'queue'])).not.toContain('ta');
  });

  it('opens the dialog at the right place', () => {
    const handOn = vi.fn();
    const actions = quickActionsFor({ view, act: vi.fn(), undo: null, openDetails: vi.fn(), places: ['agent', 'queue'], handOn, runTopic: vi.fn(), handBack: vi.fn(), putCard: vi.fn() });
    actions.find((action) => action.name === 'tq')?.run();
    actions.find((action) => action.name === 'ta')?.run();
    expect(handOn.mock.calls).toEqual([['queue'], ['agent']]);
  });

  it('h_9 lets the virtual agent run a topic, or have it again, only where it may', () => {
    expect(namesWith({}, [])).not.toContain('autopilot');
    expect(namesWith({}, [])).not.toContain('bot');
    const may = { ...virtualAgent, mayHandBack: true, mayRunTopic: true };
    expect(namesWith({ virtualAgent: may }, [])).toEqual(expect.arrayContaining(['autopilot', 'bot']));
  });

  it('parks and puts back nothing that the virtual agent has', () => {
    expect(namesWith({}, [])).toEqual(expect.arrayContaining(['hold', 'back', 'finish']));
    const has = namesWith({ virtualAgent: { ...virtualAgent, hasIt: true } }, []);
    expect(has).toContain('finish');
    expect(has).not.toContain('hold');
    expect(has).not.toContain('back');
    expect(namesWith({ virtualAgent: { ...virtualAgent, autopilot: { topic: 'a', title: 'A' } } }, [])).not.toContain('hold');
  });

  it('offers to skip the wrap-up only where one is due', () => {
    expect(namesWith({}, [])).not.toContain('close');
    expect(namesWith({ wrapsUp: true }, [])).toContain('close');
  });
});
