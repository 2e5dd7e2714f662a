-- Agents, how work is routed to them, and the work itself.

CREATE TABLE routing_config (
    -- What is configured about agents and routing, one document each: agents, groups, queues, rules …
    kind TEXT NOT NULL,
    thing_id TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (kind, thing_id)
) STRICT;

CREATE TABLE agent_pins (
    -- How an agent proves at a shared desk who they are. Belongs to this laptop and is never shared.
    agent_id BLOB PRIMARY KEY NOT NULL,
    verifier TEXT NOT NULL,                             -- argon2id, with its salt and its cost
    failures INTEGER NOT NULL DEFAULT 0,                -- wrong ones in a row
    locked_until_at INTEGER
) STRICT;

CREATE TABLE presence (
    -- Which presence state each agent is in (Q-11).
    agent_id BLOB PRIMARY KEY NOT NULL,
    document TEXT NOT NULL
) STRICT;

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

CREATE INDEX work_items_open ON work_items (queued_at, work_item_id) WHERE open = 1;
CREATE INDEX work_items_open_by_conversation ON work_items (conversation_id, queued_at, work_item_id) WHERE open = 1;
CREATE INDEX work_items_by_assignee ON work_items (assignee, accepted_at) WHERE accepted_at IS NOT NULL;
CREATE INDEX work_items_by_conversation ON work_items (conversation_id, accepted_at, assignee)
    WHERE accepted_at IS NOT NULL;
CREATE INDEX work_items_given_up ON work_items (interaction_id) WHERE json_extract(document, '$.cancel_reason') = 'time_out';
