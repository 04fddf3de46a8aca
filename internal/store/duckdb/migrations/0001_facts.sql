-- The facts: numbers, times, codes and random ids only. DuckDB does not forget
-- deleted rows before the file is rewritten, so nothing here names a person.

-- The current version of every interaction. No key and no index: ids are made
-- unique by the import, and an index would cost more than all imports together.
CREATE TABLE interaction (
    id             UUID      NOT NULL,
    import_id      INTEGER   NOT NULL,
    "row"          BIGINT    NOT NULL,
    part           VARCHAR   NOT NULL,
    version_at     TIMESTAMP,
    content        UBIGINT   NOT NULL,
    profile_id     BIGINT,                  -- null = unidentified
    signature      INTEGER   NOT NULL,
    dims           INTEGER   NOT NULL,      -- 0 = none
    started_at     TIMESTAMP NOT NULL,
    ended_at       TIMESTAMP,
    time_precision UTINYINT  NOT NULL,
    first_human_at TIMESTAMP,
    right_censored BOOLEAN   NOT NULL,
    thread_id      BIGINT,
    parent_id      UUID,
    employee_id    BIGINT,
    score          DOUBLE,
    scale_id       SMALLINT,
    amount_minor   BIGINT,
    currency       VARCHAR,
    quantity       DOUBLE    NOT NULL,
    has_text       BOOLEAN   NOT NULL,
    language       VARCHAR
);

-- Versions that are not the current one: displaced by a newer one, or older than
-- the current one when they arrived. An undo brings the newest of them back.
CREATE TABLE superseded AS FROM interaction;

-- Imports that brought a version which was there already, word for word: when the
-- import that brought it first is undone, the version becomes theirs.
CREATE TABLE asserted (
    id         UUID    NOT NULL,
    content    UBIGINT NOT NULL,
    version_at TIMESTAMP,
    import_id  INTEGER NOT NULL,
    "row"      BIGINT  NOT NULL
);

-- The coded fields of interactions, in words; '' = none.
CREATE TABLE signature (
    id         INTEGER NOT NULL,
    source     VARCHAR NOT NULL,
    voice      VARCHAR NOT NULL,
    initiator  VARCHAR NOT NULL,
    kind       VARCHAR NOT NULL,
    channel    VARCHAR NOT NULL,
    touchpoint VARCHAR NOT NULL,
    reason     VARCHAR NOT NULL,
    outcome    VARCHAR NOT NULL
);

-- One row per declared dimension of a dimension set.
CREATE TABLE dimension (dims INTEGER NOT NULL, name VARCHAR NOT NULL, value VARCHAR NOT NULL);

CREATE TABLE scale (
    id             SMALLINT NOT NULL,
    source         VARCHAR  NOT NULL,
    name           VARCHAR  NOT NULL,
    metric         VARCHAR  NOT NULL,
    min            DOUBLE   NOT NULL,
    max            DOUBLE   NOT NULL,
    high_is_bad    BOOLEAN  NOT NULL,
    satisfied_from DOUBLE   NOT NULL,
    not_applicable DOUBLE
);

-- Mirror of the vault's memberships: only profiles whose customer has another number.
CREATE TABLE profile_link (profile_id BIGINT NOT NULL, customer_id BIGINT NOT NULL);

-- Which step a signature belongs to, for each matched version of a journey.
CREATE TABLE step_rule (
    journey   VARCHAR   NOT NULL,
    version   INTEGER   NOT NULL,
    signature INTEGER   NOT NULL,
    step      USMALLINT NOT NULL            -- 1 + place in the journey's steps
);
CREATE TABLE journey_current (
    journey    VARCHAR NOT NULL,
    version    INTEGER NOT NULL,
    definition VARCHAR NOT NULL,            -- the journey as JSON
    highest    INTEGER NOT NULL             -- signature number that was matched
);
CREATE VIEW current_step AS
    SELECT journey, signature, step FROM step_rule JOIN journey_current USING (journey, version);

-- Denominators for the silent and the lost.
CREATE TABLE exposure (
    from_at    TIMESTAMP NOT NULL,
    to_at      TIMESTAMP NOT NULL,
    population VARCHAR   NOT NULL,
    what       VARCHAR   NOT NULL,
    count      BIGINT    NOT NULL
);

-- One row per import that happened; written last in its transaction.
CREATE TABLE import_ledger (
    import_id   INTEGER   NOT NULL,
    source      VARCHAR   NOT NULL,
    file        VARCHAR   NOT NULL,
    sha256      VARCHAR   NOT NULL,
    applied_at  TIMESTAMP NOT NULL,
    read        BIGINT    NOT NULL,
    rejected    BIGINT    NOT NULL,
    new         BIGINT    NOT NULL,
    superseding BIGINT    NOT NULL,
    unchanged   BIGINT    NOT NULL,
    older       BIGINT    NOT NULL,
    repeated    BIGINT    NOT NULL
);

-- generation changes with every change of what questions see; sequence_generation
-- is the generation that the table sequence was built from.
CREATE TABLE generation (facts BIGINT NOT NULL, sequence BIGINT NOT NULL, rewrite_wanted BOOLEAN NOT NULL);
INSERT INTO generation VALUES (1, 0, false);

-- A copy of the customers' interactions in (customer, time, id) order, the
-- unidentified last, rebuilt when facts and sequence generations differ.
CREATE TABLE sequence (
    customer       BIGINT    NOT NULL,
    started_at     TIMESTAMP NOT NULL,
    id             UUID      NOT NULL,
    signature      INTEGER   NOT NULL,
    dims           INTEGER   NOT NULL,
    ended_at       TIMESTAMP,
    first_human_at TIMESTAMP,
    right_censored BOOLEAN   NOT NULL,
    thread_id      BIGINT,
    score          DOUBLE,
    scale_id       SMALLINT,
    employee_id    BIGINT
);
