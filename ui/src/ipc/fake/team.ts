/** The fake's team: one agent alone, as every desk begins. */
import type { AgentView, PresenceStateView, TeamView } from '../bindings';
import { refuse, type CommandTable, type Seams } from './commands';
import { uuidFor } from './seed';

const STATES: readonly PresenceStateView[] = [
  { id: uuidFor(1), name: 'Available', colour: 'green', receivesWork: true },
  { id: uuidFor(2), name: 'Away', colour: 'yellow', receivesWork: false },
  { id: uuidFor(3), name: 'Offline', colour: 'grey', receivesWork: false },
];

type TeamCommand =
  | 'team'
  | 'sign_in'
  | 'set_agent_pin'
  | 'reset_lock_code'
  | 'choose_presence'
  | 'save_agent'
  | 'remove_agent'
  | 'save_group'
  | 'remove_group'
  | 'offers'
  | 'answer_offer'
  | 'transfer_conversation'
  | 'cancel_transfer'
  | 'change_live_group'
  | 'notices'
  | 'see_notices'
  | 'explain_routing'
  | 'routing_settings'
  | 'save_queue'
  | 'remove_queue'
  | 'save_rule'
  | 'remove_rule'
  | 'save_reject_reason'
  | 'remove_reject_reason'
  | 'save_presence_state'
  | 'remove_presence_state'
  | 'save_slots';

export function teamCommands({ world, tell }: Seams): Pick<CommandTable, TeamCommand> {
  const me: AgentView = {
    id: uuidFor(10),
    name: world.settings.agentName,
    roles: ['agent', 'supervisor', 'admin'],
    groups: [],
    skills: [],
    slots: null,
    universalSlots: null,
    presence: STATES[0]!,
    inUse: 0,
    slotsInForce: 4,
    holds: 0,
    hasPin: false,
    hasLockCode: false,
  };
  const team: TeamView = { me: me.id, iSupervise: true, iAdminister: true, agents: [me], groups: [], presenceStates: [...STATES] };
  const told = () => {
    tell({ kind: 'team' });
    return team;
  };
  const none = (): never => refuse('notAllowed', 'The fake has no second agent.');
  const routing = {
    queues: [
      { id: uuidFor(20), name: 'All texts', active: true, order: 1000, intake: { kind: 'everything' as const }, hours: null, targetWaitSeconds: null, maxWaitSeconds: null, maxWaitText: '', firstResponse: '', nobodyText: '', closedText: '', pools: [], groupOrders: [], skills: [], affinityDays: null, next: 'longestWait' as const, sound: null, waiting: 0 },
    ],
    rules: [
      { id: uuidFor(21), name: 'Most room first, accepted by hand', byFreeSlots: true, autoAssign: false, rejectAllowed: true, timeoutSeconds: 60, awayAfterwards: true, movesOn: false, skills: 'ignored' as const },
    ],
    rejectReasons: [],
    presence: STATES.map((state) => ({ id: state.id, name: state.name, colour: state.colour, receivesWork: state.receivesWork, groupIds: [], shipped: true })),
    slots: 4,
    timeZones: ['Europe/Vienna', 'America/New_York', 'UTC'],
  };
  return {
    team: () => team,
    sign_in: none,
    set_agent_pin: none,
    reset_lock_code: none,
    choose_presence: ({ stateId }) => {
      me.presence = STATES.find((state) => state.id === stateId) ?? me.presence;
      return told();
    },
    save_agent: none,
    remove_agent: none,
    save_group: ({ id, name }) => {
      const known = team.groups.find((group) => group.id === id);
      if (known) known.name = name;
      else team.groups.push({ id: uuidFor(30 + team.groups.length), name, members: 0 });
      return told();
    },
    remove_group: ({ groupId }) => {
      team.groups = team.groups.filter((group) => group.id !== groupId);
      return told();
    },
    offers: () => [],
    answer_offer: none,
    transfer_conversation: none,
    cancel_transfer: none,
    change_live_group: none,
    notices: () => [],
    see_notices: () => undefined,
    explain_routing: () => ({ summary: 'It waits until somebody takes it: its queue asks no group, so nothing is offered by itself.', queue: 'All texts', estimate: null, candidates: [] }),
    routing_settings: () => routing,
    save_queue: () => routing,
    remove_queue: none,
    save_rule: () => routing,
    remove_rule: none,
    save_reject_reason: () => routing,
    remove_reject_reason: () => routing,
    save_presence_state: () => routing,
    remove_presence_state: none,
    save_slots: ({ slots }) => ({ ...routing, slots }),
  };
}
