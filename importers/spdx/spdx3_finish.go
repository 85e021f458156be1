package spdx

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/models"
)

// finish completes the packages, hands them over, and judges the document as a whole.
func (j *ldReader) finish() (*models.SBOMDocument, error) {
	j.header()
	j.extracts()
	f := j.facts()
	if err := j.findArtifacts(f); err != nil {
		return nil, err
	}
	if err := j.handOver(f); err != nil {
		return nil, err
	}
	j.tell()
	j.notKept()
	return j.b.Finish(func(place int) string { return ldPlace{j, int32(place)}.Of("") }), nil
}

// header says what the document says of itself.
func (j *ldReader) header() {
	d := j.b.Doc
	if len(j.documents) == 0 || !j.documents[0].isDocument {
		j.b.Notes.Add("no-document", "", "The graph has no SpdxDocument, which would name the document.")
	}
	info, known := j.creations[j.firstCreation]
	if len(j.documents) > 0 {
		doc := j.documents[0]
		d.Name, d.Comment = doc.name, doc.comment
		if doc.id != none {
			d.Namespace = j.b.IDs.Name(doc.id)
			j.space = d.Namespace[:strings.LastIndexAny(d.Namespace, "#/")+1]
		} else {
			j.b.Notes.Add("missing-namespace", "", "The document has no spdxId.")
		}
		if doc.license != none {
			d.DataLicense = j.dataLicense(doc.license)
		}
		if own, found := j.creations[doc.creation]; found {
			info, known = own, true
		}
		if doc.info.pointer != "" {
			info, known = doc.info, true
		}
	}
	j.creation(info, known)
	j.version(info.spec)
}

func (j *ldReader) dataLicense(id int32) string {
	budget := 100
	if text, known := j.licenseOf(id, &budget, false); known {
		return text
	}
	return j.b.IDs.Name(id)
}

func (j *ldReader) creation(info creation, known bool) {
	d := j.b.Doc
	if !known {
		j.b.Notes.Add("missing-creation-info", "", "The document does not say who made it and when.")
		return
	}
	if info.created != "" {
		j.b.Created(info.created, info.pointer+"/created")
	}
	for _, list := range [][]int32{info.by, info.using} {
		for _, id := range list {
			j.creator(id, info.pointer)
		}
	}
	switch {
	case d.Comment == "":
		d.Comment = info.comment
	case info.comment != "" && info.comment != d.Comment:
		d.Comment += "\n" + info.comment
	}
	if d.Context == "" {
		d.Context = contextIn(info.comment)
	}
	if d.Context == "" {
		d.Context = contextIn(d.Comment)
	}
}

func (j *ldReader) creator(id int32, pointer string) {
	a, known := j.agents[id]
	if !known {
		if j.b.IDs.Class[id] == sbom.IsExternal {
			j.b.Notes.Add("external-element", pointer, "The document was made by %s, which another document describes.", sbom.Quote(j.b.IDs.Name(id)))
			return
		}
		a = j.namedAgent(id, pointer, "made by")
	}
	if a.name == "" && a.contact() == "" {
		return
	}
	d := j.b.Doc
	c := models.Creator{Kind: a.kind, Name: a.name, Email: a.email, URL: a.url}
	if !slices.Contains(d.Creators, c) {
		d.Creators = append(d.Creators, c)
	}
}

// namedAgent makes an agent of an id that nothing stands behind: a name in place of an id is taken, anything else is a finding.
func (j *ldReader) namedAgent(id int32, pointer, what string) agent3 {
	name := j.b.IDs.Name(id)
	if specialText(name) != "" {
		return agent3{}
	}
	if strings.HasSuffix(name, "SpdxOrganization") {
		return agent3{kind: "organization", name: "SPDX"}
	}
	kind, bare, address, rule := agent(name)
	if rule == "" || strings.Contains(name, " ") {
		j.b.Notes.Add("dangling-reference", pointer, "It says %s %s, which is a name and not an element; the name was taken.", what, sbom.Quote(name))
		email, url := addressOf(address)
		return agent3{kind, bare, email, url}
	}
	j.b.Notes.Add("dangling-reference", pointer, "It says %s %s, which is not in the document; it was left out.", what, sbom.Quote(name))
	return agent3{}
}

// version judges the version of SPDX: 3.0.1 is written in full, and 3.0 was never finished under that name.
func (j *ldReader) version(stated string) {
	d := j.b.Doc
	d.SpecVersion = stated
	number := strings.TrimLeft(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(stated)), "SPDX"), "- V")
	switch {
	case number == "" && j.contextVersion == "":
		j.b.Notes.Add("missing-spdx-version", "", "The document does not say its SPDX version; it was read as SPDX 3.0.1.")
		return
	case number == "":
		d.SpecVersion, number = j.contextVersion, j.contextVersion
		j.b.Notes.Add("missing-spdx-version", "", "CreationInfo does not say its SPDX version; that of the context, %s, was taken.", sbom.Quote(number))
	case j.contextVersion != "" && number != j.contextVersion && number == "3.0.1" && !strings.HasPrefix(j.contextVersion, "3.0"):
		number = j.contextVersion
	}
	switch number {
	case "3.0.0", "3.0.1":
		if number != d.SpecVersion {
			j.b.Notes.Add("spdx-version-spelling", "", "The SPDX version %s was read as %s.", sbom.Quote(stated), number)
		}
	case "3", "3.0":
		j.b.Notes.Add("spdx-version-spelling", "", "The SPDX version %s was read as 3.0.0.", sbom.Quote(stated))
	default:
		j.b.Notes.Add("spdx-version", "", "The SPDX version %s is neither 3.0.0 nor 3.0.1; the document was read as SPDX 3.0.1.", sbom.Quote(number))
	}
}

// ldFacts are what relationships say of packages, each in the order of the packages.
type ldFacts struct {
	declared, concluded, artifacts []fact
	complete                       []models.Completeness // by place in j.packages; nil when nothing is said
	files                          map[int32]ldFile3
}

// fact is that a package, by its place in the document, has something, by its id.
type fact struct{ pkg, id int32 }

// facts sorts the relationships that belong to packages.
func (j *ldReader) facts() *ldFacts {
	f := &ldFacts{files: map[int32]ldFile3{}}
	pkgs := make([]int32, j.b.IDs.Count())
	for at, id := range slices.Backward(j.packages) {
		if id != none {
			pkgs[id] = int32(at) + 1 // of several the first counts
		}
	}
	j.relations.each(func(r relation3) {
		pkg := pkgs[r.from] - 1
		if pkg < 0 {
			return
		}
		t := &relationTypes3[r.kind]
		switch {
		case r.to == none:
		case t.use == asDeclared:
			f.declared = append(f.declared, fact{pkg, r.to})
		case t.use == asConcluded:
			f.concluded = append(f.concluded, fact{pkg, r.to})
		case t.use == asArtifact && pkgs[r.to] == 0:
			f.artifacts = append(f.artifacts, fact{pkg, r.to})
			f.files[r.to] = ldFile3{}
		}
		if t.Kind == models.EdgeDependsOn || t.Kind == models.EdgeContains {
			f.say(pkg, j.said(r), len(j.packages))
		}
	})
	byPackage := func(a, b fact) int { return cmp.Compare(a.pkg, b.pkg) }
	slices.SortStableFunc(f.declared, byPackage)
	slices.SortStableFunc(f.concluded, byPackage)
	slices.SortStableFunc(f.artifacts, byPackage)
	return f
}

// said is what a relationship says of whether it is all there: that it leads to NoAssertionElement is to say that it is not known.
func (j *ldReader) said(r relation3) models.Completeness {
	if r.to != none && j.b.IDs.Class[r.to] == sbom.IsSpecial && specialText(j.b.IDs.Name(r.to)) == "NOASSERTION" {
		return models.CompletenessUnknown
	}
	return models.Completeness(r.complete)
}

// say notes how complete the parts of a package are. One list that is not complete spoils the others.
func (f *ldFacts) say(pkg int32, c models.Completeness, packages int) {
	if c == models.CompletenessUnsaid {
		return
	}
	if f.complete == nil {
		f.complete = make([]models.Completeness, packages)
	}
	if f.complete[pkg] != models.Incomplete && (c == models.Incomplete || c > f.complete[pkg]) {
		f.complete[pkg] = c
	}
}

// next takes the facts of the package off the list.
func next(list *[]fact, pkg int32, into []int32) []int32 {
	into = into[:0]
	for len(*list) > 0 && (*list)[0].pkg == pkg {
		if id := (*list)[0].id; !slices.Contains(into, id) {
			into = append(into, id)
		}
		*list = (*list)[1:]
	}
	return into
}
