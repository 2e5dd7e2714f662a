-- Who is texting (L), what they want to hear (S), and what must not be kept anywhere.

CREATE TABLE verifications (
    -- A user's soft PIN, authenticator and lock. Slow hashes and a sealed secret; never a PIN or a code.
    person_id BLOB PRIMARY KEY NOT NULL REFERENCES people ON DELETE CASCADE,
    locked_until INTEGER,                               -- L-12; NULL = not locked
    document TEXT NOT NULL
) STRICT;

CREATE INDEX verifications_locked ON verifications (locked_until) WHERE locked_until IS NOT NULL;

CREATE TABLE account_links (
    -- L-3: numbers that somebody linked to their account by PIN and code.
    profile_id BLOB PRIMARY KEY NOT NULL,
    person_id BLOB NOT NULL REFERENCES people ON DELETE CASCADE,
    linked_at INTEGER NOT NULL
) STRICT;

CREATE INDEX account_links_by_person ON account_links (person_id);

CREATE TABLE elevations (
    -- L-15: conversations in which somebody proved who they are, or is being asked. Gone with the interaction.
    interaction_id BLOB PRIMARY KEY NOT NULL,
    conversation_id INTEGER NOT NULL REFERENCES conversations,
    document TEXT NOT NULL
) STRICT;

CREATE TABLE subscriptions (
    -- S-6: whether an address wants notifications. No row = off.
    profile_id BLOB PRIMARY KEY NOT NULL,
    is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
    changed_at INTEGER NOT NULL
) STRICT;

CREATE TABLE consents (
    -- Who opted in or out of what, when, and by which text. Append-only.
    consent_id INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id INTEGER NOT NULL REFERENCES conversations,
    at INTEGER NOT NULL,
    message_id BLOB,                                    -- the text that said it; NULL = not said by a text
    document TEXT NOT NULL
) STRICT;

CREATE INDEX consents_by_conversation ON consents (conversation_id, at, consent_id);

CREATE TABLE carrier_wipes (
    -- Texts whose words the carrier still has to forget.
    message_id BLOB PRIMARY KEY NOT NULL,
    conversation_id INTEGER NOT NULL REFERENCES conversations,
    next_at INTEGER,                                    -- when it is tried next; NULL = done, or given up
    document TEXT NOT NULL
) STRICT;

CREATE INDEX carrier_wipes_due ON carrier_wipes (next_at) WHERE next_at IS NOT NULL;
