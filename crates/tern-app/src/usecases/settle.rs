//! The agent's word about a send whose outcome nobody knows.

use tern_domain::{Actor, Settlement, plan_settle};
use tern_engine::EdgeIds;
use tern_store::StoreError;

use super::send::{find_message, parse_id};
use crate::app::App;
use crate::dto::{MessageView, SettleUncertain, UncertainVerdict};
use crate::error::ApiError;
use crate::view::message;
use crate::words;

impl App {
    /// Settles an uncertain send.
    ///
    /// # Errors
    /// [`ErrorCode::NotAllowed`](crate::ErrorCode::NotAllowed) when there is nothing to settle any more.
    pub async fn settle_uncertain(
        &self,
        request: SettleUncertain,
    ) -> Result<MessageView, ApiError> {
        let message_id = parse_id(&request.message_id)?;
        let desk = self.desk()?;
        let settlement = match request.verdict {
            UncertainVerdict::LookAgain => None,
            UncertainVerdict::WasSent => Some(Settlement::WasSent),
            UncertainVerdict::SendAgain => Some(Settlement::SendAgain),
            UncertainVerdict::Discard => Some(Settlement::Discard),
        };
        match settlement {
            None => {
                if let Some(engine) = desk.engine() {
                    engine.settle_lookup(message_id);
                }
            }
            Some(settlement) => {
                let (agent, clock) = (desk.agent(), desk.clock());
                let applied = desk
                    .store
                    .write(move |tx| {
                        let entry = tx
                            .find_outbox(message_id)?
                            .ok_or(StoreError::NotFound { what: "text" })?;
                        let state = tx.load_conversation_state(&entry.key, None)?;
                        let actor = Actor::Agent(agent);
                        let mut ids = EdgeIds::new(&*clock);
                        Ok(
                            match plan_settle(
                                &state,
                                &entry,
                                &settlement,
                                actor,
                                clock.now(),
                                &mut ids,
                            ) {
                                Ok(plan) => Ok(tx.apply(&plan)?),
                                Err(refusal) => Err(refusal),
                            },
                        )
                    })
                    .await
                    .map_err(|error| words::store(&error))?
                    .map_err(|refusal| words::settle_refusal(&refusal))?;
                self.announce(&desk, applied);
            }
        }
        let row = find_message(&desk, message_id).await?;
        Ok(message::view(&row, &self.beholder(&desk).await?))
    }
}
