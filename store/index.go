package store

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/models"
)

// Index answers who contains a component from memory: which components are in which speaking document, whose that is,
// and who runs its release. SQL stays the truth. Every change of the register writes an event in its own transaction, in commit
// order, so the id of the last event says exactly what the index has seen; Ask catches up before it answers.
//
// It is safe for concurrent use. A million links cost about 5 MB.
type Index struct {
	s *Store

	mu      sync.RWMutex
	applied int64 // id of the last event that is in it
	indexed
}

// indexed is what the index holds.
type indexed struct {
	docs        []indexedDoc
	bySBOM      map[int64]int32   // place in docs of documents that speak
	byRelease   map[int64]int32   // place in docs of the document that speaks for a release
	starts      []uint32          // by component: where its documents begin in postings
	postings    []int32           // places in docs, by component
	late        map[int32][]int32 // places of documents that came after postings were laid out, by component
	lateLinks   int
	order       []int32 // places in docs by asset name and release, as Postgres sorts
	ordered     bool
	assets      map[int64]indexedAsset
	agencies    map[int64]string
	deployments map[int64][]indexedDeployment // running ones, by release
	runs        map[int64]int64               // release of each deployment in deployments
	above       map[int64][]int64             // each agency with all that stand over it, itself included

	expressions  []indexedExpression
	expressionAt map[int32]int32 // place in expressions, by id
	lines        []sameLicense   // of a licence report
	lineOf       map[sameLicense]int32
}

type indexedDoc struct {
	sbom, release, asset int64 // sbom is 0 when it does not speak any more
	number               string
	rank                 int32
	day                  int32 // since 1970, when it was released or else registered: the newest speaks for its asset
	licenses             []indexedLicense
}

type indexedAsset struct {
	name, title string
	steward     int64
	visibility  models.Visibility
	merged      bool
}

type indexedDeployment struct {
	id, agency, asset   int64
	visibility, details models.Visibility
}

// UseIndex reads the register into an index, which takes about a second for five million links, and answers from it from then on.
func (s *Store) UseIndex(ctx context.Context) error {
	x := &Index{s: s}
	err := x.build(ctx)
	if err == nil {
		s.index.Store(x)
	}
	return err
}

// Index gives the index, or nil where there is none: before UseIndex, and in a transaction, which must see its own writes.
func (s *Store) Index() *Index {
	if s.index == nil {
		return nil
	}
	return s.index.Load()
}

// build reads everything anew, as it stands at one moment.
func (x *Index) build(ctx context.Context) error {
	tx, err := x.s.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return fmt.Errorf("building the index: %w", err)
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }() // it only read
	if _, err := tx.Exec(ctx, fmt.Sprintf(`SET LOCAL statement_timeout = %d`, 10*time.Minute.Milliseconds())); err != nil {
		return err
	}
	at := &Store{pg: tx, pool: x.s.pool}
	var n indexed
	last, err := n.read(ctx, at)
	if err != nil {
		return fmt.Errorf("building the index: %w", fault(err))
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.indexed, x.applied = n, last
	return nil
}

func (n *indexed) read(ctx context.Context, s *Store) (last int64, err error) {
	n.bySBOM, n.byRelease, n.late = map[int64]int32{}, map[int64]int32{}, map[int32][]int32{}
	n.deployments, n.runs = map[int64][]indexedDeployment{}, map[int64]int64{}
	if last, err = s.LastEvent(ctx); err != nil {
		return 0, err
	}
	if err := n.readAgencies(ctx, s); err != nil {
		return 0, err
	}
	n.expressionAt, n.lineOf = map[int32]int32{}, map[sameLicense]int32{}
	n.assets = map[int64]indexedAsset{}
	if err := n.readAssets(ctx, s, "TRUE"); err != nil {
		return 0, err
	}
	if err := n.readDeployments(ctx, s, "TRUE"); err != nil {
		return 0, err
	}
	return last, n.readDocuments(ctx, s)
}

func (n *indexed) readAgencies(ctx context.Context, s *Store) error {
	list, err := rows[struct {
		ID   int64
		Name string
	}](ctx, s, `SELECT id, name FROM agencies`)
	n.agencies = make(map[int64]string, len(list))
	for _, g := range list {
		n.agencies[g.ID] = g.Name
	}
	if err != nil {
		return err
	}
	closure, err := rows[struct{ DescendantID, AncestorID int64 }](ctx, s, `SELECT descendant_id, ancestor_id FROM agency_closure`)
	n.above = make(map[int64][]int64, len(list))
	for _, c := range closure {
		n.above[c.DescendantID] = append(n.above[c.DescendantID], c.AncestorID)
	}
	return err
}

func (n *indexed) readAssets(ctx context.Context, s *Store, which string, args ...any) error {
	list, err := rows[struct {
		ID          int64
		Name, Title string
		StewardID   int64
		Visibility  models.Visibility
		Merged      bool
	}](ctx, s, `SELECT a.id, a.name, btrim(a.name || ' ' || a.edition) AS title, a.steward_id, a.visibility, a.merged_into_id IS NOT NULL AS merged FROM assets a WHERE `+which, args...)
	for _, a := range list {
		n.assets[a.ID] = indexedAsset{a.Name, a.Title, a.StewardID, a.Visibility, a.Merged}
	}
	return err
}

// readDeployments adds running deployments; those that are meant must have been forgotten before.
func (n *indexed) readDeployments(ctx context.Context, s *Store, which string, args ...any) error {
	list, err := rows[struct {
		ID, AgencyID, AssetID, ReleaseID int64
		Visibility, Details              models.Visibility
	}](ctx, s, `SELECT d.id, d.agency_id, d.asset_id, d.release_id, d.visibility, d.details FROM deployments d
		WHERE d.release_id IS NOT NULL AND d.state <> 'withdrawn' AND d.lifecycle <> 'ended' AND `+which, args...)
	for _, d := range list {
		n.deployments[d.ReleaseID] = append(n.deployments[d.ReleaseID], indexedDeployment{d.ID, d.AgencyID, d.AssetID, d.Visibility, d.Details})
		n.runs[d.ID] = d.ReleaseID
	}
	return err
}

func (n *indexed) forgetDeployment(id int64) {
	release, ok := n.runs[id]
	if !ok {
		return
	}
	delete(n.runs, id)
	rest := n.deployments[release][:0:0]
	for _, d := range n.deployments[release] {
		if d.id != id {
			rest = append(rest, d)
		}
	}
	n.deployments[release] = rest
}

const speakingDocuments = `SELECT s.id, s.release_id, r.asset_id, r.number, coalesce(r.released_on, r.created_at::date) - date '1970-01-01' AS day FROM sboms s JOIN releases r ON r.id = s.release_id JOIN assets a ON a.id = r.asset_id WHERE s.state = 'current'`

type indexedRow struct {
	ID, ReleaseID, AssetID int64
	Number                 string
	Day                    int32
}

// readDocuments lays out the postings: all documents of the first component, then of the second, and so on.
func (n *indexed) readDocuments(ctx context.Context, s *Store) error {
	list, err := rows[indexedRow](ctx, s, speakingDocuments+` ORDER BY a.name, r.id`)
	if err != nil {
		return err
	}
	ids := make([]int64, 0, len(list))
	for _, d := range list {
		n.add(d)
		ids = append(ids, d.ID)
	}
	n.order, n.ordered = make([]int32, len(n.docs)), true
	for i := range n.docs {
		n.order[i], n.docs[i].rank = int32(i), int32(i)
	}
	if err := n.readLicenses(ctx, s, ids); err != nil {
		return err
	}
	links, counts := make([][]int32, len(n.docs)), []uint32{}
	err = eachContent(ctx, s, ids, func(sbom int64, components []int32) {
		links[n.bySBOM[sbom]] = components
		for _, c := range components {
			for int(c)+1 >= len(counts) {
				counts = append(counts, make([]uint32, len(counts)+int(c)+2)...)
			}
			counts[c+1]++
		}
	})
	if err != nil {
		return err
	}
	for i := 1; i < len(counts); i++ {
		counts[i] += counts[i-1]
	}
	if len(counts) == 0 {
		return nil
	}
	n.starts, n.postings = counts, make([]int32, counts[len(counts)-1])
	next := make([]uint32, len(counts))
	copy(next, counts)
	for doc, components := range links {
		for _, c := range components {
			n.postings[next[c]] = int32(doc)
			next[c]++
		}
		links[doc] = nil
	}
	return nil
}

func (n *indexed) add(d indexedRow) int32 {
	at := int32(len(n.docs))
	n.docs = append(n.docs, indexedDoc{sbom: d.ID, release: d.ReleaseID, asset: d.AssetID, number: d.Number, day: d.Day})
	n.bySBOM[d.ID], n.byRelease[d.ReleaseID] = at, at
	return at
}

// eachContent hands over the distinct components of documents, some hundred documents at a time.
func eachContent(ctx context.Context, s *Store, sboms []int64, each func(sbom int64, components []int32)) error {
	for len(sboms) > 0 {
		some := sboms[:min(len(sboms), 500)]
		sboms = sboms[len(some):]
		list, err := rows[struct {
			SBOMID       int64 `db:"sbom_id"`
			ComponentIDs []int32
		}](ctx, s, `SELECT sbom_id, component_ids FROM sbom_contents WHERE sbom_id = ANY($1)`, some)
		if err != nil {
			return err
		}
		for _, c := range list {
			each(c.SBOMID, c.ComponentIDs)
		}
	}
	return nil
}
