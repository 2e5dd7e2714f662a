-- Wrap-up (W-1 … W-9): which interactions are wrapped up, and what their agents note.

ALTER TABLE interactions ADD COLUMN wrap_up_at INTEGER; -- start of the wrap-up that runs; NULL = none runs

CREATE INDEX interactions_wrapping ON interactions (conversation_id, wrap_up_at) WHERE wrap_up_at IS NOT NULL;

CREATE TABLE wrap_up_segments (
    -- One agent's part of a wrap-up (W-8, W-9). All but the notes is what the interaction's events led to.
    segment_id BLOB PRIMARY KEY NOT NULL,
    conversation_id INTEGER NOT NULL REFERENCES conversations,
    interaction_id BLOB NOT NULL,
    agent_id BLOB NOT NULL,
    configuration_id BLOB NOT NULL,
    state TEXT NOT NULL,
    code_id BLOB,
    notes TEXT NOT NULL DEFAULT '',
    segmented INTEGER NOT NULL CHECK (segmented IN (0, 1)),
    external INTEGER NOT NULL CHECK (external IN (0, 1)),
    timed_out INTEGER NOT NULL CHECK (timed_out IN (0, 1)),
    awaiting_confirmation INTEGER NOT NULL CHECK (awaiting_confirmation IN (0, 1)),
    opened_at INTEGER NOT NULL,
    submitted_at INTEGER,
    confirmed_at INTEGER,
    external_id TEXT
) STRICT;

CREATE INDEX wrap_up_segments_by_interaction ON wrap_up_segments (interaction_id, agent_id);
