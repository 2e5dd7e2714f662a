//! Beginning and ending a wrap-up (W-1, W-3 … W-7, W-9).

use super::rules::{WrapUpProblem, WrapUpRules, WrapUpSweep};
use super::running::{SegmentOpened, WrapUp, WrapUpEnd, WrapUpTerms};
use crate::aggregate::AggregateRef;
use crate::draft::PlanDraft;
use crate::event::{Actor, EventBody, StateCause};
use crate::ids::{AgentId, IdSource, TimerId, WrapUpCodeId, WrapUpSegmentId};
use crate::interaction::{ActContext, Authority, CloseReason, Interaction, InteractionState};
use crate::plan::{Effect, Plan, Timer, TimerPurpose};
use crate::record::Recorder;
use crate::routing::{WorkItem, WorkItemFact};
use crate::time::UtcMillis;

/// An interaction whose wrap-up runs, with the open work items that stand for it. It need not be the latest
/// of its conversation: a text that came meanwhile has opened another one (I-13).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrapUpWork {
    /// The interaction.
    pub interaction: Interaction,
    /// Its open work items.
    pub work: Vec<WorkItem>,
}

/// What an agent does in a wrap-up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WrapUpAct {
    /// Says what the conversation came to.
    Choose(Option<WrapUpCodeId>),
    /// "End wrap-up" (W-3).
    End,
    /// Leaves the conversation, which ends it as well (W-3).
    Leave,
}

/// Why not. The words are for the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrapUpRefusal {
    /// There is none, or it has ended.
    #[error("this wrap-up is over")]
    Over,
    /// I-17.
    #[error("another agent wraps this conversation up")]
    SomebodyElses {
        /// Who.
        agent: Option<AgentId>,
    },
    /// Not among those allowed.
    #[error("this code cannot be chosen here")]
    NoSuchCode,
}

/// One side ends the conversation (W-1): with terms it is wrapped up, else it closes at once. Work that nobody
/// has started, or that nobody has, is not wrapped up.
pub(crate) fn end_conversation(
    draft: &mut PlanDraft<'_>,
    interaction: &Interaction,
    terms: Option<&WrapUpTerms>,
    actor: Actor,
    reason: CloseReason,
) {
    let can_wrap_up = interaction.state.can_become(InteractionState::WrapUp);
    let (Some(terms), true, Some(owner)) = (terms, can_wrap_up, interaction.assigned_to) else {
        draft.record_interaction(
            actor,
            EventBody::InteractionClosed {
                state: reason.closed_state(),
                reason,
            },
        );
        return;
    };
    draft.record_interaction(
        actor,
        EventBody::InteractionStateChanged {
            from: interaction.state,
            to: InteractionState::WrapUp,
            cause: StateCause::Ended,
        },
    );
    let mut agents = interaction.had_by.clone();
    agents.insert(owner);
    let segments = agents
        .into_iter()
        .map(|agent| SegmentOpened {
            id: WrapUpSegmentId::next(draft.ids()),
            agent,
        })
        .collect();
    let until = terms.enforced.then(|| draft.now() + terms.duration);
    draft.record_interaction(
        actor,
        EventBody::WrapUpStarted {
            terms: Box::new(terms.clone()),
            reason,
            segments,
        },
    );
    if let Some(due_at) = until {
        draft.push(arm(interaction, due_at));
    }
}

const fn arm(interaction: &Interaction, due_at: UtcMillis) -> Effect {
    Effect::ArmTimer(Timer {
        id: TimerId::of_wrap_up(interaction.id),
        due_at,
        purpose: TimerPurpose::WrapUpEnds {
            interaction: interaction.id,
        },
    })
}

impl WrapUpWork {
    fn running(&self) -> Option<&WrapUp> {
        self.interaction
            .wrap_up
            .as_deref()
            .filter(|_| self.interaction.state == InteractionState::WrapUp)
    }

    fn record(
        &self,
        bodies: impl IntoIterator<Item = EventBody>,
        actor: Actor,
        now: UtcMillis,
        ids: &mut dyn IdSource,
    ) -> Plan {
        let mut plan = Plan::default();
        let mut after = self.interaction.clone();
        for body in bodies {
            let version = after.version;
            after.apply(&body, now);
            Recorder::new(&mut plan, ids, now).append(
                AggregateRef::Interaction(after.id),
                version,
                actor,
                body,
            );
        }
        plan.effects.push(Effect::SetInteraction(after));
        plan
    }

    /// WrapUp → ClosedComplete; the agent's slot is free from here on (W-6).
    fn end(
        &self,
        wrap_up: &WrapUp,
        end: WrapUpEnd,
        actor: Actor,
        now: UtcMillis,
        ids: &mut dyn IdSource,
    ) -> Plan {
        let bodies = [
            EventBody::WrapUpEnded { end },
            EventBody::InteractionClosed {
                state: InteractionState::ClosedComplete,
                reason: wrap_up.reason,
            },
        ];
        let mut plan = self.record(bodies, actor, now, ids);
        if wrap_up.terms.enforced {
            let timer = TimerId::of_wrap_up(self.interaction.id);
            plan.effects.push(Effect::CancelTimer(timer));
        }
        for item in self.work.iter().filter(|item| item.is_held()) {
            let mut item = item.clone();
            let version = item.version;
            let fact = WorkItemFact::Ended;
            item.apply(&fact, now);
            Recorder::new(&mut plan, ids, now).append(
                AggregateRef::WorkItem(item.id),
                version,
                actor,
                EventBody::WorkItemMoved { fact },
            );
            plan.effects.push(Effect::SetWorkItem(Box::new(item)));
        }
        plan
    }
}

/// Plans what an agent does in a wrap-up. Choosing what is chosen plans nothing.
///
/// # Errors
/// [`WrapUpRefusal`]; nothing is changed then.
pub fn plan_wrap_up(
    work: &WrapUpWork,
    act: WrapUpAct,
    ctx: &ActContext,
    ids: &mut dyn IdSource,
) -> Result<Plan, WrapUpRefusal> {
    let wrap_up = work.running().ok_or(WrapUpRefusal::Over)?;
    let actor = Actor::Agent(ctx.agent);
    let owner = work.interaction.assigned_to;
    let not_yours = WrapUpRefusal::SomebodyElses { agent: owner };
    match act {
        WrapUpAct::Choose(code) => {
            let segment = wrap_up.segment_of(ctx.agent).ok_or(not_yours)?;
            if code.is_some_and(|code| wrap_up.choice(code).is_none()) {
                return Err(WrapUpRefusal::NoSuchCode);
            }
            if segment.code == code {
                return Ok(Plan::default());
            }
            let segment = segment.id;
            let body = EventBody::WrapUpCodeChosen { segment, code };
            Ok(work.record([body], actor, ctx.now, ids))
        }
        WrapUpAct::End | WrapUpAct::Leave => {
            if owner != Some(ctx.agent) && ctx.authority == Authority::Agent {
                return Err(not_yours);
            }
            let end = match act {
                WrapUpAct::Leave => WrapUpEnd::Left,
                _ => WrapUpEnd::Agent,
            };
            Ok(work.end(wrap_up, end, actor, ctx.now, ids))
        }
    }
}

/// Plans the end of a wrap-up whose enforced time is over (W-3, W-6). Nothing is planned for one that has
/// ended; where the clock was set back since, the timer is armed again.
pub fn plan_wrap_up_due(work: &WrapUpWork, now: UtcMillis, ids: &mut dyn IdSource) -> Plan {
    let due = work
        .running()
        .and_then(|wrap_up| Some((wrap_up, wrap_up.ends_at()?)));
    match due {
        Some((wrap_up, due_at)) if due_at <= now => {
            work.end(wrap_up, WrapUpEnd::Timer, Actor::System, now, ids)
        }
        Some((_, due_at)) => Plan {
            events: Vec::new(),
            effects: vec![arm(&work.interaction, due_at)],
        },
        None => Plan::default(),
    }
}

/// Plans that a wrap-up that was left open is closed (W-7). Nothing is planned for one that is young enough.
pub fn plan_wrap_up_swept(
    work: &WrapUpWork,
    sweep: WrapUpSweep,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Plan {
    match work.running() {
        Some(wrap_up) if sweep.active && now.since(wrap_up.started_at) > sweep.older_than => {
            work.end(wrap_up, WrapUpEnd::Sweep, Actor::System, now, ids)
        }
        _ => Plan::default(),
    }
}

/// Plans other rules. Wrap-ups that run keep the terms they began with.
///
/// # Errors
/// Every [`WrapUpProblem`]; nothing is changed then.
pub fn plan_wrap_up_rules(
    before: &WrapUpRules,
    rules: WrapUpRules,
    actor: Actor,
    now: UtcMillis,
    ids: &mut dyn IdSource,
) -> Result<Plan, Vec<WrapUpProblem>> {
    let problems = rules.problems();
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut plan = Plan::default();
    let rules = Box::new(WrapUpRules {
        version: before.version,
        ..rules
    });
    if *rules != *before {
        Recorder::new(&mut plan, ids, now).append(
            AggregateRef::WrapUp,
            before.version,
            actor,
            EventBody::WrapUpConfigured {
                rules: rules.clone(),
            },
        );
        plan.effects.push(Effect::SetWrapUpRules(rules));
    }
    Ok(plan)
}
