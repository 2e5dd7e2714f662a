//! The whole file as plain SQL sees it, from outside of everything that is under test.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use rusqlite::types::{FromSql, Value};
use rusqlite::{Connection, OpenFlags, Row};
use serde::de::DeserializeOwned;
use tern_domain::agents::{Agent, AgentPresence};
use tern_domain::messaging_action::MessagingAction;
use tern_domain::routing::{ConfigChange, WorkItem};
use tern_domain::wrap_up::WrapUpRules;
use tern_domain::{
    Actor, AgentId, ConversationKey, EventBody, Identity, Interaction, InteractionId,
    InteractionState, MessagePosition, MessagingProfile, NoteId, OutboxEntry, PersonDetails,
    PersonId, ProfileId, ProfileStanding, ReplyClocks, Timer, TimerId, TimerPurpose, UtcMillis,
    WrapUpCodeId, WrapUpSegmentId,
};
use uuid::Uuid;

/// A conversation's row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Conversation {
    pub(super) id: i64,
    pub(super) requester: String,
    pub(super) provider: String,
    pub(super) last_position: MessagePosition,
    pub(super) list: i64,
    pub(super) unread: i64,
    pub(super) name: String,
    pub(super) is_pinned: bool,
    pub(super) snoozed_until: Option<UtcMillis>,
    pub(super) clocks: ReplyClocks,
}

impl Conversation {
    pub(super) fn is(&self, key: &ConversationKey) -> bool {
        self.requester == key.requester.as_str() && self.provider == key.provider.as_str()
    }
}

/// An entry of the log.
#[derive(Debug, Clone)]
pub(super) struct Recorded {
    pub(super) aggregate: (String, String),
    pub(super) version: u32,
    pub(super) conversation: Option<i64>,
    pub(super) actor: Actor,
    pub(super) at: UtcMillis,
    pub(super) body: EventBody,
}

/// An agent's part of a wrap-up, as its row says.
#[derive(Debug)]
pub(super) struct Segment {
    pub(super) id: WrapUpSegmentId,
    pub(super) interaction: InteractionId,
    pub(super) agent: AgentId,
    pub(super) state: String,
    pub(super) code: Option<WrapUpCodeId>,
}

#[derive(Debug)]
pub(super) struct File {
    pub(super) conversations: Vec<Conversation>,
    /// With their conversation and what the index over active ones says.
    pub(super) interactions: Vec<(i64, bool, Interaction)>,
    pub(super) profiles: Vec<MessagingProfile>,
    pub(super) people: Vec<(PersonId, PersonDetails)>,
    /// With what the index over open ones says.
    pub(super) work: Vec<(bool, WorkItem)>,
    pub(super) presence: Vec<AgentPresence>,
    pub(super) timers: Vec<Timer>,
    pub(super) outbox: Vec<OutboxEntry>,
    pub(super) actions: Vec<MessagingAction>,
    pub(super) segments: Vec<Segment>,
    pub(super) notes: Vec<NoteId>,
    pub(super) wrap_up_rules: Option<WrapUpRules>,
    pub(super) events: Vec<Recorded>,
    /// Interactions with a session of the virtual agent.
    pub(super) sessions: Vec<InteractionId>,
    /// Texts that the virtual agent wrote, by conversation.
    pub(super) bots_texts: BTreeMap<i64, i64>,
    /// New, unread of it, ongoing, unread of it, snoozed: as the triggers counted.
    pub(super) counts: [i64; 5],
    sids: Vec<String>,
    /// What is configured, as it was last said, by kind and thing.
    pub(super) config: BTreeMap<(String, String), ConfigChange>,
}

fn at<T: FromSql>(row: &Row<'_>, column: usize) -> T {
    row.get(column).unwrap()
}

fn document<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> T {
    serde_json::from_str(&at::<String>(row, column)).unwrap()
}

fn all<T>(file: &Connection, sql: &str, read: impl Fn(&Row<'_>) -> T) -> Vec<T> {
    let mut statement = file.prepare(sql).unwrap();
    let rows = statement.query_map((), |row| Ok(read(row))).unwrap();
    rows.map(Result::unwrap).collect()
}

fn open(folder: &Path, key: &[u8; 32]) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let file = Connection::open_with_flags(folder.join("account.tern"), flags).unwrap();
    let mut digits = String::new();
    for byte in key {
        write!(digits, "{byte:02x}").unwrap();
    }
    file.execute_batch(&format!("PRAGMA key = \"x'{digits}'\""))
        .unwrap();
    file.execute_batch("PRAGMA cipher_memory_security = OFF; BEGIN")
        .unwrap();
    file
}

/// Every row of the tables of figures, table by table.
pub(super) fn figures(folder: &Path, key: &[u8; 32]) -> Vec<(&'static str, Vec<Vec<Value>>)> {
    let file = open(folder, key);
    let tables = [
        "text_figures",
        "text_hours",
        "failed_texts",
        "text_corrections",
        "conversation_figures",
        "agent_figures",
        "bot_figures",
        "work_figures",
        "offer_figures",
        "consent_figures",
    ];
    let rows = |table| {
        let sql = format!("SELECT * FROM {table} ORDER BY 1, 2, 3");
        all(&file, &sql, |row| {
            (0..row.as_ref().column_count())
                .map(|column| at(row, column))
                .collect()
        })
    };
    tables.map(|table| (table, rows(table))).to_vec()
}

impl File {
    pub(super) fn read(folder: &Path, key: &[u8; 32]) -> Self {
        let file = open(folder, key);
        Self {
            conversations: all(
                &file,
                "SELECT conversation_id, requester_address, provider_number, list, unread_count,
                    requester_name, pinned, snoozed_until, waiting_since, answered_at,
                    coalesce(last_position, 0)
                 FROM conversations ORDER BY conversation_id",
                |row| Conversation {
                    id: at(row, 0),
                    requester: at(row, 1),
                    provider: at(row, 2),
                    list: at(row, 3),
                    unread: at(row, 4),
                    last_position: MessagePosition(at(row, 10)),
                    name: at(row, 5),
                    is_pinned: at(row, 6),
                    snoozed_until: at::<Option<i64>>(row, 7).map(UtcMillis),
                    clocks: ReplyClocks {
                        waiting_since: at::<Option<i64>>(row, 8).map(UtcMillis),
                        answered_at: at::<Option<i64>>(row, 9).map(UtcMillis),
                    },
                },
            ),
            interactions: all(
                &file,
                "SELECT conversation_id, active, document FROM interactions ORDER BY rowid",
                |row| (at(row, 0), at(row, 1), document(row, 2)),
            ),
            profiles: all(
                &file,
                "SELECT document FROM messaging_profiles ORDER BY profile_id",
                |row| document(row, 0),
            ),
            people: all(
                &file,
                "SELECT person_id, document FROM people ORDER BY person_id",
                |row| {
                    let id: [u8; 16] = at(row, 0);
                    (PersonId::new(Uuid::from_bytes(id)), document(row, 1))
                },
            ),
            work: all(
                &file,
                "SELECT open, document FROM work_items ORDER BY rowid",
                |row| (at(row, 0), document(row, 1)),
            ),
            presence: all(
                &file,
                "SELECT document FROM presence ORDER BY agent_id",
                |row| document(row, 0),
            ),
            timers: all(
                &file,
                "SELECT timer_id, due_at, purpose FROM timers ORDER BY timer_id",
                |row| Timer {
                    id: TimerId::new(Uuid::from_bytes(at(row, 0))),
                    due_at: UtcMillis(at(row, 1)),
                    purpose: document(row, 2),
                },
            ),
            outbox: all(&file, "SELECT document FROM outbox ORDER BY rowid", |row| {
                document(row, 0)
            }),
            actions: all(
                &file,
                "SELECT document FROM messaging_actions ORDER BY place",
                |row| document(row, 0),
            ),
            events: all(
                &file,
                "SELECT aggregate_kind, aggregate_id, version, conversation_id, actor, at, body
                 FROM events ORDER BY sequence",
                |row| Recorded {
                    aggregate: (at(row, 0), at(row, 1)),
                    version: at(row, 2),
                    conversation: at(row, 3),
                    actor: document(row, 4),
                    at: UtcMillis(at(row, 5)),
                    body: document(row, 6),
                },
            ),
            counts: all(
                &file,
                "SELECT new_count, new_unread_count, ongoing_count, ongoing_unread_count, snoozed_count
                 FROM store_state",
                |row| [0, 1, 2, 3, 4].map(|column| at(row, column)),
            )[0],
            sessions: all(&file, "SELECT interaction_id FROM bot_sessions", |row| {
                InteractionId::new(Uuid::from_bytes(at(row, 0)))
            }),
            bots_texts: all(
                &file,
                "SELECT conversation_id, count(*) FROM messages WHERE by_bot = 1 GROUP BY conversation_id",
                |row| (at(row, 0), at(row, 1)),
            )
            .into_iter()
            .collect(),
            sids: all(
                &file,
                "SELECT lower(hex(substr(sid, 2))) FROM messages WHERE sid IS NOT NULL",
                |row| at(row, 0),
            ),
            segments: all(
                &file,
                "SELECT segment_id, interaction_id, agent_id, state, code_id FROM wrap_up_segments",
                |row| Segment {
                    id: WrapUpSegmentId::new(Uuid::from_bytes(at(row, 0))),
                    interaction: InteractionId::new(Uuid::from_bytes(at(row, 1))),
                    agent: AgentId::new(Uuid::from_bytes(at(row, 2))),
                    state: at(row, 3),
                    code: at::<Option<[u8; 16]>>(row, 4)
                        .map(|id| WrapUpCodeId::new(Uuid::from_bytes(id))),
                },
            ),
            notes: all(&file, "SELECT note_id FROM notes", |row| {
                NoteId::new(Uuid::from_bytes(at(row, 0)))
            }),
            wrap_up_rules: all(
                &file,
                "SELECT value FROM settings WHERE name = 'wrap_up.rules'",
                |row| document(row, 0),
            )
            .pop(),
            config: all(
                &file,
                "SELECT kind, thing_id, document FROM routing_config",
                |row| ((at(row, 0), at(row, 1)), document(row, 2)),
            )
            .into_iter()
            .collect(),
        }
    }

    /// How often a text of the carrier's is stored.
    pub(super) fn times_stored(&self, sid: &str) -> usize {
        let digits = sid.strip_prefix("SM").unwrap();
        self.sids.iter().filter(|known| *known == digits).count()
    }

    /// Agents as configured.
    pub(super) fn agents(&self) -> Vec<Agent> {
        self.config
            .values()
            .filter_map(|change| match change {
                ConfigChange::Agent { agent } => Some(agent.clone()),
                _ => None,
            })
            .collect()
    }

    pub(super) fn interaction(&self, id: InteractionId) -> &Interaction {
        let mut all = self.interactions.iter().map(|(_, _, known)| known);
        all.find(|known| known.id == id).unwrap()
    }

    /// The active interaction of a conversation by its state, not by its mark.
    pub(super) fn active_in(&self, conversation: i64) -> Option<&Interaction> {
        self.interactions
            .iter()
            .filter(|(of, _, _)| *of == conversation)
            .map(|(_, _, known)| known)
            .find(|known| {
                matches!(
                    known.state,
                    InteractionState::New
                        | InteractionState::WorkInProgress
                        | InteractionState::OnHold
                )
            })
    }

    /// The interaction of a conversation that was opened last.
    pub(super) fn latest_in(&self, conversation: i64) -> Option<&Interaction> {
        let mut all = self.interactions.iter().rev();
        all.find(|(of, _, _)| *of == conversation)
            .map(|(_, _, known)| known)
    }

    pub(super) fn active_of(&self, key: &ConversationKey) -> Option<&Interaction> {
        let row = self.conversations.iter().find(|row| row.is(key))?;
        self.active_in(row.id)
    }

    /// A conversation's row, and the timers of the interaction that is active in it.
    pub(super) fn row_and_timers(
        &self,
        key: &ConversationKey,
    ) -> Option<(Conversation, Vec<Timer>)> {
        let row = self.conversations.iter().find(|row| row.is(key))?;
        let snooze = self.active_in(row.id).map(|it| TimerId::of_snooze(it.id));
        let timers = self.timers.iter().filter(|it| Some(it.id) == snooze);
        Some((row.clone(), timers.copied().collect()))
    }

    /// Who waits for whom, and the timers that count it.
    pub(super) fn waits_of(&self, key: &ConversationKey) -> Option<(ReplyClocks, Vec<Timer>)> {
        let row = self.conversations.iter().find(|row| row.is(key))?;
        let active = self.active_in(row.id).map(|active| active.id);
        let counts = |timer: &&Timer| {
            matches!(timer.purpose,
                TimerPurpose::MessagingAction { interaction, .. } if Some(interaction) == active)
        };
        let timers = self.timers.iter().filter(counts).copied().collect();
        Some((row.clocks, timers))
    }

    /// Everything that says who is behind a number, without what only counts changes.
    #[expect(clippy::type_complexity, reason = "compared and printed, nothing else")]
    pub(super) fn identities(
        &self,
    ) -> (
        Vec<(ProfileId, ProfileStanding)>,
        Vec<(InteractionId, Identity)>,
        Vec<String>,
    ) {
        let profiles = self
            .profiles
            .iter()
            .filter(|profile| profile.standing.active)
            .map(|profile| (profile.id, profile.standing.clone()));
        let interactions = self
            .interactions
            .iter()
            .map(|(_, _, known)| (known.id, known.identity()));
        let names = self.conversations.iter().map(|row| row.name.clone());
        (profiles.collect(), interactions.collect(), names.collect())
    }
}
