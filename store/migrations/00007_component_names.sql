-- +goose Up
-- Every name that a component has, once for all its versions: what is looked for by a part of its name, or by a name with typing
-- errors, is looked for among a tenth of the rows.
CREATE TABLE component_names (
    name text NOT NULL -- as components_by_name has it; twice where two documents brought it at the same moment
);

-- Names that are new come with the components that have them, whoever adds those. Nobody waits for anybody: there is no unique key.
-- +goose StatementBegin
CREATE FUNCTION component_names_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO component_names (name)
    SELECT DISTINCT lower(left(f.name, 200)) FROM fresh f WHERE NOT EXISTS (SELECT FROM component_names n WHERE n.name = lower(left(f.name, 200)));
    RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE TRIGGER components_named AFTER INSERT ON components REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION component_names_follow();

INSERT INTO component_names (name) SELECT DISTINCT lower(left(name, 200)) FROM components;
CREATE INDEX component_names_by_name ON component_names (name);
CREATE INDEX component_names_trigrams ON component_names USING gin (name gin_trgm_ops);
DROP INDEX components_name_trigrams;

CREATE INDEX asset_urls_canonical_trigrams ON asset_urls USING gin (canonical gin_trgm_ops) WHERE kind = 'repository';
ANALYZE component_names;
