-- A thread in which texts of a file stand between texts of the carrier is read by time.

CREATE TABLE woven_threads (
    -- Conversations whose texts of files and of the carrier alternate: their positions do not tell the order.
    conversation_id INTEGER PRIMARY KEY REFERENCES conversations ON DELETE CASCADE
) STRICT;

CREATE TABLE woven_texts (
    -- All texts of these conversations. Triggers keep it; nothing else writes it.
    position INTEGER PRIMARY KEY,
    conversation_id INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE INDEX woven_texts_by_time ON woven_texts (conversation_id, at, position);

INSERT INTO woven_threads
SELECT conversation_id FROM conversations
WHERE (
    SELECT messages.at FROM messages
    WHERE messages.conversation_id = conversations.conversation_id AND position > -2251799813685248
    ORDER BY position LIMIT 1
) <= (
    SELECT messages.at FROM messages
    WHERE messages.conversation_id = conversations.conversation_id AND position <= -2251799813685248
    ORDER BY position DESC LIMIT 1
);

INSERT INTO woven_texts (position, conversation_id, at)
SELECT position, conversation_id, at FROM messages
WHERE conversation_id IN (SELECT conversation_id FROM woven_threads);

-- A text of a file that is not older than the oldest of the carrier's.
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

-- A text of the carrier that is not newer than one of a file: their positions are made of their seconds.
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

CREATE TRIGGER woven_texts_delete AFTER DELETE ON messages
WHEN EXISTS (SELECT 1 FROM woven_threads WHERE conversation_id = old.conversation_id)
BEGIN
    DELETE FROM woven_texts WHERE position = old.position;
END;

-- Without texts of a file positions tell the order again.
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
