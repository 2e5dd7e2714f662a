//! The virtual agent at the desk: what the machine's turns ([`crate::topic::turn`]) come to in a real
//! conversation.
//!
//! [`plan_turn`] makes stored texts, timers, counts and the end of an interaction out of one turn;
//! [`plan_hand_over`] gives the conversation to a queue (H-2 … H-6), after [`answer_to_hand_over`] has looked
//! whether somebody is there (H-3, H-4). [`plan_bot_restored`] is what becomes of it when a backup is restored. What a turn asks for besides (rows, other systems) is the caller's
//! to bring. [`secrecy()`] says what of a text may be stored at all (V-20).

mod count;
mod handover;
mod known;
mod restored;
mod say;
mod secrecy;
mod turn;

pub use count::{TopicCount, TopicFact, counts};
pub use handover::{Handover, answer_to_hand_over, plan_hand_over};
pub use known::{Surroundings, known_facts};
pub use restored::plan_bot_restored;
pub use say::plan_code_text;
pub(crate) use say::say;
pub use secrecy::{
    HIDDEN_ANSWER, PROOF_ENTRY, SECURE_ANSWER, SENT_CODE, Secrecy, may_hear_secret, secrecy,
};
pub use turn::{BotContext, BotRequest, plan_turn};
