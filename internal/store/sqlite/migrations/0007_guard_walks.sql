-- +goose Up
-- The walk that an event is about: one that would reproduce the finding; 0 = none. The
-- same thing is noted of a walk once, however often it is told.
ALTER TABLE finding_event ADD COLUMN walk INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX finding_event_walk ON finding_event (finding, walk, what) WHERE walk <> 0;
