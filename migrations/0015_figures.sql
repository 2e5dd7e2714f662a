-- Figures for supervisors (K-1 … K-3, H-17). They are counted after the fact from texts and events, and can be counted
-- anew from nothing at any time: nothing here is the only place where something is known.

CREATE TABLE figure_marks (
    -- One row: how far the counting has come.
    figure_marks_id INTEGER PRIMARY KEY CHECK (figure_marks_id = 1),
    live_position INTEGER NOT NULL DEFAULT 0,           -- live texts up to here are counted
    history_position INTEGER NOT NULL DEFAULT 1,        -- history from here on is counted
    sequence INTEGER NOT NULL DEFAULT 0                 -- events up to here are counted
) STRICT;

INSERT INTO figure_marks (figure_marks_id) VALUES (1);

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

CREATE TRIGGER messages_counted_anew AFTER UPDATE OF status, error_code, segments, at, author, by_bot ON messages
WHEN (
    old.status <> new.status OR old.error_code IS NOT new.error_code OR old.segments <> new.segments
    OR old.at <> new.at OR old.author IS NOT new.author OR old.by_bot <> new.by_bot
) AND EXISTS (SELECT 1 FROM figure_marks WHERE old.position BETWEEN history_position AND live_position) BEGIN
    INSERT OR IGNORE INTO text_corrections (position, conversation_id, direction, by_bot, author, status, error_code,
        segments, media_count, at)
    VALUES (old.position, old.conversation_id, old.direction, old.by_bot, old.author, old.status, old.error_code,
        old.segments, old.media_count, old.at);
END;

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

CREATE TABLE consent_figures (
    -- Somebody opted in or out.
    at INTEGER NOT NULL,
    sequence INTEGER NOT NULL,                          -- of the event that says it
    conversation_id INTEGER NOT NULL,
    fact INTEGER NOT NULL,                              -- 0 STOP, 1 START, 2 notifications off, 3 on
    PRIMARY KEY (at, sequence)
) STRICT, WITHOUT ROWID;
