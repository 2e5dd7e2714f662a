//! The outbox in memory: refuses what the store would not expect of a rule.

use tern_domain::{OutboxEntry, OutboxState};

use crate::support::Desk;

impl Desk {
    pub(crate) fn update_outbox(&mut self, entry: OutboxEntry) {
        let known = self
            .outbox
            .iter_mut()
            .find(|known| known.message_id == entry.message_id)
            .expect("an outbox entry");
        if matches!(entry.state, OutboxState::InFlight { .. }) {
            assert!(
                matches!(
                    known.state,
                    OutboxState::Held { .. } | OutboxState::Waiting | OutboxState::RetryAt { .. }
                ),
                "in flight from {}",
                known.state.kind()
            );
        }
        // An agent's word that it was sent may still get the row that proves it.
        let gets_its_row = matches!(
            (&known.state, &entry.state),
            (
                OutboxState::Sent { sid: None },
                OutboxState::Sent { sid: Some(_) }
            )
        );
        assert!(
            gets_its_row || !known.state.is_finished(),
            "{} is final",
            known.state.kind()
        );
        *known = entry;
    }
}
