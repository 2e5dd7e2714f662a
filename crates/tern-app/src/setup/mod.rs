//! Finding out what stands in the way of a Twilio account, before anything is stored.

mod doctor;
mod findings;
mod number;

pub(crate) use doctor::{Visit, VisitedNumbers, diagnose, unusable_input};
pub(crate) use findings::CredentialClue;
pub(crate) use number::host_of;
