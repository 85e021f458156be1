package store

import (
	"context"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// Hit is one thing that a search found.
type Hit struct {
	Noun   string // asset, component, agency, repository
	ID     int64  // of the asset, component or agency; of its asset for a repository
	Title  string
	Detail string // steward, purl, code, address
	Tag    string // origin of assets, licence class of components, kind of agencies
	Rank   float64
}

// Facet is one value that narrows a search, with how many hits it has, at most TotalCap.
type Facet struct {
	Name  string // "noun", "origin", "class"
	Value string
	Count int
}

// SearchFilter narrows a search. Empty fields do not restrict.
type SearchFilter struct {
	Query  string
	Noun   string
	Origin models.Origin
	Class  string // licence class
	models.Page
}

// Search looks for assets, components, agencies and repositories by name, description, purl, licence and address.
// Typing errors are forgiven. Facets are counted over everything found, before Noun, Origin and Class narrow it; each noun adds at most maxHits.
func (s *Store) Search(ctx context.Context, v models.Viewer, f SearchFilter) (models.List[Hit], []Facet, error) {
	var none models.List[Hit]
	if strings.TrimSpace(f.Query) == "" {
		return none, nil, &models.Error{Kind: models.Invalid, Code: "invalid-input", Detail: "Say what to look for.",
			Fields: []models.FieldError{{Field: "q", Code: "required", Detail: "Type a name, a word of a description, a purl, a licence or an address."}}}
	}
	text := strings.TrimSpace(f.Query)
	components, err := s.searchComponents(ctx, v, text)
	if err != nil {
		return none, nil, err
	}
	q := &query{}
	hits := q.hits(v, text, components)
	if f.Noun != "" {
		q.and("noun = ?", f.Noun)
	}
	if f.Origin != "" {
		q.and("noun = 'asset' AND tag = ?", f.Origin)
	}
	if f.Class != "" {
		q.and("class = ?", f.Class)
	}
	narrowed := q.clause()
	var rank float64
	var noun string
	var id int64
	if more, err := after(f.After, &rank, &noun, &id); err != nil {
		return none, nil, err
	} else if more {
		q.and("(-rank, noun, id) > (-(?::float8), ?, ?)", rank, noun, id)
	}
	// One statement, so that what is found is found once for the facets, the total and the page.
	var facets []Facet
	var list []Hit
	var total int
	err = s.pg.QueryRow(ctx, `WITH hits AS MATERIALIZED (`+hits+`), counted AS (
			SELECT 'noun' AS "Name", noun AS "Value", count(*) AS "Count" FROM hits GROUP BY noun
			UNION ALL SELECT 'origin', tag, count(*) FROM hits WHERE noun = 'asset' GROUP BY tag
			UNION ALL SELECT 'class', class, count(*) FROM hits WHERE class <> '' GROUP BY class ORDER BY 1, 3 DESC, 2),
		found AS (SELECT noun AS "Noun", id AS "ID", title AS "Title", detail AS "Detail", tag AS "Tag", rank AS "Rank" FROM hits WHERE`+q.clause()+`ORDER BY -rank, noun, id LIMIT `+q.arg(limit(f.Page))+`)
		SELECT (SELECT coalesce(json_agg(counted), '[]') FROM counted), (SELECT coalesce(json_agg(found), '[]') FROM found), (SELECT count(*) FROM hits WHERE`+narrowed+`)`,
		q.args...).Scan(&facets, &list, &total)
	if err != nil {
		return none, nil, fault(err)
	}
	return page(list, f.Page, func(h *Hit) []any { return []any{h.Rank, h.Noun, h.ID} }, models.Total{Count: total, Exact: total < maxHits}), facets, nil
}

// maxHits bounds what each noun adds to a search before it is counted and ranked.
const maxHits = 2000

// hits is the SQL of everything found: noun, id, title, detail, tag, class, rank (0–3, rounded so that it can be a cursor).
func (q *query) hits(v models.Viewer, text string, components []foundName) string {
	lower := strings.ToLower(text)
	like := q.arg(escapeLike(lower))
	plain := q.arg(lower)
	assets := &query{args: q.args}
	assets.visible(v, "a", "steward_id")
	assets.and("a.merged_into_id IS NULL")
	assets.matchesWords(text, `(SELECT `+wordsQuery+`)`) // worked out once and not for each row, which costs more than to fetch it
	q.args = assets.args
	repos := &query{args: q.args}
	repos.visible(v, "a", "steward_id")
	q.args = repos.args
	most := strconv.Itoa(maxHits)
	return `(SELECT 'asset' AS noun, a.id, btrim(a.name || ' ' || a.edition) AS title, g.name AS detail, a.origin AS tag, coalesce(l.class, 'unknown') AS class,
			round((CASE WHEN lower(a.name) = ` + plain + ` THEN 2 ELSE 0 END + ` + likeness(plain, `a.search_text`, `a.search_text`) + ` + similarity(lower(a.name), ` + plain + `))::numeric, 4)::float8 AS rank
		FROM ` + assetFrom + ` WHERE` + assets.clause() + `LIMIT ` + most + `)
	UNION ALL (SELECT 'agency', g.id, g.name, g.code, g.kind, '', round((CASE WHEN lower(g.name) = ` + plain + ` OR lower(g.code) = ` + plain + ` THEN 2 ELSE 0.2 END + word_similarity(` + plain + `, lower(g.name)))::numeric, 4)::float8
		FROM agencies g WHERE lower(g.name) LIKE '%' || ` + like + ` || '%' OR ` + plain + ` <% lower(g.name) OR lower(g.code) = ` + plain + ` LIMIT ` + most + `)
	UNION ALL (SELECT 'repository', a.id, u.canonical, btrim(a.name || ' ' || a.edition), '', '', round((` + likeness(plain, `u.canonical`, `translate(u.canonical, '/-._', '    ')`) + `)::numeric, 4)::float8
		FROM asset_urls u JOIN assets a ON a.id = u.asset_id WHERE u.kind = 'repository' AND a.merged_into_id IS NULL AND u.canonical LIKE '%' || ` + like + ` || '%' AND` + repos.clause() + `LIMIT ` + most + `)
	UNION ALL (` + q.components(components, plain) + `)`
}

// likeness is how like a text is to what is looked for, 0 to 1; words is the text with blanks between its words. Most of what is found
// says it word by word, and to see that costs a tenth of what it costs to compare letters.
func likeness(plain, text, words string) string {
	return `CASE WHEN strpos(' ' || ` + words + ` || ' ', ' ' || ` + plain + ` || ' ') > 0 THEN 1 ELSE word_similarity(` + plain + `, ` + text + `) END`
}
