-- +goose Up
-- A finding belongs to a policy: two policies may each have a rule of the same name.
ALTER TABLE findings ADD COLUMN policy_id bigint REFERENCES license_policies (id); -- whose rule it is: it stays while versions change
UPDATE findings f SET policy_id = v.policy_id FROM policy_versions v WHERE v.id = f.policy_version_id;
DROP INDEX findings_once;
-- A finding is one thing for as long as it stays: the same policy's rule on the same component of the same release at the same agency.
CREATE UNIQUE INDEX findings_once ON findings (release_id, agency_id, coalesce(policy_id, 0), md5(rule || E'\n' || component || E'\n' || license)) WHERE state <> 'closed';

ALTER TABLE judged ADD COLUMN list text NOT NULL DEFAULT ''; -- digest of the licence list and of what the program knows besides, that all was judged by

-- +goose Down
ALTER TABLE judged DROP COLUMN list;
DROP INDEX findings_once;
ALTER TABLE findings DROP COLUMN policy_id;
CREATE UNIQUE INDEX findings_once ON findings (release_id, agency_id, md5(rule || E'\n' || component || E'\n' || license)) WHERE state <> 'closed';
