//! Notifications in words: what the engine decided to raise becomes something that a shell can show.
//!
//! Decides nothing but how much may be said. A notification says no more than the setting allows.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tern_domain::alerts::{Alert, AlertSound, AlertSubject, Outcome};
use tern_domain::{AgentId, ConversationId, ConversationKey, MessageId, WorkItemId};
use tern_engine::Engine;
use tern_store::{ConversationRow, Store};

use crate::attention::Attention;
use crate::changes::Changes;
use crate::dto::{NotificationStyle, OfferActs, Settings};
use crate::events::Change;
use crate::records::{self, Record};
use crate::usecases::can_reject;
use crate::view;

/// Longest body a notification shows, in characters.
const LONGEST_BODY: usize = 240;

/// Tells the shells of this desk.
pub(super) struct Teller {
    pub(super) engine: Arc<Engine>,
    pub(super) store: Store,
    pub(super) changes: Arc<Changes>,
    pub(super) attention: Arc<Attention>,
    pub(super) agent: Arc<RwLock<AgentId>>,
    /// Offers that a notification stands for.
    pub(super) offers: Mutex<HashMap<ConversationId, WorkItemId>>,
}

impl Teller {
    /// A text came in.
    pub(super) async fn text_arrived(&self, key: &ConversationKey, message_id: MessageId) {
        let Some(conversation) = self.find(key).await else {
            return;
        };
        // A text that joins an open offer must not take its buttons away.
        let subject = match self.offered(conversation.id) {
            Some(work_item) => AlertSubject::Offer { work_item },
            None => AlertSubject::Text,
        };
        let message = self.store.read(move |conn| conn.find_message(message_id));
        let body = match message.await {
            Ok(Some(message)) => shown_body(message.body.as_str(), message.media_count),
            _ => String::new(),
        };
        self.raise(&conversation, subject, Words::Private(body))
            .await;
    }

    /// Something about a conversation is due, or was given to this desk's agent.
    pub(super) async fn tell(&self, key: &ConversationKey, subject: AlertSubject, words: String) {
        if let Some(conversation) = self.find(key).await {
            self.raise(&conversation, subject, Words::Plain(words))
                .await;
        }
    }

    /// A repetition is due; that it is was decided with the timer.
    pub(super) async fn again(&self, alert: Alert, sound: Option<AlertSound>) {
        let id = alert.conversation;
        let found = self.store.read(move |conn| conn.load_conversation(id));
        let Ok(conversation) = found.await else {
            return;
        };
        let words = match alert.subject {
            AlertSubject::Text => match &conversation.preview {
                preview if !preview.text.as_str().trim().is_empty() => {
                    Words::Private(format!("Not read yet: {}", preview.text.as_str()))
                }
                _ => Words::Plain("Not read yet".to_owned()),
            },
            AlertSubject::Offer { .. } => {
                Words::Plain("This offer still waits for you.".to_owned())
            }
            AlertSubject::Given => Words::Plain("This conversation is yours now.".to_owned()),
            AlertSubject::Prompt => {
                Words::Plain("This conversation still waits for an answer.".to_owned())
            }
            AlertSubject::SnoozeEnded => Words::Plain("Back from snooze".to_owned()),
        };
        self.show(&conversation, alert.subject, words, sound).await;
    }

    /// A conversation changed: an offer of it may be over.
    pub(super) async fn changed(&self, conversation: ConversationId) {
        let Some(work_item) = self.offered(conversation) else {
            return;
        };
        let scene = self
            .store
            .read(move |conn| conn.find_alert_scene(conversation));
        let Ok(scene) = scene.await else {
            return;
        };
        if scene.and_then(|scene| scene.offered) != Some((work_item, self.me())) {
            self.offers().remove(&conversation);
            self.withdraw(conversation);
        }
    }

    /// Somebody looks at a conversation now.
    pub(super) async fn looked_at(&self) {
        let Some(conversation) = self.attention.on_screen().map(ConversationId) else {
            return;
        };
        if let Err(error) = self.engine.looked_at(conversation).await {
            tracing::warn!(%error, "a repeated notification could not be ended");
        }
        if self.offered(conversation).is_none() {
            self.withdraw(conversation);
        }
    }

    async fn raise(&self, conversation: &ConversationRow, subject: AlertSubject, words: Words) {
        let alert = Alert::new(conversation.id, self.me(), subject);
        match self.engine.raise_alert(alert).await {
            Ok(Outcome::Raise { sound }) => self.show(conversation, subject, words, sound).await,
            Ok(Outcome::Withhold(_)) => {}
            Err(error) => tracing::warn!(%error, "a notification could not be decided about"),
        }
    }

    async fn show(
        &self,
        conversation: &ConversationRow,
        subject: AlertSubject,
        words: Words,
        sound: Option<AlertSound>,
    ) {
        let settings: Settings = records::find(&self.store, Record::Settings)
            .await
            .ok()
            .flatten()
            .unwrap_or_default();
        let body = match (words, settings.notification_style) {
            (Words::Plain(words), _) | (Words::Private(words), NotificationStyle::Full) => words,
            (Words::Private(_), NotificationStyle::NameOnly | NotificationStyle::None) => {
                String::new()
            }
        };
        let offer = match subject {
            AlertSubject::Offer { work_item } => {
                self.offers().insert(conversation.id, work_item);
                Some(OfferActs {
                    work_item_id: work_item.to_string(),
                    can_reject: self.can_reject(conversation.id, work_item).await,
                })
            }
            _ => None,
        };
        self.changes.emit(Change::Arrived {
            conversation_id: Some(conversation.id.0),
            title: view::conversation::requester(conversation),
            body,
            sound: sound.map(view::alerts::sound_view),
            offer,
        });
    }

    async fn can_reject(&self, conversation: ConversationId, work_item: WorkItemId) -> bool {
        let found = self.store.read(move |conn| {
            let config = conn.load_routing_config()?;
            let work = conn.list_open_work_of(conversation)?;
            let item = work.iter().find(|item| item.id == work_item);
            Ok(item.is_some_and(|item| can_reject(&config, item)))
        });
        found.await.unwrap_or(false)
    }

    async fn find(&self, key: &ConversationKey) -> Option<ConversationRow> {
        let wanted = key.clone();
        self.store
            .read(move |conn| match conn.find_conversation(&wanted)? {
                Some(id) => conn.load_conversation(id).map(Some),
                None => Ok(None),
            })
            .await
            .ok()
            .flatten()
    }

    fn withdraw(&self, conversation: ConversationId) {
        self.changes.emit(Change::Seen {
            conversation_id: conversation.0,
        });
    }

    fn offered(&self, conversation: ConversationId) -> Option<WorkItemId> {
        self.offers().get(&conversation).copied()
    }

    fn offers(&self) -> std::sync::MutexGuard<'_, HashMap<ConversationId, WorkItemId>> {
        self.offers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn me(&self) -> AgentId {
        *self.agent.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The body of a notification.
enum Words {
    /// What the requester wrote: only for those who chose to see it.
    Private(String),
    /// Tern's own words.
    Plain(String),
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
