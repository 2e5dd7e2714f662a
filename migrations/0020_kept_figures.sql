-- What retention deleted stays in the figures. Counting anew cannot find it again, so that here is the only place where
-- it is known: sums, and no words. Texts are added up as text_figures does, of interactions only what their texts say is
-- kept; the rest is in events. What was deleted before this version is in the figures as they are, and not here.

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

CREATE TABLE kept_failed_texts (
    position INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    provider_number TEXT NOT NULL,
    channel TEXT NOT NULL,
    agent BLOB NOT NULL,
    error_code INTEGER NOT NULL
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

CREATE TABLE kept_agent_figures (
    interaction_id BLOB NOT NULL,
    agent BLOB NOT NULL,
    texts INTEGER NOT NULL,
    replies INTEGER NOT NULL,
    reply_time INTEGER NOT NULL,
    PRIMARY KEY (interaction_id, agent)
) STRICT;
