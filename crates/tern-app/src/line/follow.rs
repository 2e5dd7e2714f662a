//! Passes on what the engine tells: change events for windows, notifications for shells.
//!
//! Hints only; whoever misses one asks again.

use std::sync::{Arc, PoisonError, RwLock};

use tern_domain::alerts::AlertSubject;
use tern_domain::{AgentId, Announcement, ConversationId};
use tern_engine::{Engine, EngineEvent, RestartPolicy, Supervisor};
use tern_store::Store;
use tokio::sync::broadcast::error::RecvError;

use super::alerts::Teller;
use super::retention_job::{self, Followed};
use crate::attention::Attention;
use crate::changes::Changes;
use crate::dto::Line;
use crate::events::{Change, ChangeEvent};
use crate::jobs::Jobs;

/// What following an engine needs.
pub(super) struct Follower {
    pub(super) engine: Arc<Engine>,
    pub(super) store: Store,
    pub(super) line: Line,
    pub(super) changes: Arc<Changes>,
    pub(super) attention: Arc<Attention>,
    pub(super) agent: Arc<RwLock<AgentId>>,
    pub(super) teller: Teller,
    pub(super) jobs: Arc<Jobs>,
    pub(super) followed: Arc<Followed>,
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
        let mut changes = follower.changes.subscribe();
        async move {
            // One that a crash or a quit interrupted goes on without a word of the engine.
            retention_job::skip_past(&follower.followed, &follower.store).await;
            follower.follow_retention().await;
            loop {
                let event = tokio::select! {
                    () = token.cancelled() => return Ok(()),
                    () = follower.attention.looked() => {
                        follower.teller.looked_at().await;
                        continue;
                    }
                    // Whoever committed it: the engine, or a command of the window.
                    change = changes.recv() => {
                        if let Ok(ChangeEvent { change: Change::Conversation { conversation_id }, .. }) = change {
                            follower.teller.changed(ConversationId(conversation_id)).await;
                        }
                        continue;
                    }
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
                self.teller.text_arrived(&key, message_id).await;
            }
            EngineEvent::Announce(Announcement::SnoozeEnded { key }) => {
                let words = "Back from snooze".to_owned();
                let subject = AlertSubject::SnoozeEnded;
                self.teller.tell(&key, subject, words).await;
            }
            EngineEvent::Announce(Announcement::AgentPrompted { key, text }) => {
                self.teller.tell(&key, AlertSubject::Prompt, text).await;
            }
            EngineEvent::Announce(Announcement::WorkOffered {
                key,
                work_item,
                agent,
                accepted,
            }) => {
                self.changes.emit(Change::Team);
                let me = *self.agent.read().unwrap_or_else(PoisonError::into_inner);
                if agent == me {
                    let (subject, words) = if accepted {
                        (AlertSubject::Given, "This conversation is yours now.")
                    } else {
                        let subject = AlertSubject::Offer { work_item };
                        (subject, "This conversation is offered to you.")
                    };
                    self.teller.tell(&key, subject, words.to_owned()).await;
                }
            }
            EngineEvent::Announce(Announcement::AlertRaised { alert, sound }) => {
                self.teller.again(alert, sound).await;
            }
            EngineEvent::TeamChanged => self.changes.emit(Change::Team),
            EngineEvent::RetentionRan => {
                self.changes.emit(Change::Settings);
                self.follow_retention().await;
            }
            EngineEvent::ManyChanged => self.changes.emit(Change::Everything),
            // Connection, backfill, outbox and the remaining announcements show in the status.
            _ => self.changes.emit(Change::Status),
        }
    }

    async fn follow_retention(&self) {
        retention_job::follow(&self.followed, &self.jobs, &self.store).await;
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
}
