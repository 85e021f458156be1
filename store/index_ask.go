package store

import (
	"cmp"
	"context"
	"slices"

	"github.com/ospo-register/ospo/models"
)

// IndexAnswer is what the index knows of a set of components.
type IndexAnswer struct {
	Seen     []int32 // those of the components that are in a document the viewer may see, sorted
	Counts   Exposure
	Agencies []ExposedAgency // most deployments first
	Uses     models.List[Use]
	ByCursor bool // false when the place to go on from is not in the index any more: ask SQL
}

// Ask answers what Components, Exposed, ExposedAgencies and Uses answer together, for as many agencies as most.
func (x *Index) Ask(ctx context.Context, v models.Viewer, ids []int32, most int, p models.Page) (*IndexAnswer, error) {
	var name string
	var release int64
	more, err := after(p.After, &name, &release)
	if err != nil {
		return nil, err
	}
	if err := x.catchUp(ctx); err != nil {
		return nil, err
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	q := &indexQuestion{n: &x.indexed, sight: v.Sight(), seen: make([]bool, len(ids))}
	q.match(ids)
	a := &IndexAnswer{ByCursor: true}
	for i, id := range ids {
		if q.seen[i] {
			a.Seen = append(a.Seen, id)
		}
	}
	slices.Sort(a.Seen)
	a.Counts, a.Agencies = q.count(most)
	from := 0
	if more {
		if from, a.ByCursor = q.placeAfter(name, release); !a.ByCursor {
			return a, nil
		}
	}
	a.Uses = q.page(ids, from, p)
	return a, nil
}

// Seen gives those of the components that are in a document the viewer may see. The index is as the last Ask left it.
func (x *Index) Seen(v models.Viewer, ids []int32) map[int32]bool {
	x.mu.RLock()
	defer x.mu.RUnlock()
	sight, seen := v.Sight(), make(map[int32]bool, len(ids))
	silent := make([]bool, len(x.docs)) // to the viewer; each is asked about once, however many components it has
	for _, id := range ids {
		for doc := range x.documents(id) {
			if silent[doc] {
				continue
			}
			if x.speaksTo(sight, doc) {
				seen[id] = true
				break
			}
			silent[doc] = true
		}
	}
	return seen
}

// shown gives those of the components that are in a document the viewer may see, as of the last event.
func (x *Index) shown(ctx context.Context, v models.Viewer, ids []int32) ([]int32, error) {
	if err := x.catchUp(ctx); err != nil {
		return nil, err
	}
	seen := x.Seen(v, ids)
	return slices.DeleteFunc(ids, func(id int32) bool { return !seen[id] }), nil
}

// documents walks over the places of the documents that contain a component; some may have fallen silent.
func (n *indexed) documents(component int32) func(func(int32) bool) {
	return func(yield func(int32) bool) {
		if int(component)+1 < len(n.starts) {
			for _, at := range n.postings[n.starts[component]:n.starts[component+1]] {
				if !yield(at) {
					return
				}
			}
		}
		for _, at := range n.late[component] {
			if !yield(at) {
				return
			}
		}
	}
}

func (n *indexed) speaksTo(sight models.Sight, at int32) bool {
	d := &n.docs[at]
	if d.sbom == 0 {
		return false
	}
	a, ok := n.assets[d.asset]
	return ok && !a.merged && sight.Sees(a.visibility, a.steward)
}

// indexQuestion is one question while it is answered.
type indexQuestion struct {
	n     *indexed
	sight models.Sight
	seen  []bool  // by place in the ids asked for
	docs  []int32 // that contain any of them and speak to the viewer, by rank
}

// match finds the documents.
func (q *indexQuestion) match(ids []int32) {
	state := make([]int8, len(q.n.docs)) // 0 not looked at, 1 speaks to the viewer, -1 does not
	for i, id := range ids {
		for at := range q.n.documents(id) {
			if state[at] == 0 {
				state[at] = -1
				if q.n.speaksTo(q.sight, at) {
					state[at] = 1
					q.docs = append(q.docs, at)
				}
			}
			if state[at] > 0 {
				q.seen[i] = true
			}
		}
	}
	slices.SortFunc(q.docs, func(a, b int32) int { return cmp.Compare(q.n.docs[a].rank, q.n.docs[b].rank) })
}

func (q *indexQuestion) runs(d indexedDeployment) bool {
	return q.sight.Sees(d.visibility, d.agency) && q.sight.Sees(d.details, d.agency)
}

// count counts what contains them, and ranks the agencies that run it.
func (q *indexQuestion) count(most int) (Exposure, []ExposedAgency) {
	assets, agencies := make(map[int64]bool, len(q.docs)), map[int64]int{}
	e := Exposure{Releases: len(q.docs)}
	for _, at := range q.docs {
		d := &q.n.docs[at]
		assets[d.asset] = true
		for _, run := range q.n.deployments[d.release] {
			if q.runs(run) {
				e.Deployments++
				agencies[run.agency]++
			}
		}
	}
	e.Assets, e.Agencies = len(assets), len(agencies)
	list := make([]ExposedAgency, 0, len(agencies))
	for id, n := range agencies {
		list = append(list, ExposedAgency{AgencyID: id, Agency: q.n.agencies[id], Deployments: n})
	}
	slices.SortFunc(list, func(a, b ExposedAgency) int {
		return cmp.Or(cmp.Compare(b.Deployments, a.Deployments), cmp.Compare(a.Agency, b.Agency), cmp.Compare(a.AgencyID, b.AgencyID))
	})
	return e, list[:min(len(list), most)]
}

// placeAfter finds where a page goes on: behind the use of the release, if it is still what the cursor says.
func (q *indexQuestion) placeAfter(name string, release int64) (int, bool) {
	at, ok := q.n.byRelease[release]
	if !ok || q.n.assets[q.n.docs[at].asset].name != name {
		return 0, false
	}
	rank := q.n.docs[at].rank
	from, found := slices.BinarySearchFunc(q.docs, rank, func(doc, rank int32) int { return cmp.Compare(q.n.docs[doc].rank, rank) })
	if found {
		from++
	}
	return from, true
}

// page makes one page of uses.
func (q *indexQuestion) page(ids []int32, from int, p models.Page) models.List[Use] {
	docs := q.docs[min(from, len(q.docs)):]
	docs = docs[:min(len(docs), limit(p))]
	list, place := make([]Use, len(docs)), make(map[int32]int, len(docs))
	for i, at := range docs {
		d := &q.n.docs[at]
		a := q.n.assets[d.asset]
		list[i] = Use{SBOMID: d.sbom, AssetID: d.asset, Asset: a.title, StewardID: a.steward, Steward: q.n.agencies[a.steward], ReleaseID: d.release, Release: d.number, SortName: a.name}
		for _, run := range q.n.deployments[d.release] {
			if q.runs(run) {
				list[i].Deployments++
			}
		}
		place[at] = i
	}
	for i, id := range ids {
		if !q.seen[i] {
			continue
		}
		for at := range q.n.documents(id) {
			if k, ok := place[at]; ok {
				list[k].Components = append(list[k].Components, id)
			}
		}
	}
	for i := range list {
		slices.Sort(list[i].Components)
	}
	total := models.Total{Count: len(q.docs), Exact: true}
	if total.Count > models.TotalCap {
		total = models.Total{Count: models.TotalCap}
	}
	return page(list, p, func(u *Use) []any { return []any{u.SortName, u.ReleaseID} }, total)
}
