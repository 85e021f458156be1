-- +goose Up
-- A harvest tells everybody of the visits that they may see, so each visit says what it counts for. What is counted as failed is what the intake log
-- lists for an owner to mend: addresses of hosts, and files that break their standard, among it.
ALTER TABLE visits ADD COLUMN changed boolean NOT NULL DEFAULT false;
UPDATE visits SET changed = true WHERE outcome IN ('read', 'undescribed', 'invalid') AND repository_id IS NOT NULL;
UPDATE harvests h SET failed = (SELECT count(*) FROM visits v WHERE v.harvest_id = h.id AND v.outcome NOT IN ('read', 'unchanged', 'undescribed'));

-- +goose Down
ALTER TABLE visits DROP COLUMN changed;
