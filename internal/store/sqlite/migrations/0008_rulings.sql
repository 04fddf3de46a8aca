-- +goose Up
-- What people said that a contact, or all contacts about a reason, are charged to. One
-- that was taken back or replaced has ended and stays, until the contact's person is erased.
CREATE TABLE ruling (
    id       INTEGER PRIMARY KEY,
    journey  TEXT NOT NULL,
    contact  BLOB,              -- null = every contact about the reason
    profile  INTEGER NOT NULL,  -- the contact's; 0 = none, or unidentified
    reason   TEXT NOT NULL,
    step     TEXT NOT NULL,     -- '' = none of the journey's
    note     TEXT NOT NULL,
    ruled_by TEXT NOT NULL,
    at       INTEGER NOT NULL,
    ended    INTEGER,
    ended_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX ruling_profile ON ruling (profile) WHERE profile <> 0;
