-- Snoozed and pinned conversations, private notes, saved views, and who waits for whom.

ALTER TABLE conversations ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0 CHECK (pinned IN (0, 1));
ALTER TABLE conversations ADD COLUMN snoozed_until INTEGER; -- out of the lists until then; NULL = awake
ALTER TABLE conversations ADD COLUMN waiting_since INTEGER; -- oldest unanswered text of the requester (M-11)
ALTER TABLE conversations ADD COLUMN answered_at INTEGER;   -- newest unanswered text of an agent (M-11)

DROP INDEX conversations_by_list;
CREATE INDEX conversations_by_list ON conversations (list, snoozed_until, pinned DESC, last_position DESC);
CREATE INDEX conversations_snoozed ON conversations (snoozed_until, conversation_id) WHERE snoozed_until IS NOT NULL;

ALTER TABLE store_state ADD COLUMN snoozed_count INTEGER NOT NULL DEFAULT 0;

-- What sleeps is counted as sleeping and nowhere else.
DROP TRIGGER conversations_count_insert;
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
DROP TRIGGER conversations_count_update;
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

CREATE TABLE notes (
    -- Private notes: for the team's eyes. Not in the table of texts, so that nothing can send one.
    note_id BLOB PRIMARY KEY NOT NULL,
    conversation_id INTEGER NOT NULL REFERENCES conversations,
    author BLOB NOT NULL,
    at INTEGER NOT NULL,
    edited_at INTEGER,
    body TEXT NOT NULL
) STRICT;

CREATE INDEX notes_by_conversation ON notes (conversation_id, at, note_id);

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
