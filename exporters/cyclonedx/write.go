package cyclonedx

import (
	"io"
	"strconv"
	"strings"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/ospo-register/ospo/exporters/sbom"
	"github.com/ospo-register/ospo/models"
)

// MediaType is what the written document is to be served as.
const MediaType = "application/vnd.cyclonedx+json; version=1.6"

// Tool is how the writer names itself among the tools.
const Tool = "ospo-register"

const schemaAddress = "http://cyclonedx.org/schema/bom-1.6.schema.json"

// Write writes the document as CycloneDX 1.6 JSON. The errors are those of w. The single root is metadata.component; where
// a document has several, they hang below one that stands for the document and has its name. What carries, what is linked
// and what is needed to develop are dependencies; other relationships are properties. The effective licence is an id, an
// expression or, when it could not be read, a name; one that differs from it is a property.
func Write(w io.Writer, doc *models.WholeSBOM) error {
	return WriteLong(w, Whole(doc))
}

// Whole is a document that is held, as WriteLong takes it.
func Whole(doc *models.WholeSBOM) *sbom.Document { return sbom.Whole(doc, fit, theDocument) }

// WriteLong writes a document that need not be held, as Write does; of each package it keeps two bytes. No package may be
// called "document". The errors are those of w and of doc.
func WriteLong(w io.Writer, doc *sbom.Document) error {
	s := &writer{doc: doc, root: noRoot, roots: distinct(doc.Roots), licenses: sbom.NewLicenses(doc.Extracted), texted: map[string]bool{}}
	switch len(s.roots) {
	case 0:
	case 1:
		s.root = s.roots[0]
	default:
		s.top = theDocument
	}
	if err := s.scopes(); err != nil {
		return err
	}
	head, err := s.head()
	if err != nil {
		return err
	}
	o := sbom.NewObject(w, head)
	o.List("components", s.components)
	o.List("dependencies", s.dependencies)
	o.List("compositions", sbom.Fill(s.compositions(), func(c cdx.Composition) any { return c }))
	o.List("properties", sbom.Fill(s.texts(), func(p cdx.Property) any { return p }))
	return o.Close()
}

type writer struct {
	doc      *sbom.Document
	top      string  // bom-ref of the component that stands for the document; "" when a package does
	root     int32   // ordinal of the single root, or noRoot
	roots    []int32 // each once
	licenses *sbom.Licenses
	texted   map[string]bool // LicenseRefs whose text stands beside a component
	excluded []bool          // not shipped: only needed to develop
}

const (
	noRoot      int32 = -1
	theDocument       = "document"
)

// components writes all packages but the single root, which is in the head.
func (s *writer) components(add func(any) error) error {
	along, at := s.doc.Outgoing(), int32(-1)
	var outgoing []models.Edge
	return s.doc.Each(func(p *models.SBOMPackage) error {
		at++
		if at == s.root {
			return nil
		}
		var err error
		if outgoing, err = along.Of(at, outgoing[:0]); err != nil {
			return err
		}
		return add(s.component(p, at, outgoing))
	})
}

// fit reports whether a package's id may stand as it is: CycloneDX 1.6 keeps urn:cdx: for other documents.
func fit(ref string) bool {
	return ref != "" && len(ref) <= 500 && sbom.Line(ref) == ref && !strings.HasPrefix(ref, "urn:cdx:")
}

func distinct(list []int32) []int32 {
	seen := map[int32]bool{}
	var once []int32
	for _, x := range list {
		if !seen[x] {
			seen[x] = true
			once = append(once, x)
		}
	}
	return once
}

func (s *writer) head() (*cdx.BOM, error) {
	metadata, err := s.metadata()
	if err != nil {
		return nil, err
	}
	bom := &cdx.BOM{JSONSchema: schemaAddress, BOMFormat: cdx.BOMFormat, SpecVersion: cdx.SpecVersion1_6, SerialNumber: sbom.Serial(&s.doc.SBOMDocument).URN(), Version: 1, Metadata: metadata}
	if n, err := strconv.Atoi(s.doc.Edition); err == nil && n > 0 {
		bom.Version = n
	}
	return bom, nil
}

// phases are the lifecycles of CycloneDX 1.6 that mean what CISA 2026 calls the generation context.
var phases = map[string]cdx.LifecyclePhase{
	"design": cdx.LifecyclePhaseDesign, "source": cdx.LifecyclePhasePreBuild, "build": cdx.LifecyclePhaseBuild, "analyzed": cdx.LifecyclePhasePostBuild,
	"deployed": cdx.LifecyclePhaseOperations, "runtime": cdx.LifecyclePhaseDiscovery,
}

func (s *writer) metadata() (*cdx.Metadata, error) {
	d := s.doc
	m := &cdx.Metadata{}
	if t := d.IssuedAt; t != nil && t.Year() >= 0 && t.Year() <= 9999 {
		m.Timestamp = t.UTC().Format(time.RFC3339)
	}
	if phase, known := phases[d.Context]; known {
		m.Lifecycles = &[]cdx.Lifecycle{{Phase: phase}}
	} else if text := sbom.Line(d.Context); text != "" {
		m.Lifecycles = &[]cdx.Lifecycle{{Name: text}}
	}
	s.creators(m)
	switch {
	case s.root != noRoot:
		p, err := s.doc.Package(s.root)
		if err != nil {
			return nil, err
		}
		outgoing, err := s.doc.Outgoing().Of(s.root, nil)
		if err != nil {
			return nil, err
		}
		c := s.component(p, s.root, outgoing)
		m.Component = &c
	case s.top != "":
		m.Component = &cdx.Component{BOMRef: s.top, Type: cdx.ComponentTypeApplication, Name: s.name()}
	}
	var properties []cdx.Property
	addProperty(&properties, "ospo:document-name", d.Name)
	addProperty(&properties, "ospo:document-namespace", d.Namespace)
	addProperty(&properties, "ospo:comment", d.Comment)
	m.Properties = some(properties)
	return m, nil
}

func (s *writer) name() string {
	if name := sbom.Line(s.doc.Name); name != "" {
		return name
	}
	return "unnamed"
}

// creators tells tools from people. An organisation that made the document is its manufacturer; there is room for one.
func (s *writer) creators(m *cdx.Metadata) {
	var tools []cdx.Component
	var authors []cdx.OrganizationalContact
	named := false
	for _, c := range s.doc.Creators {
		name := sbom.Line(c.Name)
		switch {
		case name == "":
		case c.Kind == "tool":
			named = named || name == Tool
			tools = append(tools, cdx.Component{Type: cdx.ComponentTypeApplication, Name: name})
		case c.Kind == "organization" && m.Manufacturer == nil:
			m.Manufacturer = entity(name, c.Email)
			if sbom.IsURL(c.URL) {
				m.Manufacturer.URL = &[]string{c.URL}
			}
		default:
			a := cdx.OrganizationalContact{Name: name}
			if sbom.IsMail(c.Email) {
				a.Email = c.Email
			}
			authors = append(authors, a)
		}
	}
	if !named {
		tools = append(tools, cdx.Component{Type: cdx.ComponentTypeApplication, Name: Tool})
	}
	tools = once(tools, func(c cdx.Component) string { return c.Name })
	m.Tools = &cdx.ToolsChoice{Components: &tools}
	m.Authors = some(authors)
}

func once[T any](list []T, by func(T) string) []T {
	seen := map[string]bool{}
	var kept []T
	for _, x := range list {
		if k := by(x); !seen[k] {
			seen[k] = true
			kept = append(kept, x)
		}
	}
	return kept
}

func entity(name, email string) *cdx.OrganizationalEntity {
	e := &cdx.OrganizationalEntity{Name: name}
	if sbom.IsMail(email) {
		e.Contact = &[]cdx.OrganizationalContact{{Email: email}}
	} else if sbom.IsURL(email) {
		e.URL = &[]string{email}
	}
	return e
}

// some is a list as cyclonedx-go wants it: nothing instead of an empty one.
func some[T any](list []T) *[]T {
	if len(list) == 0 {
		return nil
	}
	return &list
}

func addProperty(list *[]cdx.Property, name, value string) {
	if value = sbom.Valid(value); strings.TrimSpace(value) != "" {
		*list = append(*list, cdx.Property{Name: name, Value: value})
	}
}
