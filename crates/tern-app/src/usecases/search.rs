//! Search while typing: texts by words, conversations by a piece of their number.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use tern_domain::{ConversationId, Direction, MessagePosition, UtcMillis};
use tern_store::{ConversationRow, ReadConn, SearchHit as Hit, SearchQuery, StoreError};

use super::inbox::is_offline;
use crate::app::App;
use crate::dto::{Search, SearchDirection, SearchHit, SearchPage, SnippetPart};
use crate::error::ApiError;
use crate::view::conversation;
use crate::words;

/// Most hits of one page.
const LARGEST_PAGE: u32 = 100;
/// Most conversations shown above the hits.
const MOST_CONVERSATIONS: u32 = 8;
/// Fewer letters or digits than this fit nearly every number.
const SHORTEST_FRAGMENT: usize = 3;

impl App {
    /// Finds texts and conversations.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`](crate::ErrorCode::Storage); never because of what was typed.
    pub async fn search(&self, request: Search) -> Result<SearchPage, ApiError> {
        let desk = self.desk()?;
        // The first page of an unfiltered search also shows whose number fits.
        let with_conversations = request.before.is_none()
            && request.conversation_id.is_none()
            && request
                .query
                .chars()
                .filter(|character| character.is_alphanumeric())
                .count()
                >= SHORTEST_FRAGMENT;
        let query = SearchQuery {
            text: request.query,
            conversation: request.conversation_id.map(ConversationId),
            from: request.from.map(UtcMillis),
            until: request.until.map(UtcMillis),
            direction: request.direction.map(|direction| match direction {
                SearchDirection::Inbound => Direction::Inbound,
                SearchDirection::Outbound => Direction::Outbound,
            }),
            has_picture: request.has_picture,
            author: None,
            before: request.before.map(MessagePosition),
            limit: request.limit.clamp(1, LARGEST_PAGE),
        };
        let (conversations, page, requesters) = desk
            .store
            .read(move |conn| {
                let conversations = if with_conversations {
                    conn.search_conversations(&query.text, MOST_CONVERSATIONS)?
                } else {
                    Vec::new()
                };
                let page = conn.search(&query)?;
                let requesters = load_requesters(conn, &page.hits)?;
                Ok((conversations, page, requesters))
            })
            .await
            .map_err(|error| words::store(&error))?;
        let offline = is_offline(&desk);
        Ok(SearchPage {
            conversations: conversations
                .iter()
                .map(|row| conversation::row(row, offline))
                .collect(),
            hits: page
                .hits
                .into_iter()
                .map(|hit| view(hit, &requesters))
                .collect(),
            next: page.next.map(|position| position.0),
        })
    }
}

/// Each conversation once, however many hits it has.
fn load_requesters(
    conn: &ReadConn<'_>,
    hits: &[Hit],
) -> Result<HashMap<ConversationId, ConversationRow>, StoreError> {
    let mut rows = HashMap::new();
    for hit in hits {
        if let Entry::Vacant(place) = rows.entry(hit.conversation_id) {
            place.insert(conn.load_conversation(hit.conversation_id)?);
        }
    }
    Ok(rows)
}

fn view(hit: Hit, requesters: &HashMap<ConversationId, ConversationRow>) -> SearchHit {
    SearchHit {
        conversation_id: hit.conversation_id.0,
        position: hit.position.0,
        requester: requesters
            .get(&hit.conversation_id)
            .map(conversation::requester)
            .unwrap_or_default(),
        direction: conversation::direction(hit.direction),
        by_virtual_agent: hit.is_bots,
        at: hit.at.0,
        snippet: hit
            .snippet
            .into_iter()
            .map(|part| SnippetPart {
                text: part.text,
                matched: part.matched,
            })
            .collect(),
    }
}
