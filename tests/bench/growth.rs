//! The same figures at several sizes of history, side by side.

use std::fmt;

use crate::figure::{Figure, Report};

/// One line for each figure, one column for each size.
pub(crate) struct Growth<'a>(pub(crate) &'a [Report]);

impl fmt::Display for Growth<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:<52} {:<6}", "growth", "")?;
        for report in self.0 {
            write!(formatter, " {:>12}", report.messages)?;
        }
        for figure in self.0.iter().flat_map(|report| &report.figures).fold(
            Vec::<&Figure>::new(),
            |mut known, figure| {
                if known.iter().all(|one| one.name != figure.name) {
                    known.push(figure);
                }
                known
            },
        ) {
            write!(formatter, "\n{:<52} {:<6}", figure.name, figure.unit)?;
            for report in self.0 {
                match report.figures.iter().find(|one| one.name == figure.name) {
                    Some(one) => write!(formatter, " {:>12.2}", one.value)?,
                    None => write!(formatter, " {:>12}", "")?,
                }
            }
        }
        Ok(())
    }
}
