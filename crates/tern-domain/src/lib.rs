//! Types and numbered rules of a text-message support desk, as pure functions: no clock, no I/O, no randomness.
