//! Notifications (S-9 … S-14): texts that somebody gets because a row of a table changed, or because a person says
//! that something happened.
//!
//! A [`Notification`] says what is sent to whom and when; one sending of it is a [`NotificationRun`], which goes on
//! until everybody has got it or is known not to. [`who_gets_it`] decides about one recipient at one moment and
//! touches nothing; [`plan_notification`] makes a text of it, which leaves through the outbox like any other.

mod content;
mod decide;
mod definition;
mod offer;
mod recipients;
mod room;
mod run;
mod send;
mod trigger;
mod waiting;

pub use content::{Occasion, RenderedNotification, text_problem};
pub use decide::{
    Delivery, DeliveryTerms, LOOK_AGAIN, RecipientStanding, RefusalReason, WaitReason, who_gets_it,
};
pub use definition::{
    Content, ContentBody, DEFAULT_HEADING, LONGEST_KEEP, MOST_ACTIONS, NARROWEST_PICTURE,
    Notification, NotificationAction, NotificationProblem, NotificationSettings, Recipients,
    Trigger, USUAL_KEEP, check_notification, check_picture_width, check_shared_notification,
};
pub(crate) use offer::SKIP;
pub use offer::{NotificationOffer, OfferedAction, plan_offer};
pub use room::room_in_outbox;
pub use run::{NotificationRun, RecipientState, RunCause, RunRecipient, RunState};
pub use send::plan_notification;
pub use trigger::{RecordChange, is_triggered_by};
pub use waiting::{MOST_LISTED, OfferedLine, OfferedList, RunPlace, WaitingOffer};

/// Most recipients of one run (S-14).
pub const MOST_RECIPIENTS: u32 = 100_000;
/// Most notifications of one day (S-14).
pub const MOST_A_DAY: u32 = 100_000;
