//! Places that a person chose in the system's own dialog: the shell hands the path to here, and the page gets a name.
//!
//! What a page asks for can therefore reach only what somebody chose, and only for what they chose it.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use tern_archive::check_folder;
use tern_domain::IdSource as _;
use tern_engine::EdgeIds;

use crate::app::App;
use crate::dto::{ChosenPlace, PlaceKind, PlaceRef};
use crate::error::{ApiError, ErrorCode};
use crate::export::place_words;
use crate::records::{self, Record};
use crate::words;

/// Places that are remembered; whoever chooses so many has long forgotten the first.
const MOST: usize = 64;

/// The command's name, for the lock.
const CHOOSE: &str = "choose_place";

/// Where the last of each kind was. It stands in the encrypted file, because folders are named after customers.
type LastFolders = BTreeMap<PlaceKind, PathBuf>;

/// What was chosen since the program was started.
#[derive(Default)]
pub(crate) struct Places(Mutex<VecDeque<(String, PlaceKind, PathBuf)>>);

impl Places {
    fn keep(&self, id: String, kind: PlaceKind, path: PathBuf) {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if places.len() == MOST {
            places.pop_front();
        }
        places.push_back((id, kind, path));
    }

    fn find(&self, id: &str, kind: PlaceKind) -> Option<PathBuf> {
        let places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = places.iter().find(|it| it.0 == id && it.1 == kind);
        found.map(|(_, _, path)| path.clone())
    }
}

impl App {
    /// Where a dialog begins: the folder of the last place of this kind.
    ///
    /// # Errors
    /// [`ErrorCode::Locked`] while the desk is locked.
    pub async fn last_folder(&self, kind: PlaceKind) -> Result<Option<PathBuf>, ApiError> {
        self.may_choose()?;
        let Ok(desk) = self.desk() else {
            return Ok(None);
        };
        let last = records::find::<LastFolders>(&desk.store, Record::LastFolders).await?;
        Ok(last.and_then(|mut last| last.remove(&kind)))
    }

    /// Keeps what was chosen in a dialog and gives what a page may know of it.
    ///
    /// # Errors
    /// In words, for a folder that has to be written to and cannot be; [`ErrorCode::Locked`] while the desk is locked.
    pub async fn keep_place(
        &self,
        kind: PlaceKind,
        path: PathBuf,
    ) -> Result<ChosenPlace, ApiError> {
        self.may_choose()?;
        let is_folder = matches!(kind, PlaceKind::Backups | PlaceKind::Restore);
        let folder = match path.parent() {
            Some(parent) if !is_folder => parent.to_owned(),
            _ => path.clone(),
        };
        if matches!(
            kind,
            PlaceKind::Export | PlaceKind::Document | PlaceKind::Backups
        ) {
            let looked = folder.clone();
            tokio::task::spawn_blocking(move || check_folder(&looked))
                .await
                .map_err(|_| ApiError::internal())?
                .map_err(|error| place_words(&error))?;
        }
        if let Ok(desk) = self.desk() {
            desk.store
                .write(move |tx| {
                    let name = Record::LastFolders.name();
                    let mut last = tx.find_setting::<LastFolders>(name)?.unwrap_or_default();
                    last.insert(kind, folder);
                    tx.put_setting(name, &last)
                })
                .await
                .map_err(|error| words::store(&error))?;
        }
        let id = EdgeIds::new(&*self.inner.config.clock).uuid().to_string();
        let name = name_of(&path);
        self.inner.places.keep(id.clone(), kind, path);
        Ok(ChosenPlace { id, name })
    }

    /// The path behind what a page says.
    pub(crate) async fn place(
        &self,
        kind: PlaceKind,
        place: &PlaceRef,
    ) -> Result<PathBuf, ApiError> {
        match place {
            PlaceRef::Chosen { id } => self
                .inner
                .places
                .find(id, kind)
                .ok_or_else(|| words::gone("place that was chosen")),
            PlaceRef::Typed { path } if self.inner.config.typed_places => {
                Ok(PathBuf::from(path.trim()))
            }
            PlaceRef::Typed { .. } => Err(ApiError::bad_request("a place is chosen in a dialog")),
            PlaceRef::Backups => {
                let place = self.desk()?.backup_record().await?.place;
                let place =
                    place.filter(|_| matches!(kind, PlaceKind::Backups | PlaceKind::Restore));
                place
                    .map(|place| place.folder)
                    .ok_or_else(words::backups_not_set_up)
            }
        }
    }

    fn may_choose(&self) -> Result<(), ApiError> {
        if self.inner.lock.admits(CHOOSE) {
            Ok(())
        } else {
            Err(words::locked())
        }
    }
}

/// What a place is called: its own name, and the folder that it is in.
fn name_of(path: &Path) -> String {
    let own = path.file_name().map(|name| name.to_string_lossy());
    let parent = path.parent().and_then(Path::file_name);
    match (own, parent) {
        (Some(own), Some(parent)) => format!("{own} in {}", parent.to_string_lossy()),
        (Some(own), None) => own.into_owned(),
        (None, _) => path.display().to_string(),
    }
}

/// A file that a person may have given another ending: its folder, its name without the ending, and whether it has the
/// ending already, so that the dialog asked whether what is there may be replaced.
pub(crate) fn with_ending(path: &Path, ending: &str) -> Result<(PathBuf, String, bool), ApiError> {
    let has_it = path
        .extension()
        .is_some_and(|it| it.eq_ignore_ascii_case(ending));
    let name = if has_it {
        path.file_stem()
    } else {
        path.file_name()
    };
    match (path.parent(), name) {
        (Some(folder), Some(name)) => Ok((
            folder.to_owned(),
            name.to_string_lossy().into_owned(),
            has_it,
        )),
        _ => Err(ApiError::new(
            ErrorCode::InvalidInput,
            "This is no name of a file.",
            "Choose another one.",
        )),
    }
}
