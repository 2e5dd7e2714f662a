//! Who takes part in a conversation (H-11).

use tern_domain::desk::whisper_reaches;
use tern_domain::{
    AgentId, Authority, ConversationId, ConversationState, LiveGroupAct, plan_live_group,
};
use tern_engine::EdgeIds;

use super::offers::act_context;
use crate::app::App;
use crate::dto::{
    ChangeLiveGroup, ConversationView, LiveAgentView, LiveGroupActView, LiveGroupView,
};
use crate::error::ApiError;
use crate::view::message::Beholder;
use crate::words;

impl App {
    /// Adds an agent to a conversation, or takes one out.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) where the rules have no room for it.
    pub async fn change_live_group(
        &self,
        request: ChangeLiveGroup,
    ) -> Result<ConversationView, ApiError> {
        let conversation = ConversationId(request.conversation_id);
        let agent: AgentId = words::id(&request.agent_id)?;
        let me = self.desk()?.agent();
        self.plan_for(conversation, move |tx, clock| {
            let config = tx.load_routing_config()?;
            let key = tx.load_conversation(conversation)?.key;
            let state = tx.load_conversation_state(&key, None)?;
            let act = match request.act {
                LiveGroupActView::Add => LiveGroupAct::Add {
                    agent,
                    is_with_team: config.agent(agent).is_some_and(|agent| agent.active),
                },
                LiveGroupActView::Remove => LiveGroupAct::Remove { agent },
            };
            let ctx = act_context(&config, me, clock);
            let planned = plan_live_group(&state, act, &ctx, &mut EdgeIds::new(clock));
            Ok(planned.map_err(|refusal| words::not_allowed(&refusal)))
        })
        .await
    }
}

/// The live group of the active interaction; `None` while nobody has it.
pub(super) fn live_group_view(
    state: &ConversationState,
    authority: Authority,
    beholder: &Beholder,
) -> Option<LiveGroupView> {
    let interaction = state.active()?;
    let owner = interaction.assigned_to?;
    let me = beholder.agent;
    let supervises = authority == Authority::Supervisor;
    let mut agents: Vec<_> = interaction
        .live_group
        .iter()
        .map(|agent| LiveAgentView {
            id: agent.to_string(),
            name: beholder.name_of(*agent),
            has_it: *agent == owner,
            is_me: *agent == me,
        })
        .collect();
    agents.sort_by_key(|agent| (!agent.has_it, agent.name.to_lowercase()));
    Some(LiveGroupView {
        agents,
        can_add: supervises || interaction.live_group.contains(&me),
        can_take_out: supervises || owner == me,
        joins_by_writing: interaction
            .joined_by_writing(me)
            .map(|agent| beholder.name_of(agent)),
        whisper_reaches: whisper_reaches(state, me, authority)
            .unwrap_or_default()
            .into_iter()
            .map(|agent| beholder.name_of(agent))
            .collect(),
    })
}
