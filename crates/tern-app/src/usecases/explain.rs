//! Why the work of a conversation goes, or does not go, to whom: for whoever supervises.

use tern_domain::routing::{
    Behind, Candidate, Filter, Outcome, RoutingConfig, Stay, Verdict, WorkItem, WorkItemState,
};
use tern_domain::{AgentId, ConversationId, PresenceStateId};
use tern_engine::{RoutingLook, look_at_routing};

use super::estimate::estimate_wait;
use crate::app::App;
use crate::dto::{CandidateView, ConversationRef, RoutingExplanation};
use crate::error::{ApiError, ErrorCode};
use crate::view::message::Beholder;
use crate::words;

impl App {
    /// What routing makes of a conversation now, with every agent and why or why not.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`] for whoever does not supervise.
    pub async fn explain_routing(
        &self,
        request: ConversationRef,
    ) -> Result<RoutingExplanation, ApiError> {
        let desk = self.desk()?;
        let me = desk.agent();
        let beholder = self.beholder(&desk).await?;
        let conversation = ConversationId(request.conversation_id);
        let now = desk.now();
        let (look, estimate) = desk
            .store
            .read(move |conn| {
                conn.load_conversation(conversation)?;
                let look = look_at_routing(conn, now)?;
                let items = conn.list_open_work_of(conversation)?;
                let estimate = estimate_wait(conn, &look.config, &items, now)?;
                Ok((look, estimate))
            })
            .await
            .map_err(|error| words::store(&error))?;
        if !look
            .config
            .agent(me)
            .is_some_and(|me| me.authority() == tern_domain::Authority::Supervisor)
        {
            return Err(ApiError::new(
                ErrorCode::NotAllowed,
                "Only a supervisor can look behind the routing.",
                "",
            ));
        }
        Ok(RoutingExplanation {
            estimate,
            ..explain(&look, conversation, &beholder)
        })
    }
}

fn explain(
    look: &RoutingLook,
    conversation: ConversationId,
    beholder: &Beholder,
) -> RoutingExplanation {
    let of_conversation = || {
        look.open
            .iter()
            .filter(|work| work.conversation == conversation)
            .map(|work| &work.item)
    };
    let Some(item) = of_conversation()
        .find(|item| !item.is_held())
        .or_else(|| of_conversation().next())
    else {
        return RoutingExplanation {
            summary: "There is no open work in this conversation.".to_owned(),
            queue: None,
            estimate: None,
            candidates: Vec::new(),
        };
    };
    let decision = look
        .decisions
        .iter()
        .find(|decision| decision.item == item.id);
    let queue = decision.and_then(|decision| decision.queue).or(item.queue);
    let mut candidates: Vec<_> = decision
        .map(|decision| decision.candidates.iter().collect::<Vec<_>>())
        .unwrap_or_default()
        .into_iter()
        .map(|candidate| candidate_view(candidate, &look.config))
        .collect();
    candidates.sort_by_key(|candidate| (!candidate.is_chosen, !candidate.is_eligible));
    RoutingExplanation {
        summary: summary(item, decision.map(|decision| decision.outcome), beholder),
        queue: look
            .config
            .queues
            .iter()
            .find(|known| Some(known.id) == queue)
            .map(|queue| queue.name.clone()),
        estimate: None,
        candidates,
    }
}

fn summary(item: &WorkItem, outcome: Option<Outcome>, beholder: &Beholder) -> String {
    let name = |agent: AgentId| beholder.name_of(agent);
    match (item.state, item.assignee, outcome) {
        (WorkItemState::Accepted, Some(agent), _) => {
            format!("{} has it, so it waits for nobody.", name(agent))
        }
        (WorkItemState::PendingAccept, Some(agent), _) => {
            format!(
                "It is offered to {}, who has not answered yet.",
                name(agent)
            )
        }
        (_, _, Some(Outcome::Offer { agent, .. })) => {
            format!("It is about to be offered to {}.", name(agent))
        }
        (_, _, Some(Outcome::Stays(why))) => stay_words(why).to_owned(),
        _ => "It waits.".to_owned(),
    }
}

const fn stay_words(why: Stay) -> &'static str {
    match why {
        Stay::NoQueue => "It waits: no queue takes it in.",
        Stay::SwitchedOff => "It waits: its queue is switched off.",
        Stay::NobodyAsked => {
            "It waits until somebody takes it: its queue asks no group, so nothing is offered by itself."
        }
        Stay::Closed { .. } => "It waits: its queue is closed at this hour.",
        Stay::NobodyFree => "It waits: nobody can take it now.",
        Stay::QueueTooLong => "It waits: its queue is too long to look at all of it at once.",
    }
}

fn candidate_view(candidate: &Candidate, config: &RoutingConfig) -> CandidateView {
    CandidateView {
        name: config
            .agent(candidate.agent)
            .map(|agent| agent.name.clone())
            .unwrap_or_default(),
        is_chosen: candidate.verdict == Verdict::Chosen,
        is_eligible: !matches!(candidate.verdict, Verdict::Filtered { .. }),
        words: match &candidate.verdict {
            Verdict::Chosen => "Is asked.".to_owned(),
            Verdict::Behind { because } => behind_words(*because).to_owned(),
            Verdict::Filtered { because } => filter_words(because, config),
        },
    }
}

const fn behind_words(because: Behind) -> &'static str {
    match because {
        Behind::Tier => "Could, but a group that goes first at this queue has somebody free.",
        Behind::TriedBefore => "Could, but let it go before; the others are asked first.",
        Behind::Affinity => "Could, but somebody else knows this customer.",
        Behind::Skills => "Could, but somebody else has more of the skills.",
        Behind::FreeSlots => "Could, but somebody else has more room.",
        Behind::LastAssigned => "Could, but somebody else has been without new work longer.",
        Behind::TieBreak => "Could just as well; one of equals had to be first.",
    }
}

fn filter_words(because: &Filter, config: &RoutingConfig) -> String {
    let state_name = |id: &PresenceStateId| {
        config
            .presence
            .iter()
            .find(|state| state.id == *id)
            .map_or("in a state that is gone", |state| state.name.as_str())
    };
    match because {
        Filter::NotAsked => "Is in no group that this queue asks.".to_owned(),
        Filter::KeptForAnother => "It is meant for somebody else.".to_owned(),
        Filter::PoolJoinsLater { after } => {
            format!("Is asked once it has waited {} s.", after.0 / 1000)
        }
        Filter::HandsItOn => "Is the one who hands it on.".to_owned(),
        Filter::SaidNo => "Said no to it.".to_owned(),
        Filter::Presence { state: Some(state) } => format!("Is {}.", state_name(state)),
        Filter::Presence { state: None } => "Has not been here yet.".to_owned(),
        Filter::Skill { skill } => format!("Lacks the skill “{skill}” at the level it needs."),
        Filter::Full { in_use, slots } => format!("Has no room: {in_use} of {slots}."),
        Filter::UniversallyFull { in_use, slots } => {
            format!("Has no room over all channels: {in_use} of {slots}.")
        }
    }
}
