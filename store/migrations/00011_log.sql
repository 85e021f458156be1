-- +goose Up
-- The append-only Merkle log (RFC 6962): one entry for each event of a decision, in the order of the events.
CREATE TABLE log_entries (
    index       bigint PRIMARY KEY,             -- from 0, without gaps
    event_id    bigint NOT NULL,                -- no foreign key: Postgres would have to lock the event, which the role may not
    decision_id bigint,
    body        bytea NOT NULL,                 -- the entry's bytes, of which the leaf is made
    hash        bytea NOT NULL,                 -- the leaf
    CONSTRAINT log_entries_event_once UNIQUE (event_id),
    CONSTRAINT log_entries_index_from_zero CHECK (index >= 0),
    CONSTRAINT log_entries_hash_length CHECK (length(hash) = 32)
);
CREATE INDEX log_entries_by_decision ON log_entries (decision_id, index) WHERE decision_id IS NOT NULL;

-- The nodes of its tree, in the order in which they become known.
CREATE TABLE log_hashes (
    id   bigint PRIMARY KEY,
    hash bytea NOT NULL,
    CONSTRAINT log_hashes_length CHECK (length(hash) = 32)
);

-- What the register has signed. Nothing that contradicts these is ever signed.
CREATE TABLE log_checkpoints (
    size   bigint PRIMARY KEY,
    signed text NOT NULL,
    at     timestamptz NOT NULL DEFAULT now()
);

-- +goose StatementBegin
CREATE FUNCTION log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
-- +goose StatementEnd
CREATE TRIGGER log_entries_append_only BEFORE UPDATE OR DELETE ON log_entries FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_entries_no_truncate BEFORE TRUNCATE ON log_entries FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_hashes_append_only BEFORE UPDATE OR DELETE ON log_hashes FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_hashes_no_truncate BEFORE TRUNCATE ON log_hashes FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_checkpoints_append_only BEFORE UPDATE OR DELETE ON log_checkpoints FOR EACH ROW EXECUTE FUNCTION log_is_append_only();
CREATE TRIGGER log_checkpoints_no_truncate BEFORE TRUNCATE ON log_checkpoints FOR EACH STATEMENT EXECUTE FUNCTION log_is_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON log_entries, log_hashes, log_checkpoints FROM CURRENT_USER;

-- +goose Down
DROP TABLE log_checkpoints;
DROP TABLE log_hashes;
DROP TABLE log_entries;
DROP FUNCTION log_is_append_only;
