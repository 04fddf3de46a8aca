-- +goose Up
-- What a row of a file of people says beside who it is: columns that no mapping names, as
-- a JSON object; '' where there are none.
ALTER TABLE person ADD COLUMN attributes TEXT NOT NULL DEFAULT '';
