-- Profiles of walkers and robots: their interactions are in no figure about customers.
-- The mirror of what the company says of its test customers.
CREATE TABLE test_profile (profile_id BIGINT NOT NULL);
