//! Proving by text who somebody is (L): soft PIN, authenticator, lock, and what a proof is good for.
//!
//! Only form, counting and consequences are here. Slow hashes are made and compared outside, and an
//! authenticator's secret is sealed outside; neither a PIN nor a code is in anything that is stored, and
//! `Debug` shows none of them.

mod authenticator;
mod document;
mod elevation;
mod entry;
mod lockout;
mod logout;
mod plan;
mod proof;
mod second_factor;
mod soft_pin;

pub use authenticator::{AuthenticatorSecret, CodeRefusal, OneTimeCode, SECRET_LENGTH};
pub use document::{Authenticator, PAST_PINS, Verification};
pub use elevation::{AccountLink, Asking, Elevation, Proven, VERIFIED_ROLE};
pub use entry::{ProofEntry, ProofFactor, ProofOutcome};
pub use lockout::Lockout;
pub use logout::{plan_logout, plan_unlink};
pub use plan::{
    UnlinkCause, VerificationChange, VerificationRefusal, VerificationState, plan_authenticator,
    plan_number_unlock, plan_pin, plan_reset, plan_unlock,
};
pub use proof::{
    Checked, Proof, ProofState, find_candidate, plan_checked, plan_elevation_end,
    plan_proof_awaited, plan_proof_begun,
};
pub use second_factor::{CodeTexts, SecondFactor, TextedCode, without_code};
pub use soft_pin::{SoftPin, SoftPinRefusal};
