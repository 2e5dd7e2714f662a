//! Conversations: the rows that the inbox reads, and nothing else.
//!
//! Owns the denormalised row. It is written in the same transaction as the text or event it reflects, so a
//! list needs neither a sort nor a count. Where the newest text stands in the outbox is looked up by key: the
//! outbox is the one place that knows.

use rusqlite::{OptionalExtension as _, Row, params};
use tern_domain::{
    Address, ConversationId, ConversationKey, DeliveryStatus, DeskMarks, Direction,
    MessagePosition, MessageText, OptOut, OutboxEntry, OutboxState, ReplyClocks, UtcMillis,
};
use unicode_normalization::UnicodeNormalization as _;

use super::values::{count, cut_page, direction_from_code, from_json, key_from_columns, page_size};
use crate::error::{During as _, StoreError};
use crate::tx::{ReadConn, WriteTx};

/// The inbox's lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConversationList {
    /// The active interaction waits for somebody (I-1).
    New,
    /// Somebody has it (I-2 … I-4): a person, or somebody is wrapping it up.
    Ongoing,
    /// In progress like Ongoing (I-2), but the virtual agent has it.
    WithBot,
    /// No interaction is active.
    Done,
}

impl ConversationList {
    pub(crate) const fn code(self) -> i64 {
        match self {
            Self::New => 0,
            Self::Ongoing | Self::WithBot => 1,
            Self::Done => 2,
        }
    }

    const fn from_code(code: i64, is_with_bot: bool) -> Self {
        match code {
            0 => Self::New,
            1 if is_with_bot => Self::WithBot,
            1 => Self::Ongoing,
            _ => Self::Done,
        }
    }
}

/// The newest text of a conversation, as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// Its first line, cut to 160 characters; empty for a picture alone.
    pub text: MessageText,
    /// Which way it went.
    pub direction: Direction,
    /// Where it stands.
    pub status: DeliveryStatus,
    /// Why it failed.
    pub error_code: Option<u32>,
    /// Where it stands in the outbox, for a text written here.
    pub outbox: Option<OutboxState>,
    /// Pictures and files.
    pub media_count: u32,
    /// The virtual agent wrote it.
    pub is_bots: bool,
}

/// One conversation as the lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationRow {
    /// Its row's id.
    pub id: ConversationId,
    /// Requester and number of ours (I-8).
    pub key: ConversationKey,
    /// Name of the person behind the requester's address; empty for a guest.
    pub requester_name: String,
    /// The directory does not agree about who that is (P-5, P-7, P-12).
    pub identity_in_doubt: bool,
    /// Which list it is in.
    pub list: ConversationList,
    /// Position of the newest text; `None` while there is none.
    pub last_position: Option<MessagePosition>,
    /// Time of the newest text.
    pub last_at: UtcMillis,
    /// Time of the oldest text.
    pub first_at: Option<UtcMillis>,
    /// Texts stored.
    pub message_count: u64,
    /// The newest text.
    pub preview: Preview,
    /// Texts that came in and were not read.
    pub unread_count: u32,
    /// Everything up to here was read.
    pub read_up_to: MessagePosition,
    /// A draft waits.
    pub has_draft: bool,
    /// Sends of which nobody knows whether they left.
    pub uncertain_count: u32,
    /// The newest text of ours that failed since the thread was last read.
    pub failed_position: Option<MessagePosition>,
    /// The carrier's block (S-7).
    pub opt_out: OptOut,
    /// Snoozed, pinned.
    pub marks: DeskMarks,
    /// Who waits for whom.
    pub clocks: ReplyClocks,
    /// Since when an agent has been asking for help (I-10).
    pub help_requested_at: Option<UtcMillis>,
}

/// Where a page of a list ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListCursor {
    /// The last row is pinned.
    pub is_pinned: bool,
    /// Its newest text.
    pub position: MessagePosition,
}

/// One page of a list: pinned conversations first, then the newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConversationPage {
    /// The rows.
    pub rows: Vec<ConversationRow>,
    /// Give this to get the next page; `None` at the end.
    pub next: Option<ListCursor>,
}

/// How many conversations the lists hold. Kept, not counted; but who wants help and whom the virtual agent has,
/// of whom there are few.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ListCounts {
    /// In New.
    pub new: u32,
    /// In New, with unread texts.
    pub new_unread: u32,
    /// In Ongoing.
    pub ongoing: u32,
    /// In Ongoing, with unread texts.
    pub ongoing_unread: u32,
    /// With the virtual agent; these are not in Ongoing.
    pub with_bot: u32,
    /// Snoozed; these are in no other count.
    pub snoozed: u32,
    /// Those in which an agent asks for help (H-11); they are in the other counts too.
    pub help_wanted: u32,
}

/// Whether the virtual agent has a conversation: asked of those in progress only. Who answers changes with every
/// hand-over, and the interaction is the one place that knows.
macro_rules! is_with_bot {
    () => {
        "(list = 1 AND EXISTS (
            SELECT 1 FROM interactions
            WHERE interactions.conversation_id = conversations.conversation_id AND interactions.active = 1
                AND interactions.document ->> '$.handler' = 'virtual_agent'))"
    };
}

/// The columns of a row, in the order that [`read_row`] reads them.
macro_rules! select_rows {
    ($rest:literal) => {
        $crate::tables::conversations::select_rows!("", $rest)
    };
    ($more:literal, $rest:literal) => {
        concat!(
            "SELECT conversations.conversation_id, channel, requester_address, provider_number, list,
                    last_position, last_at, first_at, message_count, preview, preview_direction,
                    preview_status, preview_error_code, preview_media_count, unread_count, read_up_to,
                    has_draft, uncertain_count, failed_position, opted_out_at, opted_in_at,
                    outbox.document, pinned, snoozed_until, waiting_since, answered_at,
                    help_requested_at, prompted_at, requester_name, identity_in_doubt, messages.by_bot, ",
            $crate::tables::conversations::is_with_bot!(),
            $more,
            " FROM conversations
             LEFT JOIN messages ON messages.position = conversations.last_position
             LEFT JOIN outbox ON outbox.message_id = messages.message_id ",
            $rest
        )
    };
}
pub(crate) use {is_with_bot, select_rows};

/// Statement of [`ReadConn::list_conversations`].
pub(crate) const LIST: &str = concat!(
    select_rows!(
        "WHERE list = ?1 AND snoozed_until IS NULL AND (last_position IS NOT NULL OR has_draft = 1 OR list < 2) AND (pinned, last_position) < (?2, ?3) AND ?5 = "
    ),
    is_with_bot!(),
    " ORDER BY pinned DESC, last_position DESC LIMIT ?4"
);
/// What the virtual agent has, of what counts as Ongoing: how many, and with unread texts.
pub(crate) const WITH_BOT: &str = "
    SELECT count(*), count(*) FILTER (WHERE unread_count > 0)
    FROM bot_sessions
    JOIN interactions USING (interaction_id)
    JOIN conversations ON conversations.conversation_id = interactions.conversation_id
    WHERE interactions.active = 1 AND interactions.document ->> '$.handler' = 'virtual_agent'
        AND list = 1 AND snoozed_until IS NULL";
/// Statement of [`ReadConn::load_conversation`].
pub(crate) const LOAD: &str = select_rows!("WHERE conversations.conversation_id = ?1");

pub(crate) fn read_row(row: &Row<'_>) -> Result<ConversationRow, rusqlite::Error> {
    let text = |index: usize| row.get_ref(index).and_then(|value| Ok(value.as_str()?));
    let outbox = row
        .get_ref(21)?
        .as_str_or_null()?
        .map(|document| from_json::<OutboxEntry>("outbox.document", document))
        .transpose()?;
    Ok(ConversationRow {
        id: ConversationId(row.get(0)?),
        key: key_from_columns(text(1)?, text(2)?, text(3)?)?,
        list: ConversationList::from_code(row.get(4)?, row.get(31)?),
        last_position: row.get::<_, Option<i64>>(5)?.map(MessagePosition),
        last_at: UtcMillis(row.get(6)?),
        first_at: row.get::<_, Option<i64>>(7)?.map(UtcMillis),
        message_count: count(row.get(8)?),
        preview: Preview {
            text: MessageText::new(row.get::<_, String>(9)?),
            direction: direction_from_code(row.get(10)?),
            status: DeliveryStatus::parse(text(11)?),
            error_code: row.get(12)?,
            outbox: outbox.map(|entry| entry.state),
            media_count: row.get(13)?,
            is_bots: row.get::<_, Option<bool>>(30)?.unwrap_or_default(),
        },
        unread_count: row.get(14)?,
        read_up_to: MessagePosition(row.get(15)?),
        has_draft: row.get(16)?,
        uncertain_count: row.get(17)?,
        failed_position: row.get::<_, Option<i64>>(18)?.map(MessagePosition),
        opt_out: OptOut {
            opted_out_at: row.get::<_, Option<i64>>(19)?.map(UtcMillis),
            opted_in_at: row.get::<_, Option<i64>>(20)?.map(UtcMillis),
        },
        marks: DeskMarks {
            is_pinned: row.get(22)?,
            snoozed_until: row.get::<_, Option<i64>>(23)?.map(UtcMillis),
            prompted_at: row.get::<_, Option<i64>>(27)?.map(UtcMillis),
        },
        clocks: ReplyClocks {
            waiting_since: row.get::<_, Option<i64>>(24)?.map(UtcMillis),
            answered_at: row.get::<_, Option<i64>>(25)?.map(UtcMillis),
        },
        help_requested_at: row.get::<_, Option<i64>>(26)?.map(UtcMillis),
        requester_name: row.get(28)?,
        identity_in_doubt: row.get(29)?,
    })
}

impl ReadConn<'_> {
    /// One page of a list, without what sleeps. `after` is the `next` of the page before. At most 500 rows.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn list_conversations(
        &self,
        list: ConversationList,
        after: Option<ListCursor>,
        limit: u32,
    ) -> Result<ConversationPage, StoreError> {
        const OPERATION: &str = "list conversations";
        let size = page_size(limit);
        let (pinned, before) =
            after.map_or((true, i64::MAX), |row| (row.is_pinned, row.position.0));
        let mut rows = self
            .prepare(LIST, OPERATION)?
            .query_map(
                params![
                    list.code(),
                    pinned,
                    before,
                    size + 1,
                    list == ConversationList::WithBot
                ],
                read_row,
            )
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .during(OPERATION)?;
        let has_more = cut_page(&mut rows, size);
        let next = rows.last().filter(|_| has_more);
        Ok(ConversationPage {
            next: next.and_then(|row| {
                Some(ListCursor {
                    is_pinned: row.marks.is_pinned,
                    position: row.last_position?,
                })
            }),
            rows,
        })
    }

    /// One conversation's row.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub fn load_conversation(&self, id: ConversationId) -> Result<ConversationRow, StoreError> {
        self.find_conversation_row(id)?.ok_or(StoreError::NotFound {
            what: "conversation",
        })
    }

    pub(crate) fn find_conversation_row(
        &self,
        id: ConversationId,
    ) -> Result<Option<ConversationRow>, StoreError> {
        const OPERATION: &str = "load a conversation";
        self.prepare(LOAD, OPERATION)?
            .query_row([id.0], read_row)
            .optional()
            .during(OPERATION)
    }

    /// The conversation of a key (I-8), if there is one.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn find_conversation(
        &self,
        key: &ConversationKey,
    ) -> Result<Option<ConversationId>, StoreError> {
        const OPERATION: &str = "find a conversation";
        self.prepare(
            "SELECT conversation_id FROM conversations
             WHERE requester_address = ?1 AND provider_number = ?2 AND channel = ?3",
            OPERATION,
        )?
        .query_row(
            params![
                key.requester.as_str(),
                key.provider.as_str(),
                key.channel.as_str()
            ],
            |row| row.get(0).map(ConversationId),
        )
        .optional()
        .during(OPERATION)
    }

    /// How many conversations the lists hold.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read.
    pub fn counts(&self) -> Result<ListCounts, StoreError> {
        const OPERATION: &str = "read the counts";
        let (with_bot, with_bot_unread) = self
            .prepare(WITH_BOT, OPERATION)?
            .query_row((), |row| Ok((row.get::<_, u32>(0)?, row.get::<_, u32>(1)?)))
            .during(OPERATION)?;
        self.prepare(
            "SELECT new_count, new_unread_count, ongoing_count, ongoing_unread_count, snoozed_count,
                    (SELECT count(*) FROM conversations WHERE help_requested_at IS NOT NULL)
             FROM store_state",
            OPERATION,
        )?
        .query_row((), |row| {
            Ok(ListCounts {
                new: row.get(0)?,
                new_unread: row.get(1)?,
                ongoing: row.get::<_, u32>(2)?.saturating_sub(with_bot),
                ongoing_unread: row.get::<_, u32>(3)?.saturating_sub(with_bot_unread),
                with_bot,
                snoozed: row.get(4)?,
                help_wanted: row.get(5)?,
            })
        })
        .during(OPERATION)
    }
}

impl WriteTx<'_> {
    /// The conversation of a key, made if there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be written.
    pub fn ensure_conversation(
        &mut self,
        key: &ConversationKey,
    ) -> Result<ConversationId, StoreError> {
        const OPERATION: &str = "insert a conversation";
        if let Some(id) = self.find_conversation(key)? {
            return Ok(id);
        }
        let requester = self.requester_columns(key.channel, &key.requester)?;
        self.prepare(
            "INSERT INTO conversations (channel, requester_address, provider_number, requester_search,
                requester_name, identity_in_doubt)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING conversation_id",
            OPERATION,
        )?
        .query_row(
            params![
                key.channel.as_str(),
                key.requester.as_str(),
                key.provider.as_str(),
                requester.search,
                requester.name,
                requester.in_doubt
            ],
            |row| row.get(0).map(ConversationId),
        )
        .during(OPERATION)
    }

    /// Everything up to a position was read: counts what is left unread, and forgets failures that were
    /// seen. Reading never goes backwards.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] for a conversation that is not there.
    pub fn mark_read(
        &mut self,
        id: ConversationId,
        up_to: MessagePosition,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "mark texts as read";
        let changed = self
            .prepare(
                "UPDATE conversations SET
                    read_up_to = max(read_up_to, ?2),
                    unread_count = (
                        SELECT count(*) FROM messages
                        WHERE messages.conversation_id = ?1
                            AND position > max(conversations.read_up_to, ?2) AND counted = 1
                    ),
                    failed_position = nullif(max(coalesce(failed_position, ?2), ?2), ?2)
                 WHERE conversation_id = ?1",
                OPERATION,
            )?
            .execute(params![id.0, up_to.0])
            .during(OPERATION)?;
        if changed == 0 {
            return Err(StoreError::NotFound {
                what: "conversation",
            });
        }
        Ok(())
    }

    /// Replaces the carrier's block.
    pub(crate) fn update_opt_out(
        &mut self,
        id: ConversationId,
        opt_out: OptOut,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "update an opt-out";
        self.prepare(
            "UPDATE conversations SET opted_out_at = ?2, opted_in_at = ?3 WHERE conversation_id = ?1",
            OPERATION,
        )?
        .execute(params![
            id.0,
            opt_out.opted_out_at.map(|at| at.0),
            opt_out.opted_in_at.map(|at| at.0)
        ])
        .during(OPERATION)?;
        Ok(())
    }

    /// Moves a conversation to a list.
    pub(crate) fn update_list(
        &mut self,
        id: ConversationId,
        list: ConversationList,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "move a conversation to a list";
        self.prepare(
            "UPDATE conversations SET list = ?2 WHERE conversation_id = ?1 AND list <> ?2",
            OPERATION,
        )?
        .execute(params![id.0, list.code()])
        .during(OPERATION)?;
        Ok(())
    }
}

/// What of an address a fragment is looked for in: letters and digits, lower case.
pub(crate) fn searchable_address(address: &Address) -> String {
    searchable(address.as_str())
}

/// Letters and digits of a text, lower case and without accents.
pub(crate) fn searchable(text: &str) -> String {
    text.nfd()
        .filter(|character| character.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// First line of a text that has anything on it, cut to what a list can show.
pub(crate) fn preview_text(body: &str) -> String {
    const CHARACTERS: usize = 160;
    body.lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default()
        .chars()
        .take(CHARACTERS)
        .collect()
}
