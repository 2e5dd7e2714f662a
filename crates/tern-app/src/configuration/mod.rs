//! The whole configuration as one readable, versioned JSON file: no secrets, no customers.
//!
//! Each feature adds its section to [`sections::SECTIONS`] in one line. A section of the file replaces what is
//! in force; one that is not in the file stays. Everything is written in one transaction or not at all.

mod compare;
mod file;
mod sections;

pub(crate) use compare::compare;
pub(crate) use file::{ConfigurationProblem, ReadFile, read, write};
pub(crate) use sections::{Importing, SECTIONS, Section};
