//! Private notes and whispers (H-11). Nothing here knows the outbox.

use tern_domain::desk::{Audience, Note, NoteAct, plan_note};
use tern_domain::{ConversationId, MessageText, NoteId};
use tern_engine::EdgeIds;
use tern_store::StoreError;

use super::offers::act_context;
use crate::app::App;
use crate::dto::{ConversationRef, EditNote, NoteRef, NoteView, WriteNote};
use crate::error::ApiError;
use crate::line::Desk;
use crate::view::message::Beholder;
use crate::words;

/// Where the conversation of a note is known from.
#[derive(Clone, Copy)]
enum About {
    Conversation(ConversationId),
    Note,
}

impl App {
    /// A conversation's notes, oldest first.
    ///
    /// # Errors
    /// [`ErrorCode::NotFound`](crate::ErrorCode::NotFound).
    pub async fn notes(&self, request: ConversationRef) -> Result<Vec<NoteView>, ApiError> {
        let desk = self.desk()?;
        let id = ConversationId(request.conversation_id);
        let notes = desk
            .store
            .read(move |conn| {
                conn.load_conversation(id)?;
                conn.list_notes(id)
            })
            .await
            .map_err(|error| words::store(&error))?;
        let beholder = self.beholder(&desk).await?;
        Ok(notes.iter().map(|note| view(note, &beholder)).collect())
    }

    /// Writes a note, or whispers. The same `note_id` again changes nothing.
    ///
    /// # Errors
    /// [`ErrorCode::InvalidInput`](crate::ErrorCode::InvalidInput) for an empty one or a very long one.
    pub async fn write_note(&self, request: WriteNote) -> Result<NoteView, ApiError> {
        let desk = self.desk()?;
        let id = parse_id(&request.note_id)?;
        let about = About::Conversation(ConversationId(request.conversation_id));
        let body = MessageText::new(request.body);
        let audience = if request.whisper {
            Audience::LiveGroup
        } else {
            Audience::Team
        };
        let act = NoteAct::Write { id, body, audience };
        self.do_with_note(&desk, id, about, act).await?;
        self.load_note(&desk, id).await
    }

    /// Changes an own note.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) for somebody else's, and under a legal hold.
    pub async fn edit_note(&self, request: EditNote) -> Result<NoteView, ApiError> {
        let desk = self.desk()?;
        let id = parse_id(&request.note_id)?;
        let body = MessageText::new(request.body);
        self.do_with_note(&desk, id, About::Note, NoteAct::Edit { body })
            .await?;
        self.load_note(&desk, id).await
    }

    /// Deletes an own note, words and all. A window that offers an undo holds the call back.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) for somebody else's, and under a legal hold.
    pub async fn delete_note(&self, request: NoteRef) -> Result<(), ApiError> {
        let desk = self.desk()?;
        let id = parse_id(&request.note_id)?;
        self.do_with_note(&desk, id, About::Note, NoteAct::Delete)
            .await
    }

    async fn do_with_note(
        &self,
        desk: &Desk,
        id: NoteId,
        about: About,
        act: NoteAct,
    ) -> Result<(), ApiError> {
        let (agent, clock) = (desk.agent(), desk.clock());
        let applied = desk
            .store
            .write(move |tx| {
                let stored = tx.find_note(id)?;
                let key = match (about, &stored) {
                    (About::Conversation(conversation), _) => {
                        tx.load_conversation(conversation)?.key
                    }
                    (About::Note, Some(note)) => note.key.clone(),
                    (About::Note, None) => return Err(StoreError::NotFound { what: "note" }),
                };
                let state = tx.load_conversation_state(&key, None)?;
                let ctx = act_context(&tx.load_routing_config()?, agent, &*clock);
                let is_held = match tx.find_conversation(&key)? {
                    Some(conversation) => tx.is_conversation_held(conversation)?,
                    None => false,
                };
                let ids = &mut EdgeIds::new(&*clock);
                Ok(
                    match plan_note(&state, stored.as_ref(), is_held, act, &ctx, ids) {
                        Ok(plan) => Ok(tx.apply(&plan)?),
                        Err(refusal) => Err(refusal),
                    },
                )
            })
            .await
            .map_err(|error| words::store(&error))?
            .map_err(|refusal| words::note_refusal(&refusal))?;
        self.announce(desk, applied);
        Ok(())
    }

    async fn load_note(&self, desk: &Desk, id: NoteId) -> Result<NoteView, ApiError> {
        let note = desk
            .store
            .read(move |conn| {
                conn.find_note(id)?
                    .ok_or(StoreError::NotFound { what: "note" })
            })
            .await
            .map_err(|error| words::store(&error))?;
        Ok(view(&note, &self.beholder(desk).await?))
    }
}

fn parse_id(text: &str) -> Result<NoteId, ApiError> {
    text.parse()
        .map_err(|_| ApiError::bad_request("the note's id is malformed"))
}

fn view(note: &Note, beholder: &Beholder) -> NoteView {
    NoteView {
        id: note.id.to_string(),
        at: note.at.0,
        edited_at: note.edited_at.map(|at| at.0),
        author: beholder.name_of(note.author),
        own: note.author == beholder.agent,
        body: note.body.as_str().to_owned(),
        whispered_to: note
            .whispered_to
            .iter()
            .map(|agent| beholder.name_of(*agent))
            .collect(),
    }
}
