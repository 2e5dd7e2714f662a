//! The UI's HTTP backend for development and browser tests; never part of a release build.
