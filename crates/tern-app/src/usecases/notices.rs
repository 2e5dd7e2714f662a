//! What the agent at this desk has to be told and has not seen yet (A-7, H-11).

use tern_domain::{ConversationId, NoticeKind, UtcMillis};

use crate::app::App;
use crate::dto::{NoticeKindView, NoticeView, NotificationSound, SeeNotices};
use crate::error::ApiError;
use crate::events::Change;
use crate::view::{self, notice};
use crate::words;

impl App {
    /// What the signed-in agent has not seen yet, newest first.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`](crate::ErrorCode::Storage) when the file cannot be read.
    pub async fn notices(&self) -> Result<Vec<NoticeView>, ApiError> {
        let desk = self.desk()?;
        let beholder = self.beholder(&desk).await?;
        let me = beholder.agent;
        desk.store
            .read(move |conn| {
                conn.list_notices(me)?
                    .into_iter()
                    .map(|(id, notice)| Ok((conn.load_conversation(id)?, notice)))
                    .collect::<Result<Vec<_>, _>>()
            })
            .await
            .map_err(|error| words::store(&error))
            .map(|notices| {
                notices
                    .into_iter()
                    .map(|(row, notice)| NoticeView {
                        conversation_id: row.id.0,
                        requester: view::conversation::requester(&row),
                        kind: notice::kind(notice.kind),
                        words: notice::words(notice.kind, &beholder.name_of(notice.by)),
                        at: notice.at.0,
                    })
                    .collect()
            })
    }

    /// Raises a notification for whatever the agent who has just sat down has not seen and does not see now.
    pub(super) async fn notify_of_unseen(&self) -> Result<(), ApiError> {
        if self.notification_state().await?.silence.is_some() {
            return Ok(());
        }
        let is_heard = self.settings().await?.notification_sound;
        for notice in self.notices().await? {
            if !self.is_on_screen(notice.conversation_id) {
                self.emit(Change::Arrived {
                    conversation_id: Some(notice.conversation_id),
                    title: notice.requester,
                    body: notice.words,
                    sound: is_heard.then_some(NotificationSound::Message),
                    offer: None,
                });
            }
        }
        Ok(())
    }

    /// The signed-in agent has seen what they were told about a conversation.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`](crate::ErrorCode::Storage) when the file cannot be written.
    pub async fn see_notices(&self, request: SeeNotices) -> Result<(), ApiError> {
        let desk = self.desk()?;
        let me = desk.agent();
        let kinds: Vec<NoticeKind> = request.kinds.into_iter().map(kind_of).collect();
        desk.store
            .write(move |tx| {
                tx.see_notices(
                    me,
                    ConversationId(request.conversation_id),
                    &kinds,
                    UtcMillis(request.up_to),
                )
            })
            .await
            .map_err(|error| words::store(&error))?;
        self.emit(Change::Notices);
        self.emit(Change::Seen {
            conversation_id: request.conversation_id,
        });
        Ok(())
    }
}

const fn kind_of(kind: NoticeKindView) -> NoticeKind {
    match kind {
        NoticeKindView::TakenOver => NoticeKind::TakenOver,
        NoticeKindView::Whispered => NoticeKind::Whispered,
        NoticeKindView::Added => NoticeKind::Added,
        NoticeKindView::Given => NoticeKind::Given,
        NoticeKindView::AutopilotEnded => NoticeKind::AutopilotEnded,
    }
}
