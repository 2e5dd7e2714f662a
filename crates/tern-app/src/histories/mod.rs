//! Bringing in texts of other systems: the jobs that look, bring in and take out.
//!
//! Owns their loops. What a row means and what is the same text is tern-domain's, what is kept tern-store's. An import
//! that was cut off, by a person or a crash, is taken out again, and the taking out goes on at the next start: nothing
//! half-done stays. Transactions are small, because live texts come first.

mod bring;
mod check;
mod remove;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tern_domain::history_import::{HistoryMapping, HistoryShape, HistoryText, RowReader};
use tern_domain::screening::Screen;
use tern_domain::{Direction, Keyword, MessageText, PhoneNumber, UtcMillis};
use tern_engine::STEP_TARGET;
use tern_store::{BroughtText, SourceFile, SourceStamp};

use crate::dto::HistoryCheckView;
use crate::error::{ApiError, ErrorCode};
use crate::import::HistoryRows;

pub(crate) use bring::bring;
pub(crate) use check::check;
pub(crate) use remove::{remove, resume};

/// Rows of one file at most. What was seen of each is remembered to find those that come twice, in some eight bytes.
const MOST_ROWS: u64 = 5_000_000;

/// Steps that the crash suite dies at, each when it is complete.
const BATCH_BROUGHT: &str = "import.batch";
const ALL_BROUGHT: &str = "import.all";
const SOME_TAKEN_OUT: &str = "import.taken_out";

fn complete(step: &'static str) {
    tracing::info!(target: STEP_TARGET, step);
}

/// What is to be brought in.
#[derive(Clone)]
pub(crate) struct HistorySource {
    /// The file.
    pub(crate) path: PathBuf,
    /// Where it comes from.
    pub(crate) shape: HistoryShape,
    /// How its rows are read.
    pub(crate) mapping: HistoryMapping,
    /// Customers whom it names are put into the directory.
    pub(crate) add_people: bool,
    /// Numbers of the team.
    pub(crate) own: Vec<PhoneNumber>,
    /// What is masked.
    pub(crate) screen: Arc<Screen>,
}

/// A look at a file, which can be brought in as long as the file is the same.
#[derive(Clone)]
pub(crate) struct HistoryLook {
    pub(crate) source: HistorySource,
    pub(crate) stamp: SourceStamp,
    pub(crate) newest_first: bool,
    pub(crate) view: HistoryCheckView,
}

/// The last look of a line.
#[derive(Default)]
pub(crate) struct HistoryLooks(Mutex<Option<HistoryLook>>);

impl HistoryLooks {
    pub(crate) fn keep(&self, look: HistoryLook) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(look);
    }

    pub(crate) fn last(&self) -> Option<HistoryLook> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn forget(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Opens a file to read its rows.
pub(crate) fn open(path: &Path) -> Result<(HistoryRows<SourceFile>, SourceStamp), ApiError> {
    let file = SourceFile::open(path).map_err(|error| {
        let words = match error.kind() {
            std::io::ErrorKind::NotFound => "There is no such file.",
            std::io::ErrorKind::PermissionDenied => "This file may not be read.",
            std::io::ErrorKind::InvalidInput => "This is a folder and no file.",
            _ => "This file cannot be read.",
        };
        ApiError::new(
            ErrorCode::InvalidInput,
            words,
            "Give the whole path of a CSV or JSON file.",
        )
    })?;
    let stamp = file.stamp();
    Ok((HistoryRows::begin(file)?, stamp))
}

/// The file's name without its folder.
pub(crate) fn name_of(path: &Path) -> String {
    path.file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default()
}

impl HistorySource {
    fn reader(&self, now: UtcMillis) -> Result<RowReader, ApiError> {
        RowReader::new(self.shape, self.mapping.clone(), self.own.clone(), now).ok_or_else(|| {
            ApiError::new(
                ErrorCode::InvalidInput,
                "There is no such time zone.",
                "Choose one such as Europe/Berlin.",
            )
        })
    }

    /// Masks a customer's sensitive data (H-15). A bare STOP stays, because it is obeyed.
    fn screened(&self, mut text: HistoryText) -> BroughtText {
        let is_keyword = Keyword::find(text.body.as_str(), &text.key.provider)
            .is_some_and(Keyword::is_only_a_keyword);
        let masked = (text.direction == Direction::Inbound && !is_keyword)
            .then(|| self.screen.mask_incoming(text.body.as_str()))
            .flatten();
        let Some(masked) = masked else {
            return BroughtText {
                text,
                masked: Vec::new(),
            };
        };
        text.body = MessageText::new(masked.text);
        BroughtText {
            text,
            masked: masked.patterns,
        }
    }
}

fn too_many_rows() -> ApiError {
    ApiError::new(
        ErrorCode::InvalidInput,
        "The file has more than five million rows.",
        "Split it, for example by year, and bring in one part after the other.",
    )
}
