//! How agents keep their desk in order: snoozed and pinned conversations, private notes (Q-1 … Q-3).
//!
//! Marks belong to the work in hand: closing an interaction takes them off. None of them reaches the
//! requester; a note in particular is its own kind of thing, which no rule of sending accepts.

mod clocks;
mod marks;
mod note;
mod typed_time;

pub use clocks::ReplyClocks;
pub use marks::{
    DeskMarks, DeskRefusal, MAX_SNOOZE, plan_pin, plan_snooze, plan_snooze_due, plan_unpin,
    plan_unsnooze,
};
pub use note::{
    Audience, MAX_NOTE_CHARACTERS, Note, NoteAct, NoteRefusal, plan_note, whisper_reaches,
};
pub use typed_time::{TypedTimeProblem, read_typed_time};
pub(crate) use typed_time::{month_named, weekday_named};
