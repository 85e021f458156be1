package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// tooFarBehind is how many events are caught up with one by one; beyond it everything is read anew.
const tooFarBehind = 20_000

// catchUp brings the index to the last event that is committed.
func (x *Index) catchUp(ctx context.Context) error {
	last, err := x.s.LastEvent(ctx)
	if err != nil {
		return fault(err)
	}
	x.mu.RLock()
	current := x.applied >= last && x.ordered
	x.mu.RUnlock()
	if current {
		return nil
	}
	x.mu.Lock()
	anew, err := x.apply(ctx)
	x.mu.Unlock()
	if err != nil {
		return fmt.Errorf("bringing the index up to date: %w", fault(err))
	}
	if anew {
		return x.build(ctx)
	}
	return nil
}

// changes are what the events since say may be different now.
type changes struct {
	sboms, assets, deployments, releases map[int64]bool
}

// apply reads what has changed. It asks for everything to be read anew where that is simpler than to follow.
func (x *Index) apply(ctx context.Context) (anew bool, err error) {
	list, err := rows[struct {
		ID, NounID   int64
		Noun, Action string
	}](ctx, x.s, `SELECT id, noun, noun_id, action FROM events WHERE id > $1 ORDER BY id LIMIT $2`, x.applied, tooFarBehind+1)
	if err != nil || len(list) > tooFarBehind {
		return err == nil, err
	}
	c := changes{map[int64]bool{}, map[int64]bool{}, map[int64]bool{}, map[int64]bool{}}
	for _, e := range list {
		switch e.Noun {
		case "sbom":
			c.sboms[e.NounID] = true
		case "asset":
			if e.Action != "asset.judged" { // its findings are not in the index
				c.assets[e.NounID] = true
			}
		case "release":
			c.releases[e.NounID] = true
		case "deployment":
			c.deployments[e.NounID] = true
		}
		if e.Noun == "agency" || e.Action == "asset.merged" {
			return true, nil // these move much at once, and are rare
		}
	}
	if err := x.follow(ctx, c); err != nil {
		return false, err
	}
	if x.lateLinks > 1_000_000 && x.lateLinks > len(x.postings)/4 {
		return true, nil
	}
	if len(list) > 0 {
		x.applied = list[len(list)-1].ID
	}
	return false, x.sort(ctx)
}

func keys(set map[int64]bool) []int64 { return slices.Sorted(maps.Keys(set)) }

func (x *Index) follow(ctx context.Context, c changes) error {
	if len(c.assets) > 0 {
		x.ordered = false
		if err := x.readAssets(ctx, x.s, "a.id = ANY($1)", keys(c.assets)); err != nil {
			return err
		}
	}
	if len(c.releases) > 0 {
		if err := x.followReleases(ctx, keys(c.releases), c.deployments); err != nil {
			return err
		}
	}
	if len(c.deployments) > 0 {
		for id := range c.deployments {
			x.forgetDeployment(id)
		}
		if err := x.readDeployments(ctx, x.s, "d.id = ANY($1)", keys(c.deployments)); err != nil {
			return err
		}
	}
	if len(c.sboms) > 0 {
		return x.followDocuments(ctx, keys(c.sboms))
	}
	return nil
}

// followReleases takes over new numbers, and names the deployments that a release ties to itself without an event of theirs.
func (x *Index) followReleases(ctx context.Context, ids []int64, deployments map[int64]bool) error {
	list, err := rows[struct {
		ID     int64
		Number string
		Day    int32
	}](ctx, x.s, `SELECT id, number, coalesce(released_on, created_at::date) - date '1970-01-01' AS day FROM releases WHERE id = ANY($1)`, ids)
	if err != nil {
		return err
	}
	for _, r := range list {
		if at, ok := x.byRelease[r.ID]; ok {
			x.docs[at].number, x.docs[at].day = r.Number, r.Day
		}
		for _, d := range x.deployments[r.ID] {
			deployments[d.id] = true
		}
	}
	tied, err := scalars[int64](ctx, x.s, `SELECT id FROM deployments WHERE release_id = ANY($1)`, ids)
	for _, id := range tied {
		deployments[id] = true
	}
	return err
}

// followDocuments asks anew which documents speak for the releases that the documents belong to: between two looks one may have
// taken another's place and been withdrawn itself.
func (x *Index) followDocuments(ctx context.Context, ids []int64) error {
	x.ordered = false
	releases, err := scalars[int64](ctx, x.s, `SELECT DISTINCT release_id FROM sboms WHERE id = ANY($1)`, ids)
	if err != nil {
		return err
	}
	list, err := rows[indexedRow](ctx, x.s, speakingDocuments+` AND s.release_id = ANY($1)`, releases)
	if err != nil {
		return err
	}
	speaks := map[int64]bool{}
	for _, d := range list {
		speaks[d.ID] = true
	}
	for _, release := range releases {
		if at, ok := x.byRelease[release]; ok && !speaks[x.docs[at].sbom] {
			x.silence(x.docs[at].sbom)
		}
	}
	var fresh []int64
	for _, d := range list {
		if _, known := x.bySBOM[d.ID]; !known {
			x.add(d)
			fresh = append(fresh, d.ID)
		}
	}
	if err := x.readLicenses(ctx, x.s, fresh); err != nil {
		return err
	}
	return eachContent(ctx, x.s, fresh, func(sbom int64, components []int32) {
		at := x.bySBOM[sbom]
		for _, c := range components {
			x.late[c] = append(x.late[c], at)
		}
		x.lateLinks += len(components)
	})
}

// silence takes a document out; its place stays empty.
func (x *Index) silence(sbom int64) {
	at, ok := x.bySBOM[sbom]
	if !ok {
		return
	}
	delete(x.bySBOM, sbom)
	delete(x.byRelease, x.docs[at].release)
	x.docs[at] = indexedDoc{}
}

// sort asks Postgres for the order of the documents: how it sorts names depends on its settings.
func (x *Index) sort(ctx context.Context) error {
	if x.ordered {
		return nil
	}
	sorted, err := scalars[int64](ctx, x.s, `SELECT s.id FROM sboms s JOIN releases r ON r.id = s.release_id JOIN assets a ON a.id = r.asset_id WHERE s.state = 'current' ORDER BY a.name, r.id`)
	if err != nil {
		return err
	}
	x.order = x.order[:0]
	for _, id := range sorted {
		if at, ok := x.bySBOM[id]; ok {
			x.docs[at].rank = int32(len(x.order))
			x.order = append(x.order, at)
		}
	}
	x.ordered = true
	return nil
}
