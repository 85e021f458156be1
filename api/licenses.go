package api

import (
	"context"
	"strings"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// License is one entry of the SPDX licence list.
type License struct {
	ID         string       `json:"id" example:"EUPL-1.2"`
	Name       string       `json:"name" example:"European Union Public License 1.2"`
	OSI        bool         `json:"osiApproved" doc:"The list says that the Open Source Initiative approved it"`
	FSF        string       `json:"fsfFree" enum:"yes,no,unstated" doc:"Whether the Free Software Foundation calls it free; for most the list does not say"`
	Deprecated bool         `json:"deprecated" doc:"Kept for old documents only"`
	Successor  string       `json:"successor" doc:"The expression that replaces a deprecated one, if there is one"`
	URL        string       `json:"url" format:"uri"`
	SeeAlso    []string     `json:"seeAlso"`
	Category   string       `json:"category" doc:"Category of LicenseDB; empty when it does not know the licence"`
	Class      LicenseClass `json:"class"`
}

// Licenses is one page of the SPDX licence list.
type Licenses struct {
	List[License]
	ListVersion string `json:"listVersion" doc:"Release of the SPDX list that is in force" example:"3.28.0"`
	ListDate    string `json:"listReleasedOn" format:"date"`
}

// LicensePage is the answer with a part of the list.
type LicensePage struct {
	Link string `header:"Link" doc:"Address of the next page with rel=next, keeping every other key (RFC 8288)"`
	Body Licenses
}

func shapeLicense(l *licenses.License) License {
	return License{l.ID, l.Name, l.OSI, string(l.FSF), l.Deprecated, l.Successor, l.URL, orEmpty(l.SeeAlso), string(l.Category), LicenseClass(l.Class)}
}

func (a *api) licenses() {
	const tag = "Licences"
	get(a, "/license-reports", about{id: "reportLicenses", tag: tag, summary: "Licence report", text: "Of a document, a release, software, an agency, or without a key of the whole government, as far as you may see."}, a.reportLicenses)
	get(a, "/license-reports/components", about{id: "listLicensedComponents", tag: tag, summary: "The components behind a line of a licence report", text: "By name."}, a.listLicensedComponents)
	get(a, "/licenses", about{id: "listLicenses", tag: tag, summary: "The SPDX licence list", text: "The release that is in force, by identifier."}, a.listLicenses)
	get(a, "/licenses/{id}/uses", about{id: "listLicenseUses", tag: tag, summary: "The software in which a licence occurs most", text: "By the packages whose effective licence names it, in the documents of the whole government that you may see."}, a.listLicenseUses)
	post(a, "/license-readings", about{id: "readLicense", tag: tag, summary: "Read a licence string", open: true, repeats: true,
		text: "Says what a licence as people write it means, as far as it can be said. Nothing is stored."}, a.readLicense)
}

func (a *api) listLicenses(ctx context.Context, in *struct {
	Q     string       `query:"q" maxLength:"200" doc:"Part of the identifier or name"`
	Class LicenseClass `query:"class"`
	After string       `query:"after" maxLength:"100" doc:"The place to go on from: next of the page before"`
	Limit int          `query:"limit" minimum:"1" maximum:"200" default:"25" doc:"Most entries on the page"`
}) (*LicensePage, error) {
	var l models.List[licenses.License]
	l.Total.Exact = true
	q := strings.ToLower(in.Q)
	inForce, err := a.Register.LicenseList(ctx)
	if err != nil {
		return nil, err
	}
	for _, x := range inForce.All() {
		if q != "" && !strings.Contains(strings.ToLower(x.ID+" "+x.Name), q) || in.Class != "" && string(x.Class) != string(in.Class) {
			continue
		}
		l.Total.Count++
		switch {
		case x.ID <= in.After:
		case len(l.Items) < in.Limit:
			l.Items = append(l.Items, x)
		default:
			l.Next = l.Items[in.Limit-1].ID
		}
	}
	v := inForce.Version()
	return &LicensePage{Link: link(ctx, l.Next), Body: Licenses{List: list(l, shapeLicense), ListVersion: v.Number, ListDate: v.Date}}, nil
}

// LicenseUses says where a licence occurs.
type LicenseUses struct {
	Items    []LicenseUse `json:"items" doc:"Most packages first"`
	Packages int          `json:"packages" doc:"In all software together"`
	Assets   int          `json:"assets" doc:"Pieces of software it occurs in"`
}

// LicenseUse is a piece of software in which a licence occurs.
type LicenseUse struct {
	AssetID  int64  `json:"assetId"`
	Asset    string `json:"asset"`
	Steward  string `json:"steward"`
	Packages int    `json:"packages"`
}

func (a *api) listLicenseUses(ctx context.Context, in *struct {
	ID    string `path:"id" maxLength:"100" doc:"Identifier on the SPDX list, in any case, or a LicenseRef" example:"EUPL-1.2"`
	Limit int    `query:"limit" minimum:"1" maximum:"200" default:"25" doc:"Most entries"`
}) (*struct{ Body LicenseUses }, error) {
	id := in.ID
	if l, ok := licenses.Get(id); ok {
		id = l.ID
	}
	top, packages, assets, err := a.Store.LicenseUses(ctx, viewer(ctx), id, in.Limit)
	return &struct{ Body LicenseUses }{LicenseUses{Packages: packages, Assets: assets, Items: each(top, func(u *store.LicenseUse) LicenseUse { return LicenseUse(*u) })}}, err
}

// ReadingInput is a licence as somebody has written it.
type ReadingInput struct {
	Text string `json:"text" maxLength:"10000" example:"GPLv2+ or MIT"`
}

// Reading is what a licence string means.
type Reading struct {
	Stated    string        `json:"stated"`
	Kind      LicenseKind   `json:"kind"`
	Canonical string        `json:"canonical" doc:"The expression in its one form" example:"GPL-2.0-or-later OR MIT"`
	Guessed   bool          `json:"guessed" doc:"The text is no SPDX expression; this is our guess"`
	Class     LicenseClass  `json:"class"`
	Notes     []ReadingNote `json:"notes"`
	Unknown   []string      `json:"unknown" doc:"What names no licence we know"`
}

// ReadingNote is one thing noticed while reading.
type ReadingNote struct {
	Code     string `json:"code"`
	Sentence string `json:"sentence"`
}

func (a *api) readLicense(ctx context.Context, in *struct{ Body Body[ReadingInput] }) (*struct{ Body Reading }, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	r := licenses.Read(in.Body.Value.Text)
	return &struct{ Body Reading }{Reading{Stated: r.Stated, Kind: LicenseKind(r.Kind), Canonical: r.Canonical, Guessed: r.Guessed, Class: LicenseClass(r.Class()), Unknown: orEmpty(r.Unknown),
		Notes: each(r.Notes, func(n *licenses.Note) ReadingNote { return ReadingNote{string(n.Code), n.Sentence} })}}, nil
}
