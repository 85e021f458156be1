package register

import (
	"context"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// ExportAsset writes one document of a whole asset and of what is a part of it: all releases, or one (release not 0) with
// the newest document of each part. Every release is a package at the top; a component that several contain stands once.
//
// It is not found where the viewer may not see the asset or the release is another's, in conflict (code "nothing-to-export")
// where no release has a document in force, and too large (code "export-too-large") beyond the bounds of an export.
func (r *Register) ExportAsset(ctx context.Context, v models.Viewer, asset, release int64, format ExportFormat) (*Export, error) {
	if err := checkFormat(format); err != nil {
		return nil, err
	}
	a, err := r.store.Asset(ctx, v, asset)
	if err != nil {
		return nil, err
	}
	title := a.Title()
	if release != 0 {
		of, err := r.store.Release(ctx, v, release)
		if err != nil {
			return nil, err
		}
		if of.AssetID != asset {
			return nil, models.NoSuch("release")
		}
		title += " " + of.Number
	}
	list, err := r.store.SpeakingOfAsset(ctx, v, asset, release, MaxExportReleases+1)
	if err != nil {
		return nil, err
	}
	return r.exportAll(ctx, list, format, title, "The components of "+title+" and of what is a part of it.")
}

// ExportAgency writes one document of all software that an agency, with those below it, answers for or runs, as far as the
// viewer may see it. It is refused as ExportAsset is.
func (r *Register) ExportAgency(ctx context.Context, v models.Viewer, agency int64, format ExportFormat) (*Export, error) {
	if err := checkFormat(format); err != nil {
		return nil, err
	}
	a, err := r.store.Agency(ctx, agency)
	if err != nil {
		return nil, err
	}
	list, err := r.store.SpeakingOfAgency(ctx, v, agency, MaxExportReleases+1)
	if err != nil {
		return nil, err
	}
	return r.exportAll(ctx, list, format, a.Name, "The components of the software that "+a.Name+" and the agencies below it answer for or run, as far as whoever asked may see it.")
}

func (r *Register) exportAll(ctx context.Context, list []store.Speaking, format ExportFormat, title, comment string) (*Export, error) {
	if len(list) == 0 {
		return nil, models.Refuse(models.Conflict, "nothing-to-export", "There is no SBOM document in force here that you may see, so there is nothing to write.")
	}
	if len(list) > MaxExportReleases {
		return nil, tooLargeExport()
	}
	done, err := r.writing(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	now := r.now()
	f := &folding{at: map[int32]int32{}, edges: map[models.Edge]bool{}}
	f.doc.Name, f.doc.Comment, f.doc.IssuedAt, f.doc.Context = title, comment, &now, ""
	if err := r.fold(ctx, f, list); err != nil {
		return nil, err
	}
	if err := r.describeComponents(ctx, f); err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(list)+2)
	for _, s := range list {
		ids = append(ids, fmt.Sprint(s.SBOMID))
	}
	f.doc.Namespace = exportID(append(ids, title, now.Format("2006-01-02T15:04:05Z"), string(format))...)
	return writeExport(&f.doc, format, title)
}

// folding is a document of several in the making: first one package per release, then their components, each once.
type folding struct {
	doc   models.WholeSBOM
	ids   []int32         // of components, behind the releases
	at    map[int32]int32 // component id → ordinal
	edges map[models.Edge]bool
}

// contentsAtOnce is how many documents' arrays are held while they are folded.
const contentsAtOnce = 20

func (r *Register) fold(ctx context.Context, f *folding, list []store.Speaking) error {
	for i, s := range list {
		f.doc.List = append(f.doc.List, models.SBOMPackage{Ordinal: int32(i), Ref: fmt.Sprintf("release-of-document-%d", s.SBOMID), Name: s.Asset, Version: s.Release, Supplier: s.Steward, Purpose: "APPLICATION"})
		if !s.Part {
			f.doc.Roots = append(f.doc.Roots, int32(i))
		}
	}
	for i, s := range list { // a part hangs below every release of what was asked for, unless that has no document itself
		for _, root := range f.doc.Roots {
			if s.Part {
				f.edges[models.Edge{From: root, To: int32(i), Kind: models.EdgeContains}] = true
			}
		}
	}
	if len(f.doc.Roots) == 0 {
		for i := range list {
			f.doc.Roots = append(f.doc.Roots, int32(i))
		}
	}
	for from := 0; from < len(list); from += contentsAtOnce {
		some := list[from:min(from+contentsAtOnce, len(list))]
		ids := make([]int64, len(some))
		for i, s := range some {
			ids[i] = s.SBOMID
		}
		contents, err := r.store.Content(ctx, ids)
		if err != nil {
			return err
		}
		for i, s := range some {
			if c := contents[s.SBOMID]; c != nil {
				f.add(int32(from+i), c, int32(len(list)))
			}
			if len(f.ids)+len(list) > MaxExportPackages || len(f.edges) > MaxExportEdges {
				return tooLargeExport()
			}
		}
	}
	f.settle()
	return nil
}

// add takes the components and edges of one document in. What stands at its top hangs below the release.
func (f *folding) add(release int32, c *models.Content, releases int32) {
	for _, id := range c.Components {
		if _, there := f.at[id]; !there {
			f.at[id] = releases + int32(len(f.ids))
			f.ids = append(f.ids, id)
		}
	}
	n := int32(len(c.Components))
	held := make([]bool, n)
	for _, e := range c.Edges {
		if e.From < n && e.To < n {
			held[e.To] = held[e.To] || e.From != e.To
			if from, to := f.at[c.Components[e.From]], f.at[c.Components[e.To]]; from != to {
				f.edges[models.Edge{From: from, To: to, Kind: e.Kind}] = true
			}
		}
	}
	hang := func(ordinal int32) {
		f.edges[models.Edge{From: release, To: f.at[c.Components[ordinal]], Kind: models.EdgeContains}] = true
	}
	for _, root := range c.Roots {
		if root < n {
			hang(root)
			held[root] = true
		}
	}
	for i := range n {
		if !held[i] {
			hang(i)
		}
	}
}

func (f *folding) settle() {
	f.doc.Edges = make([]models.Edge, 0, len(f.edges))
	for e := range f.edges {
		f.doc.Edges = append(f.doc.Edges, e)
	}
	f.edges = nil
	slices.SortFunc(f.doc.Edges, func(a, b models.Edge) int {
		if a.From != b.From {
			return int(a.From - b.From)
		}
		if a.To != b.To {
			return int(a.To - b.To)
		}
		return int(a.Kind) - int(b.Kind)
	})
}

// componentsAtOnce is how many components are asked for in one statement.
const componentsAtOnce = 10_000

// describeComponents fills in what is known of the components.
func (r *Register) describeComponents(ctx context.Context, f *folding) error {
	first := int32(len(f.doc.List))
	f.doc.List = append(f.doc.List, make([]models.SBOMPackage, len(f.ids))...)
	brought := map[string]bool{}
	for part := range slices.Chunk(f.ids, componentsAtOnce) {
		list, err := r.store.ComponentRows(ctx, part)
		if err != nil {
			return err
		}
		var expressions []int32
		for _, c := range list {
			expressions = append(expressions, c.DeclaredID, c.ConcludedID)
		}
		slices.Sort(expressions)
		texts, err := r.store.TextsOf(ctx, slices.Compact(expressions))
		if err != nil {
			return err
		}
		for _, c := range list {
			at := f.at[c.ID]
			f.doc.List[at] = models.SBOMPackage{Ordinal: at, Ref: fmt.Sprintf("component-%d", c.ID), Name: c.Name, Version: c.Version, PURL: c.PURL, Supplier: c.Supplier,
				Declared: f.own(c.Declared, texts[c.DeclaredID], brought), Concluded: f.own(c.Concluded, texts[c.ConcludedID], brought)}
		}
	}
	for i := first; int(i) < len(f.doc.List); i++ {
		f.doc.List[i].Ordinal = i
	}
	return nil
}

var licenseRef = regexp.MustCompile(`LicenseRef-[A-Za-z0-9.-]+`)

// own makes the references of a licence unmistakable: LicenseRef-1 of two documents are two licences.
func (f *folding) own(stated string, texts []store.LicenseText, brought map[string]bool) string {
	if len(texts) == 0 || !strings.Contains(stated, "LicenseRef-") {
		return stated
	}
	refs := make(map[string]string, len(texts))
	for _, t := range texts {
		ref := t.Ref + "-" + hex.EncodeToString(t.Hash[:4])
		refs[t.Ref] = ref
		if !brought[ref] {
			brought[ref] = true
			f.doc.Extracted = append(f.doc.Extracted, models.Extract{Ref: ref, Name: t.Name, Text: t.Text})
		}
	}
	return licenseRef.ReplaceAllStringFunc(stated, func(ref string) string {
		if known, ok := refs[ref]; ok {
			return known
		}
		return ref
	})
}
