//! The encrypted database file: opening, keying, migrating, writing, reading and searching it.
