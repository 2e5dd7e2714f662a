//! What the virtual agent hears of a text that comes in, decided before the text is stored.

use tern_domain::bot::{HIDDEN_ANSWER, SECURE_ANSWER, Secrecy, secrecy};
use tern_domain::topic::{BotInput, Said, SaidMedia};
use tern_domain::{
    ArrivalContext, CarrierMessage, ConversationKey, ConversationState, Direction, Effect, Keyword,
    MessageText, Plan, cannot_send,
};
use tern_store::{Applied, ReadConn, StoreError, WriteTx};

use super::BotDesk;

/// The type of a picture that nobody has fetched yet; carriers deliver little else.
const UNSEEN_PICTURE: &str = "image/unseen";

/// A text for the virtual agent.
pub(crate) struct Heard {
    said: Said,
    secrecy: Secrecy,
}

impl BotDesk {
    /// The text as the virtual agent hears it; `None` where it is not for it. `state` is as the text finds it.
    pub(crate) fn listen(
        &self,
        conn: &ReadConn<'_>,
        state: &ConversationState,
        message: &CarrierMessage,
        ctx: &ArrivalContext,
    ) -> Result<Option<Heard>, StoreError> {
        let is_keyword = Keyword::find(message.body.as_str(), &state.key.provider)
            .is_some_and(Keyword::is_only_a_keyword);
        if message.direction != Direction::Inbound
            || state.stored.is_some()
            || !ctx.is_live(message.created_at)
            || is_keyword
        {
            return Ok(None);
        }
        let said = Said {
            text: message.body.clone(),
            media: Vec::new(),
            late: ctx.is_late(message.created_at),
            unanswerable: cannot_send(state, self.own_numbers.as_slice()).is_some(),
        };
        let session = match state.active() {
            Some(active) => conn.find_bot_session(active.id)?,
            None => None,
        };
        let secrecy = session.map_or(Secrecy::Open, |session| {
            secrecy(&self.topics.current(), &session, &said, ctx.now)
        });
        Ok(Some(Heard { said, secrecy }))
    }

    /// Gives a stored text to the session, if there is one or one begins with it.
    pub(crate) fn hear(
        &self,
        tx: &mut WriteTx<'_>,
        key: &ConversationKey,
        heard: Heard,
    ) -> Result<Applied, StoreError> {
        self.drive(tx, key, BotInput::Said(heard.said))
    }
}

impl Heard {
    /// Keeps a secure answer out of everything that is stored (V-20), and notes where the pictures of the text
    /// are found.
    pub(crate) fn settle(&mut self, plan: &mut Plan) {
        let stored = plan.effects.iter_mut().find_map(|effect| match effect {
            Effect::StoreMessage(message) => Some(message),
            _ => None,
        });
        let Some(message) = stored else { return };
        let message_id = message.message_id;
        if self.secrecy != Secrecy::Unheard {
            self.said.media = (0..message.media_count)
                .map(|_| SaidMedia {
                    address: message_id.to_string(),
                    content_type: UNSEEN_PICTURE.to_owned(),
                })
                .collect();
        }
        if self.secrecy == Secrecy::Open {
            return;
        }
        message.body = MessageText::from(HIDDEN_ANSWER);
        match self.secrecy {
            Secrecy::Unheard => self.said.text = MessageText::default(),
            Secrecy::Masked => self.said.text = MessageText::from(HIDDEN_ANSWER),
            Secrecy::Open | Secrecy::Hidden => {}
        }
        plan.effects.push(Effect::MarkMasked {
            message_id,
            patterns: vec![SECURE_ANSWER.to_owned()],
        });
    }
}
