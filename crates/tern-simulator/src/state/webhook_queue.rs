//! The order in which webhooks leave. Callbacks about one message wait for each other, as they do at
//! the carrier on a calm day; armed faults double one, or hold one back until another has overtaken it.

use std::collections::HashMap;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::clock::Moment;
use crate::state::messages::MessageNumber;
use crate::state::timers::Due;
use crate::state::{Carrier, Effect};
use crate::webhooks::WebhookJob;

/// How long a held webhook waits to be overtaken before it leaves anyway.
const HOLD: Duration = Duration::from_secs(2);

/// Webhooks that others wait for, and the one that waits to be overtaken.
#[derive(Debug, Default)]
pub(crate) struct WebhookQueue {
    last_of: HashMap<MessageNumber, CancellationToken>,
    held: Option<Box<WebhookJob>>,
}

impl Carrier {
    /// Sends a webhook on its way, through whatever faults are armed. `last` says that no further
    /// callback about this message follows.
    pub(crate) fn dispatch(
        &mut self,
        mut job: WebhookJob,
        lane: Option<(MessageNumber, bool)>,
        now: Moment,
    ) -> Vec<Effect> {
        if let Some((message, last)) = lane {
            job.wait_for = self.webhook_queue.last_of.remove(&message);
            if !last {
                self.webhook_queue.last_of.insert(message, job.done.clone());
            }
        }
        if self.faults.strike_duplicate() {
            job.copies = 2;
        }
        if let Some(mut held) = self.webhook_queue.held.take() {
            // The overtaker must not wait for the one it overtakes.
            job.wait_for = held.wait_for.replace(job.done.clone());
            return vec![Effect::Webhook(Box::new(job)), Effect::Webhook(held)];
        }
        if self.faults.strike_reorder() {
            self.webhook_queue.held = Some(Box::new(job));
            self.timers.set(now.plus(HOLD), Due::ReleaseHeldWebhook);
            return Vec::new();
        }
        vec![Effect::Webhook(Box::new(job))]
    }

    /// Lets the held webhook go, if it is still held.
    pub(crate) fn release_held_webhook(&mut self) -> Option<Effect> {
        self.webhook_queue.held.take().map(Effect::Webhook)
    }
}
