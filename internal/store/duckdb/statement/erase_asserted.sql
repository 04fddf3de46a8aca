-- Who brought versions of the erased again, word for word.
DELETE FROM asserted
WHERE EXISTS (
    SELECT 1 FROM (
        SELECT id, content, version_at FROM interaction WHERE profile_id IN (SELECT unnest($profiles))
        UNION ALL
        SELECT id, content, version_at FROM superseded WHERE profile_id IN (SELECT unnest($profiles))
    ) gone
    WHERE gone.id = asserted.id AND gone.content = asserted.content AND gone.version_at IS NOT DISTINCT FROM asserted.version_at
)
