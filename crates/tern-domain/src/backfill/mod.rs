//! The past that a carrier still has: how fast it comes in, what of it may be fetched how fast, and which days are here.
//!
//! Rules alone: the walk, its pages and its pictures are tern-engine's.

mod allowance;
mod coverage;
mod days;
mod pace;
mod policy;

pub use allowance::{Allowance, ByteRate};
pub use coverage::{Cover, Coverage, Stretch};
pub use days::{DayFacts, DayReason, DayState, DayVerdict, Horizon, judge_day};
pub use pace::{CARRIER_KEEPS, Pace, PacePoint, pace};
pub use policy::{PastPictures, PastPolicy, PastPolicyError};
