//! Search while typing: texts by words and operators, conversations by a piece of their number or name.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use tern_domain::search::{
    Operator, SearchText, Vocabulary, is_unspaced, read_days, read_search, suggest,
};
use tern_domain::topic::{TopicFile, TopicName};
use tern_domain::{AgentId, ConversationId, MessagePosition, UtcMillis};
use tern_store::{
    ConversationRow, NoteHit as FoundNote, NotePage, RECENT_SEARCHES, ReadConn, SearchHit as Hit,
    SearchQuery, StoreError,
};

use super::desk::{sentence, zoned};
use super::inbox::is_offline;
use crate::app::App;
use crate::dto::{
    ConversationRow as Row, CountHits, FindDay, FoundDay, NoteHit, Search, SearchAsker,
    SearchCount, SearchHit, SearchPage, SearchPartView, SearchSuggestion, SnippetPart, StopSearch,
    TypedSearch,
};
use crate::error::ApiError;
use crate::searches::Question;
use crate::view::conversation;
use crate::view::media::Glances;
use crate::words;

/// Most hits of one page.
const LARGEST_PAGE: u32 = 100;
/// Most conversations shown above the hits.
const MOST_CONVERSATIONS: u32 = 8;
/// Fewer letters or digits than this fit nearly every number.
const SHORTEST_FRAGMENT: usize = 3;
/// More than this is not counted.
const MOST_COUNTED: u32 = 10_000;
/// Notes shown beside texts.
const MOST_NOTES: u32 = 3;
/// Searches that are remembered.
const MOST_RECENT: usize = 10;

impl App {
    /// Finds texts and conversations.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`](crate::ErrorCode::Storage); never because of what was typed.
    pub async fn search(&self, request: Search) -> Result<SearchPage, ApiError> {
        let desk = self.desk()?;
        let is_new = request.before.is_none();
        let stop = desk.searches.begin(request.asker, Question::Hits, is_new);
        let (me, now, offline) = (desk.agent(), desk.now(), is_offline(&desk));
        let found = desk
            .store
            .read_unless(&stop, move |conn| {
                let text = read(conn, &request.query, me, now)?;
                // The first page of a search over everything also shows whose number or name fits.
                let fragment = text.fragment();
                let conversations = if is_new
                    && request.conversation_id.is_none()
                    && text.parts.is_empty()
                    && is_telling(&fragment)
                {
                    conn.search_conversations(&fragment, MOST_CONVERSATIONS)?
                } else {
                    Vec::new()
                };
                let query = SearchQuery {
                    before: request.before.map(MessagePosition),
                    limit: request.limit.clamp(1, LARGEST_PAGE),
                    ..query_of(&text, request.conversation_id)
                };
                let page = conn.search(&query)?;
                let is_page = request.asker == SearchAsker::Page;
                let found = if text.filters.is_note {
                    conn.search_notes(&query)?
                } else if is_new && is_page && request.conversation_id.is_none() {
                    let few = SearchQuery {
                        limit: MOST_NOTES,
                        ..query
                    };
                    conn.search_notes(&few)?
                } else {
                    NotePage::default()
                };
                let pictures = Glances::read(conn, &page.hits, &conversations)?;
                let requesters = load_requesters(conn, &page.hits, &found.hits)?;
                let next = page.next.map(|position| position.0);
                Ok(SearchPage {
                    is_notes: text.filters.is_note,
                    has_more_notes: !text.filters.is_note && found.next.is_some(),
                    next: if text.filters.is_note {
                        found.next
                    } else {
                        next
                    },
                    notes: view_notes(conn, found.hits, &requesters)?,
                    conversations: conversations
                        .iter()
                        .map(|row| found_row(row, &pictures, offline))
                        .collect(),
                    hits: page
                        .hits
                        .into_iter()
                        .map(|hit| view(hit, &requesters, &pictures))
                        .collect(),
                    parts: text
                        .parts
                        .into_iter()
                        .map(|part| SearchPartView {
                            words: part.words,
                            without: part.without,
                        })
                        .collect(),
                    problems: text
                        .problems
                        .iter()
                        .map(|problem| sentence(&problem.to_string()))
                        .collect(),
                    stopped: false,
                })
            })
            .await;
        match found {
            Err(StoreError::Stopped) => Ok(SearchPage {
                stopped: true,
                ..SearchPage::default()
            }),
            found => found.map_err(|error| words::store(&error)),
        }
    }

    /// Counts what a search finds, up to ten thousand.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`](crate::ErrorCode::Storage); never because of what was typed.
    pub async fn count_hits(&self, request: CountHits) -> Result<SearchCount, ApiError> {
        let desk = self.desk()?;
        let stop = desk.searches.begin(request.asker, Question::Count, false);
        let (me, now) = (desk.agent(), desk.now());
        let counted = desk
            .store
            .read_unless(&stop, move |conn| {
                let text = read(conn, &request.query, me, now)?;
                conn.count_hits(&query_of(&text, request.conversation_id), MOST_COUNTED)
            })
            .await;
        match counted {
            Err(StoreError::Stopped) => Ok(SearchCount {
                counted: 0,
                is_more: false,
                stopped: true,
            }),
            counted => counted
                .map(|count| SearchCount {
                    counted: count.counted,
                    is_more: count.is_more,
                    stopped: false,
                })
                .map_err(|error| words::store(&error)),
        }
    }

    /// Gives up what an asker waits for.
    ///
    /// # Errors
    /// [`ErrorCode::Locked`](crate::ErrorCode::Locked).
    #[expect(clippy::unused_async, reason = "every command is called the same way")]
    pub async fn stop_search(&self, request: StopSearch) -> Result<(), ApiError> {
        self.desk()?.searches.stop(request.asker);
        Ok(())
    }

    /// Ways to go on typing a search.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`](crate::ErrorCode::Storage).
    pub async fn suggest_search(
        &self,
        request: TypedSearch,
    ) -> Result<Vec<SearchSuggestion>, ApiError> {
        let desk = self.desk()?;
        let me = desk.agent();
        desk.store
            .read(move |conn| {
                let agents = load_agents(conn, &request.text)?;
                let topics = load_topics(conn, &request.text)?;
                let vocabulary = Vocabulary {
                    me,
                    agents: &agents,
                    topics: &topics,
                };
                Ok(suggest(&request.text, vocabulary)
                    .into_iter()
                    .map(|it| SearchSuggestion {
                        label: it.label,
                        words: it.words,
                        text: it.text,
                    })
                    .collect())
            })
            .await
            .map_err(|error| words::store(&error))
    }

    /// The last searches, the newest first.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`](crate::ErrorCode::Storage).
    pub async fn recent_searches(&self) -> Result<Vec<String>, ApiError> {
        self.desk()?
            .store
            .read(|conn| Ok(conn.find_setting(RECENT_SEARCHES)?.unwrap_or_default()))
            .await
            .map_err(|error| words::store(&error))
    }

    /// Remembers a search that led somewhere.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`](crate::ErrorCode::Storage).
    pub async fn remember_search(&self, request: TypedSearch) -> Result<(), ApiError> {
        let desk = self.desk()?;
        let text = request.text.trim().to_owned();
        if text.is_empty() || text.chars().count() > tern_domain::search::LONGEST_SEARCH {
            return Ok(());
        }
        desk.store
            .write(move |tx| {
                let before: Vec<String> = tx.find_setting(RECENT_SEARCHES)?.unwrap_or_default();
                let others = before.into_iter().filter(|it| *it != text);
                let recent: Vec<String> = [text.clone()]
                    .into_iter()
                    .chain(others)
                    .take(MOST_RECENT)
                    .collect();
                tx.put_setting(RECENT_SEARCHES, &recent)
            })
            .await
            .map_err(|error| words::store(&error))
    }

    /// The first text of a conversation on a day as people type it, or after it.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`](crate::ErrorCode::Storage).
    pub async fn find_day(&self, request: FindDay) -> Result<FoundDay, ApiError> {
        let desk = self.desk()?;
        let now = zoned(desk.now());
        let nothing = |problem: &str| FoundDay {
            position: None,
            at: None,
            problem: Some(problem.to_owned()),
        };
        let Some(since) = read_days(&request.day, now.date())
            .and_then(|span| span.first.to_zoned(now.time_zone().clone()).ok())
            .map(|start| UtcMillis(start.timestamp().as_millisecond()))
        else {
            return Ok(nothing(
                "This is no day; try 2026-03-01, 3 mar, march 2025 or last week.",
            ));
        };
        let conversation = ConversationId(request.conversation_id);
        let found = desk
            .store
            .read(move |conn| conn.find_text_since(conversation, since))
            .await
            .map_err(|error| words::store(&error))?;
        Ok(found.map_or_else(
            || nothing("There are no texts in this conversation."),
            |(position, at)| FoundDay {
                position: Some(position.0),
                at: Some(at.0),
                problem: None,
            },
        ))
    }

    /// Forgets the last searches.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`](crate::ErrorCode::Storage).
    pub async fn clear_recent_searches(&self) -> Result<(), ApiError> {
        self.desk()?
            .store
            .write(|tx| tx.put_setting(RECENT_SEARCHES, &Vec::<String>::new()))
            .await
            .map_err(|error| words::store(&error))
    }
}

/// Reads what was typed, in this laptop's time zone and with the team's names.
pub(super) fn read(
    conn: &ReadConn<'_>,
    query: &str,
    me: AgentId,
    now: UtcMillis,
) -> Result<SearchText, StoreError> {
    let agents = load_agents(conn, query)?;
    let topics = load_topics(conn, query)?;
    let vocabulary = Vocabulary {
        me,
        agents: &agents,
        topics: &topics,
    };
    Ok(read_search(query, vocabulary, &zoned(now)))
}

/// Everybody who is or was in the team; nobody for a text that can name nobody.
fn load_agents(conn: &ReadConn<'_>, text: &str) -> Result<Vec<(AgentId, String)>, StoreError> {
    if !text.contains(':') {
        return Ok(Vec::new());
    }
    let config = conn.load_routing_config()?;
    Ok(config
        .agents
        .iter()
        .map(|agent| (agent.id, agent.name.clone()))
        .collect())
}

/// The virtual agent's topics by their two names, those that only ran once included; none for a text that can name none.
fn load_topics(conn: &ReadConn<'_>, text: &str) -> Result<Vec<(TopicName, String)>, StoreError> {
    let operator = format!("{}:", Operator::Topic.name());
    if !text.to_ascii_lowercase().contains(&operator) {
        return Ok(Vec::new());
    }
    let mut topics: BTreeMap<TopicName, String> = conn
        .list_topics_that_ran()?
        .into_iter()
        .map(|name| (name.clone(), name))
        .collect();
    for topic in conn.list_topics()? {
        // A draft that cannot be read goes by its internal name.
        let title = serde_json::from_str::<TopicFile>(&topic.draft)
            .map(|file| file.display_name)
            .ok()
            .filter(|title| !title.is_empty());
        let title = title.unwrap_or_else(|| topic.name.clone());
        topics.insert(topic.name, title);
    }
    Ok(topics.into_iter().collect())
}

/// Long enough to tell one name or number from others.
fn is_telling(fragment: &str) -> bool {
    fragment.chars().any(is_unspaced)
        || fragment.chars().filter(|it| it.is_alphanumeric()).count() >= SHORTEST_FRAGMENT
}

/// What the store is asked for.
pub(super) fn query_of(text: &SearchText, conversation: Option<i64>) -> SearchQuery {
    SearchQuery {
        terms: text.terms.clone(),
        filters: text.filters.clone(),
        conversation: conversation.map(ConversationId),
        ..SearchQuery::default()
    }
}

/// Each conversation once, however many hits it has.
fn load_requesters(
    conn: &ReadConn<'_>,
    hits: &[Hit],
    notes: &[FoundNote],
) -> Result<HashMap<ConversationId, ConversationRow>, StoreError> {
    let mut rows = HashMap::new();
    let of_notes = notes.iter().map(|note| note.conversation_id);
    for id in hits.iter().map(|hit| hit.conversation_id).chain(of_notes) {
        if let Entry::Vacant(place) = rows.entry(id) {
            place.insert(conn.load_conversation(id)?);
        }
    }
    Ok(rows)
}

fn view_notes(
    conn: &ReadConn<'_>,
    notes: Vec<FoundNote>,
    requesters: &HashMap<ConversationId, ConversationRow>,
) -> Result<Vec<NoteHit>, StoreError> {
    if notes.is_empty() {
        return Ok(Vec::new());
    }
    let config = conn.load_routing_config()?;
    notes
        .into_iter()
        .map(|note| {
            // A note stands above the first text after it.
            let beside = conn.find_text_since(note.conversation_id, note.at)?;
            Ok(NoteHit {
                conversation_id: note.conversation_id.0,
                note_id: note.note_id.to_string(),
                position: beside.map(|(position, _)| position.0),
                requester: requesters
                    .get(&note.conversation_id)
                    .map(conversation::requester)
                    .unwrap_or_default(),
                author: config
                    .agents
                    .iter()
                    .find(|agent| agent.id == note.author)
                    .map(|agent| agent.name.clone())
                    .unwrap_or_default(),
                at: note.at.0,
                snippet: parts(note.snippet),
            })
        })
        .collect()
}

fn parts(snippet: Vec<tern_store::SnippetPart>) -> Vec<SnippetPart> {
    snippet
        .into_iter()
        .map(|part| SnippetPart {
            text: part.text,
            matched: part.matched,
        })
        .collect()
}

fn found_row(row: &ConversationRow, pictures: &Glances, offline: bool) -> Row {
    Row {
        preview_pictures: pictures.of_row(row),
        ..conversation::row(row, offline)
    }
}

fn view(
    hit: Hit,
    requesters: &HashMap<ConversationId, ConversationRow>,
    pictures: &Glances,
) -> SearchHit {
    SearchHit {
        pictures: pictures.of_text(hit.position),
        conversation_id: hit.conversation_id.0,
        position: hit.position.0,
        requester: requesters
            .get(&hit.conversation_id)
            .map(conversation::requester)
            .unwrap_or_default(),
        direction: conversation::direction(hit.direction),
        by_virtual_agent: hit.is_bots,
        at: hit.at.0,
        snippet: parts(hit.snippet),
    }
}
