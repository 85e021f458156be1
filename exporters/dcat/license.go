package dcat

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

// distributions give the code once for each licence that one may choose: DCAT-AP 3.0 lets a distribution have one licence and no expression.
// The whole expression stands as a statement of rights on each of them.
func (w *writer) distributions(s term, e *Entry) {
	read := w.d.StatedLicense()
	var offers []licenses.Expression
	switch {
	case read.Kind != licenses.ReadExpression:
		w.lose("dct:license", models.LossGap, "An SPDX expression; without one nobody knows what they may do.")
	case read.Expression.Kind() == licenses.KindOr:
		offers = read.Expression.Operands()
	default:
		offers = []licenses.Expression{read.Expression}
	}
	if _, ok := address(w.d.URL); !ok {
		w.lose("dcat:accessURL", models.LossGap, "The address of the source code repository.")
		if _, ok := address(w.d.DownloadURL); !ok { // nothing to be had: what is said of the licence is said of the software
			if len(offers) > 1 {
				offers = nil // one of them holds, which the statement of rights says
			}
			w.licensed(s, read, offers)
			return
		}
	}
	if len(offers) < 2 {
		w.licensed(w.distribution(s, e, ""), read, offers)
		return
	}
	for i, l := range offers {
		t := w.distribution(s, e, fmt.Sprint("-", i+1))
		w.add(t, "dct:license", w.license(l))
		w.rights(t, read)
	}
}

// licensed says the licence of a thing, by the address that was stated where SPDX has none.
func (w *writer) licensed(t term, read licenses.Reading, offers []licenses.Expression) {
	for _, l := range offers {
		w.add(t, "dct:license", w.license(l))
	}
	if read.Kind != licenses.ReadExpression && webAddress.MatchString(read.Stated) {
		w.link(t, "dct:license", read.Stated, "dct:LicenseDocument")
	}
	w.rights(t, read)
}

var webAddress = regexp.MustCompile(`^https?://[^\s<>]+$`)

func (w *writer) distribution(s term, e *Entry, suffix string) term {
	d := w.d
	t := w.blankOr(e.Address, "#source"+suffix)
	w.add(s, "dcat:distribution", t)
	w.add(t, "rdf:type", word("dcat:Distribution"))
	w.add(t, "rdf:type", word("adms:AssetDistribution"))
	if w.link(t, "dcat:accessURL", d.URL, "") {
		w.add(t, "dct:title", text("Source code", "en"))
	} else {
		w.link(t, "dcat:accessURL", d.DownloadURL, "")
		w.add(t, "dct:title", text("Software", "en"))
	}
	if d.DownloadURL != "" && !w.link(t, "dcat:downloadURL", d.DownloadURL, "") {
		w.lose("downloadURL", models.LossDropped, fmt.Sprintf("%q is not a web address; left out.", d.DownloadURL))
	}
	if d.ReleasedOn != nil {
		w.add(t, "dct:modified", typed(d.ReleasedOn.String(), "xsd:date"))
	}
	return t
}

func (w *writer) blankOr(address, fragment string) term {
	if address == "" {
		return w.blank()
	}
	return w.iri(address + fragment)
}

// license is the licence of the SPDX list at its address, or a document that says what holds.
func (w *writer) license(x licenses.Expression) term {
	if t, ok := listed(x); ok {
		w.add(t, "rdf:type", word("dct:LicenseDocument"))
		return t
	}
	t := w.blank()
	w.add(t, "rdf:type", word("dct:LicenseDocument"))
	w.add(t, "rdfs:label", text(x.String(), ""))
	if x.Kind() == licenses.KindAnd {
		for _, part := range x.Operands() {
			if p, ok := listed(part); ok {
				w.add(t, "dct:hasPart", p)
				w.add(p, "rdf:type", word("dct:LicenseDocument"))
			}
		}
	}
	return t
}

func listed(x licenses.Expression) (term, bool) {
	if x.Kind() != licenses.KindLicense || x.Leaf().OrLater {
		return term{}, false
	}
	l, ok := licenses.Get(x.Leaf().ID)
	return term{kind: iri, value: "http://spdx.org/licenses/" + l.ID}, ok
}

// rights says the licence as it was stated.
func (w *writer) rights(t term, read licenses.Reading) {
	stated := strings.TrimSpace(read.Stated)
	if stated == "" {
		return
	}
	r := w.blank()
	w.add(t, "dct:rights", r)
	w.add(r, "rdf:type", word("dct:RightsStatement"))
	w.add(r, "rdfs:label", text(stated, ""))
}
