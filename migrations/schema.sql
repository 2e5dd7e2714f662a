-- What all migrations together lead to. Written by a test: see NOTES.md.

CREATE TABLE account_links (
    -- L-3: numbers that somebody linked to their account by PIN and code.
    profile_id BLOB PRIMARY KEY NOT NULL,
    person_id BLOB NOT NULL REFERENCES people ON DELETE CASCADE,
    linked_at INTEGER NOT NULL
) STRICT;

CREATE INDEX account_links_by_person ON account_links (person_id);

CREATE TABLE agent_figures (
    -- One agent's part in an interaction.
    opened_at INTEGER NOT NULL,
    interaction_id BLOB NOT NULL,
    agent BLOB NOT NULL,
    provider_number TEXT NOT NULL,
    channel TEXT NOT NULL,
    queue BLOB,
    texts INTEGER NOT NULL,
    held INTEGER NOT NULL,
    replies INTEGER NOT NULL,
    reply_time INTEGER NOT NULL,
    PRIMARY KEY (opened_at, interaction_id, agent)
) STRICT, WITHOUT ROWID;

CREATE TABLE agent_pins (
    -- How an agent proves at a shared desk who they are. Belongs to this laptop and is never shared.
    agent_id BLOB PRIMARY KEY NOT NULL,
    verifier TEXT NOT NULL,                             -- argon2id, with its salt and its cost
    failures INTEGER NOT NULL DEFAULT 0,                -- wrong ones in a row
    locked_until_at INTEGER
) STRICT;

CREATE TABLE bot_figures (
    -- A topic that ran in an interaction, and how often it gave it to people.
    opened_at INTEGER NOT NULL,
    interaction_id BLOB NOT NULL,
    topic TEXT NOT NULL,                                -- '' = outside any topic
    provider_number TEXT NOT NULL,
    channel TEXT NOT NULL,
    queue BLOB,
    agent BLOB,
    contained INTEGER NOT NULL CHECK (contained IN (0, 1)),
    handovers INTEGER NOT NULL,
    PRIMARY KEY (opened_at, interaction_id, topic)
) STRICT, WITHOUT ROWID;

CREATE INDEX bot_figures_by_topic ON bot_figures (topic, opened_at, interaction_id);

CREATE TABLE bot_handovers (
    -- H-6: what the agent is told; the newest of an interaction.
    interaction_id BLOB PRIMARY KEY NOT NULL,
    conversation_id INTEGER NOT NULL REFERENCES conversations,
    at INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT;

CREATE TABLE bot_requests (
    -- Requests to other systems that were not answered yet.
    interaction_id BLOB NOT NULL,
    ticket INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (interaction_id, ticket)
) STRICT;

CREATE INDEX bot_requests_by_age ON bot_requests (created_at);

CREATE TABLE bot_sessions (
    -- What the virtual agent knows between two texts; gone when its interaction closes.
    interaction_id BLOB PRIMARY KEY NOT NULL,
    conversation_id INTEGER NOT NULL REFERENCES conversations,
    changed_at INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT;

CREATE TABLE carrier_wipes (
    -- Texts whose words the carrier still has to forget.
    message_id BLOB PRIMARY KEY NOT NULL,
    conversation_id INTEGER NOT NULL REFERENCES conversations,
    next_at INTEGER,                                    -- when it is tried next; NULL = done, or given up
    document TEXT NOT NULL
) STRICT;

CREATE INDEX carrier_wipes_due ON carrier_wipes (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE consent_figures (
    -- Somebody opted in or out.
    at INTEGER NOT NULL,
    sequence INTEGER NOT NULL,                          -- of the event that says it
    conversation_id INTEGER NOT NULL,
    fact INTEGER NOT NULL,                              -- 0 STOP, 1 START, 2 notifications off, 3 on
    PRIMARY KEY (at, sequence)
) STRICT, WITHOUT ROWID;

CREATE TABLE consents (
    -- Who opted in or out of what, when, and by which text. Append-only.
    consent_id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL REFERENCES conversations,
    at INTEGER NOT NULL,
    message_id BLOB,                                    -- the text that said it; NULL = not said by a text
    document TEXT NOT NULL
) STRICT;

CREATE INDEX consents_by_conversation ON consents (conversation_id, at, consent_id);

CREATE TABLE conversation_figures (
    -- One row an interaction.
    opened_at INTEGER NOT NULL,
    interaction_id BLOB NOT NULL UNIQUE,
    conversation_id INTEGER NOT NULL,
    ended_at INTEGER,                                   -- NULL while it goes on
    provider_number TEXT NOT NULL,
    channel TEXT NOT NULL,
    queue BLOB,                                         -- the queue that it was in last
    agent BLOB,                                         -- the agent who had it last
    by_agent INTEGER NOT NULL CHECK (by_agent IN (0, 1)),
    outcome INTEGER NOT NULL,                           -- 0 goes on, 1 complete, 2 abandoned, 3 faulted
    first_response INTEGER,                             -- this and the following: milliseconds
    handling INTEGER,
    agent_replies INTEGER NOT NULL,
    agent_reply_time INTEGER NOT NULL,
    requester_replies INTEGER NOT NULL,
    requester_reply_time INTEGER NOT NULL,
    wrap_up INTEGER,
    with_bot INTEGER NOT NULL CHECK (with_bot IN (0, 1)),
    contained INTEGER NOT NULL CHECK (contained IN (0, 1)),
    handovers INTEGER NOT NULL,
    PRIMARY KEY (opened_at, interaction_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX conversation_figures_by_conversation ON conversation_figures (conversation_id, ended_at);

CREATE TRIGGER conversations_count_insert AFTER INSERT ON conversations
WHEN new.list < 2 OR new.snoozed_until IS NOT NULL BEGIN
    UPDATE store_state SET
        new_count = new_count + (new.list = 0 AND new.snoozed_until IS NULL),
        new_unread_count = new_unread_count + (new.list = 0 AND new.snoozed_until IS NULL AND new.unread_count > 0),
        ongoing_count = ongoing_count + (new.list = 1 AND new.snoozed_until IS NULL),
        ongoing_unread_count = ongoing_unread_count
            + (new.list = 1 AND new.snoozed_until IS NULL AND new.unread_count > 0),
        snoozed_count = snoozed_count + (new.snoozed_until IS NOT NULL);
END;

CREATE TRIGGER conversations_count_update AFTER UPDATE OF list, unread_count, snoozed_until ON conversations
WHEN old.list <> new.list OR (old.unread_count > 0) <> (new.unread_count > 0)
    OR (old.snoozed_until IS NULL) <> (new.snoozed_until IS NULL) BEGIN
    UPDATE store_state SET
        new_count = new_count + (new.list = 0 AND new.snoozed_until IS NULL)
            - (old.list = 0 AND old.snoozed_until IS NULL),
        new_unread_count = new_unread_count
            + (new.list = 0 AND new.snoozed_until IS NULL AND new.unread_count > 0)
            - (old.list = 0 AND old.snoozed_until IS NULL AND old.unread_count > 0),
        ongoing_count = ongoing_count + (new.list = 1 AND new.snoozed_until IS NULL)
            - (old.list = 1 AND old.snoozed_until IS NULL),
        ongoing_unread_count = ongoing_unread_count
            + (new.list = 1 AND new.snoozed_until IS NULL AND new.unread_count > 0)
            - (old.list = 1 AND old.snoozed_until IS NULL AND old.unread_count > 0),
        snoozed_count = snoozed_count + (new.snoozed_until IS NOT NULL) - (old.snoozed_until IS NOT NULL);
END;

CREATE TABLE conversations (
    -- I-8: one requester and one number of ours. The inbox reads only this table.
    conversation_id INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    requester_address TEXT NOT NULL,
    provider_number TEXT NOT NULL,
    requester_search TEXT NOT NULL,                     -- letters and digits of the address, lower case
    list INTEGER NOT NULL DEFAULT 2 CHECK (list IN (0, 1, 2)), -- 0 new, 1 ongoing, 2 done
    last_position INTEGER,                              -- newest text; NULL while there is none
    last_at INTEGER NOT NULL DEFAULT 0,
    first_at INTEGER,
    message_count INTEGER NOT NULL DEFAULT 0,
    preview TEXT NOT NULL DEFAULT '',                   -- newest text, cut to one line
    preview_direction INTEGER NOT NULL DEFAULT 0,
    preview_status TEXT NOT NULL DEFAULT 'received',
    preview_error_code INTEGER,
    preview_media_count INTEGER NOT NULL DEFAULT 0,
    unread_count INTEGER NOT NULL DEFAULT 0 CHECK (unread_count >= 0),
    read_up_to INTEGER NOT NULL DEFAULT 0,              -- position; history (0 and below) is read by nature
    has_draft INTEGER NOT NULL DEFAULT 0 CHECK (has_draft IN (0, 1)),
    uncertain_count INTEGER NOT NULL DEFAULT 0 CHECK (uncertain_count >= 0),
    failed_position INTEGER,                            -- newest text of ours that failed and was not looked at
    opted_out_at INTEGER,                               -- S-7: last STOP and START as the carrier saw them
    opted_in_at INTEGER, pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1)), snoozed_until INTEGER, waiting_since INTEGER, answered_at INTEGER, help_requested_at INTEGER, prompted_at INTEGER, requester_name TEXT NOT NULL DEFAULT '', identity_in_doubt INTEGER NOT NULL DEFAULT 0 CHECK (identity_in_doubt IN (0, 1)),
    UNIQUE (requester_address, provider_number, channel)
) STRICT;

CREATE INDEX conversations_by_list ON conversations (list, snoozed_until, pinned DESC, last_position DESC);

CREATE INDEX conversations_by_search ON conversations (last_position DESC, requester_search);

CREATE INDEX conversations_help_wanted ON conversations (help_requested_at, conversation_id)
    WHERE help_requested_at IS NOT NULL;

CREATE INDEX conversations_snoozed ON conversations (snoozed_until, conversation_id) WHERE snoozed_until IS NOT NULL;

CREATE INDEX conversations_unread ON conversations (read_up_to, conversation_id) WHERE unread_count > 0;

CREATE TABLE diagnostics (
    -- Something odd, for whoever looks into it (R-10).
    diagnostic_id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    sid BLOB,
    at INTEGER NOT NULL,
    UNIQUE (kind, sid)
) STRICT;

CREATE TABLE drafts (
    conversation_id INTEGER PRIMARY KEY REFERENCES conversations,
    body TEXT NOT NULL,
    updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE elevations (
    -- L-15: conversations in which somebody proved who they are, or is being asked. Gone with the interaction.
    interaction_id BLOB PRIMARY KEY NOT NULL,
    conversation_id INTEGER NOT NULL REFERENCES conversations,
    document TEXT NOT NULL
) STRICT;

CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN
    SELECT raise(ABORT, 'events are never deleted');
END;

CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN
    SELECT raise(ABORT, 'events are never changed');
END;

CREATE TABLE events (
    -- Facts, appended and never changed. Each entry's hash covers the one before it.
    sequence INTEGER PRIMARY KEY,
    event_id BLOB NOT NULL UNIQUE,
    aggregate_kind TEXT NOT NULL,
    aggregate_id TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version > 0),       -- 1, 2, 3 … within the aggregate
    conversation_id INTEGER REFERENCES conversations,   -- whose timeline it is in
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    hash BLOB NOT NULL,
    UNIQUE (aggregate_kind, aggregate_id, version)
) STRICT;

CREATE INDEX events_by_conversation ON events (conversation_id, sequence) WHERE conversation_id IS NOT NULL;

CREATE TABLE failed_texts (
    -- Texts that the carrier did not deliver.
    at INTEGER NOT NULL,
    position INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    provider_number TEXT NOT NULL,
    channel TEXT NOT NULL,
    agent BLOB NOT NULL,                                -- empty unless an agent wrote
    error_code INTEGER NOT NULL,                        -- 0 = the carrier gave none
    PRIMARY KEY (at, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE figure_marks (
    -- One row: how far the counting has come.
    figure_marks_id INTEGER PRIMARY KEY CHECK (figure_marks_id = 1),
    live_position INTEGER NOT NULL DEFAULT 0,           -- live texts up to here are counted
    history_position INTEGER NOT NULL DEFAULT 1,        -- history from here on is counted
    sequence INTEGER NOT NULL DEFAULT 0                 -- events up to here are counted
, imported_text_id INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE history_imports (
    -- One bringing-in of a file.
    history_import_id INTEGER PRIMARY KEY AUTOINCREMENT,
    by_agent_id BLOB NOT NULL,
    started_at INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'removing', 'removed')),
    file_name TEXT NOT NULL,
    texts INTEGER NOT NULL DEFAULT 0,
    conversations INTEGER NOT NULL DEFAULT 0,
    people INTEGER NOT NULL DEFAULT 0,
    duplicates INTEGER NOT NULL DEFAULT 0,
    left_out INTEGER NOT NULL DEFAULT 0,
    removed_by BLOB,
    removed_at INTEGER
) STRICT;

CREATE INDEX history_imports_unfinished ON history_imports (history_import_id) WHERE state IN ('running', 'removing');

CREATE TABLE imported_blocks (
    -- Conversations that an import blocked, because the newest word in it was STOP.
    history_import_id INTEGER NOT NULL REFERENCES history_imports,
    conversation_id INTEGER NOT NULL,
    opted_out_at INTEGER NOT NULL,                      -- what the import made it
    before_at INTEGER,                                  -- what it was before
    PRIMARY KEY (history_import_id, conversation_id)
) STRICT;

CREATE TABLE imported_conversations (
    -- Conversations that were not there before an import.
    history_import_id INTEGER NOT NULL REFERENCES history_imports,
    conversation_id INTEGER NOT NULL,
    PRIMARY KEY (history_import_id, conversation_id)
) STRICT;

CREATE TABLE imported_people (
    -- People who were not there before an import.
    history_import_id INTEGER NOT NULL REFERENCES history_imports,
    person_id BLOB NOT NULL,
    PRIMARY KEY (history_import_id, person_id)
) STRICT;

CREATE TABLE imported_texts (
    -- Texts that an import brought. Goes with its text.
    imported_text_id INTEGER PRIMARY KEY AUTOINCREMENT, -- in the order in which they came: figures follow it
    position INTEGER NOT NULL UNIQUE,
    history_import_id INTEGER NOT NULL REFERENCES history_imports,
    agent_name TEXT NOT NULL DEFAULT '',                -- who of the team wrote it, by the file; '' = not said
    told INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1)) -- the carrier told of it since: no import's any more
) STRICT;

CREATE INDEX imported_texts_by_import ON imported_texts (history_import_id, imported_text_id);

CREATE TABLE inbound_journal (
    -- What came in, as it came, until it has been interpreted.
    journal_id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    sid TEXT,
    received_at INTEGER NOT NULL,
    content TEXT NOT NULL,
    set_aside TEXT                                      -- why it cannot be interpreted; NULL while it waits
) STRICT;

CREATE INDEX inbound_journal_waiting ON inbound_journal (journal_id) WHERE set_aside IS NULL;

CREATE TABLE interactions (
    -- The state that an interaction's events led to.
    interaction_id BLOB PRIMARY KEY NOT NULL,
    conversation_id INTEGER NOT NULL REFERENCES conversations,
    opened_at INTEGER NOT NULL,
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    document TEXT NOT NULL
, wrap_up_at INTEGER) STRICT;

CREATE INDEX interactions_by_conversation ON interactions (conversation_id, opened_at, interaction_id);

CREATE UNIQUE INDEX interactions_one_active ON interactions (conversation_id) WHERE active = 1;

CREATE INDEX interactions_wrapping ON interactions (conversation_id, wrap_up_at) WHERE wrap_up_at IS NOT NULL;

CREATE TABLE kept_agent_figures (
    interaction_id BLOB NOT NULL,
    agent BLOB NOT NULL,
    texts INTEGER NOT NULL,
    replies INTEGER NOT NULL,
    reply_time INTEGER NOT NULL,
    PRIMARY KEY (interaction_id, agent)
) STRICT;

CREATE TABLE kept_conversation_figures (
    -- Of an interaction that lost texts: what they said, all of them.
    interaction_id BLOB PRIMARY KEY NOT NULL,
    first_response INTEGER,                             -- this and the following: milliseconds
    agent_replies INTEGER NOT NULL,
    agent_reply_time INTEGER NOT NULL,
    requester_replies INTEGER NOT NULL,
    requester_reply_time INTEGER NOT NULL
) STRICT;

CREATE TABLE kept_failed_texts (
    position INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    provider_number TEXT NOT NULL,
    channel TEXT NOT NULL,
    agent BLOB NOT NULL,
    error_code INTEGER NOT NULL
) STRICT;

CREATE TABLE kept_text_figures (
    kept_text_figures_id INTEGER PRIMARY KEY,
    quarter INTEGER NOT NULL,                           -- this and the following: as in text_figures
    writer INTEGER NOT NULL,
    agent BLOB NOT NULL,
    provider_number TEXT NOT NULL,
    channel TEXT NOT NULL,
    texts INTEGER NOT NULL,
    segments INTEGER NOT NULL,
    pictures INTEGER NOT NULL,
    UNIQUE (quarter, writer, agent, provider_number, channel)
) STRICT;

CREATE TABLE media (
    -- Pictures and files. The bytes are in encrypted files of their own.
    media_id BLOB PRIMARY KEY NOT NULL,
    message_id BLOB,                                    -- the text it belongs to …
    draft_conversation_id INTEGER REFERENCES conversations, -- … or the draft it waits in
    ordinal INTEGER NOT NULL,
    sid TEXT UNIQUE,                                    -- Twilio's id, for what came from there
    state TEXT NOT NULL CHECK (state IN ('pending', 'image', 'file', 'unavailable')),
    content_type TEXT,                                  -- found in the content, not taken from a label
    size INTEGER,
    width INTEGER,
    height INTEGER,
    file_name TEXT,
    note TEXT,                                          -- words for a refusal or a failure
    CHECK ((message_id IS NULL) <> (draft_conversation_id IS NULL))
) STRICT;

CREATE INDEX media_by_draft ON media (draft_conversation_id, ordinal) WHERE draft_conversation_id IS NOT NULL;

CREATE INDEX media_by_message ON media (message_id, ordinal) WHERE message_id IS NOT NULL;

CREATE TABLE media_fetches (
    -- Texts whose media are still to be fetched from the carrier.
    message_id BLOB PRIMARY KEY NOT NULL,
    sid BLOB NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    due_at INTEGER NOT NULL
) STRICT;

CREATE INDEX media_fetches_by_due ON media_fetches (due_at, message_id);

CREATE TABLE message_days (
    -- Which positions the texts of a UTC day have: turns a filter by date into a range of the primary key.
    day INTEGER PRIMARY KEY,                            -- days since 1970-01-01
    min_position INTEGER NOT NULL,
    max_position INTEGER NOT NULL
) STRICT;

CREATE TABLE message_masks (
    -- H-15: texts in which sensitive data was masked before they were stored.
    message_id BLOB PRIMARY KEY NOT NULL,
    patterns TEXT NOT NULL                              -- names of the patterns that were found, as a JSON list
) STRICT;

CREATE TRIGGER imported_texts_delete AFTER DELETE ON messages WHEN old.position <= -2251799813685248 BEGIN
    DELETE FROM imported_texts WHERE position = old.position;
END;

CREATE TRIGGER messages_counted_anew AFTER UPDATE OF status, error_code, segments, at, author, by_bot ON messages
WHEN (
    old.status <> new.status OR old.error_code IS NOT new.error_code OR old.segments <> new.segments
    OR old.at <> new.at OR old.author IS NOT new.author OR old.by_bot <> new.by_bot
) AND (
    EXISTS (SELECT 1 FROM figure_marks WHERE old.position BETWEEN history_position AND live_position)
    OR EXISTS (
        SELECT 1 FROM imported_texts, figure_marks
        WHERE imported_texts.position = old.position
            AND imported_texts.imported_text_id <= figure_marks.imported_text_id
    )
) BEGIN
    INSERT OR IGNORE INTO text_corrections (position, conversation_id, direction, by_bot, author, status, error_code,
        segments, media_count, at)
    VALUES (old.position, old.conversation_id, old.direction, old.by_bot, old.author, old.status, old.error_code,
        old.segments, old.media_count, old.at);
END;

CREATE TRIGGER messages_index_after_update
AFTER UPDATE OF body, media_count, conversation_id, direction, author ON messages BEGIN
    INSERT INTO messages_fts (rowid, body, facets)
    SELECT position, body, facets FROM messages_searchable WHERE position = new.position;
END;

CREATE TRIGGER messages_index_before_update
BEFORE UPDATE OF body, media_count, conversation_id, direction, author ON messages BEGIN
    INSERT INTO messages_fts (messages_fts, rowid, body, facets)
    SELECT 'delete', position, body, facets FROM messages_searchable WHERE position = old.position;
END;

CREATE TRIGGER messages_index_delete BEFORE DELETE ON messages BEGIN
    INSERT INTO messages_fts (messages_fts, rowid, body, facets)
    SELECT 'delete', position, body, facets FROM messages_searchable WHERE position = old.position;
END;

CREATE TRIGGER messages_index_insert AFTER INSERT ON messages BEGIN
    INSERT INTO messages_fts (rowid, body, facets)
    SELECT position, body, facets FROM messages_searchable WHERE position = new.position;
END;

CREATE TRIGGER messages_unweave AFTER DELETE ON messages
WHEN old.position <= -2251799813685248
    AND EXISTS (SELECT 1 FROM woven_threads WHERE conversation_id = old.conversation_id)
    AND NOT EXISTS (
        SELECT 1 FROM messages WHERE conversation_id = old.conversation_id AND position <= -2251799813685248
    )
BEGIN
    DELETE FROM woven_threads WHERE conversation_id = old.conversation_id;
    DELETE FROM woven_texts WHERE conversation_id = old.conversation_id;
END;

CREATE TRIGGER messages_weave_carrier AFTER INSERT ON messages
WHEN new.position > -2251799813685248
    AND EXISTS (
        SELECT 1 FROM messages
        WHERE conversation_id = new.conversation_id
            AND position BETWEEN -4503599627370496 + new.at / 1000 * 1048576 AND -2251799813685248
    )
    AND NOT EXISTS (SELECT 1 FROM woven_threads WHERE conversation_id = new.conversation_id)
BEGIN
    INSERT INTO woven_threads (conversation_id) VALUES (new.conversation_id);
    INSERT OR IGNORE INTO woven_texts (position, conversation_id, at)
    SELECT position, conversation_id, at FROM messages WHERE conversation_id = new.conversation_id;
END;

CREATE TRIGGER messages_weave_file AFTER INSERT ON messages
WHEN new.position <= -2251799813685248
    AND NOT EXISTS (SELECT 1 FROM woven_threads WHERE conversation_id = new.conversation_id)
    AND new.at >= (
        SELECT at FROM messages WHERE conversation_id = new.conversation_id AND position > -2251799813685248
        ORDER BY position LIMIT 1
    )
BEGIN
    INSERT INTO woven_threads (conversation_id) VALUES (new.conversation_id);
    INSERT OR IGNORE INTO woven_texts (position, conversation_id, at)
    SELECT position, conversation_id, at FROM messages WHERE conversation_id = new.conversation_id;
END;

CREATE TRIGGER woven_texts_delete AFTER DELETE ON messages
WHEN EXISTS (SELECT 1 FROM woven_threads WHERE conversation_id = old.conversation_id)
BEGIN
    DELETE FROM woven_texts WHERE position = old.position;
END;

CREATE TRIGGER woven_texts_insert AFTER INSERT ON messages
WHEN EXISTS (SELECT 1 FROM woven_threads WHERE conversation_id = new.conversation_id)
BEGIN
    INSERT OR IGNORE INTO woven_texts (position, conversation_id, at)
    VALUES (new.position, new.conversation_id, new.at);
END;

CREATE TRIGGER woven_texts_update AFTER UPDATE OF at ON messages
WHEN old.at <> new.at AND EXISTS (SELECT 1 FROM woven_threads WHERE conversation_id = new.conversation_id)
BEGIN
    UPDATE woven_texts SET at = new.at WHERE position = new.position;
END;

CREATE TABLE messages (
    position INTEGER PRIMARY KEY,                       -- grows with carrier time: newest-first needs no sort
    message_id BLOB NOT NULL UNIQUE,
    sid BLOB UNIQUE,                                    -- NULL until the carrier has it
    conversation_id INTEGER NOT NULL REFERENCES conversations,
    direction INTEGER NOT NULL CHECK (direction IN (0, 1)), -- 0 inbound, 1 outbound
    body TEXT NOT NULL,
    status TEXT NOT NULL,
    error_code INTEGER,
    segments INTEGER NOT NULL DEFAULT 0,
    media_count INTEGER NOT NULL DEFAULT 0,
    at INTEGER NOT NULL,                                -- carrier time, or the time of writing until it has one
    author BLOB,                                        -- agent who wrote it here; NULL if unknown
    counted INTEGER NOT NULL DEFAULT 0 CHECK (counted IN (0, 1)), -- counted as unread when it came
    unsettled INTEGER NOT NULL DEFAULT 0 CHECK (unsettled IN (0, 1)), -- the carrier's last word is still due
    redacted INTEGER NOT NULL DEFAULT 0 CHECK (redacted IN (0, 1))
, by_bot INTEGER NOT NULL DEFAULT 0 CHECK (by_bot IN (0, 1))) STRICT;

CREATE INDEX messages_by_conversation ON messages (conversation_id, position, counted);

CREATE INDEX messages_failed ON messages (position, conversation_id)
    WHERE direction = 1 AND status IN ('failed', 'undelivered');

CREATE INDEX messages_unsettled ON messages (at) WHERE unsettled = 1;

CREATE VIRTUAL TABLE messages_fts USING fts5 (
    body,
    facets,
    content = 'messages_searchable',
    content_rowid = 'position',
    columnsize = 0,
    prefix = '1 2 3 4 5 6 7 8 9 10 11 12',
    tokenize = 'unicode61 remove_diacritics 2'
);

CREATE VIEW messages_searchable AS
SELECT
    position,
    body,
    char(57345 + direction)
        || ' ' || char(59392 + conversation_id % 4096, 59392 + conversation_id / 4096 % 4096)
        || CASE WHEN media_count > 0 THEN ' ' || char(57347) ELSE '' END
        || CASE WHEN author IS NULL THEN '' ELSE ' ' || char(57348) || lower(hex(author)) END
        || coalesce(' ' || unspaced(body), '') AS facets
FROM messages;

CREATE TABLE messaging_actions (
    messaging_action_id BLOB PRIMARY KEY NOT NULL,
    place INTEGER NOT NULL,                             -- order among the actions
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    event TEXT NOT NULL,
    after INTEGER NOT NULL,                             -- milliseconds
    document TEXT NOT NULL
) STRICT;

CREATE INDEX messaging_actions_by_place ON messaging_actions (place, messaging_action_id);

CREATE TABLE messaging_profiles (
    -- P-1: which person is behind an address. The state that a profile's events led to.
    profile_id BLOB PRIMARY KEY NOT NULL,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    bound_to BLOB,                                      -- NULL for a guest
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    document TEXT NOT NULL
) STRICT;

CREATE INDEX messaging_profiles_by_person ON messaging_profiles (bound_to) WHERE active = 1 AND bound_to IS NOT NULL;

CREATE UNIQUE INDEX messaging_profiles_one_active ON messaging_profiles (address, channel) WHERE active = 1;

CREATE TRIGGER notes_index_after_update AFTER UPDATE OF body, conversation_id, author ON notes BEGIN
    INSERT INTO notes_fts (rowid, body, facets)
    SELECT place, body, facets FROM notes_searchable WHERE place = new.rowid;
END;

CREATE TRIGGER notes_index_before_update BEFORE UPDATE OF body, conversation_id, author ON notes BEGIN
    INSERT INTO notes_fts (notes_fts, rowid, body, facets)
    SELECT 'delete', place, body, facets FROM notes_searchable WHERE place = old.rowid;
END;

CREATE TRIGGER notes_index_delete BEFORE DELETE ON notes BEGIN
    INSERT INTO notes_fts (notes_fts, rowid, body, facets)
    SELECT 'delete', place, body, facets FROM notes_searchable WHERE place = old.rowid;
END;

CREATE TRIGGER notes_index_insert AFTER INSERT ON notes BEGIN
    INSERT INTO notes_fts (rowid, body, facets)
    SELECT place, body, facets FROM notes_searchable WHERE place = new.rowid;
END;

CREATE TABLE notes (
    -- Private notes: for the team's eyes. Not in the table of texts, so that nothing can send one.
    note_id BLOB PRIMARY KEY NOT NULL,
    conversation_id INTEGER NOT NULL REFERENCES conversations,
    author BLOB NOT NULL,
    at INTEGER NOT NULL,
    edited_at INTEGER,
    body TEXT NOT NULL
, whispered_to TEXT NOT NULL DEFAULT '[]') STRICT;

CREATE INDEX notes_by_conversation ON notes (conversation_id, at, note_id);

CREATE VIRTUAL TABLE notes_fts USING fts5 (
    body,
    facets,
    content = 'notes_searchable',
    content_rowid = 'place',
    columnsize = 0,
    prefix = '1 2 3 4',
    tokenize = 'unicode61 remove_diacritics 2'
);

CREATE VIEW notes_searchable AS
SELECT
    rowid AS place,
    body,
    char(57349)
        || ' ' || char(59392 + conversation_id % 4096, 59392 + conversation_id / 4096 % 4096)
        || ' ' || char(57348) || lower(hex(author))
        || coalesce(' ' || unspaced(body), '') AS facets
FROM notes;

CREATE TABLE notices (
    -- What an agent has to be told and has not seen yet (A-7, H-11). The newest of a kind is enough.
    agent_id BLOB NOT NULL,
    conversation_id INTEGER NOT NULL REFERENCES conversations,
    kind TEXT NOT NULL,
    by_agent_id BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (agent_id, conversation_id, kind)
) STRICT;

CREATE INDEX notices_by_agent ON notices (agent_id, at, conversation_id, kind);

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

CREATE INDEX notification_recipients_by_state ON notification_recipients (notification_run_id, state, place);

CREATE INDEX notification_recipients_due ON notification_recipients (notification_run_id, next_at, place)
    WHERE next_at IS NOT NULL;

CREATE INDEX notification_recipients_of_person ON notification_recipients (person_id, sent_at) WHERE sent_at IS NOT NULL;

CREATE UNIQUE INDEX notification_recipients_once ON notification_recipients (notification_run_id, recipient);

CREATE INDEX notification_recipients_sent ON notification_recipients (sent_at) WHERE sent_at IS NOT NULL;

CREATE INDEX notification_recipients_waiting ON notification_recipients (person_id, notification_run_id)
    WHERE person_id IS NOT NULL AND next_at IS NOT NULL;

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

CREATE INDEX notification_runs_done ON notification_runs (started_at) WHERE state = 'done';

CREATE INDEX notification_runs_due ON notification_runs (next_at) WHERE state = 'running' AND next_at IS NOT NULL;

CREATE INDEX notification_runs_of ON notification_runs (notification_id, notification_run_id);

CREATE TABLE notifications (
    -- S-12: definitions.
    notification_id BLOB PRIMARY KEY NOT NULL,
    place INTEGER NOT NULL,                             -- order in the list
    watches TEXT,                                       -- table whose rows send it; NULL = none does, or it is off
    document TEXT NOT NULL
) STRICT;

CREATE INDEX notifications_by_place ON notifications (place, notification_id);

CREATE INDEX notifications_watching ON notifications (watches) WHERE watches IS NOT NULL;

CREATE TABLE offer_figures (
    -- What an agent did with a work item.
    queued_at INTEGER NOT NULL,
    work_item_id BLOB NOT NULL,
    agent BLOB NOT NULL,
    provider_number TEXT NOT NULL,
    channel TEXT NOT NULL,
    queue BLOB,
    accepted INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    timed_out INTEGER NOT NULL,
    PRIMARY KEY (queued_at, work_item_id, agent)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
    -- Texts on their way out, and how their way ended.
    message_id BLOB PRIMARY KEY NOT NULL,
    conversation_id INTEGER NOT NULL REFERENCES conversations,
    created_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    finished INTEGER NOT NULL CHECK (finished IN (0, 1)),
    document TEXT NOT NULL
) STRICT;

CREATE INDEX outbox_open ON outbox (created_at, message_id) WHERE finished = 0;

CREATE INDEX outbox_open_by_conversation ON outbox (conversation_id, created_at, message_id) WHERE finished = 0;

CREATE TABLE people (
    -- The directory: users, consumers, contacts.
    person_id BLOB PRIMARY KEY NOT NULL,
    sort_name TEXT NOT NULL,                            -- lower case, without accents: the order of lists
    search TEXT NOT NULL,                               -- name, company, e-mail and numbers, folded; one space between
    document TEXT NOT NULL
) STRICT;

CREATE INDEX people_by_name ON people (sort_name, person_id, search);

CREATE TABLE person_phones (
    -- P-11: the phone fields, one row each.
    number TEXT NOT NULL,
    person_id BLOB NOT NULL REFERENCES people ON DELETE CASCADE,
    field TEXT NOT NULL CHECK (field IN ('mobile_phone', 'phone')),
    is_user INTEGER NOT NULL CHECK (is_user IN (0, 1)), -- only users' fields are matched
    PRIMARY KEY (number, person_id, field)
) STRICT;

CREATE INDEX person_phones_by_person ON person_phones (person_id);

CREATE TABLE presence (
    -- Which presence state each agent is in (Q-11).
    agent_id BLOB PRIMARY KEY NOT NULL,
    document TEXT NOT NULL
) STRICT;

CREATE TABLE record_cells (
    -- Every value that a look-up can ask for, folded: white space around it and case do not count.
    record_table TEXT NOT NULL,
    column_name TEXT NOT NULL,
    value TEXT NOT NULL,
    record_row_id INTEGER NOT NULL REFERENCES record_rows ON DELETE CASCADE,
    PRIMARY KEY (record_table, column_name, value, record_row_id)
) STRICT;

CREATE INDEX record_cells_by_row ON record_cells (record_row_id);

CREATE TABLE record_rows (
    record_row_id INTEGER PRIMARY KEY AUTOINCREMENT,    -- never given twice: topics name rows by it
    record_table TEXT NOT NULL REFERENCES record_tables ON DELETE CASCADE,
    row_key TEXT,                                       -- the key column, folded; NULL where there is none
    changed_at INTEGER NOT NULL,
    changed_by TEXT NOT NULL DEFAULT '',                -- topic that wrote it last; '' = a person
    document TEXT NOT NULL
) STRICT;

CREATE UNIQUE INDEX record_rows_by_key ON record_rows (record_table, row_key) WHERE row_key IS NOT NULL;

CREATE INDEX record_rows_by_table ON record_rows (record_table, record_row_id);

CREATE TABLE record_tables (
    record_table TEXT PRIMARY KEY NOT NULL,
    place INTEGER NOT NULL,                             -- order in the list of tables
    document TEXT NOT NULL                              -- its columns
) STRICT;

CREATE INDEX record_tables_by_place ON record_tables (place, record_table);

CREATE TABLE routing_config (
    -- What is configured about agents and routing, one document each: agents, groups, queues, rules …
    kind TEXT NOT NULL,
    thing_id TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (kind, thing_id)
) STRICT;

CREATE TABLE saved_views (
    -- Lists that people make for themselves: a name and a condition.
    saved_view_id BLOB PRIMARY KEY NOT NULL,
    place INTEGER NOT NULL,                             -- order among the views
    name TEXT NOT NULL,
    condition TEXT NOT NULL,                            -- CEL over the facts of a conversation
    sort TEXT NOT NULL,
    scope TEXT NOT NULL
) STRICT;

CREATE INDEX saved_views_by_place ON saved_views (place, saved_view_id);

CREATE TABLE settings (
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE store_state (
    -- One row: counters that must never go back, whatever is deleted.
    store_state_id INTEGER PRIMARY KEY CHECK (store_state_id = 1),
    revision INTEGER NOT NULL DEFAULT 0,                -- grows with every committed change
    next_live_position INTEGER NOT NULL DEFAULT 1,      -- live texts count up
    next_history_position INTEGER NOT NULL DEFAULT 0,   -- history counts down
    live_since_at INTEGER,                              -- texts older than this are history
    new_count INTEGER NOT NULL DEFAULT 0,               -- conversations per list, kept by triggers below
    new_unread_count INTEGER NOT NULL DEFAULT 0,
    ongoing_count INTEGER NOT NULL DEFAULT 0,
    ongoing_unread_count INTEGER NOT NULL DEFAULT 0
, snoozed_count INTEGER NOT NULL DEFAULT 0) STRICT;

CREATE TABLE subscriptions (
    -- S-6: whether an address wants notifications. No row = off.
    profile_id BLOB PRIMARY KEY NOT NULL,
    is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
    changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sync_state (
    -- Cursors and progress of the exchange with the carrier.
    name TEXT PRIMARY KEY NOT NULL,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE text_corrections (
    -- Texts that changed after they were counted, as they were counted.
    position INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL,
    direction INTEGER NOT NULL,
    by_bot INTEGER NOT NULL,
    author BLOB,
    status TEXT NOT NULL,
    error_code INTEGER,
    segments INTEGER NOT NULL,
    media_count INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE text_figures (
    -- Texts of a quarter of an hour: the longest time that every time zone's hours are made of.
    quarter INTEGER NOT NULL,                           -- quarters of an hour since 1970-01-01
    writer INTEGER NOT NULL,                            -- 0 requester, 1 agent, 2 virtual agent, 3 elsewhere
    agent BLOB NOT NULL,                                -- who; empty unless an agent wrote
    provider_number TEXT NOT NULL,
    channel TEXT NOT NULL,
    texts INTEGER NOT NULL,
    segments INTEGER NOT NULL,                          -- of those without pictures
    pictures INTEGER NOT NULL,                          -- texts that carry pictures
    PRIMARY KEY (quarter, writer, agent, provider_number, channel)
) STRICT, WITHOUT ROWID;

CREATE TABLE text_hours (
    -- text_figures added up, without who of the team wrote.
    hour INTEGER NOT NULL,                              -- hours since 1970-01-01
    writer INTEGER NOT NULL,                            -- 0 requester, 1 agent, 2 virtual agent, 3 elsewhere
    provider_number TEXT NOT NULL,
    channel TEXT NOT NULL,
    texts INTEGER NOT NULL,
    segments INTEGER NOT NULL,                          -- of those without pictures
    pictures INTEGER NOT NULL,                          -- texts that carry pictures
    PRIMARY KEY (hour, writer, provider_number, channel)
) STRICT, WITHOUT ROWID;

CREATE TABLE timers (
    timer_id BLOB PRIMARY KEY NOT NULL,
    due_at INTEGER NOT NULL,
    purpose TEXT NOT NULL
, messaging_action_id BLOB, started_at INTEGER) STRICT;

CREATE INDEX timers_by_action ON timers (messaging_action_id) WHERE messaging_action_id IS NOT NULL;

CREATE INDEX timers_by_due ON timers (due_at, timer_id);

CREATE TABLE topic_counts (
    -- Figures of topics: how often something happened on a day (UTC).
    topic TEXT NOT NULL,
    version INTEGER NOT NULL,
    day INTEGER NOT NULL,                               -- days since 1970-01-01
    fact TEXT NOT NULL,
    node TEXT NOT NULL DEFAULT '',                      -- '' = the topic as a whole
    count INTEGER NOT NULL,
    PRIMARY KEY (topic, version, day, fact, node)
) STRICT;

CREATE TABLE topic_tests (
    topic_test_id BLOB PRIMARY KEY NOT NULL,
    topic TEXT NOT NULL,
    place INTEGER NOT NULL,                             -- order among the tests of a topic
    document TEXT NOT NULL
) STRICT;

CREATE INDEX topic_tests_by_topic ON topic_tests (topic, place, topic_test_id);

CREATE TABLE topic_versions (
    -- Outlives its topic: a conversation goes on with the version that it began with.
    topic TEXT NOT NULL,
    version INTEGER NOT NULL,
    document TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    published_by BLOB,
    note TEXT NOT NULL DEFAULT '',                      -- what the publisher wrote about it
    PRIMARY KEY (topic, version)
) STRICT;

CREATE TABLE topics (
    topic TEXT PRIMARY KEY NOT NULL,                    -- its name in other topics
    draft TEXT NOT NULL,                                -- the file as it is edited
    revision INTEGER NOT NULL,                          -- counts changes of the draft
    changed_at INTEGER NOT NULL,
    changed_by BLOB,                                    -- agent; NULL = came with Tern
    published_version INTEGER                           -- what new conversations run with; NULL = nothing yet
) STRICT;

CREATE TABLE verifications (
    -- A user's soft PIN, authenticator and lock. Slow hashes and a sealed secret; never a PIN or a code.
    person_id BLOB PRIMARY KEY NOT NULL REFERENCES people ON DELETE CASCADE,
    locked_until INTEGER,                               -- L-12; NULL = not locked
    document TEXT NOT NULL
) STRICT;

CREATE INDEX verifications_locked ON verifications (locked_until) WHERE locked_until IS NOT NULL;

CREATE TABLE work_figures (
    -- One row a work item.
    queued_at INTEGER NOT NULL,
    work_item_id BLOB NOT NULL,
    interaction_id BLOB NOT NULL,
    provider_number TEXT NOT NULL,
    channel TEXT NOT NULL,
    queue BLOB,
    agent BLOB,                                         -- who got it; NULL unless accepted
    outcome INTEGER NOT NULL,                           -- 0 waits, 1 accepted, 2 canceled
    waited INTEGER,                                     -- milliseconds; NULL unless accepted
    auto INTEGER NOT NULL CHECK (auto IN (0, 1)),
    exceeded INTEGER NOT NULL CHECK (exceeded IN (0, 1)),
    rejected INTEGER NOT NULL,
    timed_out INTEGER NOT NULL,
    PRIMARY KEY (queued_at, work_item_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX work_figures_by_interaction ON work_figures (interaction_id, queued_at, queue);

CREATE TABLE work_items (
    -- The state that a work item's events led to (Q-5, Q-6).
    work_item_id BLOB PRIMARY KEY NOT NULL,
    conversation_id INTEGER NOT NULL REFERENCES conversations,
    interaction_id BLOB NOT NULL,
    open INTEGER NOT NULL CHECK (open IN (0, 1)),       -- still somebody's, or still to become somebody's
    assignee BLOB,                                      -- to whom it is offered, or who had it last
    queued_at INTEGER NOT NULL,
    accepted_at INTEGER,
    document TEXT NOT NULL
) STRICT;

CREATE INDEX work_items_by_assignee ON work_items (assignee, accepted_at) WHERE accepted_at IS NOT NULL;

CREATE INDEX work_items_by_conversation ON work_items (conversation_id, accepted_at, assignee)
    WHERE accepted_at IS NOT NULL;

CREATE INDEX work_items_given_up ON work_items (interaction_id) WHERE json_extract(document, '$.cancel_reason') = 'time_out';

CREATE INDEX work_items_open ON work_items (queued_at, work_item_id) WHERE open = 1;

CREATE INDEX work_items_open_by_conversation ON work_items (conversation_id, queued_at, work_item_id) WHERE open = 1;

CREATE INDEX work_items_past_waits ON work_items (json_extract(document, '$.queue'), queued_at)
    WHERE accepted_at IS NOT NULL OR json_extract(document, '$.cancel_reason') = 'manually_assigned';

CREATE TABLE woven_texts (
    -- All texts of these conversations. Triggers keep it; nothing else writes it.
    position INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE INDEX woven_texts_by_time ON woven_texts (conversation_id, at, position);

CREATE TABLE woven_threads (
    -- Conversations whose texts of files and of the carrier alternate: their positions do not tell the order.
    conversation_id INTEGER PRIMARY KEY REFERENCES conversations ON DELETE CASCADE
) STRICT;

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
