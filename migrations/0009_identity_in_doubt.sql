-- A mark in the lists where the directory does not agree about who is behind a number.

ALTER TABLE conversations ADD COLUMN identity_in_doubt INTEGER NOT NULL DEFAULT 0 CHECK (identity_in_doubt IN (0, 1)); -- P-5, P-7, P-12
