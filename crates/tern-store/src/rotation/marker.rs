//! The file that says whether the copies under the new key are a draft or the truth.
//!
//! Owns its name and format. It holds no key and nothing derived from one.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::RotationError;
use crate::files;
use crate::layout::{FileName, Layout, rotation_marker};

/// Where a rotation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RotationState {
    /// The copies are a draft: the old files and the old key count.
    Preparing,
    /// The copies are the truth: the new key counts.
    Committed,
}

#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Marker {
    version: u32,
    pub(super) state: RotationState,
    names: Vec<String>,
}

const VERSION: u32 = 1;

impl Marker {
    pub(super) fn new(state: RotationState, lines: &[Layout]) -> Self {
        Self {
            version: VERSION,
            state,
            names: lines
                .iter()
                .map(|line| line.name().as_str().to_owned())
                .collect(),
        }
    }

    pub(super) fn find(folder: &Path) -> Result<Option<Self>, RotationError> {
        let path = rotation_marker(folder);
        let stored =
            files::read_if_present(&path).map_err(RotationError::io("read", path.clone()))?;
        let Some(stored) = stored else {
            return Ok(None);
        };
        // It is replaced as one step, so one that cannot be read was made by other hands: touch nothing.
        serde_json::from_slice::<Self>(&stored)
            .map_err(|error| error.to_string())
            .and_then(|marker| match marker.version {
                VERSION => Ok(Some(marker)),
                other => Err(format!("version {other}")),
            })
            .map_err(|words| RotationError::io("understand", path)(std::io::Error::other(words)))
    }

    pub(super) fn names(&self) -> Vec<FileName> {
        self.names
            .iter()
            .filter_map(|name| FileName::new(name).ok())
            .collect()
    }

    pub(super) fn save(&self, folder: &Path) -> Result<(), RotationError> {
        let path = rotation_marker(folder);
        let bytes = serde_json::to_vec(self).unwrap_or_default();
        files::write_atomic(&path, &bytes).map_err(RotationError::io("write", path.clone()))
    }

    pub(super) fn remove(folder: &Path) -> Result<(), RotationError> {
        let path = rotation_marker(folder);
        files::remove(&path)
            .and_then(|()| files::sync_parent(&path))
            .map_err(RotationError::io("remove", path.clone()))
    }
}
