package store

import (
	"cmp"
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// indexedLicense is one line of a document's rollup: how many of its packages have an effective licence, by its place in expressions.
type indexedLicense struct{ at, packages int32 }

// indexedExpression is what a licence report says of a licence.
type indexedExpression struct {
	id          int32
	kind, class string
	guessed     bool
	line        int32 // of the report: place in lines
}

// sameLicense tells licences that were read as one from others.
type sameLicense struct {
	effective, kind string
	own             int32 // of a licence that its document defines: the expression itself
}

var ownLicensePrefix = regexp.MustCompile(`LicenseRef-|AdditionRef-`)

// isOwnLicense is the condition ownLicense for a text in memory.
func isOwnLicense(canonical string) bool {
	for _, at := range ownLicensePrefix.FindAllStringIndex(canonical, -1) {
		if canonical[at[0]] == 'A' || !strings.HasPrefix(canonical[at[1]:], "scancode-") {
			return true
		}
	}
	return false
}

// readLicenses reads the rollups of documents, and of expressions what is not known yet.
func (n *indexed) readLicenses(ctx context.Context, s *Store, sboms []int64) error {
	unknown := map[int32]bool{}
	var all []rollupLine
	for some := range slices.Chunk(sboms, 2000) {
		list, err := rows[rollupLine](ctx, s, `SELECT sbom_id, expression_id, packages FROM sbom_licenses WHERE sbom_id = ANY($1)`, some)
		if err != nil {
			return err
		}
		for _, l := range list {
			if _, known := n.expressionAt[l.ExpressionID]; !known {
				unknown[l.ExpressionID] = true
			}
		}
		all = append(all, list...)
	}
	if err := n.readExpressions(ctx, s, slices.Sorted(maps.Keys(unknown))); err != nil {
		return err
	}
	for _, l := range all {
		d := &n.docs[n.bySBOM[l.SBOMID]]
		d.licenses = append(d.licenses, indexedLicense{n.expressionAt[l.ExpressionID], l.Packages})
	}
	return nil
}

type rollupLine struct {
	SBOMID                 int64 `db:"sbom_id"`
	ExpressionID, Packages int32
}

func (n *indexed) readExpressions(ctx context.Context, s *Store, ids []int32) error {
	list, err := rows[struct {
		ID                             int32
		Kind, Class, Canonical, Stated string
		Guessed                        bool
	}](ctx, s, `SELECT id, kind, class, canonical, stated, guessed FROM license_expressions WHERE id = ANY($1)`, ids)
	for _, e := range list {
		same := sameLicense{kind: e.Kind}
		switch e.Kind {
		case "none":
			same.effective = "NONE"
		case "no-assertion":
			same.effective = "NOASSERTION"
		default:
			same.effective = cmp.Or(e.Canonical, e.Stated)
		}
		if e.Kind == "unreadable" || isOwnLicense(e.Canonical) {
			same.own = e.ID
		}
		line, ok := n.lineOf[same]
		if !ok {
			line = int32(len(n.lines))
			n.lineOf[same], n.lines = line, append(n.lines, same)
		}
		n.expressionAt[e.ID] = int32(len(n.expressions))
		n.expressions = append(n.expressions, indexedExpression{e.ID, e.Kind, e.Class, e.Guessed, line})
	}
	return err
}

// covers reports whether an agency is the scope's or stands below it.
func (n *indexed) covers(scope models.Scope, agency int64) bool {
	return scope.Agency == 0 || slices.Contains(n.above[agency], scope.Agency)
}

// speakers marks by place the documents that the government, or an agency with all below it, is judged by; see query.speakers.
func (n *indexed) speakers(sight models.Sight, scope models.Scope) []bool {
	newest, chosen := make(map[int64]int32, len(n.assets)), make([]bool, len(n.docs))
	for _, at := range n.order {
		d := &n.docs[at]
		if d.sbom == 0 {
			continue
		}
		if a, ok := n.assets[d.asset]; ok && !a.merged && n.covers(scope, a.steward) && sight.Sees(a.visibility, a.steward) {
			if best, ok := newest[d.asset]; !ok || d.day > n.docs[best].day || d.day == n.docs[best].day && d.release > n.docs[best].release {
				newest[d.asset] = at
			}
		}
		if n.isRun(sight, scope, d) {
			chosen[at] = true
		}
	}
	for _, at := range newest {
		chosen[at] = true
	}
	return chosen
}

// isRun reports whether the viewer sees that somebody in the scope runs the document's release.
func (n *indexed) isRun(sight models.Sight, scope models.Scope, d *indexedDoc) bool {
	for _, run := range n.deployments[d.release] {
		a, ok := n.assets[run.asset]
		if ok && n.covers(scope, run.agency) && sight.Sees(a.visibility, a.steward) && sight.Sees(run.visibility, run.agency) && sight.Sees(run.details, run.agency) {
			return true
		}
	}
	return false
}

// whole reports whether a scope is so large that it is answered from memory.
func whole(scope models.Scope) bool { return scope.SBOM == 0 && scope.Release == 0 && scope.Asset == 0 }

// countSpeakers is Store.LicenseDocuments from memory.
func (x *Index) countSpeakers(ctx context.Context, v models.Viewer, scope models.Scope) (int, error) {
	if err := x.catchUp(ctx); err != nil {
		return 0, err
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	count := 0
	for _, speaks := range x.speakers(v.Sight(), scope) {
		if speaks {
			count++
		}
	}
	return count, nil
}

// licenseReport is Store.LicenseReport from memory.
func (x *Index) licenseReport(ctx context.Context, v models.Viewer, scope models.Scope) ([]LicenseCount, error) {
	if err := x.catchUp(ctx); err != nil {
		return nil, err
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	counts, last := make([]LicenseCount, len(x.lines)), make([]int, len(x.lines))
	for at, speaks := range x.speakers(v.Sight(), scope) {
		if !speaks {
			continue
		}
		for _, l := range x.docs[at].licenses {
			e := &x.expressions[l.at]
			c := &counts[e.line]
			if c.SBOMs == 0 {
				*c = LicenseCount{ExpressionID: e.id, Effective: x.lines[e.line].effective, Kind: e.kind, Class: e.class, Guessed: true}
			}
			c.add(l, e)
			if last[e.line] != at+1 {
				last[e.line] = at + 1
				c.SBOMs++
			}
		}
	}
	list := slices.DeleteFunc(counts, func(c LicenseCount) bool { return c.SBOMs == 0 })
	slices.SortFunc(list, func(a, b LicenseCount) int {
		return cmp.Or(cmp.Compare(b.Packages, a.Packages), cmp.Compare(a.Effective, b.Effective), cmp.Compare(a.ExpressionID, b.ExpressionID))
	})
	return list, nil
}

func (c *LicenseCount) add(l indexedLicense, e *indexedExpression) {
	c.ExpressionID, c.Class, c.Guessed = min(c.ExpressionID, e.id), min(c.Class, e.class), c.Guessed && e.guessed
	c.Packages += int(l.packages)
	if e.guessed {
		c.GuessedPackages += int(l.packages)
	}
}
