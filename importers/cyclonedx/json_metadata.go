package cyclonedx

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

const (
	metaTimestamp sbom.Field = iota + 1
	metaLifecycles
	metaTools
	metaAuthors
	metaComponent
	metaManufacturer
	metaSupplier
	metaLicenses
	metaProperties
)

// metadataFields are those of CycloneDX 1.7; manufacture is the older name of manufacturer.
var metadataFields = sbom.FieldsOf(4, "metadata", map[string]sbom.Field{
	"timestamp": metaTimestamp, "lifecycles": metaLifecycles, "tools": metaTools, "authors": metaAuthors, "component": metaComponent, "manufacturer": metaManufacturer,
	"manufacture": metaManufacturer, "supplier": metaSupplier, "licenses": metaLicenses, "properties": metaProperties, "distributionConstraints": sbom.Skipped,
})

func (j *reader) metadata(pointer string) {
	d := j.b.Doc
	o := sbom.Object{Fields: metadataFields}
	for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
		switch f {
		case metaTimestamp:
			if stamp := j.Text(); stamp != "" {
				j.b.Created(stamp, j.Pointer())
			}
		case metaLifecycles:
			j.lifecycles()
		case metaTools:
			j.tools()
		case metaAuthors:
			for l, ok := j.Elements("authors"); ok && j.Element(&l); {
				j.creator("person")
			}
		case metaManufacturer, metaSupplier:
			j.creator("organization")
		case metaComponent:
			if j.Enter("the component") {
				j.root(fixedPlace(pointer + "/component"))
			}
		case metaLicenses:
			declared, concluded := j.licenses()
			d.DataLicense = cmp.Or(declared, concluded)
		case metaProperties:
			j.readProperties(nil)
		}
	}
}

// fixedPlace is the pointer of an object that is no element of a list.
type fixedPlace string

// Of gives the JSON Pointer of a field.
func (p fixedPlace) Of(field string) string {
	if field == "" {
		return string(p)
	}
	return string(p) + "/" + field
}

// root reads the component that the document is about.
func (j *reader) root(at sbom.Place) {
	p := j.component(at, nil)
	if j.Err == nil && p.ordinal >= 0 {
		j.b.Doc.Roots = append(j.b.Doc.Roots, p.ordinal)
	}
}

// creator keeps a person or organization that made the document.
func (j *reader) creator(kind string) {
	if p := j.party("the " + kind); p.name != "" || p.email != "" {
		if p.name == "" {
			p.name = p.email
		}
		j.b.Doc.Creators = append(j.b.Doc.Creators, models.Creator{Kind: kind, Name: p.name, Email: p.email, URL: p.url})
	}
}

const (
	lifePhase sbom.Field = iota + 1
	lifeName
)

var lifecycleFields = sbom.FieldsOf(5, "a lifecycle", map[string]sbom.Field{"phase": lifePhase, "name": lifeName, "description": sbom.Skipped})

// phases leads from the phases of CycloneDX 1.7 to the generation contexts of CISA.
var phases = map[string]string{
	"design": "design", "pre-build": "source", "build": "build", "post-build": "analyzed", "operations": "deployed", "discovery": "runtime", "decommission": "deployed",
}

// lifecycles takes the first phase for the context in which the document was made; one with a name of its own is none we know.
func (j *reader) lifecycles() {
	var met []string
	for l, ok := j.Elements("lifecycles"); ok && j.Element(&l); {
		if !j.Enter("a lifecycle") {
			continue
		}
		o := sbom.Object{Fields: lifecycleFields}
		for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
			context := "unknown"
			phase := j.Text()
			if f == lifePhase {
				if known, ok := phases[phase]; ok {
					context = known
				} else if j.Err == nil {
					j.b.Notes.Add("unknown-phase", j.Pointer(), "%s is not a lifecycle phase that CycloneDX has; the context was read as unknown.", sbom.Quote(phase))
				}
			}
			met = append(met, context)
		}
	}
	for _, context := range met {
		if d := j.b.Doc; d.Context == "" || d.Context == "unknown" {
			d.Context = context
		}
	}
	if len(met) > 1 && j.Err == nil {
		j.b.Notes.Add("several-lifecycles", j.Pointer(), "The document names %d lifecycles; the context was read as %s.", len(met), j.b.Doc.Context)
	}
}

const (
	toolName sbom.Field = iota + 1
	toolVersion
	toolVendor
	toolRef
	toolComponents
	toolServices
	toolList
)

// toolFields are those of tools, of components and services that are tools, and of the object that lists these.
var toolFields = sbom.FieldsOf(6, "a tool", func() map[string]sbom.Field {
	byName := map[string]sbom.Field{}
	for _, fields := range []map[string]sbom.Field{componentNames, {"provider": 1, "endpoints": 1, "authenticated": 1, "x-trust-boundary": 1, "trustZone": 1}} {
		for name := range fields {
			byName[name] = sbom.Skipped
		}
	}
	for name, f := range map[string]sbom.Field{"name": toolName, "version": toolVersion, "vendor": toolVendor, "bom-ref": toolRef, "components": toolComponents, "services": toolServices, "tool": toolList} {
		byName[name] = f
	}
	return byName
}())

// tools reads a list of tools, as up to CycloneDX 1.4, or an object with components and services.
func (j *reader) tools() {
	if j.Err == nil && j.Dec.PeekKind() == '{' {
		if j.Enter("the tools") {
			j.tool()
		}
		return
	}
	for l, ok := j.Elements("tools"); ok && j.Element(&l); {
		if j.Enter("a tool") {
			j.tool()
		}
	}
}

func (j *reader) tool() {
	var name, version, vendor string
	if j.tooDeep() {
		return
	}
	o := sbom.Object{Fields: toolFields}
	for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
		switch f {
		case toolName:
			name = strings.TrimSpace(j.Text())
		case toolVersion:
			version = strings.TrimSpace(j.Text())
		case toolVendor:
			vendor = strings.TrimSpace(j.Text())
		case toolRef:
			j.b.Mark(j.Bytes(), sbom.IsElement)
		case toolComponents, toolServices, toolList:
			j.tools()
		}
	}
	if name == "" {
		name = vendor
	} else if vendor != "" {
		j.b.Notes.OriginalOnly("a tool", "vendor", 1)
	}
	if version != "" && name != "" {
		name += "-" + version
	}
	creator := models.Creator{Kind: "tool", Name: name}
	if name != "" && !slices.Contains(j.b.Doc.Creators, creator) {
		j.b.Doc.Creators = append(j.b.Doc.Creators, creator)
	}
}

const (
	partyName sbom.Field = iota + 1
	partyEmail
	partyURL
	partyContact
)

var partyFields = sbom.FieldsOf(7, "a person or organization", map[string]sbom.Field{
	"name": partyName, "email": partyEmail, "url": partyURL, "contact": partyContact, "bom-ref": sbom.Skipped, "address": sbom.Skipped, "phone": sbom.Skipped,
})

// party is a person or organization.
type party struct{ name, email, url string }

// partyOf reads a name, with a mail address behind it in angle brackets, as package managers write it.
func partyOf(text string) party {
	if name, address, found := strings.Cut(strings.TrimSuffix(text, ">"), "<"); found && strings.HasSuffix(text, ">") && strings.Contains(address, "@") && strings.TrimSpace(name) != "" {
		return party{name: strings.TrimSpace(name), email: strings.TrimSpace(address)}
	}
	return party{name: text}
}

// contact is how to reach it: by mail, else on the web.
func (p party) contact() string {
	if p.email != "" {
		return p.email
	}
	return p.url
}

// party reads a person, or an organization with its contacts.
func (j *reader) party(what string) (p party) {
	if j.Err == nil && j.Dec.PeekKind() == '"' {
		p.name = strings.TrimSpace(j.Known(j.Stated()))
		if p.name != "" && !j.Loose {
			j.b.Notes.Add("wrong-type", j.Pointer(), "There is a text in place of %s; it was read as the name.", what)
		}
		return p
	}
	if !j.Enter(what) || j.tooDeep() {
		return p
	}
	contact := ""
	o := sbom.Object{Fields: partyFields}
	for f, ok := j.Next(&o); ok; f, ok = j.Next(&o) {
		switch f {
		case partyName:
			p.name = strings.TrimSpace(j.Word())
		case partyEmail:
			p.email = strings.TrimSpace(j.Word())
		case partyURL:
			for l, ok := j.Elements("addresses"); ok && j.Element(&l); {
				if url := strings.TrimSpace(j.Word()); p.url == "" {
					p.url = url
				}
			}
		case partyContact:
			for l, ok := j.Elements("contacts"); ok && j.Element(&l); {
				person := j.party("a contact")
				p.email = cmp.Or(p.email, person.email)
				contact = cmp.Or(contact, person.name)
			}
		}
	}
	if p.name == "" {
		p.name = contact
	} else if contact != "" {
		j.b.Notes.OriginalOnly("a person or organization", "contact", 1)
	}
	return p
}
