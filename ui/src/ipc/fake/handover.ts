/** The virtual agent in a conversation of the fake: runs a topic, is given the conversation, hands over. */
import type { AutopilotTopicView, HandoverView } from '../bindings';
import type { CommandTable, Seams } from './commands';
import { refuse } from './commands';
import { viewOf, type FakeConversation } from './world';

type HandoverCommands = Pick<CommandTable, 'hand_to_bot' | 'list_autopilot_topics' | 'start_autopilot' | 'stop_autopilot'>;

const TOPICS: AutopilotTopicView[] = [
  { name: 'book_call_back', displayName: 'Book a call back', description: 'Asks when we may call, and on which number.' },
  { name: 'report_problem', displayName: 'Report a problem', description: 'Asks what is broken, and for a photo.' },
];

/** What the virtual agent tells of a customer who asked for a person in the middle of a topic. */
export function sampleHandover(at: number): HandoverView {
  return {
    reason: 'The customer asked for a person.',
    at,
    topic: 'Report a problem',
    place: 'Which product?',
    shortDescription: 'Cracked leg of an oak bench',
    searchText: 'Do you have a care sheet? My bench is cracked',
    language: 'English',
    variables: [
      { name: 'Product', value: 'Oak bench' },
      { name: 'Since when', value: 'Delivered on Thursday' },
    ],
    record: {
      title: 'Orders',
      fields: [
        { name: 'Order', value: '40718' },
        { name: 'State', value: 'Delivered' },
        { name: 'Total', value: '349' },
      ],
    },
    mood: 'upset',
  };
}

export function handoverCommands({ world, changed }: Seams, conversationOf: (id: number) => FakeConversation): HandoverCommands {
  const told = (conversation: FakeConversation, text: string) => {
    conversation.timeline.push({ at: world.now(), text, actor: world.settings.agentName });
    changed(conversation);
    return viewOf(world, conversation);
  };
  return {
    list_autopilot_topics: () => TOPICS,
    start_autopilot: ({ conversationId, topic }) => {
      const conversation = conversationOf(conversationId);
      const title = TOPICS.find((it) => it.name === topic)?.displayName ?? refuse('notAllowed', 'Agents cannot run this topic any more.');
      conversation.autopilot = { topic, title };
      return told(conversation, `Let the virtual agent run “${title}”`);
    },
    stop_autopilot: ({ conversationId }) => {
      const conversation = conversationOf(conversationId);
      conversation.autopilot = null;
      return told(conversation, 'Took over again from the virtual agent');
    },
    hand_to_bot: ({ conversationId }) => {
      const conversation = conversationOf(conversationId);
      if (conversation.interaction) conversation.interaction.assignedTo = null;
      conversation.withBot = true;
      return told(conversation, 'Gave the conversation back to the virtual agent');
    },
  };
}
