/** Trials and saved tests of the fake backend: it says the texts of a topic's steps, one after another. */
import type { TopicTestView, TryReply, TryTurn } from '../bindings';
import { refuse, type CommandTable } from './commands';
import { measureText } from './measure';

type TrialCommands = Pick<
  CommandTable,
  | 'try_topic'
  | 'list_topic_tests'
  | 'save_topic_test'
  | 'delete_topic_test'
  | 'test_from_run'
  | 'test_from_conversation'
  | 'run_topic_tests'
  | 'accept_topic_test'
  | 'topic_figures'
>;

interface FileNodes {
  name: string;
  nodes: { id: string; text?: unknown; prompt?: unknown }[];
}

export function trialCommands(): TrialCommands {
  const tests = new Map<string, TopicTestView[]>();
  const of = (topic: string) => tests.get(topic) ?? [];
  const fresh = (session: string): TopicTestView => ({
    id: '',
    name: 'A run',
    steps: [{ afterMs: 0, input: 'hours', said: true, replies: ['We are here Monday to Friday, 9 to 5.'] }],
    document: session,
  });

  return {
    try_topic: ({ file, session, at }): TryTurn => {
      const { name, nodes } = JSON.parse(file) as FileNodes;
      const index = session === null ? 0 : Number(session);
      const node = nodes[index];
      const text = typeof node?.text === 'string' ? node.text : typeof node?.prompt === 'string' ? node.prompt : null;
      const place = node && { topic: name, node: node.id };
      const measure = measureText(text ?? '');
      const reply: TryReply[] =
        text === null
          ? []
          : [
              {
                text, pictures: [], altText: null, node: place ?? null, at, delayMs: 0, segments: measure.segments,
                encoding: measure.encoding, costly: measure.costly?.character ?? null, splitAt: [], continues: false, carrierWords: [],
              },
            ];
      return {
        session: `${index + 1}`,
        replies: reply,
        notes: [],
        variables: [],
        path: nodes.slice(0, index + 1).map((it) => ({ topic: name, node: it.id })),
        atNode: place ?? null,
        waitsFor: node ? 'words' : 'nothing',
        at,
        nextAt: node ? at + 7_200_000 : null,
        request: null,
        ended: !node,
      };
    },
    list_topic_tests: ({ name }) => of(name),
    save_topic_test: ({ id, topic, name, document }) => {
      const known = of(topic).some((it) => it.id === id);
      const test = { ...fresh(document), id, name };
      tests.set(topic, known ? of(topic).map((it) => (it.id === id ? test : it)) : [...of(topic), test]);
      return of(topic);
    },
    delete_topic_test: ({ topic, id }) => {
      tests.set(topic, of(topic).filter((it) => it.id !== id));
      return of(topic);
    },
    test_from_run: ({ session }) => fresh(session),
    test_from_conversation: () => fresh('conversation'),
    run_topic_tests: ({ topic }) => of(topic).map(({ id, name }) => ({ id, name, passed: true, differences: [] })),
    accept_topic_test: ({ topic, id }) => (of(topic).some((it) => it.id === id) ? of(topic) : refuse('notFound', 'This test no longer exists.')),
    topic_figures: () => ({ versions: [], started: 0, completed: 0, abandoned: 0, handedOver: 0, failed: 0, averageTurns: null, nodes: [] }),
  };
}
