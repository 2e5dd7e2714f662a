//! Whether the copies will fit, before anything is written.

use super::RotationError;
use crate::files;
use crate::layout::Layout;

/// For the log of the last step, the search index's merging and the file system's own needs.
const RESERVE: u64 = 32 * 1024 * 1024;

/// Bytes of a database and its pictures.
pub(super) fn size_of(line: &Layout) -> Result<u64, RotationError> {
    let mut total = 0;
    for path in [line.database(), line.log()] {
        total += files::size_of(&path).map_err(RotationError::io("look at", path.clone()))?;
    }
    let media = line.media();
    for path in files::list(&media).map_err(RotationError::io("list", media))? {
        total += files::size_of(&path).map_err(RotationError::io("look at", path.clone()))?;
    }
    Ok(total)
}

/// Compares what the copies need with what is free, where the system tells.
pub(super) fn check(lines: &[Layout]) -> Result<(), RotationError> {
    let mut total = 0;
    for line in lines {
        total += size_of(line)?;
    }
    let Some(line) = lines.first() else {
        return Ok(());
    };
    compare(total, files::free_space(line.folder()))
}

fn compare(total: u64, free: Option<u64>) -> Result<(), RotationError> {
    let needed = total.saturating_add(RESERVE);
    match free {
        Some(free) if free < needed => Err(RotationError::NoRoom { needed, free }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_refused_before_anything_is_written() {
        let total = 100 * 1024 * 1024;
        assert!(compare(total, Some(total + RESERVE)).is_ok());
        assert!(compare(total, None).is_ok(), "the disk itself will tell");
        assert!(matches!(
            compare(total, Some(total)),
            Err(RotationError::NoRoom { needed, free }) if needed == total + RESERVE && free == total
        ));
    }
}
