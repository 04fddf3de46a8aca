-- Interactions of which some version is of the profiles that are erased.
CREATE OR REPLACE TEMP TABLE affected AS
SELECT id FROM interaction WHERE profile_id IN (SELECT unnest($profiles))
UNION
SELECT id FROM superseded WHERE profile_id IN (SELECT unnest($profiles))
