//! The virtual agent at the desk: what a real conversation knows.

mod known;

pub use known::{Surroundings, known_facts};
