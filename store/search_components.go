package store

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ospo-register/ospo/models"
)

// foundComponent is a component that a search finds, before it is gathered with the other versions of its name.
type foundComponent struct {
	ID                                      int32
	Folded, Name, Version, Ecosystem, Class string
}

// foundName is all that a search shows of the components of one name in one ecosystem.
type foundName struct {
	id                             int64
	name, detail, ecosystem, class string
}

// searchComponents finds the components that a search shows the viewer, by name and ecosystem. Who may see a component is a question
// about all documents that contain it, of which there may be thousands: the index answers it where there is one.
func (s *Store) searchComponents(ctx context.Context, v models.Viewer, text string) ([]foundName, error) {
	q := &query{}
	list, err := rows[foundComponent](ctx, s, q.foundComponents(text), q.args...)
	if err != nil {
		return nil, err
	}
	ids := column(list, func(c foundComponent) int32 { return c.ID })
	var shown []int32
	if index := s.Index(); index != nil {
		shown, err = index.shown(ctx, v, ids)
	} else {
		shown, err = s.shownOf(ctx, v, ids)
	}
	if err != nil {
		return nil, err
	}
	slices.Sort(shown)
	list = slices.DeleteFunc(list, func(c foundComponent) bool { _, ok := slices.BinarySearch(shown, c.ID); return !ok })
	return gathered(list), nil
}

// shownOf gives those of the components that are in a document the viewer may see. It looks for one document of each: where the
// planner may choose, it reads all documents for each component when it takes those to be few.
func (s *Store) shownOf(ctx context.Context, v models.Viewer, ids []int32) ([]int32, error) {
	q := &query{}
	match := q.arg(ids)
	q.speaking(v)
	return scalars[int32](ctx, s, `SELECT f.id FROM unnest(`+match+`::int[]) f (id) CROSS JOIN LATERAL (SELECT FROM sbom_contents x JOIN sboms s ON s.id = x.sbom_id JOIN releases r ON r.id = s.release_id JOIN assets a ON a.id = r.asset_id
		WHERE x.component_ids @> ARRAY[f.id] AND`+q.clause()+`LIMIT 1) shown`, q.args...)
}

// foundComponents is the SQL of the components that a search finds, whoever may see them: at most maxHits, those of exactly the
// name first, then those with the shortest names.
func (q *query) foundComponents(text string) string {
	const fields = `c.id, lower(left(c.name, 200)) AS folded, c.name, c.version, c.ecosystem, e.class`
	if strings.HasPrefix(text, "pkg:") {
		base, _, _ := strings.Cut(text, "?")
		base, version, _ := strings.Cut(base, "@")
		return `SELECT ` + fields + ` FROM components c JOIN license_expressions e ON e.id = c.effective_id
			WHERE c.base <> '' AND left(c.base, 400) = left(` + q.arg(base) + `::text, 400) AND ` + q.arg(version) + ` IN ('', c.version) LIMIT ` + q.arg(maxHits)
	}
	lower := strings.ToLower(text)
	plain, like, most := q.arg(lower), q.arg(escapeLike(lower)), q.arg(maxHits)
	alike := ""
	if tellable(text) {
		alike = ` OR n.name % ` + plain
	}
	return `SELECT ` + fields + ` FROM (SELECT DISTINCT n.name <> left(` + plain + `::text, 200) AS other, length(n.name) AS long, n.name FROM component_names n
			WHERE n.name LIKE '%' || ` + like + ` || '%'` + alike + ` ORDER BY other, long, n.name LIMIT ` + most + `) n
		CROSS JOIN LATERAL (SELECT c.id, c.name, c.version, c.ecosystem, c.effective_id FROM components c WHERE lower(left(c.name, 200)) = n.name LIMIT ` + most + `) c JOIN license_expressions e ON e.id = c.effective_id
		ORDER BY n.other, n.long, n.name, c.id LIMIT ` + most
}

// tellable reports whether a text is long enough to be found with typing errors. What is like one or two letters contains them, and to
// learn that all rows would be compared.
func tellable(text string) bool { return utf8.RuneCountInString(text) > 2 }

// gathered makes one of all versions of a name in an ecosystem.
func gathered(list []foundComponent) []foundName {
	slices.SortFunc(list, func(a, b foundComponent) int {
		return cmp.Or(cmp.Compare(a.Folded, b.Folded), cmp.Compare(a.Ecosystem, b.Ecosystem), cmp.Compare(a.Version, b.Version), cmp.Compare(a.ID, b.ID))
	})
	var names []foundName
	versions := 0
	for i, c := range list {
		if i == 0 || c.Folded != list[i-1].Folded || c.Ecosystem != list[i-1].Ecosystem {
			names, versions = append(names, foundName{int64(c.ID), c.Name, "", c.Ecosystem, c.Class}), 0
		}
		if versions == 0 || c.Version != list[i-1].Version {
			versions++
		}
		n := &names[len(names)-1]
		n.id, n.name, n.class = min(n.id, int64(c.ID)), min(n.name, c.Name), min(n.class, c.Class)
		if n.detail = strconv.Itoa(versions) + " versions"; versions == 1 {
			n.detail = "1 version"
		}
	}
	return names
}

// components is the SQL of what a search shows of components, as the others are in hits.
func (q *query) components(found []foundName, plain string) string {
	text := func(get func(foundName) string) string { return q.arg(column(found, get)) + "::text[]" }
	return `SELECT 'component', c.id, c.name, c.detail, c.ecosystem, c.class,
			round((CASE WHEN lower(left(c.name, 200)) = ` + plain + ` THEN 1.9 ELSE 0 END + similarity(lower(left(c.name, 200)), ` + plain + `))::numeric, 4)::float8
		FROM unnest(` + q.arg(column(found, func(n foundName) int64 { return n.id })) + `::bigint[], ` + text(func(n foundName) string { return n.name }) + `, ` + text(func(n foundName) string { return n.detail }) + `,
			` + text(func(n foundName) string { return n.ecosystem }) + `, ` + text(func(n foundName) string { return n.class }) + `) c (id, name, detail, ecosystem, class)`
}
