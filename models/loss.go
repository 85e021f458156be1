package models

// LossKind says what became of something that a format cannot say as it was stated.
type LossKind string

const (
	LossDropped LossKind = "dropped" // the format has no place for it
	LossChanged LossKind = "changed" // said in other words, or moved elsewhere
	LossGap     LossKind = "gap"     // not stated, and the format wants it: the file is not valid before somebody fills it in
)

// Loss is one thing that a format could not say of a description as it was stated, or that it wants and nobody has stated.
type Loss struct {
	Key  string // dotted path in the format written for a gap or change, in the description for what was dropped: "maintenance.contractors[0].until"
	Kind LossKind
	What string // what became of it and, for a gap, what to write
}

// NoGaps reports whether no loss is a gap: the file keeps to its standard as it is.
func NoGaps(losses []Loss) bool {
	for _, l := range losses {
		if l.Kind == LossGap {
			return false
		}
	}
	return true
}
