-- +goose Up
-- What sources say of who a profile is, by import, so that undoing one takes its words
-- and no others. It names people: it goes with them.
CREATE TABLE person (
    profile    INTEGER NOT NULL,
    import_id  INTEGER NOT NULL,
    name       TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name  TEXT NOT NULL,
    birth_date TEXT NOT NULL,
    street     TEXT NOT NULL,
    postcode   TEXT NOT NULL,
    city       TEXT NOT NULL,
    email      TEXT NOT NULL,
    phone      TEXT NOT NULL,
    number     TEXT NOT NULL,
    PRIMARY KEY (profile, import_id)
) WITHOUT ROWID;
CREATE INDEX person_import ON person (import_id);

-- Profiles whose person has changed since linking by likeness looked last.
CREATE TABLE likeness_due (profile INTEGER PRIMARY KEY);

-- Pairs that are alike: those that carry a link, and the doubtful ones that a person is
-- asked about. parts is what each field said, as JSON; values are not kept here.
CREATE TABLE likeness (
    a           INTEGER NOT NULL,
    b           INTEGER NOT NULL,
    joined      INTEGER NOT NULL,
    weight      REAL NOT NULL,
    probability REAL NOT NULL,
    swapped     INTEGER NOT NULL,
    parts       TEXT NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (a, b)
) WITHOUT ROWID;
CREATE INDEX likeness_b ON likeness (b);
CREATE INDEX likeness_doubtful ON likeness (weight) WHERE joined = 0;

CREATE INDEX link_made_by ON link (made_by) WHERE made_by = 'likeness';
