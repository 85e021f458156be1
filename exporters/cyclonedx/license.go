package cyclonedx

import (
	_ "embed"
	"encoding/json"
	"sync"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/ospo-register/ospo/exporters/sbom"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

//go:embed schema/spdx.schema.json
var idSchema []byte

// ids are the licence identifiers that the schema takes as an id. They are fewer than SPDX lists by now.
var ids = sync.OnceValue(func() map[string]bool {
	var schema struct{ Enum []string }
	if err := json.Unmarshal(idSchema, &schema); err != nil {
		panic("cyclonedx: the schema of licence identifiers is broken: " + err.Error())
	}
	known := make(map[string]bool, len(schema.Enum))
	for _, id := range schema.Enum {
		known[id] = true
	}
	return known
})

// license writes the licence that decides: the concluded one when it says something, else the declared one. CycloneDX 1.6
// has room for several licences or for one expression, never both, so the other statement is a property where it differs.
func (s *writer) license(p *models.SBOMPackage, c *cdx.Component, rest *[]cdx.Property) {
	declared, concluded := s.licenses.Say(p.Declared), s.licenses.Say(p.Concluded)
	effective, acknowledged := declared, cdx.LicenseAcknowledgementDeclared
	if concluded.Says() {
		effective, acknowledged = concluded, cdx.LicenseAcknowledgementConcluded
	}
	if choice, ok := s.choice(effective, acknowledged); ok {
		choices := cdx.Licenses{choice}
		c.Licenses = &choices
	}
	for _, other := range []struct {
		name string
		cdx.LicenseAcknowledgement
		sbom.Statement
	}{{"declared", cdx.LicenseAcknowledgementDeclared, declared}, {"concluded", cdx.LicenseAcknowledgementConcluded, concluded}} {
		written := other.LicenseAcknowledgement == acknowledged && other.Kind == effective.Kind && c.Licenses != nil
		if !written {
			addProperty(rest, "ospo:license:"+other.name, other.Text)
		}
		addProperty(rest, "ospo:license-as-stated:"+other.name, other.Stated)
	}
}

func (s *writer) choice(of sbom.Statement, acknowledged cdx.LicenseAcknowledgement) (cdx.LicenseChoice, bool) {
	switch {
	case of.Kind == licenses.ReadUnreadable:
		name := sbom.Line(of.Stated)
		if name == "" {
			name = of.Text
		}
		return s.named(name, of.Text, acknowledged), true
	case of.Kind != licenses.ReadExpression:
		return cdx.LicenseChoice{}, false // NONE and NOASSERTION are no licences: they stay properties
	case of.Leaf.IsRef():
		return s.named(of.Text, of.Text, acknowledged), true
	case ids()[of.Text]:
		return cdx.LicenseChoice{License: &cdx.License{ID: of.Text, Acknowledgement: acknowledged}}, true
	}
	return cdx.LicenseChoice{Expression: of.Text, Acknowledgement: &acknowledged}, true
}

// named is a licence that is on no list. Its text stands beside the first component that has it.
func (s *writer) named(name, ref string, acknowledged cdx.LicenseAcknowledgement) cdx.LicenseChoice {
	l := &cdx.License{Name: name, Acknowledgement: acknowledged}
	if s.texted[ref] {
		return cdx.LicenseChoice{License: l}
	}
	s.texted[ref] = true
	if x, ok := s.licenses.Extract(ref); ok && sbom.Line(x.Text) != name {
		l.Text = &cdx.AttachedText{Content: sbom.Valid(x.Text)}
	}
	return cdx.LicenseChoice{License: l}
}

// texts are the licence texts that stand beside no component: of LicenseRefs within expressions, or of none.
func (s *writer) texts() []cdx.Property {
	var list []cdx.Property
	for _, x := range s.licenses.Extracts() {
		if !s.texted[x.Ref] {
			addProperty(&list, "ospo:license-text:"+x.Ref, x.Text)
		}
	}
	return list
}
