-- +goose Up
-- The names of a running import, appended as they come. They go into name in
-- sorted order when the import ends: pseudonyms are random, and each one put into
-- its place at once would touch a page each.
CREATE TABLE name_arrival (
    id        INTEGER PRIMARY KEY,
    kind      TEXT NOT NULL,
    pseudonym INTEGER NOT NULL,
    import_id INTEGER NOT NULL,
    name      TEXT NOT NULL
);

-- Whether a running import's words and names are in their places already.
ALTER TABLE import ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;
