//! What is learned about the carrier's block, whoever it is learned from (S-7).

use super::{Consent, ConsentChange};
use crate::draft::PlanDraft;
use crate::event::{Actor, EventBody, OptOutEvidence};
use crate::ids::MessageId;
use crate::opt_out::OptOut;
use crate::plan::{Announcement, Effect};
use crate::time::UtcMillis;

impl PlanDraft<'_> {
    /// Takes in what was learned about the carrier's block, by which text and when. Old news (history, repeats)
    /// changes the state but is not recorded as something that happened now.
    pub(crate) fn learn_opt_out(
        &mut self,
        learned: OptOut,
        evidence: OptOutEvidence,
        (at, message_id): (UtcMillis, Option<MessageId>),
        is_news: bool,
    ) {
        if learned == self.opt_out() {
            return;
        }
        let before = self.opt_out().is_in_force();
        let after = learned.is_in_force();
        self.set_opt_out(learned);
        // A STOP is a statement of its own, also where texts are locked already: only who said it can undo it.
        let is_said_again = before && after && evidence == OptOutEvidence::Keyword;
        if before == after && !is_said_again {
            return;
        }
        let actor = match evidence {
            OptOutEvidence::Keyword => Actor::Requester,
            OptOutEvidence::Refusal { .. } => Actor::Carrier,
            OptOutEvidence::SaidByAgent { agent } => Actor::Agent(agent),
        };
        let code = match evidence {
            OptOutEvidence::Refusal { code } => Some(code),
            _ => None,
        };
        let change = if after {
            ConsentChange::Blocked { code }
        } else {
            ConsentChange::Unblocked
        };
        self.consent(at, actor, message_id, change);
        if !is_news || is_said_again {
            return;
        }
        let body = if after {
            EventBody::CarrierOptedOut { evidence }
        } else {
            EventBody::CarrierOptedIn
        };
        self.record(actor, body);
        self.push(Effect::Announce(Announcement::OptOutChanged {
            key: self.key().clone(),
            opted_out: after,
        }));
    }

    /// Adds a line to the record of consent.
    pub(crate) fn consent(
        &mut self,
        at: UtcMillis,
        by: Actor,
        message_id: Option<MessageId>,
        change: ConsentChange,
    ) {
        let key = self.key().clone();
        self.push(Effect::RecordConsent(Consent {
            key,
            at,
            by,
            message_id,
            change,
        }));
    }
}
