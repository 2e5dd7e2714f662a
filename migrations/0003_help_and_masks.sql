-- Asking a supervisor for help, and texts of which a part was masked.

ALTER TABLE conversations ADD COLUMN help_requested_at INTEGER; -- I-10: since when an agent has been asking for help

CREATE TABLE message_masks (
    -- H-15: texts in which sensitive data was masked before they were stored.
    message_id BLOB PRIMARY KEY NOT NULL,
    patterns TEXT NOT NULL                              -- names of the patterns that were found, as a JSON list
) STRICT;
