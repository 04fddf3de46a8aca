-- +goose Up
-- Walks: what walkers write is in walk_message, what a robot or a device recorded in
-- walk_piece; both go for good when a walk is forgotten.

CREATE TABLE walk_scenario (
    id       TEXT NOT NULL,
    version  INTEGER NOT NULL,
    yaml     TEXT NOT NULL,
    saved_by TEXT NOT NULL,
    saved    INTEGER NOT NULL,
    PRIMARY KEY (id, version)
) WITHOUT ROWID;

-- body is the plan, the walker, the assignment as JSON; the columns beside it are what
-- they are found by. A revision grows with each change.
CREATE TABLE walk_plan (id INTEGER PRIMARY KEY AUTOINCREMENT, revision INTEGER NOT NULL, body TEXT NOT NULL);
CREATE TABLE walk_walker (id INTEGER PRIMARY KEY AUTOINCREMENT, revision INTEGER NOT NULL, body TEXT NOT NULL);

CREATE TABLE walk_assignment (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    revision INTEGER NOT NULL,
    plan     INTEGER NOT NULL,
    key      TEXT NOT NULL,
    scenario TEXT NOT NULL,
    walker   INTEGER NOT NULL,
    voice    TEXT NOT NULL,
    state    TEXT NOT NULL,
    from_at  INTEGER NOT NULL,
    again    INTEGER NOT NULL,                -- a robot waits until then
    body     TEXT NOT NULL,
    UNIQUE (plan, key)
);
CREATE INDEX walk_assignment_walker ON walk_assignment (walker);
CREATE INDEX walk_assignment_state ON walk_assignment (state, from_at);

CREATE TABLE walk_event (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    assignment INTEGER NOT NULL REFERENCES walk_assignment (id),
    at         INTEGER NOT NULL,
    what       TEXT NOT NULL,
    from_state TEXT NOT NULL,
    to_state   TEXT NOT NULL,
    by_whom    TEXT NOT NULL,
    reason     TEXT NOT NULL
);
CREATE INDEX walk_event_assignment ON walk_event (assignment);

-- What a walker's device sent, by the device's own key.
CREATE TABLE walk_message (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    assignment INTEGER NOT NULL REFERENCES walk_assignment (id),
    key        TEXT NOT NULL,
    kind       TEXT NOT NULL,
    sum        BLOB NOT NULL,
    sent       INTEGER NOT NULL,
    received   INTEGER NOT NULL,
    body       TEXT NOT NULL,
    UNIQUE (assignment, key)
);

CREATE TABLE walk_piece (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    assignment INTEGER NOT NULL REFERENCES walk_assignment (id),
    key        TEXT NOT NULL,
    sent       TEXT NOT NULL,                 -- SHA-256 of what was sent
    body       TEXT NOT NULL,
    UNIQUE (assignment, key)
);

-- What opens one assignment without an account, by the hash of its secret.
CREATE TABLE walk_pass (
    hash       BLOB PRIMARY KEY,
    assignment INTEGER NOT NULL REFERENCES walk_assignment (id),
    kind       TEXT NOT NULL,
    made       INTEGER NOT NULL,
    expires    INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX walk_pass_assignment ON walk_pass (assignment);

-- The names behind the pseudonyms of those whom walkers met.
CREATE TABLE walk_staff (pseudonym INTEGER PRIMARY KEY, name TEXT NOT NULL, last INTEGER NOT NULL);

-- kind walk: profile is the assignment, body its step facts as JSON.
ALTER TABLE outbox ADD COLUMN body TEXT NOT NULL DEFAULT '';
