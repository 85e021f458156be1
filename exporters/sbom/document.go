package sbom

import (
	"errors"
	"io"
	"slices"

	"github.com/ospo-register/ospo/models"
)

// Document is what is to be written, however long it is: a writer goes through packages and edges as often as it has to and
// holds neither. Roots, edges and Complete speak of packages by their ordinal, from 0 to Packages-1.
type Document struct {
	// SBOMDocument is all but the packages and edges; its own Edges are not looked at.
	models.SBOMDocument
	// Each hands every package over, by ordinal, and ends with the first error. A package is only lent.
	Each func(take func(p *models.SBOMPackage) error) error
	// Walk begins with the first edge, sorted by From. Each call of what it gives is the next edge; io.EOF ends them.
	Walk func() func() (models.Edge, error)
	// Ref is the id that a package is written under: fit for the format, and nobody else's.
	Ref func(ordinal int32) string
}

// Whole is a document that is held, for a writer that takes ids which are fit and knows others that are reserved. What leads
// to packages that are not there is left out.
func Whole(doc *models.WholeSBOM, fit func(ref string) bool, reserved ...string) *Document {
	doc.Sound()
	names, edges := Names(doc.List, fit, reserved...), doc.Edges
	byFrom := func(a, b models.Edge) int { return int(a.From) - int(b.From) }
	if !slices.IsSortedFunc(edges, byFrom) {
		edges = slices.Clone(edges)
		slices.SortStableFunc(edges, byFrom)
	}
	return &Document{
		SBOMDocument: doc.SBOMDocument,
		Each: func(take func(*models.SBOMPackage) error) error {
			for i := range doc.List {
				if err := take(&doc.List[i]); err != nil {
					return err
				}
			}
			return nil
		},
		Walk: func() func() (models.Edge, error) {
			i := 0
			return func() (models.Edge, error) {
				if i == len(edges) {
					return models.Edge{}, io.EOF
				}
				i++
				return edges[i-1], nil
			}
		},
		Ref: func(ordinal int32) string { return names[ordinal] },
	}
}

// EachEdge hands every edge over and ends with the first error.
func (d *Document) EachEdge(take func(models.Edge) error) error {
	next := d.Walk()
	for {
		e, err := next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = take(e)
		}
		if err != nil {
			return err
		}
	}
}

// errFound ends a search.
var errFound = errors.New("found")

// Package gives one package, as a copy.
func (d *Document) Package(ordinal int32) (*models.SBOMPackage, error) {
	var found *models.SBOMPackage
	at := int32(0)
	err := d.Each(func(p *models.SBOMPackage) error {
		if at == ordinal {
			one := *p
			found = &one
			return errFound
		}
		at++
		return nil
	})
	if err != nil && !errors.Is(err, errFound) {
		return nil, err
	}
	if found == nil {
		return nil, models.NoSuch("package")
	}
	return found, nil
}

// Outgoing goes along the edges while a writer goes along the packages: it gives those that begin at each package in turn.
type Outgoing struct {
	next func() (models.Edge, error)
	head models.Edge
	more bool
	err  error
}

// Outgoing begins with the first package.
func (d *Document) Outgoing() *Outgoing {
	o := &Outgoing{next: d.Walk(), more: true}
	o.step()
	return o
}

func (o *Outgoing) step() {
	if o.head, o.err = o.next(); o.err != nil {
		o.more = false
		if errors.Is(o.err, io.EOF) {
			o.err = nil
		}
	}
}

// Of appends the edges that begin at a package to list. Packages are asked for by ordinal; those in between may be left out.
func (o *Outgoing) Of(ordinal int32, list []models.Edge) ([]models.Edge, error) {
	for o.more && o.head.From <= ordinal {
		if o.head.From == ordinal {
			list = append(list, o.head)
		}
		o.step()
	}
	return list, o.err
}
