-- +goose Up
-- Who may come in. Passwords are argon2id; links, tokens and recovery codes are hashes
-- of random secrets.

-- body is the account as JSON; email is what it is found by. A revision grows with
-- each change.
CREATE TABLE account (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    revision INTEGER NOT NULL,
    email    TEXT NOT NULL UNIQUE,
    body     TEXT NOT NULL
);

CREATE TABLE account_event (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    account INTEGER NOT NULL REFERENCES account (id),
    at      INTEGER NOT NULL,
    what    TEXT NOT NULL,
    by_whom TEXT NOT NULL
);
CREATE INDEX account_event_account ON account_event (account);

CREATE TABLE account_session (
    id      TEXT PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account (id),
    began   INTEGER NOT NULL,
    seen    INTEGER NOT NULL,
    device  TEXT NOT NULL,
    address TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX account_session_account ON account_session (account);

-- What lets somebody set a password, once: one for each account at most.
CREATE TABLE account_link (
    account INTEGER PRIMARY KEY REFERENCES account (id),
    hash    BLOB NOT NULL UNIQUE,
    purpose TEXT NOT NULL,
    expires INTEGER NOT NULL
);

CREATE TABLE access_token (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    hash    BLOB NOT NULL UNIQUE,
    name    TEXT NOT NULL,
    role    TEXT NOT NULL,
    made    INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    expires INTEGER NOT NULL,
    revoked INTEGER NOT NULL,
    used    INTEGER NOT NULL
);
