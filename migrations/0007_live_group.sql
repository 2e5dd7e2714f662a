-- Whispers, what agents have to be told, and the list of conversations in which help is wanted.

ALTER TABLE notes ADD COLUMN whispered_to TEXT NOT NULL DEFAULT '[]'; -- H-11: ids of the agents; none for a note

CREATE INDEX conversations_help_wanted ON conversations (help_requested_at, conversation_id)
    WHERE help_requested_at IS NOT NULL;

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
