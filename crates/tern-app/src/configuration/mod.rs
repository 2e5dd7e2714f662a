//! The whole configuration as one readable, versioned JSON file: no secrets, no customers.
//!
//! Each feature adds its section to [`sections::SECTIONS`] in one line. A section of the file replaces what is
//! in force; one that is not in the file stays. Everything is written in one transaction or not at all, and
//! taken back by what was before and after.

mod compare;
mod documents;
mod file;
mod notifications;
mod prepared;
mod read;
#[cfg(test)]
mod round_trip_tests;
mod routing;
mod sections;
mod step;
mod topics;

pub(crate) use file::{ConfigurationProblem, read, section_problem, write};
pub(crate) use prepared::{Prepared, checked, in_force, is_unknown, kept_aside, section_counts};
pub(crate) use sections::Importing;
pub(crate) use step::{ConfigurationStep, Meanwhile};
