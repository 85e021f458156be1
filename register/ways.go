package register

import (
	"context"
	"sync"

	"github.com/ospo-register/ospo/models"
)

// drawing is what the ways through one document are found with. It is made once: a document's content never changes.
type drawing struct {
	components []int32
	graph      *models.Graph
}

func (d *drawing) bytes() int { return 4*len(d.components) + d.graph.Bytes() }

// drawings keeps some of the documents that were asked for, because the same products are asked about again and again.
type drawings struct {
	mu    sync.Mutex
	kept  map[int64]*drawing
	bytes int
}

// mostDrawn bounds what is kept, in bytes.
const mostDrawn = 64 << 20

func (k *drawings) get(ids []int64) (found map[int64]*drawing, missing []int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	found = make(map[int64]*drawing, len(ids))
	for _, id := range ids {
		if d := k.kept[id]; d != nil {
			found[id] = d
		} else {
			missing = append(missing, id)
		}
	}
	return found, missing
}

func (k *drawings) put(id int64, d *drawing) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.kept == nil {
		k.kept = map[int64]*drawing{}
	}
	size := d.bytes()
	if k.kept[id] != nil || size > mostDrawn/4 {
		return
	}
	for other, old := range k.kept { // any of them: the order of a map is no order
		if k.bytes+size <= mostDrawn {
			break
		}
		delete(k.kept, other)
		k.bytes -= old.bytes()
	}
	k.kept[id], k.bytes = d, k.bytes+size
}

// drawings gives what is needed to find ways through the documents.
func (r *Register) drawings(ctx context.Context, ids []int64) (map[int64]*drawing, error) {
	found, missing := r.drawn.get(ids)
	if len(missing) == 0 {
		return found, nil
	}
	contents, err := r.store.Content(ctx, missing)
	if err != nil {
		return nil, err
	}
	for id, c := range contents {
		d := &drawing{c.Components, models.NewGraph(c)}
		found[id] = d
		r.drawn.put(id, d)
	}
	return found, nil
}

// addWays finds the shortest way from each product to its matching components.
func (r *Register) addWays(ctx context.Context, uses []Use) error {
	ids := make([]int64, len(uses))
	for i, u := range uses {
		ids[i] = u.SBOMID
	}
	drawn, err := r.drawings(ctx, ids)
	if err != nil {
		return err
	}
	var named []int32
	paths := make([][][]int32, len(uses))
	for i := range uses {
		d := drawn[uses[i].SBOMID]
		if d == nil {
			continue
		}
		uses[i].Ways, paths[i] = d.nearest(uses[i].Components)
		for _, path := range paths[i] {
			named = append(named, path...)
		}
	}
	names, err := r.store.ComponentNames(ctx, named)
	if err != nil {
		return err
	}
	for i := range uses {
		for w := range paths[i] {
			for _, id := range paths[i][w] {
				uses[i].Ways[w].Path = append(uses[i].Ways[w].Path, names[id])
			}
		}
	}
	return nil
}

// nearest gives for each component the shortest way to any package of the document that is it; paths are in component ids.
func (d *drawing) nearest(components []int32) (ways []Way, paths [][]int32) {
	g, at := d.graph, make(map[int32]int, len(components))
	for i, id := range components {
		at[id] = i
		ways = append(ways, Way{Component: id, Ordinal: -1, Depth: -1})
	}
	for i, id := range d.components {
		w, wanted := at[id]
		if !wanted {
			continue
		}
		best, depth := &ways[w], g.Depth(int32(i))
		if best.Ordinal < 0 || depth >= 0 && (best.Depth < 0 || depth < best.Depth) {
			best.Ordinal, best.Depth = int32(i), depth
		}
	}
	paths = make([][]int32, len(ways))
	for i, w := range ways {
		if w.Depth < 0 {
			continue
		}
		paths[i] = g.Path(w.Ordinal)
		for k, ordinal := range paths[i] {
			paths[i][k] = d.components[ordinal]
		}
	}
	return ways, paths
}
