-- Texts that people get because something happened (S-9 … S-14).

CREATE TABLE notifications (
    -- S-12: definitions.
    notification_id BLOB PRIMARY KEY NOT NULL,
    place INTEGER NOT NULL,                             -- order in the list
    watches TEXT,                                       -- table whose rows send it; NULL = none does, or it is off
    document TEXT NOT NULL
) STRICT;

CREATE INDEX notifications_by_place ON notifications (place, notification_id);

CREATE INDEX notifications_watching ON notifications (watches) WHERE watches IS NOT NULL;

CREATE TABLE notification_runs (
    -- One sending of a notification to everybody whom it is for.
    notification_run_id INTEGER PRIMARY KEY AUTOINCREMENT,
    notification_id BLOB NOT NULL,
    started_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'paused', 'done')),
    listed_to TEXT,                                     -- where listing its recipients goes on; NULL = all are listed
    next_at INTEGER,                                    -- when something is to be done; NULL = nothing is
    document TEXT NOT NULL
) STRICT;

CREATE INDEX notification_runs_of ON notification_runs (notification_id, notification_run_id);

CREATE INDEX notification_runs_due ON notification_runs (next_at) WHERE state = 'running' AND next_at IS NOT NULL;

CREATE INDEX notification_runs_done ON notification_runs (started_at) WHERE state = 'done';

CREATE TABLE notification_recipients (
    -- The result of a run, one row for each recipient.
    notification_run_id INTEGER NOT NULL REFERENCES notification_runs ON DELETE CASCADE,
    place INTEGER NOT NULL,
    recipient TEXT NOT NULL,                            -- tells them apart: a person's id, or a number
    person_id BLOB,
    state TEXT NOT NULL CHECK (state IN ('planned', 'waiting', 'sent', 'refused', 'dropped')),
    next_at INTEGER,                                    -- when it is looked at; NULL = it is settled
    sent_at INTEGER,
    conversation_id INTEGER REFERENCES conversations,
    document TEXT NOT NULL,
    PRIMARY KEY (notification_run_id, place)
) STRICT;

CREATE UNIQUE INDEX notification_recipients_once ON notification_recipients (notification_run_id, recipient);

CREATE INDEX notification_recipients_by_state ON notification_recipients (notification_run_id, state, place);

CREATE INDEX notification_recipients_due ON notification_recipients (notification_run_id, next_at, place)
    WHERE next_at IS NOT NULL;

CREATE INDEX notification_recipients_sent ON notification_recipients (sent_at) WHERE sent_at IS NOT NULL;

CREATE INDEX notification_recipients_of_person ON notification_recipients (person_id, sent_at) WHERE sent_at IS NOT NULL;
