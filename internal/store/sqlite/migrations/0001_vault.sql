-- +goose Up
-- The vault and the workflow: what names or quotes a person, and what changes in place.

CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- state: running, applied, undone, dropped.
CREATE TABLE import (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    source   TEXT NOT NULL,
    file     TEXT NOT NULL,
    sha256   TEXT NOT NULL,
    mapping  TEXT NOT NULL,
    state    TEXT NOT NULL,
    started  INTEGER NOT NULL,
    finished INTEGER NOT NULL DEFAULT 0,
    summary  TEXT NOT NULL DEFAULT '',
    words_after INTEGER NOT NULL           -- all words of this import have greater numbers
);

-- A source's person. kind and namespace are those of the key it is found by.
CREATE TABLE profile (
    id        INTEGER PRIMARY KEY,
    customer  INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    namespace TEXT NOT NULL
);
CREATE INDEX profile_customer ON profile (customer) WHERE customer <> id;

-- hash is the keyed hash of kind, namespace and value.
CREATE TABLE profile_key (
    hash       BLOB NOT NULL,
    profile    INTEGER NOT NULL,
    is_primary INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    namespace  TEXT NOT NULL,
    value      TEXT NOT NULL,
    PRIMARY KEY (hash, profile)
) WITHOUT ROWID;

-- Which imports said that a profile holds a key, so that undoing one of them
-- leaves what another said too. It is also how a profile's keys are found.
CREATE TABLE key_assertion (
    profile   INTEGER NOT NULL,
    hash      BLOB NOT NULL,
    import_id INTEGER NOT NULL,
    PRIMARY KEY (profile, hash, import_id)
) WITHOUT ROWID;

-- Links that rules or people made, undone ones too.
CREATE TABLE link (
    id            INTEGER PRIMARY KEY,
    a             INTEGER NOT NULL,
    b             INTEGER NOT NULL,
    apart         INTEGER NOT NULL,
    key_hash      BLOB NOT NULL,           -- empty for a person's decision
    kind          TEXT NOT NULL,
    namespace     TEXT NOT NULL,
    value         TEXT NOT NULL,
    reason        TEXT NOT NULL,
    made_by       TEXT NOT NULL,
    at            INTEGER NOT NULL,
    import_id     INTEGER NOT NULL,
    undone        INTEGER NOT NULL DEFAULT 0,
    undone_by     TEXT NOT NULL DEFAULT '',
    undone_reason TEXT NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX link_ends ON link (a, b, key_hash, apart, at);
CREATE INDEX link_b ON link (b);
CREATE INDEX link_key ON link (key_hash) WHERE key_hash <> x'';

CREATE TABLE tombstone (hash BLOB PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;

-- The words of interactions: texts and columns outside the facts, as JSON. Rows
-- are appended while an import runs; their index entries follow in sorted order
-- when it ends, because ids are random and would touch a page each.
CREATE TABLE words (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    interaction BLOB NOT NULL,
    import_id   INTEGER NOT NULL,
    profile     INTEGER NOT NULL,
    texts       TEXT NOT NULL,
    attributes  TEXT NOT NULL
);
CREATE TABLE words_by_interaction (
    interaction BLOB NOT NULL,
    words       INTEGER NOT NULL,
    PRIMARY KEY (interaction, words)
) WITHOUT ROWID;
CREATE TABLE words_by_profile (
    profile INTEGER NOT NULL,
    words   INTEGER NOT NULL,
    PRIMARY KEY (profile, words)
) WITHOUT ROWID;

-- The clear names behind the facts' pseudonyms. kind: thread, employee.
CREATE TABLE name (
    kind      TEXT NOT NULL,
    pseudonym INTEGER NOT NULL,
    import_id INTEGER NOT NULL,
    name      TEXT NOT NULL,
    PRIMARY KEY (kind, pseudonym, import_id)
) WITHOUT ROWID;

-- What is still to be told to the facts. kind: link (profile, customer), erase (profile).
CREATE TABLE outbox (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    kind     TEXT NOT NULL,
    profile  INTEGER NOT NULL,
    customer INTEGER NOT NULL
);

CREATE TABLE journey_version (
    name    TEXT NOT NULL,
    version INTEGER NOT NULL,
    yaml    TEXT NOT NULL,
    saved_by TEXT NOT NULL,
    saved   INTEGER NOT NULL,
    PRIMARY KEY (name, version)
) WITHOUT ROWID;
CREATE TABLE journey_current (name TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE finding_run (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    at       INTEGER NOT NULL,
    from_at  INTEGER NOT NULL,
    to_at    INTEGER NOT NULL,
    tested   INTEGER NOT NULL,
    withheld INTEGER NOT NULL,
    open     INTEGER NOT NULL
);
-- body is the finding as JSON; the columns beside it are what it is found by.
CREATE TABLE finding (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    question TEXT NOT NULL,
    journey  TEXT NOT NULL,
    step     TEXT NOT NULL,
    persona  TEXT NOT NULL,
    segment  TEXT NOT NULL,
    state    TEXT NOT NULL,
    body     TEXT NOT NULL,
    UNIQUE (question, journey, step, persona, segment)
);
CREATE TABLE finding_event (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    finding    INTEGER NOT NULL REFERENCES finding (id),
    run        INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    what       TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state   TEXT NOT NULL,
    by_whom    TEXT NOT NULL,
    reason     TEXT NOT NULL,
    figures    TEXT NOT NULL
);
CREATE INDEX finding_event_finding ON finding_event (finding);

-- Signed-in browsers, by the hash of their token.
CREATE TABLE session (hash BLOB PRIMARY KEY, content BLOB NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;
