/** The fake's directory: people of the stories, what is said about their numbers, and writing to somebody first. */
import type { Answer } from '../backend';
import type { ConversationRow, IdentityView, PersonView } from '../bindings';
import { refuse, type CommandTable, type Seams } from './commands';
import { uuidFor } from './seed';
import { compose } from './sending';
import { spaced, type FakeConversation } from './world';

type PeopleCommand =
  | 'list_people' | 'person' | 'save_person' | 'delete_person' | 'import_people'
  | 'identity' | 'change_identity' | 'undo_change' | 'compose_to' | 'start_conversation';

export function peopleCommands(seams: Seams): Pick<CommandTable, PeopleCommand> {
  const { world, changed, tell } = seams;
  const people = new Map<string, PersonView>();
  const owners = new Map<string, string>();
  const undos = new Map<string, () => void>();
  let next = 900_000;

  const seed = ({ row }: FakeConversation): void => {
    if (row.requester === spaced(row.requesterNumber) || !row.requesterNumber.startsWith('+')) return;
    const id = uuidFor(next++);
    people.set(id, {
      id, kind: 'user', name: row.requester, mobilePhone: row.requesterNumber, mobileDisplay: spaced(row.requesterNumber),
      phone: '', phoneDisplay: '', roles: [], email: '', territory: 'US', notes: '', account: '',
    });
    owners.set(row.requesterNumber, id);
  };
  for (const conversation of world.conversations.values()) seed(conversation);

  const personOf = (id: string): PersonView => people.get(id) ?? refuse('notFound', 'This person is not in the directory any more.');
  const conversationOf = (id: number): FakeConversation => world.conversations.get(id) ?? refuse('notFound', 'This conversation no longer exists.');
  const own = (number: string): PersonView | null => people.get(owners.get(number) ?? '') ?? null;
  const listed = (query: string): PersonView[] =>
    [...people.values()]
      .filter((it) => `${it.name} ${it.account} ${it.mobilePhone} ${it.mobileDisplay}`.toLowerCase().includes(query.trim().toLowerCase()))
      .sort((one, other) => one.name.localeCompare(other.name));
  const rename = (number: string): void => {
    for (const conversation of world.conversations.values()) {
      if (conversation.row.requesterNumber !== number) continue;
      conversation.row.requester = own(number)?.name ?? spaced(number);
      changed(conversation);
    }
  };
  const keep = (takeBack: () => void): string => {
    const token = uuidFor(next++);
    undos.set(token, takeBack);
    return token;
  };
  const identityOf = (conversation: FakeConversation): IdentityView => {
    const person = own(conversation.row.requesterNumber);
    return {
      person,
      reason: person ? 'One user of the directory has this number.' : 'Nobody in the directory is known by this number.',
      verified: null,
      account: person?.kind === 'user' ? { linkedSince: null, verifiedAt: null } : null,
      identityConflict: false,
      severalMatches: false,
      others: [],
      lastTexts: conversation.messages.filter((it) => it.direction === 'inbound' && it.body !== '').slice(-3).reverse().map(({ at, body }) => ({ at, body })),
      since: null,
    };
  };
  const put = (person: PersonView): void => {
    people.set(person.id, person);
    if (person.mobilePhone) {
      owners.set(person.mobilePhone, person.id);
      rename(person.mobilePhone);
    }
    tell({ kind: 'people' });
  };
  const read = (text: string): string => {
    const digits = text.replace(/\D/g, '');
    return text.trim().startsWith('+') ? `+${digits}` : digits.length === 10 ? `+1${digits}` : '';
  };

  return {
    list_people: ({ query, limit }) => ({ people: listed(query).slice(0, limit), next: null, total: people.size }),
    person: ({ personId }) => {
      const person = personOf(personId);
      const conversations: ConversationRow[] = [...world.conversations.values()].map((it) => it.row).filter((row) => owners.get(row.requesterNumber) === personId);
      return { person, boundNumbers: [], conversations, isHeld: false };
    },
    save_person: ({ personId, fields }) => {
      if (fields.name.trim() === '') refuse('invalidInput', 'A person needs a name.');
      const before = personId === null ? null : personOf(personId);
      const id = personId ?? uuidFor(next++);
      const mobilePhone = read(fields.mobilePhone);
      if (fields.mobilePhone.trim() !== '' && mobilePhone === '') {
        refuse('invalidInput', 'The mobile phone cannot be read: not a phone number of this territory.', 'Write it with + and the country code.');
      }
      put({ ...fields, id, mobilePhone, mobileDisplay: spaced(mobilePhone), phone: read(fields.phone), phoneDisplay: spaced(read(fields.phone)) });
      return {
        personId: id,
        undo: keep(() => {
          if (before) put(before);
          else people.delete(id);
          rename(mobilePhone);
        }),
      };
    },
    delete_person: ({ personId }) => {
      const person = personOf(personId);
      people.delete(personId);
      rename(person.mobilePhone);
      tell({ kind: 'people' });
      return { personId, undo: keep(() => put(person)) };
    },
    import_people: ({ base64, apply }): Answer<'import_people'> => {
      const lines = atob(base64).split(/\r?\n/).slice(1).filter((line) => line.trim() !== '');
      const rows = lines.map((line, index) => {
        const [name = '', number = ''] = line.split(/[,;]/);
        const mobilePhone = read(number);
        const broken = name.trim() === '' || mobilePhone === '';
        const row = { line: index + 2, name, fields: [], warnings: [], reason: broken ? `The mobile phone “${number}” is not a phone number of this territory.` : '' };
        if (apply && !broken) {
          const id = uuidFor(next++);
          put({
            id, kind: 'user', name, mobilePhone, mobileDisplay: spaced(mobilePhone), phone: '', phoneDisplay: '',
            roles: [], email: '', territory: '', notes: '', account: '',
          });
        }
        return { ...row, verdict: broken ? ('broken' as const) : ('new' as const) };
      });
      const broken = rows.filter((row) => row.verdict === 'broken').length;
      return {
        format: 'CSV', encoding: 'UTF-8', ignoredColumns: [], rows,
        new: rows.length - broken, changed: 0, same: 0, duplicate: 0, broken, applied: apply, undo: null, looked: null,
      };
    },
    identity: ({ conversationId }) => identityOf(conversationOf(conversationId)),
    change_identity: ({ conversationId, change }) => {
      const conversation = conversationOf(conversationId);
      const number = conversation.row.requesterNumber;
      const before = owners.get(number) ?? '';
      if (change.kind === 'bind') owners.set(number, personOf(change.personId).id);
      if (change.kind === 'guest') owners.delete(number);
      if (change.kind === 'newPerson') {
        const id = uuidFor(next++);
        put({
          id, kind: 'consumer', name: change.name, mobilePhone: number, mobileDisplay: spaced(number), phone: '', phoneDisplay: '',
          roles: [], email: '', territory: '', notes: '', account: '',
        });
      }
      rename(number);
      const undo = keep(() => {
        owners.set(number, before);
        rename(number);
      });
      const verified = change.kind === 'verify' ? { at: world.now(), by: world.settings.agentName, byText: false } : null;
      return { identity: { ...identityOf(conversation), verified }, undo };
    },
    undo_change: ({ undo }) => {
      const takeBack = undos.get(undo) ?? refuse('notFound', 'This cannot be taken back any more.');
      undos.delete(undo);
      takeBack();
      tell({ kind: 'people' });
    },
    compose_to: ({ query, personId, number, providerNumber }) => {
      const senders = world.status.providerNumbers;
      const person = personId === null ? null : personOf(personId);
      const wanted = number ?? (read(query) || (person?.mobilePhone ?? '') || null);
      const existing = [...world.conversations.values()].find((it) => it.row.requesterNumber === wanted);
      const owner = wanted === null ? null : own(wanted);
      return {
        senders,
        sender: providerNumber ?? (senders.length === 1 ? senders[0]!.number : null),
        people: query.trim() === '' || person ? [] : listed(query).slice(0, 8),
        person,
        choices: person?.mobilePhone ? [{ number: person.mobilePhone, display: person.mobileDisplay, source: 'mobile' }] : [],
        number: wanted,
        numberDisplay: wanted === null ? '' : spaced(wanted),
        numberProblem: null,
        knownAs: owner,
        existing: existing ? { row: existing.row, assignedTo: existing.interaction?.assignedTo ?? null } : null,
        movesFrom: person && owner && owner.id !== person.id ? owner : null,
        takesOverFrom: null,
        cannotSend: existing?.cannotSend ?? null,
      };
    },
    start_conversation: ({ messageId, number, body }) => {
      const conversation = [...world.conversations.values()].find((it) => it.row.requesterNumber === read(number));
      if (!conversation) return refuse('notAllowed', 'The fake has no phone with this number.');
      if (conversation.cannotSend) refuse('optedOut', conversation.cannotSend);
      return { conversationId: conversation.row.id, message: compose(seams, conversation, messageId, body) };
    },
  };
}
