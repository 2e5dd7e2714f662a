//! What an export reads, one piece after the other: texts, notes and events of conversations in the order of time, or
//! what a search finds.
//!
//! Holds a page of each at a time, whatever the length of a conversation.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use tern_domain::desk::Note;
use tern_domain::transcript::Transcript;
use tern_domain::{ConversationId, MessagePosition, NoteId, PersonId, UtcMillis};
use tern_store::{
    ConversationRow, MessageRow, SearchQuery, Store, StoreError, StoredEvent, ThreadAnchor,
};

use super::{ExportPlan, Reads};
use crate::error::ApiError;
use crate::view::person;
use crate::words;

/// Rows read at once.
const PAGE: u32 = 500;

/// One piece.
pub(super) enum Item {
    Text(Box<MessageRow>),
    Note(Note),
    Event(Box<StoredEvent>),
}

/// A conversation as its pieces name it.
pub(super) struct Whose {
    pub(super) row: ConversationRow,
    /// Names of people that its events speak of.
    pub(super) people: HashMap<PersonId, String>,
}

/// Which pieces besides texts.
#[derive(Clone, Copy)]
pub(super) struct Besides {
    pub(super) notes: bool,
    pub(super) events: bool,
}

impl Besides {
    pub(super) const NOTHING: Self = Self {
        notes: false,
        events: false,
    };
}

/// A source that is not open yet.
#[derive(Clone, Copy)]
pub(super) enum Opening {
    /// One conversation.
    Conversation(ConversationId),
    /// What a search finds.
    Found,
}

impl Opening {
    /// Everything that is to be read, one after the other.
    pub(super) fn all(plan: &ExportPlan) -> Vec<Self> {
        match &plan.reads {
            Reads::Conversations(ids) => ids.iter().copied().map(Self::Conversation).collect(),
            Reads::Found(_) => vec![Self::Found],
        }
    }

    pub(super) fn open<'a>(
        self,
        store: &'a Store,
        plan: &'a ExportPlan,
        besides: Besides,
    ) -> Result<Source<'a>, ApiError> {
        match (self, &plan.reads) {
            (Self::Conversation(id), _) => Conversation::open(store, plan, id, besides),
            (Self::Found, Reads::Found(query)) => Ok(Found::open(store, plan, query.clone())),
            (Self::Found, Reads::Conversations(_)) => {
                Ok(Found::open(store, plan, SearchQuery::default()))
            }
        }
    }
}

/// Pieces in their order.
pub(super) enum Source<'a> {
    Conversation(Box<Conversation<'a>>),
    Found(Box<Found<'a>>),
}

impl<'a> Source<'a> {
    /// The next piece.
    pub(super) fn next(&mut self) -> Result<Option<(Rc<Whose>, Item)>, ApiError> {
        let next = match self {
            Self::Conversation(conversation) => conversation.next(),
            Self::Found(found) => found.next(),
        };
        next.map_err(|error| words::store(&error))
    }

    /// Whose conversation it is, where it is one.
    pub(super) fn whose(&self) -> Option<&Whose> {
        match self {
            Self::Conversation(conversation) => Some(&conversation.whose),
            Self::Found(_) => None,
        }
    }
}

/// One conversation.
pub(super) struct Conversation<'a> {
    store: &'a Store,
    plan: &'a ExportPlan,
    id: ConversationId,
    whose: Rc<Whose>,
    texts: Feed<MessageRow>,
    after_text: MessagePosition,
    notes: Feed<Note>,
    after_note: Option<(UtcMillis, NoteId)>,
    events: Feed<StoredEvent>,
    after_event: i64,
}

impl<'a> Conversation<'a> {
    fn open(
        store: &'a Store,
        plan: &'a ExportPlan,
        id: ConversationId,
        besides: Besides,
    ) -> Result<Source<'a>, ApiError> {
        let row = store
            .read_blocking(move |conn| conn.load_conversation(id))
            .map_err(|error| words::store(&error))?;
        let is_internal = plan.transcript == Transcript::Internal;
        Ok(Source::Conversation(Box::new(Self {
            store,
            plan,
            id,
            whose: Rc::new(Whose {
                row,
                people: HashMap::new(),
            }),
            texts: Feed::new(true),
            after_text: MessagePosition(i64::MIN),
            notes: Feed::new(is_internal && besides.notes),
            after_note: None,
            events: Feed::new(is_internal && besides.events),
            after_event: 0,
        })))
    }

    fn next(&mut self) -> Result<Option<(Rc<Whose>, Item)>, StoreError> {
        self.refill()?;
        let text = self.texts.rows.front().map(|it| it.at);
        let note = self.notes.rows.front().map(|it| it.at);
        let event = self.events.rows.front().map(|it| it.event.at);
        let first = [text, note, event].into_iter().flatten().min();
        let Some(first) = first else {
            return Ok(None);
        };
        // At the same moment a text comes before what is said about it.
        let item = if text == Some(first) {
            self.texts
                .rows
                .pop_front()
                .map(|it| Item::Text(Box::new(it)))
        } else if note == Some(first) {
            self.notes.rows.pop_front().map(Item::Note)
        } else {
            self.events
                .rows
                .pop_front()
                .map(|it| Item::Event(Box::new(it)))
        };
        Ok(item.map(|item| (Rc::clone(&self.whose), item)))
    }

    fn refill(&mut self) -> Result<(), StoreError> {
        let id = self.id;
        while self.texts.is_hungry() {
            let (after, positions) = (self.after_text, self.plan.positions);
            let page = self.store.read_blocking(move |conn| {
                conn.list_messages(id, ThreadAnchor::After(after), PAGE)
            })?;
            let has_newer = page.has_newer;
            let mut rows = page.messages;
            self.after_text = rows.last().map_or(after, |text| text.position);
            // What came since the export began is not in it.
            rows.retain(|text| (positions.first..=positions.last).contains(&text.position));
            self.texts.feed(rows, has_newer);
        }
        if self.notes.is_hungry() {
            let after = self.after_note;
            let mut rows = self
                .store
                .read_blocking(move |conn| conn.list_notes_after(id, after, PAGE))?;
            self.after_note = rows.last().map(|note| (note.at, note.id)).or(after);
            let found = rows.len();
            rows.retain(|note| note.at <= self.plan.now);
            // One that was written since the export began is the end.
            let is_end = rows.len() < found;
            self.notes.feed_page(rows);
            self.notes.has_more &= !is_end;
        }
        if self.events.is_hungry() {
            let (after, up_to) = (self.after_event, self.plan.log.0);
            let (rows, names) = self.store.read_blocking(move |conn| {
                let rows = conn.list_log_of(id, after, up_to, PAGE)?;
                let events: Vec<_> = rows.iter().map(|it| it.event.clone()).collect();
                let names = person::names_in(conn, &events)?;
                Ok((rows, names))
            })?;
            self.after_event = rows.last().map_or(after, |it| it.event.sequence);
            self.events.feed_page(rows);
            self.whose = Rc::new(Whose {
                row: self.whose.row.clone(),
                people: names,
            });
        }
        Ok(())
    }
}

/// What a search finds.
pub(super) struct Found<'a> {
    store: &'a Store,
    plan: &'a ExportPlan,
    query: SearchQuery,
    texts: Feed<(Rc<Whose>, MessageRow)>,
}

impl<'a> Found<'a> {
    fn open(store: &'a Store, plan: &'a ExportPlan, query: SearchQuery) -> Source<'a> {
        let before = MessagePosition(plan.positions.last.0.saturating_add(1));
        Source::Found(Box::new(Self {
            store,
            plan,
            query: SearchQuery {
                before: Some(before),
                limit: PAGE,
                ..query
            },
            texts: Feed::new(true),
        }))
    }

    fn next(&mut self) -> Result<Option<(Rc<Whose>, Item)>, StoreError> {
        while self.texts.is_hungry() {
            let query = self.query.clone();
            let (next, rows, texts) = self.store.read_blocking(move |conn| {
                let page = conn.search(&query)?;
                let mut rows = HashMap::new();
                let mut texts = Vec::new();
                for hit in page.hits {
                    // One that was removed since the search is not found any more.
                    let Some(text) = conn.find_message(hit.message_id)? else {
                        continue;
                    };
                    if let Entry::Vacant(place) = rows.entry(text.conversation_id) {
                        place.insert(conn.load_conversation(text.conversation_id)?);
                    }
                    texts.push(text);
                }
                Ok((page.next, rows, texts))
            })?;
            let whose: HashMap<ConversationId, Rc<Whose>> = rows
                .into_iter()
                .map(|(id, row)| {
                    let people = HashMap::new();
                    (id, Rc::new(Whose { row, people }))
                })
                .collect();
            let first = self.plan.positions.first;
            let texts = texts
                .into_iter()
                .filter(|text| text.position >= first)
                .filter_map(|text| Some((Rc::clone(whose.get(&text.conversation_id)?), text)))
                .collect();
            self.texts.feed(texts, next.is_some());
            self.query.before = next.or(self.query.before);
        }
        let text = self.texts.rows.pop_front();
        Ok(text.map(|(whose, text)| (whose, Item::Text(Box::new(text)))))
    }
}

/// A page of rows, and whether there are more.
struct Feed<T> {
    rows: VecDeque<T>,
    has_more: bool,
}

impl<T> Feed<T> {
    fn new(has_more: bool) -> Self {
        Self {
            rows: VecDeque::new(),
            has_more,
        }
    }

    fn is_hungry(&self) -> bool {
        self.rows.is_empty() && self.has_more
    }

    fn feed(&mut self, rows: Vec<T>, has_more: bool) {
        // A page that has nothing of what was asked for is the last one.
        self.has_more = has_more;
        self.rows = rows.into();
    }

    /// A full page may have another behind it.
    fn feed_page(&mut self, rows: Vec<T>) {
        let is_full = u32::try_from(rows.len()).is_ok_and(|count| count >= PAGE);
        self.feed(rows, is_full);
    }
}
