//! Checks PINs and codes (L-3, L-14): off the runtime and outside any transaction, one after the other.
//!
//! Owns no state but the stand-in that is compared where there is nobody: a number without an account costs the
//! same work as one with it. The outcome is an input of the session, in one transaction with everything it
//! changes. It refuses to decide by what it read before the check: the transaction looks again.

use std::sync::Arc;

use tern_domain::topic::BotInput;
use tern_domain::verification::{
    AuthenticatorSecret, Checked, OneTimeCode, ProofFactor, ProofOutcome, SECRET_LENGTH,
    SecondFactor, TextedCode, VerificationState, plan_checked,
};
use tern_domain::{Interaction, InteractionId, PersonId};
use tern_store::{
    Applied, RandomnessError, StoreError, WriteTx, draw_texted_code, hash_pin, is_pin,
};
use tokio::task::spawn_blocking;
use tokio_util::sync::CancellationToken;

use super::entries::Entered;
use super::identity::{proof_state, roles_of};
use super::strays::put_strays;
use crate::core::Core;
use crate::ids::EdgeIds;
use crate::supervisor::TaskError;
use crate::timers::pause_until;

/// What the check found, and what it was made against.
struct Found {
    right: bool,
    code_step: Option<u64>,
    is_expired: bool,
    person: Option<PersonId>,
    pin: Option<String>,
}

/// Checks until stopped.
pub(crate) async fn run(core: Arc<Core>, token: CancellationToken) -> Result<(), TaskError> {
    let cost = core.pin_cost;
    let nobodys = spawn_blocking(move || hash_pin(&"stands in for nobody".to_owned().into(), cost));
    let nobodys: Arc<str> = nobodys.await??.into();
    ask_again(&core).await?;
    loop {
        while let Some(entered) = core.bot.entries.take() {
            check(&core, entered, nobodys.clone()).await?;
        }
        let next_end = core.bot.codes.forget_old(core.clock.now());
        let pause = next_end.map_or(core.tuning.timer_look_every, |at| pause_until(&core, at));
        tokio::select! {
            () = token.cancelled() => return Ok(()),
            () = core.signals.proofs.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// What was entered before a crash is gone with it: the question is put again.
async fn ask_again(core: &Core) -> Result<(), StoreError> {
    let bot = core.bot.clone();
    let applied = core
        .store
        .write(move |tx| {
            let mut applied = Applied::default();
            for (interaction, elevation) in tx.list_elevations()? {
                let Some(asking) = elevation.asking else {
                    continue;
                };
                if let Some(ticket) = asking.waiting.filter(|it| !bot.holds(interaction, *it)) {
                    let outcome = if asking.pin_heard {
                        ProofOutcome::Heard
                    } else {
                        ProofOutcome::Asks
                    };
                    let input = BotInput::Verified {
                        ticket,
                        outcome,
                        roles: Vec::new(),
                    };
                    applied.merge(bot.wake(tx, interaction, input)?);
                }
            }
            Ok(applied)
        })
        .await?;
    tell(core, applied);
    Ok(())
}

async fn check(core: &Core, entered: Entered, nobodys: Arc<str>) -> Result<(), TaskError> {
    let id = entered.interaction;
    let second = core.bot.second_factor();
    let user = core
        .store
        .read(move |conn| match conn.find_interaction(id)? {
            Some(found) => Ok(proof_state(conn, found.interaction, second)?.candidate),
            None => Ok(None),
        })
        .await?;
    let seal = core.store.authenticators();
    let at = core.carrier_clock.now();
    // Drawn whatever the PIN is (L-3), and outside the transaction.
    let code = match (second, entered.factor) {
        (SecondFactor::Sms, ProofFactor::Pin) => Some(draw(core, id)?),
        _ => None,
    };
    let texted = match entered.factor {
        ProofFactor::Code => core.bot.codes.take(id, core.clock.now()),
        ProofFactor::Pin => None,
    };
    let (entered, found) = spawn_blocking(move || {
        let found = match entered.factor {
            ProofFactor::Pin => check_pin(&entered, user, &nobodys),
            ProofFactor::Code if second == SecondFactor::Sms => {
                check_texted(&entered, user, texted.as_ref())
            }
            ProofFactor::Code => {
                let secret = user.as_ref().and_then(|user| {
                    let app = user.verification.authenticator.as_ref()?;
                    seal.open(user.person, &app.sealed)
                });
                check_code(&entered, user, secret, at)
            }
        };
        (entered, found)
    })
    .await?;
    let bot = core.bot.clone();
    let applied = core
        .store
        .write(move |tx| match tx.find_interaction(id)? {
            Some(known) if known.interaction.is_active() => {
                settle(tx, &bot, known.interaction, &entered, found, code)
            }
            _ => Ok(Applied::default()),
        })
        .await?;
    tell(core, applied);
    Ok(())
}

fn check_pin(entered: &Entered, user: Option<VerificationState>, nobodys: &str) -> Found {
    let person = user.as_ref().map(|user| user.person);
    let pin = user.and_then(|user| user.verification.pin);
    let verifier = pin.as_deref().unwrap_or(nobodys);
    let is_it = is_pin(verifier, entered.entry.secret()).unwrap_or(false);
    Found {
        right: is_it && pin.is_some(),
        code_step: None,
        is_expired: false,
        person,
        pin,
    }
}

fn check_code(
    entered: &Entered,
    user: Option<VerificationState>,
    secret: Option<AuthenticatorSecret>,
    at: tern_domain::UtcMillis,
) -> Found {
    let app = user
        .as_ref()
        .and_then(|user| user.verification.authenticator.as_ref());
    let used = app.map(|app| app.last_step);
    let known = secret.is_some();
    let secret = secret.unwrap_or_else(|| AuthenticatorSecret::new(&[0; SECRET_LENGTH]));
    let code = OneTimeCode::parse(entered.entry.expose()).ok();
    let step = code.and_then(|code| secret.step_of(&code, at, used));
    let code_step = step.filter(|_| known);
    Found {
        right: code_step.is_some(),
        code_step,
        is_expired: false,
        person: user.as_ref().map(|user| user.person),
        pin: user.and_then(|user| user.verification.pin),
    }
}

/// L-2: compares an entry with the code that was texted, to whomever.
fn check_texted(
    entered: &Entered,
    user: Option<VerificationState>,
    texted: Option<&TextedCode>,
) -> Found {
    Found {
        right: texted.is_some_and(|code| code.is(&entered.entry)),
        code_step: None,
        is_expired: texted.is_none(),
        person: user.as_ref().map(|user| user.person),
        pin: user.and_then(|user| user.verification.pin),
    }
}

/// A code that nobody takes for the PIN sent twice.
fn draw(core: &Core, interaction: InteractionId) -> Result<TextedCode, RandomnessError> {
    loop {
        let now = core.clock.now();
        let code = draw_texted_code(now)?;
        if !core
            .bot
            .entries
            .is_repeated(interaction, code.expose(), now)
        {
            return Ok(code);
        }
    }
}

/// The transaction of an outcome: lock, link, profile, elevation, events, and the session's next turn.
fn settle(
    tx: &mut WriteTx<'_>,
    bot: &super::BotDesk,
    interaction: Interaction,
    entered: &Entered,
    found: Found,
    code: Option<TextedCode>,
) -> Result<Applied, StoreError> {
    let id = interaction.id;
    let mut state = proof_state(tx, interaction, bot.second_factor())?;
    let waiting = state.elevation.asking.as_ref().and_then(|it| it.waiting);
    if waiting != Some(entered.ticket) {
        return Ok(Applied::default());
    }
    let user = state.candidate.as_ref();
    let is_as_checked = user.map(|user| user.person) == found.person
        && user.and_then(|user| user.verification.pin.clone()) == found.pin;
    if !is_as_checked {
        // Enrolled anew, or somebody else's meanwhile: what was checked says nothing of it.
        state.candidate = None;
    }
    let now = bot.clock.now();
    let checked = Checked {
        factor: entered.factor,
        right: found.right && is_as_checked,
        code_step: found.code_step.filter(|_| is_as_checked),
        is_expired: found.is_expired,
        at: bot.entered_at(),
    };
    let ids = &mut EdgeIds::new(&*bot.clock);
    let proof = plan_checked(&state, checked, now, ids);
    let mut applied = tx.apply(&proof.plan)?;
    put_strays(tx, &state, proof.strays, now)?;
    let person = state.candidate.as_ref().map(|user| user.person);
    let roles = match (proof.outcome, person) {
        (ProofOutcome::Verified, Some(person)) => roles_of(tx, person)?,
        _ => Vec::new(),
    };
    if let (ProofOutcome::Heard, Some(code)) = (proof.outcome, code) {
        applied.merge(bot.text_code(tx, &state.interaction, code, now)?);
    }
    applied.merge(answer(tx, bot, id, entered, proof.outcome, roles)?);
    if let (ProofOutcome::Locked, Some(person)) = (proof.outcome, person) {
        applied.merge(bot.end_elevations_of(tx, person, now)?);
    }
    Ok(applied)
}

fn answer(
    tx: &mut WriteTx<'_>,
    bot: &super::BotDesk,
    interaction: InteractionId,
    entered: &Entered,
    outcome: ProofOutcome,
    roles: Vec<String>,
) -> Result<Applied, StoreError> {
    let input = BotInput::Verified {
        ticket: entered.ticket,
        outcome,
        roles,
    };
    bot.wake(tx, interaction, input)
}

fn tell(core: &Core, applied: Applied) {
    core.events.emit_applied(applied);
    core.signals.bot_asked();
    core.signals.routing.notify_one();
}
