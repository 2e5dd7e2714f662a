//! Where a verified webhook goes.
//!
//! Owns the seam to the application layer. Twilio is answered only after the sink has taken the form, because
//! it never delivers one again; a sink therefore stores first and interprets later.

use async_trait::async_trait;

/// The form could not be kept; Twilio is told so and tries its fallback, and polling finds the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the webhook could not be stored")]
pub struct NotStored;

/// Takes what Twilio has to say. Both calls must return within seconds (T-11).
#[async_trait]
pub trait WebhookSink: Send + Sync + 'static {
    /// A customer's text: every decoded parameter, in the order received.
    ///
    /// # Errors
    /// [`NotStored`].
    async fn inbound(&self, form: Vec<(String, String)>) -> Result<(), NotStored>;

    /// A delivery report: every decoded parameter, in the order received.
    ///
    /// # Errors
    /// [`NotStored`].
    async fn status(&self, form: Vec<(String, String)>) -> Result<(), NotStored>;
}
