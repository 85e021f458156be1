package models

// WholeSBOM is a document together with all its packages: what is written for others. Roots, edges and Complete speak of
// packages by their place in List.
type WholeSBOM struct {
	SBOMDocument
	List []SBOMPackage // by ordinal
}

// Add takes the next package in; it is what readers hand packages to.
func (w *WholeSBOM) Add(p *SBOMPackage) error {
	w.List = append(w.List, *p)
	return nil
}

// Sound leaves out what leads to packages that are not in List, so that a writer need not ask.
func (w *WholeSBOM) Sound() {
	n := int32(len(w.List))
	w.Packages = len(w.List)
	w.Roots = keep(w.Roots, func(r int32) bool { return r >= 0 && r < n })
	w.Edges = keep(w.Edges, func(e Edge) bool { return e.From >= 0 && e.From < n && e.To >= 0 && e.To < n && e.From != e.To })
	if len(w.Complete) > len(w.List) {
		w.Complete = w.Complete[:len(w.List)]
	}
}

func keep[T any](list []T, sound func(T) bool) []T {
	kept := make([]T, 0, len(list))
	for _, x := range list {
		if sound(x) {
			kept = append(kept, x)
		}
	}
	return kept
}
