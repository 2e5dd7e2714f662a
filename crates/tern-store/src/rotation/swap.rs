//! The renames that make the copies the files in force, and what is removed before and after.
//!
//! Every function can be repeated after a crash at any of its steps. A file that is to be replaced is renamed out of
//! the way first and removed only once its successor's key is in force.

use std::path::Path;

use super::RotationError;
use crate::files;
use crate::layout::Layout;
use crate::open::MIGRATIONS;

/// Puts the copy of one line where the line is.
pub(super) fn line(line: &Layout) -> Result<(), RotationError> {
    let (copy, old) = (line.rotating(), line.rotated());
    // Emptied before it was copied. Beside the new file it would be somebody else's log.
    for leftover in [line.log(), line.log_index()] {
        remove(&leftover)?;
    }
    replace(&copy.database(), &line.database(), &old.database())?;
    replace(&copy.key_check(), &line.key_check(), &old.key_check())?;
    replace(&copy.media(), &line.media(), &old.media())?;
    let database = line.database();
    files::sync_parent(&database).map_err(RotationError::io("sync", database))
}

/// Once the copy is gone, it is in its place: the step was done before.
fn replace(copy: &Path, path: &Path, old: &Path) -> Result<(), RotationError> {
    if !files::exists(copy).map_err(RotationError::io("look at", copy))? {
        return Ok(());
    }
    // After a crash between the two renames there is nothing to rename here any more.
    files::rename_if_present(path, old).map_err(RotationError::io("rename", path))?;
    files::rename_if_present(copy, path).map_err(RotationError::io("rename", copy))?;
    Ok(())
}

/// Removes copies that nobody will use.
pub(super) fn remove_copies(lines: &[Layout]) -> Result<(), RotationError> {
    for line in lines {
        let copy = line.rotating();
        for path in [
            copy.database(),
            copy.log(),
            copy.log_index(),
            copy.key_check(),
        ] {
            remove(&path)?;
        }
        remove_folder(&copy.media(), files::remove)?;
    }
    Ok(())
}

/// Overwrites and removes what the old key opens. What a disk keeps of overwritten blocks is beyond any program;
/// without the old key it is noise.
pub(super) fn remove_old(lines: &[Layout]) -> Result<(), RotationError> {
    for line in lines {
        let old = line.rotated();
        for path in [old.database(), old.key_check()] {
            wipe(&path)?;
        }
        remove_folder(&old.media(), files::wipe)?;
        for migration in MIGRATIONS {
            wipe(&line.copy_before_upgrade(migration.version))?;
        }
    }
    Ok(())
}

fn remove_folder(
    folder: &Path,
    remove: impl Fn(&Path) -> std::io::Result<()>,
) -> Result<(), RotationError> {
    for path in files::list(folder).map_err(RotationError::io("list", folder))? {
        remove(&path).map_err(RotationError::io("remove", path.clone()))?;
    }
    files::remove_empty_folder(folder).map_err(RotationError::io("remove", folder))
}

fn remove(path: &Path) -> Result<(), RotationError> {
    files::remove(path).map_err(RotationError::io("remove", path))
}

fn wipe(path: &Path) -> Result<(), RotationError> {
    files::wipe(path).map_err(RotationError::io("remove", path))
}
