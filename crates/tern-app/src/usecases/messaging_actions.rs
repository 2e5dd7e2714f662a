//! Messaging actions: making them, and rehearsing them on what has been.

use tern_domain::messaging_action::{
    ActionAct, ActionEvent, ActionProblem, MessagingAction, PastFact, PastTurn, rehearse,
};
use tern_domain::{
    ConversationId, ConversationKey, Direction, EventBody, InteractionId, InteractionState,
    Keyword, MessagePosition, Millis, NewMessage, Placement,
};
use tern_store::{ConversationRow, MessageRow, ReadConn, StoreError, ThreadAnchor};

use crate::app::App;
use crate::dto::{
    ActView, ActionField, ActionProblemView, MessagingActionDraft, MessagingActionView,
    RehearsalPage, RehearseActions, RehearsedFiring, ReplaceMessagingActions, SettableState,
    WaitEvent,
};
use crate::error::{ApiError, ErrorCode};
use crate::line::Desk;
use crate::view::{condition, conversation};
use crate::words;

/// Most actions; each costs a little with every text.
const MOST_ACTIONS: usize = 50;
/// Conversations of one page of a rehearsal.
const REHEARSED_AT_ONCE: u32 = 40;
/// Texts and events of one conversation that a rehearsal looks at.
const LONGEST_PAST: u32 = 500;

impl App {
    /// All messaging actions.
    ///
    /// # Errors
    /// [`ErrorCode::Storage`] when the file cannot be read.
    pub async fn messaging_actions(&self) -> Result<Vec<MessagingActionView>, ApiError> {
        let desk = self.desk()?;
        list(&desk).await
    }

    /// Says what is wrong with an action, by field.
    ///
    /// # Errors
    /// [`ErrorCode::BadRequest`] for a malformed id.
    #[expect(clippy::unused_async, reason = "every command is called alike")]
    pub async fn check_messaging_action(
        &self,
        request: MessagingActionDraft,
    ) -> Result<Vec<ActionProblemView>, ApiError> {
        let action = read(request)?;
        Ok(action.problems().into_iter().map(problem_view).collect())
    }

    /// Replaces all messaging actions. Timers that run follow.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] for an action that is not good.
    pub async fn replace_messaging_actions(
        &self,
        request: ReplaceMessagingActions,
    ) -> Result<Vec<MessagingActionView>, ApiError> {
        let desk = self.desk()?;
        self.must_administer(&desk).await?;
        let actions = read_all(request.actions)?;
        desk.store
            .write(move |tx| tx.replace_messaging_actions(&actions))
            .await
            .map_err(|error| words::store(&error))?;
        if let Some(engine) = desk.engine() {
            engine.effects_committed();
        }
        list(&desk).await
    }

    /// Runs actions over a page of past conversations: who would have been prompted, and when. Nothing is
    /// changed. A window asks for page after page and stops whenever it likes.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`] for an action that is not good.
    pub async fn rehearse_messaging_actions(
        &self,
        request: RehearseActions,
    ) -> Result<RehearsalPage, ApiError> {
        let desk = self.desk()?;
        let now = desk.now();
        let actions = read_all(request.actions)?;
        let since = now - Millis::days(i64::from(request.days));
        let after = request.after.unwrap_or(0);
        desk.store
            .read(move |conn| {
                let ids =
                    conn.list_conversations_since(since, ConversationId(after), REHEARSED_AT_ONCE)?;
                let total = conn.count_conversations_since(since)?;
                let mut firings = Vec::new();
                for id in &ids {
                    let row = conn.load_conversation(*id)?;
                    let turns = past_of(conn, &row)?;
                    let found = rehearse(&actions, &turns, now);
                    firings.extend(found.into_iter().filter(|it| it.at >= since).map(|it| {
                        RehearsedFiring {
                            conversation_id: row.id.0,
                            requester: conversation::requester(&row),
                            action_id: it.action.to_string(),
                            at: it.at.0,
                            waited_since: it.started_at.0,
                        }
                    }));
                }
                let is_full = ids.len() == usize::try_from(REHEARSED_AT_ONCE).unwrap_or_default();
                Ok(RehearsalPage {
                    looked_at: u32::try_from(ids.len()).unwrap_or(u32::MAX),
                    total,
                    next: ids.last().filter(|_| is_full).map(|id| id.0),
                    firings,
                })
            })
            .await
            .map_err(|error| words::store(&error))
    }
}

async fn list(desk: &Desk) -> Result<Vec<MessagingActionView>, ApiError> {
    let actions = desk
        .store
        .read(|conn| conn.list_messaging_actions())
        .await
        .map_err(|error| words::store(&error))?;
    Ok(actions.iter().map(view).collect())
}

/// A conversation's live texts and the events of its interactions, in the order of time.
fn past_of(conn: &ReadConn<'_>, row: &ConversationRow) -> Result<Vec<PastTurn>, StoreError> {
    let first_live = ThreadAnchor::After(MessagePosition(0));
    let texts = conn
        .list_messages(row.id, first_live, LONGEST_PAST)?
        .messages;
    let mut turns: Vec<_> = texts
        .iter()
        .filter(|text| text.position.0 > 0)
        .map(|text| PastTurn {
            at: text.at,
            fact: PastFact::Text(Box::new(past_text(text, &row.key))),
        })
        .collect();
    let mut current: Option<InteractionId> = None;
    for event in conn.list_timeline(row.id, None, LONGEST_PAST)?.iter().rev() {
        if matches!(event.body, EventBody::InteractionOpened { .. }) {
            current = Some(InteractionId::new(event.id.uuid()));
        }
        if let Some(interaction) = current {
            turns.push(PastTurn {
                at: event.at,
                fact: PastFact::Event(interaction, event.body.clone()),
            });
        }
    }
    turns.sort_by_key(|turn| turn.at);
    Ok(turns)
}

fn past_text(text: &MessageRow, key: &ConversationKey) -> NewMessage {
    let keyword = Keyword::find(text.body.as_str(), &key.provider);
    NewMessage {
        message_id: text.message_id,
        key: key.clone(),
        sid: text.sid.clone(),
        direction: text.direction,
        body: text.body.clone(),
        status: text.status.clone(),
        error_code: text.error_code,
        segments: text.segments,
        media_count: text.media_count,
        media: Vec::new(),
        at: text.at,
        author: text.author,
        placement: Placement::Live,
        unread: text.direction == Direction::Inbound
            && !keyword.is_some_and(Keyword::is_only_a_keyword),
    }
}

fn read_all(drafts: Vec<MessagingActionDraft>) -> Result<Vec<MessagingAction>, ApiError> {
    let actions = drafts
        .into_iter()
        .map(read)
        .collect::<Result<Vec<_>, _>>()?;
    check_actions(&actions)?;
    Ok(actions)
}

/// Whether these can be all messaging actions.
pub(crate) fn check_actions(actions: &[MessagingAction]) -> Result<(), ApiError> {
    if actions.len() > MOST_ACTIONS {
        return Err(ApiError::new(
            ErrorCode::InvalidInput,
            format!("There can be at most {MOST_ACTIONS} messaging actions."),
            "Delete one that is not used any more.",
        ));
    }
    for action in actions {
        if let Some(problem) = action.problems().into_iter().next() {
            return Err(ApiError::new(
                ErrorCode::InvalidInput,
                format!("“{}” cannot be used as it is.", action.name),
                problem_view(problem).words,
            ));
        }
    }
    Ok(())
}

fn read(draft: MessagingActionDraft) -> Result<MessagingAction, ApiError> {
    Ok(MessagingAction {
        id: draft
            .id
            .parse()
            .map_err(|_| ApiError::bad_request("the action's id is malformed"))?,
        name: draft.name.trim().to_owned(),
        event: match draft.event {
            WaitEvent::CustomerWaits => ActionEvent::RequesterMessageWithoutAgentResponse,
            WaitEvent::TeamWaits => ActionEvent::AgentMessageWithoutRequesterResponse,
        },
        after: Millis::minutes(i64::from(draft.after_minutes)),
        is_active: draft.active,
        filter: draft.filter,
        act: match draft.act {
            ActView::PromptAgent { text } => ActionAct::PromptAgent { text },
            ActView::PromptRequester { text } => ActionAct::PromptRequester { text },
            ActView::Reassign => ActionAct::Reassign,
            ActView::SetState { state } => ActionAct::SetState {
                state: match state {
                    SettableState::WorkInProgress => InteractionState::WorkInProgress,
                    SettableState::OnHold => InteractionState::OnHold,
                    SettableState::ClosedComplete => InteractionState::ClosedComplete,
                    SettableState::ClosedAbandoned => InteractionState::ClosedAbandoned,
                },
            },
        },
    })
}

fn view(action: &MessagingAction) -> MessagingActionView {
    MessagingActionView {
        id: action.id.to_string(),
        name: action.name.clone(),
        event: match action.event {
            ActionEvent::RequesterMessageWithoutAgentResponse => WaitEvent::CustomerWaits,
            ActionEvent::AgentMessageWithoutRequesterResponse => WaitEvent::TeamWaits,
        },
        after_minutes: u32::try_from(action.after.0 / Millis::minutes(1).0).unwrap_or(u32::MAX),
        active: action.is_active,
        filter: condition::check(&action.filter),
        act: match &action.act {
            ActionAct::PromptAgent { text } => ActView::PromptAgent { text: text.clone() },
            ActionAct::PromptRequester { text } => ActView::PromptRequester { text: text.clone() },
            ActionAct::Reassign => ActView::Reassign,
            ActionAct::SetState { state } => ActView::SetState {
                state: match state {
                    InteractionState::OnHold => SettableState::OnHold,
                    InteractionState::ClosedComplete => SettableState::ClosedComplete,
                    InteractionState::ClosedAbandoned => SettableState::ClosedAbandoned,
                    _ => SettableState::WorkInProgress,
                },
            },
        },
    }
}

fn problem_view(problem: ActionProblem) -> ActionProblemView {
    let (field, words) = match problem {
        ActionProblem::NoName => (ActionField::Name, "Give it a name.".to_owned()),
        ActionProblem::Wait => (
            ActionField::After,
            "Choose a wait between one minute and a year.".to_owned(),
        ),
        ActionProblem::NoText => (ActionField::Text, "Write what it says.".to_owned()),
        ActionProblem::TextTooLong { over_by } => (
            ActionField::Text,
            format!("This is too long for one text, by {over_by} characters."),
        ),
        ActionProblem::State => (ActionField::State, "Choose another state.".to_owned()),
        ActionProblem::Filter(problems) => (
            ActionField::Filter,
            problems
                .into_iter()
                .next()
                .map_or_else(String::new, |problem| problem.to_string()),
        ),
    };
    ActionProblemView { field, words }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_state_that_can_be_chosen_reads_back() {
        for state in MessagingAction::STATES {
            let action = MessagingAction {
                id: tern_domain::MessagingActionId::new(uuid::Uuid::from_u128(1)),
                name: "x".to_owned(),
                event: ActionEvent::RequesterMessageWithoutAgentResponse,
                after: Millis::minutes(1),
                is_active: true,
                filter: "true".to_owned(),
                act: ActionAct::SetState { state },
            };
            let shown = view(&action);
            let again = read(MessagingActionDraft {
                id: shown.id,
                name: shown.name,
                event: shown.event,
                after_minutes: shown.after_minutes,
                active: shown.active,
                filter: shown.filter.text,
                act: shown.act,
            })
            .unwrap();
            assert_eq!(again, action);
        }
    }
}
