//! Pages of a thread, and what was read of it.

use tern_domain::{ConversationId, MessagePosition};
use tern_store::ThreadAnchor;

use crate::app::App;
use crate::dto::{Anchor, ListMessages, MarkRead, MessagePage};
use crate::error::ApiError;
use crate::events::Change;
use crate::view::message;
use crate::words;

/// Most texts of one page.
const LARGEST_PAGE: u32 = 200;

impl App {
    /// A page of a thread.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`](crate::ErrorCode::NotFound).
    pub async fn list_messages(&self, request: ListMessages) -> Result<MessagePage, ApiError> {
        let desk = self.desk()?;
        let revision = self.revision();
        let id = ConversationId(request.conversation_id);
        let anchor = match request.anchor {
            Anchor::Latest => ThreadAnchor::Latest,
            Anchor::Unread => ThreadAnchor::Unread,
            Anchor::Before { position } => ThreadAnchor::Before(MessagePosition(position)),
            Anchor::From { position } => ThreadAnchor::From(MessagePosition(position)),
            Anchor::After { position } => ThreadAnchor::After(MessagePosition(position)),
            Anchor::Around { position } => ThreadAnchor::Around(MessagePosition(position)),
        };
        if matches!(
            request.anchor,
            Anchor::Latest | Anchor::Unread | Anchor::Around { .. }
        ) {
            // A window that opens a thread starts at one of these.
            self.opened(Some(request.conversation_id));
        }
        let limit = request.limit.clamp(1, LARGEST_PAGE);
        let page = desk
            .store
            .read(move |conn| {
                conn.load_conversation(id)?;
                conn.list_messages(id, anchor, limit)
            })
            .await
            .map_err(|error| words::store(&error))?;
        let beholder = self.beholder(&desk).await?;
        Ok(MessagePage {
            messages: page
                .messages
                .iter()
                .map(|row| message::view(row, &beholder))
                .collect(),
            has_older: page.has_older,
            has_newer: page.has_newer,
            first_unread: page.first_unread.map(|position| position.0),
            revision,
        })
    }

    /// Marks texts as read.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`](crate::ErrorCode::NotFound).
    pub async fn mark_read(&self, request: MarkRead) -> Result<(), ApiError> {
        let desk = self.desk()?;
        let id = ConversationId(request.conversation_id);
        let up_to = MessagePosition(request.up_to);
        desk.store
            .write(move |tx| tx.mark_read(id, up_to))
            .await
            .map_err(|error| words::store(&error))?;
        if let Some(engine) = desk.engine() {
            let ended = engine.looked_at(id).await;
            ended.map_err(|error| words::store(&error))?;
        }
        self.emit(Change::Conversation {
            conversation_id: request.conversation_id,
        });
        self.emit(Change::Seen {
            conversation_id: request.conversation_id,
        });
        Ok(())
    }
}
