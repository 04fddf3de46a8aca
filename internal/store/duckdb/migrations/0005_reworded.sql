-- What a person calls code words. Signatures keep the words as they came, so that
-- the same file still meets its own rows and a rename can be taken back.
CREATE TABLE reworded (
    field      VARCHAR   NOT NULL,            -- channel, touchpoint, reason, outcome
    came       VARCHAR   NOT NULL,
    word       VARCHAR   NOT NULL,
    renamed_at TIMESTAMP NOT NULL
);
