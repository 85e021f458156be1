-- +goose Up
-- Every word that is said of software, once: what is typed with errors is looked for among these, and then the software by its words.
-- To compare it with whole texts takes seconds where there are many. Words nobody says any more stay, and find nothing.
CREATE TABLE asset_words (
    word text NOT NULL -- as assets.search has it; twice where two writers brought it at the same moment
);

-- +goose StatementBegin
CREATE FUNCTION asset_words_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO asset_words (word)
    SELECT DISTINCT w.word FROM fresh f CROSS JOIN LATERAL unnest(tsvector_to_array(f.search)) w (word)
    WHERE length(w.word) BETWEEN 3 AND 60 AND w.word !~ '[\\'']' AND NOT EXISTS (SELECT FROM asset_words k WHERE k.word = w.word);
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER assets_worded AFTER INSERT ON assets REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION asset_words_follow();
CREATE TRIGGER assets_reworded AFTER UPDATE ON assets REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION asset_words_follow();

INSERT INTO asset_words (word)
    SELECT DISTINCT w.word FROM assets a CROSS JOIN LATERAL unnest(tsvector_to_array(a.search)) w (word) WHERE length(w.word) BETWEEN 3 AND 60 AND w.word !~ '[\\'']';
CREATE INDEX asset_words_by_word ON asset_words (word);
CREATE INDEX asset_words_trigrams ON asset_words USING gin (word gin_trgm_ops);
ANALYZE asset_words;
