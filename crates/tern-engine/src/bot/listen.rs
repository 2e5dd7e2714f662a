//! What the virtual agent hears of a text that comes in, decided before the text is stored.

use tern_domain::bot::{
    HIDDEN_ANSWER, PROOF_ENTRY, SECURE_ANSWER, Secrecy, may_hear_secret, secrecy,
};
use tern_domain::subscription::read_word;
use tern_domain::topic::{BotInput, BotSession, Phase, Said, SaidMedia};
use tern_domain::verification::ProofFactor;
use tern_domain::{
    ArrivalContext, CarrierMessage, CarrierWipe, ConversationKey, ConversationState, Direction,
    Effect, Interaction, InteractionId, MessageText, Plan, UtcMillis, WipeCause, cannot_send,
};
use tern_store::{Applied, ReadConn, StoreError, WriteTx};

use super::BotDesk;

/// A text for the virtual agent.
pub(crate) struct Heard {
    said: Said,
    secrecy: Secrecy,
    /// What a text that is not kept is called.
    called: &'static str,
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
        let is_word = read_word(state, message, ctx).is_some_and(|it| it.is_kept_from_topics());
        if message.direction != Direction::Inbound
            || state.stored.is_some()
            || !ctx.is_live(message.created_at)
            || is_word
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
        let topics = self.topics.current();
        let secrecy = match (state.active(), &session) {
            (Some(active), Some(session)) => {
                if self.is_repeated(active.id, session, &said, ctx.now) {
                    Secrecy::Unheard
                } else {
                    secrecy(&topics, session, &said, ctx.now)
                }
            }
            _ => Secrecy::Open,
        };
        let is_proof = session.as_ref().is_some_and(
            |session| matches!(&session.phase, Phase::Asking(asking) if asking.factor.is_some()),
        );
        Ok(Some(Heard {
            said,
            secrecy,
            called: if is_proof { PROOF_ENTRY } else { SECURE_ANSWER },
        }))
    }

    /// Whether the next text of a conversation may answer a secure question, so that it must not even be written
    /// down before that is known (L-14).
    pub(crate) fn may_hear_secret(
        &self,
        conn: &ReadConn<'_>,
        key: &ConversationKey,
    ) -> Result<bool, StoreError> {
        let Some(conversation) = conn.find_conversation(key)? else {
            return Ok(false);
        };
        let active = conn
            .find_latest_interaction(conversation)?
            .filter(Interaction::is_active);
        let session = match active {
            Some(active) => conn
                .find_bot_session(active.id)?
                .map(|session| (active.id, session)),
            None => None,
        };
        Ok(session.is_some_and(|(id, session)| {
            self.entries.is_recent(id, self.clock.now())
                || may_hear_secret(&self.topics.current(), &session)
        }))
    }

    /// A secret that is sent twice is no answer to the next question, unless that one asks for it again.
    fn is_repeated(
        &self,
        interaction: InteractionId,
        session: &BotSession,
        said: &Said,
        now: UtcMillis,
    ) -> bool {
        let is_next_question = match &session.phase {
            Phase::Asking(asking) => match asking.factor {
                Some(factor) => factor == ProofFactor::Code,
                None => !may_hear_secret(&self.topics.current(), session),
            },
            _ => false,
        };
        is_next_question
            && self
                .entries
                .is_repeated(interaction, said.text.as_str(), now)
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
    /// Keeps a secure answer out of everything that is stored (V-20) and has the carrier forget it (L-14), and
    /// notes where the pictures of any other text are found.
    pub(crate) fn settle(&mut self, plan: &mut Plan, now: UtcMillis) {
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
                    content_type: SaidMedia::UNSEEN.to_owned(),
                })
                .collect();
        }
        if self.secrecy == Secrecy::Open {
            return;
        }
        message.body = MessageText::from(HIDDEN_ANSWER);
        let wipe = CarrierWipe::due(
            message_id,
            WipeCause::SecureAnswer,
            message.media_count > 0,
            now,
        );
        message.media_count = 0;
        plan.effects
            .retain(|effect| !matches!(effect, Effect::FetchMedia { .. }));
        match self.secrecy {
            Secrecy::Unheard => self.said.text = MessageText::default(),
            Secrecy::Masked => self.said.text = MessageText::from(HIDDEN_ANSWER),
            Secrecy::Open | Secrecy::Hidden => {}
        }
        plan.effects.push(Effect::MarkMasked {
            message_id,
            patterns: vec![self.called.to_owned()],
        });
        plan.effects.push(Effect::WipeAtCarrier(wipe));
    }
}
