-- Who is texting (L), what they want to hear (S), and what must not be kept anywhere.

CREATE TABLE verifications (
    -- A user's soft PIN, authenticator and lock. Slow hashes and a sealed secret; never a PIN or a code.
    person_id BLOB PRIMARY KEY NOT NULL REFERENCES people ON DELETE CASCADE,
    locked_until INTEGER,                               -- L-12; NULL = not locked
    document TEXT NOT NULL
) STRICT;

CREATE INDEX verifications_locked ON verifications (locked_until) WHERE locked_until IS NOT NULL;

CREATE TABLE account_links (
    -- L-3: numbers that somebody linked to their account by PIN and code.
    profile_id BLOB PRIMARY KEY NOT NULL,
    person_id BLOB NOT NULL REFERENCES people ON DELETE CASCADE,
    linked_at INTEGER NOT NULL
) STRICT;

CREATE INDEX account_links_by_person ON account_links (person_id);

CREATE TABLE elevations (
    -- L-15: conversations in which somebody proved who they are, or is being asked. Gone with the interaction.
    interaction_id BLOB PRIMARY KEY NOT NULL,
    conversation_id INTEGER NOT NULL REFERENCES conversations,
    document TEXT NOT NULL
) STRICT;

CREATE TABLE subscriptions (
    -- S-6: whether an address wants notifications. No row = off.
    profile_id BLOB PRIMARY KEY NOT NULL,
    is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
    changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE consents (
    -- Who opted in or out of what, when, and by which text. Append-only.
    consent_id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL REFERENCES conversations,
    at INTEGER NOT NULL,
    message_id BLOB,                                    -- the text that said it; NULL = not said by a text
    document TEXT NOT NULL
) STRICT;

CREATE INDEX consents_by_conversation ON consents (conversation_id, at, consent_id);

CREATE TABLE carrier_wipes (
    -- Texts whose words the carrier still has to forget.
    message_id BLOB PRIMARY KEY NOT NULL,
    conversation_id INTEGER NOT NULL REFERENCES conversations,
    next_at INTEGER,                                    -- when it is tried next; NULL = done, or given up
    document TEXT NOT NULL
) STRICT;

CREATE INDEX carrier_wipes_due ON carrier_wipes (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE notifications (
    -- S-12: definitions of notifications.
    notification_id BLOB PRIMARY KEY NOT NULL,
    place INTEGER NOT NULL,                             -- order in the list
    document TEXT NOT NULL
) STRICT;

CREATE INDEX notifications_by_place ON notifications (place, notification_id);

CREATE TABLE notification_runs (
    -- One sending of a notification to everybody whom it is for.
    notification_run_id BLOB PRIMARY KEY NOT NULL,
    notification_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    open INTEGER NOT NULL CHECK (open IN (0, 1)),       -- something is still to be done
    document TEXT NOT NULL
) STRICT;

CREATE INDEX notification_runs_by_age ON notification_runs (created_at, notification_run_id);

CREATE INDEX notification_runs_open ON notification_runs (created_at) WHERE open = 1;

CREATE TABLE notification_recipients (
    -- The result of a run, one row for each recipient.
    notification_run_id BLOB NOT NULL REFERENCES notification_runs ON DELETE CASCADE,
    place INTEGER NOT NULL,
    state TEXT NOT NULL,
    kept_until INTEGER,                                 -- S-10: an actionable one that waits; NULL = does not
    conversation_id INTEGER REFERENCES conversations,
    document TEXT NOT NULL,
    PRIMARY KEY (notification_run_id, place)
) STRICT;

CREATE INDEX notification_recipients_by_state ON notification_recipients (notification_run_id, state, place);

CREATE INDEX notification_recipients_kept ON notification_recipients (conversation_id, kept_until)
    WHERE kept_until IS NOT NULL;
