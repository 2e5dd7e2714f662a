//! Twilio's calls to us: whether they are Twilio's, and what they say.
//!
//! Owns signatures, forms and the empty answer. It refuses to trust `Host` or `X-Forwarded-*`: a signature is
//! checked over the public URL that Twilio was configured with.

mod form;
mod signature;
mod url_variants;

pub use form::{InboundMedia, InboundWebhook, StatusWebhook, WebhookFormError};
pub use signature::{
    SHARED_KEY_HEADER, SIGNATURE_HEADER, SharedKey, SignatureError, SignatureVerifier,
    SignedRequest, WebhookBody,
};

/// The TwiML document that answers nothing (T-11).
pub const EMPTY_RESPONSE: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Response/>"#;

/// The media type [`EMPTY_RESPONSE`] must be sent with; `text/plain` would be texted to the sender.
pub const TWIML_CONTENT_TYPE: &str = "text/xml; charset=utf-8";
