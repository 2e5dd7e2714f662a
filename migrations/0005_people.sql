-- People, the profiles that tie addresses to them, and their names in the lists.

CREATE TABLE people (
    -- The directory: users, consumers, contacts.
    person_id BLOB PRIMARY KEY NOT NULL,
    sort_name TEXT NOT NULL,                            -- lower case, without accents: the order of lists
    search TEXT NOT NULL,                               -- name, company, e-mail and numbers, folded; one space between
    document TEXT NOT NULL
) STRICT;

-- Covers a walk in the order of the list that looks for a fragment.
CREATE INDEX people_by_name ON people (sort_name, person_id, search);

CREATE TABLE person_phones (
    -- P-11: the phone fields, one row each.
    number TEXT NOT NULL,
    person_id BLOB NOT NULL REFERENCES people ON DELETE CASCADE,
    field TEXT NOT NULL CHECK (field IN ('mobile_phone', 'phone')),
    is_user INTEGER NOT NULL CHECK (is_user IN (0, 1)), -- only users' fields are matched
    PRIMARY KEY (number, person_id, field)
) STRICT;

CREATE INDEX person_phones_by_person ON person_phones (person_id);

CREATE TABLE messaging_profiles (
    -- P-1: which person is behind an address. The state that a profile's events led to.
    profile_id BLOB PRIMARY KEY NOT NULL,
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    bound_to BLOB,                                      -- NULL for a guest
    active INTEGER NOT NULL CHECK (active IN (0, 1)),
    document TEXT NOT NULL
) STRICT;

-- P-8: an address has at most one active profile.
CREATE UNIQUE INDEX messaging_profiles_one_active ON messaging_profiles (address, channel) WHERE active = 1;

CREATE INDEX messaging_profiles_by_person ON messaging_profiles (bound_to) WHERE active = 1 AND bound_to IS NOT NULL;

-- Who the requester is, so that no list joins; requester_search holds the name's letters after the address'.
ALTER TABLE conversations ADD COLUMN requester_name TEXT NOT NULL DEFAULT '';
