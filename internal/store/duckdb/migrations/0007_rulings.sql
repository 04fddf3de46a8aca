-- Which step a person said that a contact, or all contacts about a reason, are charged
-- to. The mirror of what the vault holds with name and note.
CREATE TABLE ruling (
    journey VARCHAR NOT NULL,
    contact UUID,               -- null = every contact about the reason
    reason  VARCHAR NOT NULL,
    step    VARCHAR NOT NULL    -- '' = none of the journey's
);
