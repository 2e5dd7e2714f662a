//! Places on this computer: what a page says of one, and what it is told.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A file or folder that a person named.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, TS)]
#[serde(
    tag = "kind",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum PlaceRef {
    /// Chosen in the system's dialog; the page knows this name for it and no path.
    Chosen {
        /// What the dialog gave.
        id: String,
    },
    /// By its whole path. Only where there is no dialog: the product refuses it.
    Typed {
        /// The path.
        path: String,
    },
    /// The folder where this desk's backups go now.
    Backups,
}

impl PlaceRef {
    /// A place by its whole path.
    #[must_use]
    pub fn typed(path: impl AsRef<std::path::Path>) -> Self {
        Self::Typed {
            path: path.as_ref().display().to_string(),
        }
    }
}

/// What a place is for. One that was chosen for one thing is of no use for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PlaceKind {
    /// A file that an export is written to.
    Export,
    /// A file that the configuration, a table or a record is written to.
    Document,
    /// The folder that backups go to.
    Backups,
    /// A folder that backups are looked for in.
    Restore,
    /// A file with texts of another system.
    History,
}

/// A place that a person chose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ChosenPlace {
    /// Stands for it in requests, as long as the program runs.
    pub id: String,
    /// What it is called, for reading.
    pub name: String,
}
