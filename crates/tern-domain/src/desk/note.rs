//! Private words: notes for the team, and whispers to the agents of an interaction (H-11). Neither is ever
//! seen by the requester.
//!
//! A note is not a text: it has its own type, its own table and no outbox entry, so nothing that sends
//! can take one. Its words are not copied into events, so that deleting it removes them. A whisper is a note
//! that somebody is told of.

use std::collections::BTreeSet;

use crate::address::ConversationKey;
use crate::draft::PlanDraft;
use crate::event::{Actor, EventBody};
use crate::ids::{AgentId, IdSource, NoteId};
use crate::interaction::{ActContext, Authority};
use crate::message::MessageText;
use crate::notice::NoticeKind;
use crate::plan::{Effect, Plan};
use crate::retention::{OnHold, check_not_held};
use crate::state::ConversationState;
use crate::time::UtcMillis;

/// Longest note.
pub const MAX_NOTE_CHARACTERS: usize = 10_000;

/// One note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Global id.
    pub id: NoteId,
    /// The conversation it is about.
    pub key: ConversationKey,
    /// Who wrote it.
    pub author: AgentId,
    /// When it was written: its place in the thread.
    pub at: UtcMillis,
    /// When it was last changed.
    pub edited_at: Option<UtcMillis>,
    /// Its words.
    pub body: MessageText,
    /// The agents it was whispered to; empty for a note.
    pub whispered_to: BTreeSet<AgentId>,
}

/// Whom private words are for. Anybody of the team may read either in the thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Whoever comes by.
    Team,
    /// The other agents of the interaction, who are told.
    LiveGroup,
}

/// What an agent does with a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoteAct {
    /// Writes one. The id is made by the window, so that a repeated call writes once.
    Write {
        /// Its id.
        id: NoteId,
        /// Its words.
        body: MessageText,
        /// Whom it is for.
        audience: Audience,
    },
    /// Changes an own one.
    Edit {
        /// Its new words.
        body: MessageText,
    },
    /// Deletes an own one.
    Delete,
}

/// Why not. The words are for the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteRefusal {
    /// Nothing on it.
    #[error("the note is empty")]
    Empty,
    /// Longer than [`MAX_NOTE_CHARACTERS`].
    #[error("the note is too long by {over_by} characters")]
    TooLong {
        /// Characters too many.
        over_by: usize,
    },
    /// Somebody else's, or gone.
    #[error("only the one who wrote a note can change it")]
    NotYours,
    /// No agent has an interaction to whisper in.
    #[error("nobody has this conversation yet")]
    NobodyToHear,
    /// A legal hold is on the conversation: neither gone nor written over.
    #[error(transparent)]
    OnHold(#[from] OnHold),
    /// I-17, H-11.
    #[error("only those who take part in a conversation and supervisors can whisper in it")]
    MayNotWhisper,
}

/// H-11: whom an agent's whisper would reach: everybody who takes part or has whispered, without themselves.
///
/// # Errors
/// [`NoteRefusal::NobodyToHear`] and [`NoteRefusal::MayNotWhisper`].
pub fn whisper_reaches(
    state: &ConversationState,
    agent: AgentId,
    authority: Authority,
) -> Result<BTreeSet<AgentId>, NoteRefusal> {
    let interaction = state
        .active()
        .filter(|active| active.assigned_to.is_some())
        .ok_or(NoteRefusal::NobodyToHear)?;
    let mut there: BTreeSet<AgentId> = interaction
        .live_group
        .union(&interaction.whisperers)
        .copied()
        .collect();
    if authority == Authority::Agent && !there.contains(&agent) {
        return Err(NoteRefusal::MayNotWhisper);
    }
    there.remove(&agent);
    if there.is_empty() {
        return Err(NoteRefusal::NobodyToHear);
    }
    Ok(there)
}

/// Plans what an agent does with a note; `stored` is the note in question, if it exists, and `is_held` says whether a
/// legal hold is on its conversation. Writing the same one again plans nothing.
///
/// # Errors
/// [`NoteRefusal`].
pub fn plan_note(
    state: &ConversationState,
    stored: Option<&Note>,
    is_held: bool,
    act: NoteAct,
    ctx: &ActContext,
    ids: &mut dyn IdSource,
) -> Result<Plan, NoteRefusal> {
    let (agent, now) = (ctx.agent, ctx.now);
    let mut draft = PlanDraft::new(state, now, ids);
    let actor = Actor::Agent(agent);
    let own = || {
        stored
            .filter(|note| note.author == agent)
            .ok_or(NoteRefusal::NotYours)
    };
    match act {
        NoteAct::Write { .. } if stored.is_some() => {}
        NoteAct::Write { id, body, audience } => {
            check(&body)?;
            let whispered_to = match audience {
                Audience::Team => BTreeSet::new(),
                Audience::LiveGroup => whisper_reaches(state, agent, ctx.authority)?,
            };
            draft.push(Effect::PutNote(Note {
                id,
                key: state.key.clone(),
                author: agent,
                at: now,
                edited_at: None,
                body,
                whispered_to: whispered_to.clone(),
            }));
            if whispered_to.is_empty() {
                draft.record(actor, EventBody::NoteWritten { note_id: id });
            } else {
                for listener in &whispered_to {
                    draft.notify(*listener, agent, NoticeKind::Whispered);
                }
                draft.record_interaction(
                    actor,
                    EventBody::Whispered {
                        note_id: id,
                        agent,
                        to: whispered_to,
                    },
                );
            }
        }
        NoteAct::Edit { body } => {
            let note = own()?;
            check(&body)?;
            if body != note.body {
                check_not_held(is_held)?;
                draft.push(Effect::PutNote(Note {
                    edited_at: Some(now),
                    body,
                    ..note.clone()
                }));
                draft.record(actor, EventBody::NoteEdited { note_id: note.id });
            }
        }
        NoteAct::Delete => {
            let note = own()?;
            check_not_held(is_held)?;
            draft.push(Effect::DeleteNote {
                note_id: note.id,
                key: state.key.clone(),
            });
            draft.record(actor, EventBody::NoteDeleted { note_id: note.id });
        }
    }
    Ok(draft.finish())
}

fn check(body: &MessageText) -> Result<(), NoteRefusal> {
    if body.is_blank() {
        return Err(NoteRefusal::Empty);
    }
    let over_by = body
        .as_str()
        .chars()
        .count()
        .saturating_sub(MAX_NOTE_CHARACTERS);
    if over_by > 0 {
        return Err(NoteRefusal::TooLong { over_by });
    }
    Ok(())
}
