//! Passes on what the engine tells: change events for windows, notifications for shells.
//!
//! Hints only; whoever misses one asks again. A notification says no more than the setting allows, and a
//! conversation that somebody has before their eyes needs none.

use std::sync::{Arc, PoisonError, RwLock};

use tern_domain::{AgentId, Announcement, ConversationId, ConversationKey, MessageId};
use tern_engine::{Engine, EngineEvent, RestartPolicy, Supervisor};
use tern_store::Store;
use tokio::sync::broadcast::error::RecvError;

use crate::attention::Attention;
use crate::changes::Changes;
use crate::dto::{Line, NotificationStyle, Settings};
use crate::events::Change;
use crate::records::{self, Record};
use crate::view;

/// Longest body a notification shows, in characters.
const LONGEST_BODY: usize = 240;

/// What following an engine needs.
pub(super) struct Follower {
    pub(super) engine: Arc<Engine>,
    pub(super) store: Store,
    pub(super) line: Line,
    pub(super) changes: Arc<Changes>,
    pub(super) attention: Arc<Attention>,
    pub(super) agent: Arc<RwLock<AgentId>>,
}

/// Starts passing events on, until the returned owner is stopped.
pub(super) fn start(follower: Follower) -> Supervisor {
    let supervisor = Supervisor::new(RestartPolicy::default());
    let follower = Arc::new(follower);
    // Subscribed before the task runs, so that nothing of the engine's first moments is missed.
    let first = follower.engine.events();
    supervisor.start("follow", move |token| {
        let follower = Arc::clone(&follower);
        let mut events = first.resubscribe();
        async move {
            loop {
                let event = tokio::select! {
                    () = token.cancelled() => return Ok(()),
                    event = events.recv() => event,
                };
                match event {
                    Ok(event) => follower.pass_on(event).await,
                    Err(RecvError::Lagged(_)) => {
                        follower.changes.emit(Change::Everything);
                        follower.changes.emit(Change::Status);
                    }
                    Err(RecvError::Closed) => return Ok(()),
                }
            }
        }
    });
    supervisor
}

impl Follower {
    async fn pass_on(&self, event: EngineEvent) {
        match event {
            EngineEvent::ConversationsChanged(conversations) => {
                for conversation in conversations {
                    self.changes.emit(Change::Conversation {
                        conversation_id: conversation.0,
                    });
                    if self.line == Line::Practice {
                        self.hint_at_phone(conversation).await;
                    }
                }
            }
            EngineEvent::Announce(Announcement::TextArrived { key, message_id }) => {
                self.notify(&key, message_id).await;
            }
            EngineEvent::Announce(Announcement::SnoozeEnded { key }) => {
                self.remind(&key, "Back from snooze").await;
            }
            EngineEvent::Announce(Announcement::AgentPrompted { key, text }) => {
                self.remind(&key, &text).await;
            }
            EngineEvent::Announce(Announcement::WorkOffered {
                key,
                agent,
                accepted,
                ..
            }) => {
                self.changes.emit(Change::Team);
                let me = *self.agent.read().unwrap_or_else(PoisonError::into_inner);
                if agent == me {
                    // an offer has little time, so it is told whatever is on screen.
                    let words = if accepted {
                        "This conversation is yours now."
                    } else {
                        "This conversation is offered to you."
                    };
                    self.remind(&key, words).await;
                }
            }
            EngineEvent::TeamChanged => self.changes.emit(Change::Team),
            EngineEvent::ManyChanged => self.changes.emit(Change::Everything),
            // Connection, backfill, outbox and the remaining announcements show in the status.
            _ => self.changes.emit(Change::Status),
        }
    }

    /// On a practice line the other side of a conversation is on screen too.
    async fn hint_at_phone(&self, conversation: ConversationId) {
        let found = self
            .store
            .read(move |conn| conn.load_conversation(conversation))
            .await;
        if let Ok(row) = found {
            self.changes.emit(Change::Handset {
                number: row.key.requester.as_str().to_owned(),
            });
        }
    }

    /// A notification that is no text: something about a conversation is due.
    async fn remind(&self, key: &ConversationKey, words: &str) {
        let settings: Settings = records::find(&self.store, Record::Settings)
            .await
            .ok()
            .flatten()
            .unwrap_or_default();
        let wanted = key.clone();
        let found = self
            .store
            .read(move |conn| match conn.find_conversation(&wanted)? {
                Some(id) => conn.load_conversation(id).map(Some),
                None => Ok(None),
            })
            .await;
        let Ok(Some(conversation)) = found else {
            return;
        };
        if settings.notification_style == NotificationStyle::None {
            return;
        }
        self.changes.emit(Change::Arrived {
            conversation_id: conversation.id.0,
            title: view::conversation::requester(&conversation),
            body: words.to_owned(),
            sound: settings.notification_sound,
        });
    }

    async fn notify(&self, key: &ConversationKey, message_id: MessageId) {
        let settings: Settings = records::find(&self.store, Record::Settings)
            .await
            .ok()
            .flatten()
            .unwrap_or_default();
        if settings.notification_style == NotificationStyle::None {
            return;
        }
        let wanted = key.clone();
        let found = self
            .store
            .read(move |conn| {
                let row = match conn.find_conversation(&wanted)? {
                    Some(id) => Some(conn.load_conversation(id)?),
                    None => None,
                };
                Ok((row, conn.find_message(message_id)?))
            })
            .await;
        let Ok((Some(conversation), message)) = found else {
            return;
        };
        if self.attention.is_on(conversation.id.0) {
            return;
        }
        let body = match settings.notification_style {
            NotificationStyle::Full => message
                .map(|message| shown_body(message.body.as_str(), message.media_count))
                .unwrap_or_default(),
            NotificationStyle::NameOnly | NotificationStyle::None => String::new(),
        };
        self.changes.emit(Change::Arrived {
            conversation_id: conversation.id.0,
            title: view::conversation::requester(&conversation),
            body,
            sound: settings.notification_sound,
        });
    }
}

/// The text, cut to what fits; words for a picture alone.
fn shown_body(body: &str, media_count: u32) -> String {
    if body.trim().is_empty() && media_count > 0 {
        return if media_count == 1 {
            "A picture".to_owned()
        } else {
            format!("{media_count} pictures")
        };
    }
    let mut shown: String = body.chars().take(LONGEST_BODY).collect();
    if shown.len() < body.len() {
        shown.push('…');
    }
    shown
}
