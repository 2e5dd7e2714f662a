//! Twilio's error codes in words that a person can act on (T-14).
//!
//! Every code of the rule book has its own row in the table; any other code still gets words,
//! a remedy and the code itself for Twilio's support.

mod table;

/// A code, explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CarrierProblem {
    /// Twilio's code.
    pub code: u32,
    /// What happened.
    pub explanation: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// Whether sending again makes sense.
    pub retry: RetryAdvice,
    /// What it says beyond this one text.
    pub consequence: Option<Consequence>,
}

/// Whether sending the same text again makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RetryAdvice {
    /// It would fail again.
    Never,
    /// The agent may, now or after the remedy.
    ByHand,
    /// Tern does by itself, after a pause: the request was not carried out.
    Automatic,
}

/// What a code says beyond the text it came with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Consequence {
    /// The requester has opted out (S-7).
    MarkOptedOut,
    /// The credentials are refused: syncing and sending must stop.
    CredentialsDead,
}

impl CarrierProblem {
    /// A "send again" button makes sense.
    #[must_use]
    pub const fn can_retry(&self) -> bool {
        !matches!(self.retry, RetryAdvice::Never)
    }
}

/// Explains a code. Never fails: codes not known here get general words.
#[must_use]
pub fn explain(code: u32) -> CarrierProblem {
    table::TABLE.iter().find(|problem| problem.code == code).copied().unwrap_or(CarrierProblem {
        code,
        explanation: "The carrier reported an error that Tern does not know.",
        remedy: "Look the code up at twilio.com/docs/errors, or ask Twilio's support; you can try to send it again.",
        retry: RetryAdvice::ByHand,
        consequence: None,
    })
}

/// All codes that have their own words.
#[must_use]
pub const fn known_problems() -> &'static [CarrierProblem] {
    table::TABLE
}
