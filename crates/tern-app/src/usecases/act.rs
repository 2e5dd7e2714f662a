//! Take, put back, hold, resume, finish (I-11, I-17).

use tern_domain::routing::Telling;
use tern_domain::{ConversationId, InteractionAct, plan_act_telling};
use tern_engine::EdgeIds;

use super::inbox::{known_numbers, load_view};
use super::offers::act_context;
use crate::app::App;
use crate::dto::{ActOnConversation, ConversationAct, ConversationView};
use crate::error::ApiError;
use crate::words;

impl App {
    /// What an agent does to the interaction.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) when the state has no such move.
    pub async fn act_on_conversation(
        &self,
        request: ActOnConversation,
    ) -> Result<ConversationView, ApiError> {
        let desk = self.desk()?;
        let id = ConversationId(request.conversation_id);
        let act = match request.act {
            ConversationAct::Take => InteractionAct::Take,
            ConversationAct::PutBack => InteractionAct::PutBack,
            ConversationAct::Hold => InteractionAct::Hold,
            ConversationAct::Resume => InteractionAct::Resume,
            ConversationAct::Finish => InteractionAct::Finish,
            ConversationAct::FinishWithoutWrapUp => InteractionAct::FinishWithoutWrapUp,
            ConversationAct::AskForHelp => InteractionAct::AskForHelp,
            ConversationAct::EndHelp => InteractionAct::EndHelp,
        };
        let (agent, clock) = (desk.agent(), desk.clock());
        let link = desk.link();
        let applied = desk
            .store
            .write(move |tx| {
                let key = tx.load_conversation(id)?.key;
                let state = tx.load_conversation_state_to_end(&key, clock.now())?;
                let config = tx.load_routing_config()?;
                let ctx = act_context(&config, agent, &*clock);
                let queue = state
                    .work
                    .iter()
                    .find(|item| !item.is_held())
                    .and_then(|item| item.queue);
                let (presence, numbers) =
                    (tx.load_presence()?, known_numbers(&link, &key.provider));
                let telling = Telling::of(queue, &config, &presence, &numbers, ctx.now);
                let ids = &mut EdgeIds::new(&*clock);
                Ok(
                    match plan_act_telling(&state, act, telling.as_ref(), &ctx, ids) {
                        Ok(plan) => Ok(tx.apply(&plan)?),
                        Err(refusal) => Err(refusal),
                    },
                )
            })
            .await
            .map_err(|error| words::store(&error))?
            .map_err(|refusal| words::act_refusal(&refusal))?;
        self.announce(&desk, applied);
        let beholder = self.beholder(&desk).await?;
        load_view(&desk, &beholder, id).await
    }
}
