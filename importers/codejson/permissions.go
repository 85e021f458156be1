package codejson

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/importers/jsontree"
	"github.com/ospo-register/ospo/models"
)

// usageTypes are the codes of permissions.usageType: those of the present schema, and exemptByLaw of the former one.
var usageTypes = []string{
	"openSource", "governmentWideReuse", "exemptByNationalSecurity", "exemptByNationalIntelligence", "exemptByFOIA", "exemptByEAR", "exemptByITAR", "exemptByTSA",
	"exemptByClassifiedInformation", "exemptByPrivacyRisk", "exemptByIPRestriction", "exemptByAgencySystem", "exemptByAgencyMission", "exemptByCIO", "exemptByPolicyDate", "exemptByLaw",
}

// exemptions are the numbers of the member exemption of schema 1.0.
var exemptions = map[string]string{"1": "exemptByLaw", "2": "exemptByNationalSecurity", "3": "exemptByAgencySystem", "4": "exemptByAgencyMission", "5": "exemptByCIO"}

func (r *release) permissions() {
	r.d.ExemptionText = r.Text("exemptionText")
	p := r.Cursor
	v, _ := r.Take("permissions")
	switch {
	case v.Is(jsontree.Object):
		p = r.Within(v, "permissions")
		if s := p.Text("exemptionText"); s != "" {
			r.d.ExemptionText = s
		}
		if r.d.URL == "" {
			r.d.URL = p.Address("repositoryURL")
		}
	case v != nil:
		r.Wrong(v, "permissions", "an object with licenses and usageType")
	}
	r.licenses(p)
	if p != r.Cursor {
		if r.d.License == "" && len(r.d.Licenses) == 0 {
			r.licenses(r.Cursor)
		}
		defer p.Rest(r.d.Kept, known)
	}
	r.usage(p)
	if p != r.Cursor && len(r.d.UsageTypes) == 0 {
		r.usage(r.Cursor)
	}
	r.flags()
}

// usage reads usageType, a list in the present schema and one text in the former.
func (r *release) usage(p *jsontree.Cursor) {
	v, name := p.Take("usageType", "usageTypes")
	for i, item := range v.List() {
		if item.Kind != jsontree.String {
			p.Wrong(item, name, "a list of codes")
			continue
		}
		for stated := range strings.SplitSeq(item.Text, ",") {
			if stated = strings.TrimSpace(stated); stated == "" || nothing(stated) {
				continue
			}
			code, ok := usageCode(stated)
			if !ok {
				p.Doc.Remark("unknown-value", models.Failure, p.Key(fmt.Sprintf("%s[%d]", name, i)), item, "%q is no code for how the software may be used; write openSource, governmentWideReuse or one of the exemptions.", stated)
			} else if code != stated {
				p.Doc.Remark("spelling", models.Warning, p.Key(fmt.Sprintf("%s[%d]", name, i)), item, "%q was read as %s; write it so.", stated, code)
			}
			r.d.UsageTypes = append(r.d.UsageTypes, code)
		}
	}
}

func usageCode(stated string) (code string, ok bool) {
	bare := strings.NewReplacer(" ", "", "-", "", "_", "").Replace(stated)
	for _, known := range usageTypes {
		if strings.EqualFold(known, bare) {
			return known, true
		}
	}
	return stated, false
}

// flags reads what schema 1.0 has in place of usageType.
func (r *release) flags() {
	for _, f := range []struct {
		code  string
		names []string
	}{
		{"openSource", []string{"openSourceProject", "openproject"}},
		{"governmentWideReuse", []string{"governmentWideReuseProject", "govwideReuseproject"}},
	} {
		v, name := r.Take(f.names...)
		switch {
		case v == nil:
		case v.Text == "1" || strings.EqualFold(v.Text, "true"):
			if !slices.Contains(r.d.UsageTypes, f.code) {
				r.d.UsageTypes = append(r.d.UsageTypes, f.code)
			}
		case v.Text != "0" && !strings.EqualFold(v.Text, "false"):
			r.Wrong(v, name, "1 or 0")
		}
	}
	v, _ := r.Take("exemption")
	for _, item := range v.List() {
		stated := strings.TrimSpace(item.Text)
		code, ok := exemptions[stated]
		if !ok {
			code, ok = usageCode(stated)
		}
		if ok {
			r.d.UsageTypes = append(r.d.UsageTypes, code)
		} else {
			r.Doc.Remark("unknown-value", models.Failure, r.Key("exemption"), item, "%q is no exemption; write a number from 1 to 5, or better a code in permissions.usageType.", stated)
		}
		r.Leave("exemption")
	}
}

// licenses reads licences in any of the forms that are in use: a list of objects, one object, a list of texts, one text.
func (r *release) licenses(p *jsontree.Cursor) {
	v, at := p.Take("licenses", "license", "licence", "licences", "license_name", "License")
	var stated []string
	addresses := false
	for i, item := range v.List() {
		s := strings.TrimSpace(item.Text)
		if item.Kind == jsontree.Object {
			in := p.Within(item, fmt.Sprintf("%s[%d]", at, i))
			s = in.Text("name", "license", "spdxID", "spdx_id", "licenseName")
			link := in.Text("URL", "url", "Url")
			if addresses = addresses || link != ""; s == "" || nothing(s) && !strings.EqualFold(s, "none") {
				s = link
			}
		}
		if s != "" && (!nothing(s) || strings.EqualFold(s, "none")) {
			stated = append(stated, s)
		}
	}
	if addresses {
		p.Leave(at)
	}
	if len(stated) == 1 {
		r.d.License = stated[0]
	} else if len(stated) > 1 {
		r.d.Licenses = stated
	}
}
