-- The virtual agent (V, H): its topics, the conversations that it has, and the tables that topics look up.

ALTER TABLE messages ADD COLUMN by_bot INTEGER NOT NULL DEFAULT 0 CHECK (by_bot IN (0, 1)); -- the virtual agent wrote it

CREATE TABLE topics (
    topic TEXT PRIMARY KEY NOT NULL,                    -- its name in other topics
    draft TEXT NOT NULL,                                -- the file as it is edited
    revision INTEGER NOT NULL,                          -- counts changes of the draft
    changed_at INTEGER NOT NULL,
    changed_by BLOB,                                    -- agent; NULL = came with Tern
    published_version INTEGER                           -- what new conversations run with; NULL = nothing yet
) STRICT;

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

CREATE TABLE topic_tests (
    topic_test_id BLOB PRIMARY KEY NOT NULL,
    topic TEXT NOT NULL,
    place INTEGER NOT NULL,                             -- order among the tests of a topic
    document TEXT NOT NULL
) STRICT;

CREATE INDEX topic_tests_by_topic ON topic_tests (topic, place, topic_test_id);

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

CREATE TABLE bot_sessions (
    -- What the virtual agent knows between two texts; gone when its interaction closes.
    interaction_id BLOB PRIMARY KEY NOT NULL,
    conversation_id INTEGER NOT NULL REFERENCES conversations,
    changed_at INTEGER NOT NULL,
    document TEXT NOT NULL
) STRICT;

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

CREATE TABLE record_tables (
    record_table TEXT PRIMARY KEY NOT NULL,
    place INTEGER NOT NULL,                             -- order in the list of tables
    document TEXT NOT NULL                              -- its columns
) STRICT;

CREATE INDEX record_tables_by_place ON record_tables (place, record_table);

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

CREATE TABLE record_cells (
    -- Every value that a look-up can ask for, folded: white space around it and case do not count.
    record_table TEXT NOT NULL,
    column_name TEXT NOT NULL,
    value TEXT NOT NULL,
    record_row_id INTEGER NOT NULL REFERENCES record_rows ON DELETE CASCADE,
    PRIMARY KEY (record_table, column_name, value, record_row_id)
) STRICT;

CREATE INDEX record_cells_by_row ON record_cells (record_row_id);
