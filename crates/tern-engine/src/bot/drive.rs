//! One input for one session, within a write transaction: turns are taken until the machine waits for something
//! that the file cannot answer.

use tern_domain::bot::{BotContext, answer_to_hand_over, plan_hand_over, plan_turn};
use tern_domain::topic::{
    BotEffect, BotInput, BotSession, HandoverContext, Phase, Ticket, TopicSet, turn,
};
use tern_domain::verification::{ProofEntry, ProofFactor};
use tern_domain::{
    ConversationId, ConversationKey, Direction, Handler, Interaction, InteractionId, MessageId,
    MessageText, PersonId, UtcMillis, plan_autopilot_end, plan_return_to_bot,
};
use tern_store::{Applied, StoreError, ThreadAnchor, WriteTx};

use super::BotDesk;
use super::entries::Entered;
use super::identity::roles_of_proven;
use super::look::DeskLook;
use super::pictures::inspected;
use crate::ids::EdgeIds;
use crate::notifications::{shown, skipped, waiting_for};

/// Most turns that follow from one input. The machine itself ends after 200 nodes (V-23).
const MOST_TURNS: usize = 500;
/// Texts that are looked through for the requester's newest.
const NEWEST: u32 = 50;

impl BotDesk {
    /// Gives the session of a conversation's active interaction an input and carries out what comes of it:
    /// texts, rows, timers, a transfer, the end. Nothing happens without an active interaction, and where the
    /// virtual agent has no part in it.
    ///
    /// Whatever has happened to the interaction since its last input is told to the session first: that an
    /// agent accepted it (H-7), or that it was given back. So an interaction's own changes are planned and
    /// applied before this is called.
    ///
    /// After the commit the outbox and the other tasks have to be woken.
    ///
    /// # Errors
    /// [`StoreError`]; the transaction must be given up then.
    pub fn drive(
        &self,
        tx: &mut WriteTx<'_>,
        key: &ConversationKey,
        input: BotInput,
    ) -> Result<Applied, StoreError> {
        let now = self.clock.now();
        let state = tx.load_conversation_state(key, None)?;
        let (Some(active), Some(conversation)) = (state.active(), state.conversation) else {
            return Ok(Applied::default());
        };
        let session = match tx.find_bot_session(active.id)? {
            Some(session) => session,
            None if begins(active.handler, &input) => BotSession::new(seed(active.id), now),
            None => return Ok(Applied::default()),
        };
        let mut session = session;
        let mut first = missed(active, &session, &input);
        if session.verified {
            match roles_of_proven(tx, active.id, key, now)? {
                Some(roles) => session.roles = roles,
                // L-12, L-15: locked, unlinked or gone since.
                None if input != BotInput::Unverified => first.insert(0, BotInput::Unverified),
                None => {}
            }
        }
        let mut run = Run {
            desk: self,
            topics: &self.topics.current(),
            key,
            conversation,
            interaction: active.id,
            session,
            now,
            applied: Applied::default(),
        };
        for input in first.into_iter().chain([input]) {
            run.take(tx, input)?;
        }
        Ok(run.applied)
    }
}

impl BotDesk {
    /// The same for an input of an interaction whose time has come, if that is the active one still.
    pub(crate) fn wake(
        &self,
        tx: &mut WriteTx<'_>,
        interaction: InteractionId,
        input: BotInput,
    ) -> Result<Applied, StoreError> {
        match tx.find_interaction(interaction)? {
            Some(found) if found.interaction.is_active() => {
                self.drive(tx, &found.interaction.key, input)
            }
            _ => Ok(Applied::default()),
        }
    }
}

impl BotDesk {
    /// what nobody took in time goes back to the virtual agent, if it had it before.
    pub(crate) fn take_back(
        &self,
        tx: &mut WriteTx<'_>,
        key: &ConversationKey,
    ) -> Result<Applied, StoreError> {
        let now = self.clock.now();
        let state = tx.load_conversation_state(key, None)?;
        let session = match state.active() {
            Some(active) if active.with_bot => tx.find_bot_session(active.id)?,
            _ => None,
        };
        if session.is_none() {
            return Ok(Applied::default());
        }
        let ids = &mut EdgeIds::new(&*self.clock);
        let Some(plan) = plan_return_to_bot(&state, now, ids) else {
            return Ok(Applied::default());
        };
        let mut applied = tx.apply(&plan)?;
        applied.merge(self.drive(tx, key, BotInput::HandedBack)?);
        Ok(applied)
    }
}

/// Chooses alternates and surveys: the same in every replay of an interaction.
fn seed(interaction: InteractionId) -> u64 {
    interaction.uuid().as_u64_pair().1
}

/// Whether an input makes a session where there is none.
fn begins(handler: Handler, input: &BotInput) -> bool {
    handler == Handler::VirtualAgent
        || matches!(
            input,
            BotInput::AutopilotBegin { .. } | BotInput::StartAt { .. }
        )
}

/// What the session was not told yet, in order.
fn missed(active: &Interaction, session: &BotSession, input: &BotInput) -> Vec<BotInput> {
    let mut missed = Vec::new();
    let stopped = session.autopilot && active.autopilot.is_none();
    if stopped && *input != BotInput::AutopilotStop {
        missed.push(BotInput::AutopilotStop);
    }
    let is_agents = session.phase == Phase::Agent || session.autopilot;
    let is_away = is_agents || session.phase == Phase::Queued;
    match (active.handler, input) {
        (_, BotInput::AgentAccepted) | (Handler::Queue, _) => {}
        (Handler::LiveAgent, _) if !is_agents => missed.push(BotInput::AgentAccepted),
        (Handler::LiveAgent, _) => {}
        (Handler::VirtualAgent, BotInput::HandedBack) if !is_away => {
            missed.push(BotInput::AgentAccepted);
        }
        (Handler::VirtualAgent, BotInput::HandedBack) => {}
        (Handler::VirtualAgent, _) if is_away => missed.push(BotInput::HandedBack),
        (Handler::VirtualAgent, _) => {}
    }
    missed
}

/// The turns that follow from one call.
struct Run<'r> {
    desk: &'r BotDesk,
    topics: &'r TopicSet,
    key: &'r ConversationKey,
    conversation: ConversationId,
    interaction: InteractionId,
    session: BotSession,
    now: UtcMillis,
    applied: Applied,
}

impl Run<'_> {
    fn take(&mut self, tx: &mut WriteTx<'_>, input: BotInput) -> Result<(), StoreError> {
        let mut next = Some(input);
        for _ in 0..MOST_TURNS {
            let Some(input) = next else { return Ok(()) };
            let state = tx.load_conversation_state_to_end(self.key, self.now)?;
            if state.active().map(|active| active.id) != Some(self.interaction) {
                return Ok(());
            }
            let look = DeskLook::take(tx, self.conversation, self.key, self.now)?;
            let our_name = self.desk.number_names.get(&self.key.provider);
            let our_name = our_name.map_or("", String::as_str);
            self.session.known = look.facts(self.key, our_name, self.now);
            // A person hears no list, and what waits for an agent's customer waits on.
            self.session.waiting = if self.session.is_silent() {
                Vec::new()
            } else {
                waiting_for(tx, self.desk, self.key)?
            };
            let before = matches!(input, BotInput::Said(_) | BotInput::Begin { .. })
                .then(|| self.session.clone());
            let taken = turn(self.topics, self.session.clone(), input, self.now);
            let ids = &mut EdgeIds::new(&*self.desk.clock);
            let plan = plan_turn(&state, &taken, before.as_ref(), &self.context(), ids);
            self.applied.merge(tx.apply(&plan)?);
            self.session = taken.session;
            next = None;
            for effect in taken.effects {
                if let Some(answer) = self.answer(tx, effect, &look)? {
                    next = Some(answer);
                }
            }
        }
        tracing::error!("a topic asked for more than anybody answers");
        Ok(())
    }

    fn context(&self) -> BotContext<'_> {
        BotContext {
            now: self.now,
            provider_numbers: self.desk.own_numbers.as_slice(),
        }
    }

    /// Answers what the file can answer.
    fn answer(
        &mut self,
        tx: &mut WriteTx<'_>,
        effect: BotEffect,
        look: &DeskLook,
    ) -> Result<Option<BotInput>, StoreError> {
        Ok(match effect {
            BotEffect::LookUp { ticket, query } => Some(BotInput::LookedUp {
                ticket,
                rows: Some(tx.find_rows(&query)?),
            }),
            BotEffect::Save { ticket, write } => Some(BotInput::Saved {
                ticket,
                row: tx.write_row(&write, self.requester(tx)?, self.now)?.ok(),
            }),
            BotEffect::HandOver(context) => {
                let answer = answer_to_hand_over(&context, look.queue());
                if answer == BotInput::HandedOver {
                    self.hand_over(tx, *context)?;
                }
                Some(answer)
            }
            BotEffect::Inspect { ticket, media, .. } => {
                inspected(tx, &media)?.map(|media| BotInput::Inspected { ticket, media })
            }
            BotEffect::Verify {
                ticket,
                factor,
                entry,
            } => self.prove(tx, ticket, factor, entry)?,
            BotEffect::SecureAnswer { answer, .. } => {
                let desk = self.desk;
                let now = desk.clock.now();
                desk.entries
                    .remember(self.interaction, answer.as_str(), now);
                None
            }
            BotEffect::Command(command) => {
                let done = self.desk.carry_out(tx, command, self.key, self.now)?;
                self.applied.merge(done);
                None
            }
            BotEffect::NotificationShown { at } => {
                let open = tx.load_conversation_state(self.key, None)?.open_sends;
                if let Some(entry) = open.last() {
                    shown(tx, self.desk, at, self.key, entry.message_id)?;
                }
                None
            }
            BotEffect::NotificationsSkipped { places } => {
                skipped(tx, self.desk, &places, self.key)?;
                None
            }
            // H-9: the agent's input is enabled again.
            BotEffect::AutopilotEnded { completed, .. } => {
                let state = tx.load_conversation_state(self.key, None)?;
                let ids = &mut EdgeIds::new(&*self.desk.clock);
                if let Some(plan) = plan_autopilot_end(&state, completed, self.now, ids) {
                    self.applied.merge(tx.apply(&plan)?);
                }
                None
            }
            _ => None,
        })
    }

    /// L-3: whether somebody is asked is known at once; what they enter is checked by a task.
    fn prove(
        &mut self,
        tx: &mut WriteTx<'_>,
        ticket: Ticket,
        factor: Option<ProofFactor>,
        entry: ProofEntry,
    ) -> Result<Option<BotInput>, StoreError> {
        let Some(found) = tx.find_interaction(self.interaction)? else {
            return Ok(None);
        };
        let interaction = self.interaction;
        match factor {
            Some(factor) => {
                let entered = Entered {
                    interaction,
                    ticket,
                    factor,
                    entry,
                };
                let held = self.desk.hold_entry(tx, &found.interaction, entered)?;
                self.applied.merge(held);
                Ok(None)
            }
            None => {
                let begun = self.desk.begin_proof(tx, found.interaction, self.now)?;
                let (applied, outcome) = begun;
                self.applied.merge(applied);
                Ok(Some(BotInput::Verified {
                    ticket,
                    outcome,
                    roles: Vec::new(),
                }))
            }
        }
    }

    /// The person behind the number, for the notifications that a change of a row sends (S-12).
    fn requester(&self, tx: &WriteTx<'_>) -> Result<Option<PersonId>, StoreError> {
        let profile = tx.find_profile(self.key.channel, &self.key.requester)?;
        Ok(profile.and_then(|profile| profile.standing.bound_to))
    }

    fn hand_over(
        &mut self,
        tx: &mut WriteTx<'_>,
        context: HandoverContext,
    ) -> Result<(), StoreError> {
        let state = tx.load_conversation_state(self.key, None)?;
        let newest = self.newest_text(tx)?;
        let context = self.masked(context);
        let ids = &mut EdgeIds::new(&*self.desk.clock);
        let plan = plan_hand_over(&state, &context, newest, &self.context(), ids);
        self.applied.merge(tx.apply(&plan)?);
        Ok(())
    }

    fn newest_text(&self, tx: &WriteTx<'_>) -> Result<Option<MessageId>, StoreError> {
        let page = tx.list_messages(self.conversation, ThreadAnchor::Latest, NEWEST)?;
        let mut newest_first = page.messages.iter().rev();
        let inbound = newest_first.find(|text| text.direction == Direction::Inbound);
        Ok(inbound.map(|text| text.message_id))
    }

    /// H-15: agents are told no sensitive data; the virtual agent itself may have needed it.
    fn masked(&self, mut context: HandoverContext) -> HandoverContext {
        let screen = self.desk.screen.current();
        let mask = |text: &mut MessageText| {
            if let Some(masked) = screen.mask_incoming(text.as_str()) {
                *text = MessageText::new(masked.text);
            }
        };
        context.search_text.iter_mut().for_each(mask);
        context.short_description.iter_mut().for_each(mask);
        context
            .variables
            .iter_mut()
            .for_each(|(_, text)| mask(text));
        context
    }
}
