//! The past that Twilio still has: what comes of it by itself, how fast, and which days are here.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the team wants of the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PastSettings {
    /// Which pictures come by themselves.
    pub pictures: PastPicturesView,
    /// Larger ones do not, in MB; `None` = any size.
    pub largest_mb: Option<u32>,
    /// How much the past may fetch in a second, in KB; `None` = as fast as it goes.
    pub limit_kb: Option<u32>,
}

/// Which pictures of the past come by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum PastPicturesView {
    /// None: each is fetched when somebody asks for it.
    None,
    /// Those of texts that are not older than this.
    LastDays {
        /// 1 … 3650.
        days: u32,
    },
    /// All of them.
    All,
}

/// Pause fetching the past, or go on.
#[derive(Debug, Clone, Copy, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PauseBackfill {
    /// Whether it is to be paused.
    pub paused: bool,
}

/// In whose calendar a day is a day.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PastDaysQuery {
    /// The window's time zone, by its IANA name.
    pub zone: String,
}

/// Days in a row of which the same is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PastDays {
    /// First day, as `2026-11-22`.
    pub first: String,
    /// Last day; the same for one day.
    pub last: String,
    /// How many days.
    pub days: u32,
    /// Texts of these days that are here.
    #[ts(type = "number")]
    pub texts: u64,
    /// How much of each day is here.
    pub state: PastDayState,
    /// Why not all of it; `None` for complete days.
    pub why: Option<PastDayReason>,
}

/// How much of a day is here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum PastDayState {
    /// Everything that Twilio had of it.
    Complete,
    /// Some of it.
    Partly,
    /// Nothing.
    NotHere,
}

/// Why a day is not complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum PastDayReason {
    /// It can be fetched.
    NotFetched,
    /// Twilio has forgotten it.
    GoneAtCarrier,
    /// It was deleted here for its age.
    DeletedHere,
    /// Its texts came from elsewhere, and were not compared with Twilio's.
    CameFromElsewhere,
}

/// Fetch days once more.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FetchDays {
    /// First day, as `2026-11-22`.
    pub first: String,
    /// Last day.
    pub last: String,
    /// The window's time zone, by its IANA name.
    pub zone: String,
}
