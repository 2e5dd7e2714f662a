-- Texts of other systems that were brought in from files.

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

CREATE TABLE imported_texts (
    -- Texts that an import brought. Goes with its text.
    imported_text_id INTEGER PRIMARY KEY AUTOINCREMENT, -- in the order in which they came: figures follow it
    position INTEGER NOT NULL UNIQUE,
    history_import_id INTEGER NOT NULL REFERENCES history_imports,
    agent_name TEXT NOT NULL DEFAULT '',                -- who of the team wrote it, by the file; '' = not said
    told INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1)) -- the carrier told of it since: no import's any more
) STRICT;

CREATE INDEX imported_texts_by_import ON imported_texts (history_import_id, imported_text_id);

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

CREATE TABLE imported_blocks (
    -- Conversations that an import blocked, because the newest word in it was STOP.
    history_import_id INTEGER NOT NULL REFERENCES history_imports,
    conversation_id INTEGER NOT NULL,
    opted_out_at INTEGER NOT NULL,                      -- what the import made it
    before_at INTEGER,                                  -- what it was before
    PRIMARY KEY (history_import_id, conversation_id)
) STRICT;

ALTER TABLE figure_marks ADD COLUMN imported_text_id INTEGER NOT NULL DEFAULT 0;

CREATE TRIGGER imported_texts_delete AFTER DELETE ON messages WHEN old.position <= -2251799813685248 BEGIN
    DELETE FROM imported_texts WHERE position = old.position;
END;

DROP TRIGGER messages_counted_anew;

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
