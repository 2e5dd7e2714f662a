//! The practice line's phones, over its control surface.
//!
//! The carrier's side of the practice line goes the same way as Twilio does, through the engine; only what a
//! person does to a simulated phone comes by here.

mod conditions;
mod control;
mod handsets;

pub(crate) use control::{Control, ControlError};
pub(crate) use handsets::{HandsetBook, view as handset_view};
