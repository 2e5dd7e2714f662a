//! What agents and timers do to the wrap-ups of a [`Desk`].

use tern_domain::routing::WorkItem;
use tern_domain::wrap_up::{WrapUpAct, WrapUpRefusal, WrapUpWork, plan_wrap_up, plan_wrap_up_due};
use tern_domain::{
    ActContext, AgentId, Authority, InteractionId, InteractionState, Plan, Timer, TimerPurpose,
};

use crate::support::Desk;

impl Desk {
    /// The open work items of an interaction.
    pub(crate) fn open_work_of(&self, interaction: Option<InteractionId>) -> Vec<WorkItem> {
        self.work
            .values()
            .filter(|item| item.is_open() && Some(item.interaction) == interaction)
            .cloned()
            .collect()
    }

    /// The interactions whose wrap-up runs, oldest first.
    pub(crate) fn wrapping(&self) -> Vec<WrapUpWork> {
        self.interactions
            .values()
            .filter(|interaction| interaction.state == InteractionState::WrapUp)
            .map(|interaction| WrapUpWork {
                interaction: interaction.clone(),
                work: self.open_work_of(Some(interaction.id)),
            })
            .collect()
    }

    pub(crate) fn wrap_up(&mut self, who: AgentId, act: WrapUpAct) -> Result<Plan, WrapUpRefusal> {
        let ctx = ActContext {
            now: self.now,
            agent: who,
            authority: Authority::Agent,
        };
        let found = self.wrapping().into_iter().next();
        let work = found.ok_or(WrapUpRefusal::Over)?;
        let plan = plan_wrap_up(&work, act, &ctx, &mut self.ids)?;
        self.apply(plan.clone());
        Ok(plan)
    }

    /// Fires the timers of wrap-ups that are due, as the engine does: each is ticked off first.
    pub(crate) fn fire_wrap_ups(&mut self) -> usize {
        let now = self.now;
        let (due, rest) = std::mem::take(&mut self.timers)
            .into_iter()
            .partition(|timer| {
                timer.due_at <= now && matches!(timer.purpose, TimerPurpose::WrapUpEnds { .. })
            });
        self.timers = rest;
        let due: Vec<Timer> = due;
        for timer in &due {
            let TimerPurpose::WrapUpEnds { interaction } = timer.purpose else {
                continue;
            };
            let work = WrapUpWork {
                interaction: self.interactions[&interaction].clone(),
                work: self.open_work_of(Some(interaction)),
            };
            let plan = plan_wrap_up_due(&work, now, &mut self.ids);
            self.apply(plan);
        }
        due.len()
    }
}
