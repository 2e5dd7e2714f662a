-- Messaging actions (M-1 … M-16), their timers, and the mark that a prompt leaves on a conversation.

CREATE TABLE messaging_actions (
    messaging_action_id BLOB PRIMARY KEY NOT NULL,
    place INTEGER NOT NULL,                             -- order among the actions
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    event TEXT NOT NULL,
    after INTEGER NOT NULL,                             -- milliseconds
    document TEXT NOT NULL
) STRICT;

CREATE INDEX messaging_actions_by_place ON messaging_actions (place, messaging_action_id);

ALTER TABLE timers ADD COLUMN messaging_action_id BLOB;  -- the action it belongs to
ALTER TABLE timers ADD COLUMN started_at INTEGER;        -- start of the wait it counts
CREATE INDEX timers_by_action ON timers (messaging_action_id) WHERE messaging_action_id IS NOT NULL;

ALTER TABLE conversations ADD COLUMN prompted_at INTEGER; -- an agent was prompted to answer; NULL = not, or answered

-- M-9: what ships.
INSERT INTO messaging_actions (messaging_action_id, place, active, event, after, document) VALUES
(
    x'0000000000000000000000004d390001', 0, 1, 'requester_message_without_agent_response', 1800000,
    '{"id":"00000000-0000-0000-0000-00004d390001","name":"Customer waits for half an hour","event":"requester_message_without_agent_response","after":1800000,"is_active":true,"filter":"true","act":{"type":"prompt_agent","text":"A customer has waited for half an hour."}}'
),
(
    x'0000000000000000000000004d390002', 1, 1, 'agent_message_without_requester_response', 172800000,
    '{"id":"00000000-0000-0000-0000-00004d390002","name":"Customer is silent for two days","event":"agent_message_without_requester_response","after":172800000,"is_active":true,"filter":"true","act":{"type":"set_state","state":"closed_abandoned"}}'
);
