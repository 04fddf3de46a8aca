-- +goose Up
-- Recordings of Chrome's Recorder, by which robots walk: json is as it was handed in.
CREATE TABLE walk_recording (
    name     TEXT NOT NULL,
    version  INTEGER NOT NULL,
    json     TEXT NOT NULL,
    saved_by TEXT NOT NULL,
    saved    INTEGER NOT NULL,
    PRIMARY KEY (name, version)
) WITHOUT ROWID;
