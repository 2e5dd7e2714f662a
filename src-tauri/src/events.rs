//! Passes the app's change events on: to the page, to the notifications, to the tray.

use tauri::{AppHandle, Emitter, Manager};
use tern_app::{App, Change, ChangeEvent};
use tokio::sync::broadcast::error::RecvError;

use crate::notify::{Card, Notifier};
use crate::{Shell, window};

/// Name under which the page listens.
const TOPIC: &str = "tern://change";

/// Forwards until the app ends. A receiver that fell behind tells the page to ask for everything,
/// since events are hints and never the truth.
pub(crate) async fn forward(handle: AppHandle, app: App, notifier: Notifier) {
    let mut changes = app.subscribe();
    notifier.look_at_desktop().await;
    loop {
        let event = match changes.recv().await {
            Ok(event) => event,
            Err(RecvError::Lagged(_)) => ChangeEvent {
                revision: app.revision(),
                change: Change::Everything,
            },
            Err(RecvError::Closed) => return,
        };
        react(&handle, &notifier, &event).await;
        if let Err(error) = handle.emit_to(window::MAIN, TOPIC, &without_words(event)) {
            tracing::warn!(%error, "the page could not be told of a change");
        }
    }
}

/// What the page is told of a change. The words of a text are not: it asks for them by the sealed channel, and an event
/// passes the toolkit as it is.
fn without_words(mut event: ChangeEvent) -> ChangeEvent {
    if let Change::Arrived { body, .. } = &mut event.change {
        body.clear();
    }
    event
}

async fn react(handle: &AppHandle, notifier: &Notifier, event: &ChangeEvent) {
    match &event.change {
        Change::Arrived {
            conversation_id,
            title,
            body,
            sound,
            offer,
        } => {
            let card = Card {
                conversation_id: *conversation_id,
                title: title.clone(),
                body: body.clone(),
                sound: *sound,
                offer: offer.clone(),
            };
            notifier.show(card).await;
        }
        Change::Trial { title, body, sound } => {
            let card = Card {
                conversation_id: None,
                title: title.clone(),
                body: body.clone(),
                sound: *sound,
                offer: None,
            };
            notifier.show(card).await;
        }
        Change::Sound { sound } => notifier.play(*sound).await,
        // What was shown before tells of customers; what came meanwhile is in the inbox now.
        Change::Lock { .. } => notifier.withdraw_all(),
        Change::Seen { conversation_id } => notifier.withdraw(*conversation_id),
        Change::Settings => {
            if let Some(shell) = handle.try_state::<Shell>() {
                shell.apply_settings(handle).await;
            }
        }
        _ => {}
    }
    if matches!(
        event.change,
        Change::Conversation { .. }
            | Change::Everything
            | Change::Lock { .. }
            | Change::Seen { .. }
            | Change::Status
    ) && let Some(shell) = handle.try_state::<Shell>()
    {
        shell.show_unread().await;
    }
}
