-- Texts in scripts that write no spaces are found by any of their letters, notes by their words, and both by the topic
-- of the virtual agent that ran.

-- `unspaced` is a function of this program: what the index has for a text beside its words. NULL for most texts, for
-- which nothing changes here.
INSERT INTO messages_fts (messages_fts, rowid, body, facets)
SELECT 'delete', position, body, facets FROM messages_searchable WHERE unspaced(body) IS NOT NULL;

DROP VIEW messages_searchable;

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

INSERT INTO messages_fts (rowid, body, facets)
SELECT position, body, facets FROM messages_searchable WHERE unspaced(body) IS NOT NULL;

CREATE VIEW notes_searchable AS
SELECT
    rowid AS place,
    body,
    char(57349)
        || ' ' || char(59392 + conversation_id % 4096, 59392 + conversation_id / 4096 % 4096)
        || ' ' || char(57348) || lower(hex(author))
        || coalesce(' ' || unspaced(body), '') AS facets
FROM notes;

CREATE VIRTUAL TABLE notes_fts USING fts5 (
    body,
    facets,
    content = 'notes_searchable',
    content_rowid = 'place',
    columnsize = 0,
    prefix = '1 2 3 4',
    tokenize = 'unicode61 remove_diacritics 2'
);

-- A note that is deleted leaves no trace in the index.
INSERT INTO notes_fts (notes_fts, rank) VALUES ('secure-delete', 1);

INSERT INTO notes_fts (rowid, body, facets) SELECT place, body, facets FROM notes_searchable;

CREATE TRIGGER notes_index_insert AFTER INSERT ON notes BEGIN
    INSERT INTO notes_fts (rowid, body, facets)
    SELECT place, body, facets FROM notes_searchable WHERE place = new.rowid;
END;

CREATE TRIGGER notes_index_before_update BEFORE UPDATE OF body, conversation_id, author ON notes BEGIN
    INSERT INTO notes_fts (notes_fts, rowid, body, facets)
    SELECT 'delete', place, body, facets FROM notes_searchable WHERE place = old.rowid;
END;

CREATE TRIGGER notes_index_after_update AFTER UPDATE OF body, conversation_id, author ON notes BEGIN
    INSERT INTO notes_fts (rowid, body, facets)
    SELECT place, body, facets FROM notes_searchable WHERE place = new.rowid;
END;

CREATE TRIGGER notes_index_delete BEFORE DELETE ON notes BEGIN
    INSERT INTO notes_fts (notes_fts, rowid, body, facets)
    SELECT 'delete', place, body, facets FROM notes_searchable WHERE place = old.rowid;
END;

CREATE INDEX bot_figures_by_topic ON bot_figures (topic, opened_at, interaction_id);

CREATE INDEX conversations_unread ON conversations (read_up_to, conversation_id) WHERE unread_count > 0;

CREATE INDEX messages_failed ON messages (position, conversation_id)
    WHERE direction = 1 AND status IN ('failed', 'undelivered');
