package spdx

import (
	"slices"
	"strings"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
)

// license3 is one element that stands for a licence, or for an operator on licences.
type license3 struct {
	kind        ldKind
	text        string
	members     []int32
	left, right int32
}

// licenseText is the text of a licence that the document brings along.
type licenseText struct {
	id         int32
	name, text string
	pointer    string
}

// extracts hands over the licence texts under the names that expressions call them by.
func (j *ldReader) extracts() {
	for _, t := range j.texts {
		j.b.AddExtract(models.Extract{Ref: j.refOf(t.id), Name: t.name, Text: t.text}, t.pointer)
	}
	j.texts = nil
}

// refOf is the LicenseRef- of a licence text: what an expression calls it, what stands in its id, or one made of its id.
func (j *ldReader) refOf(id int32) string {
	const prefix = "LicenseRef-"
	if ref := j.textRefs[id]; strings.HasPrefix(ref, prefix) {
		return ref
	}
	name := j.b.IDs.Name(id)
	if at := strings.LastIndex(name, prefix); at >= 0 {
		name = name[at+len(prefix):]
	} else {
		name = name[strings.LastIndexAny(name, "/#:")+1:]
	}
	return prefix + strings.Map(func(c rune) rune {
		if (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' {
			return c
		}
		return '-'
	}, name)
}

// licenseOf writes a licence as an expression. known is false when the document does not have it; budget bounds the elements
// visited, for sets may contain each other.
func (j *ldReader) licenseOf(id int32, budget *int, inner bool) (text string, known bool) {
	*budget--
	if *budget <= 0 || id == none {
		return "", *budget <= 0
	}
	l, ok := j.licenses[id]
	if !ok {
		return j.licenseNamed(id)
	}
	switch l.kind {
	case ldAllOf:
		return j.licenseSet(l, " AND ", budget, inner)
	case ldAnyOf:
		return j.licenseSet(l, " OR ", budget, inner)
	case ldOrLater:
		text, known = j.licenseOf(l.left, budget, true)
		return text + "+", known
	case ldWith:
		text, known = j.licenseOf(l.left, budget, true)
		addition, _ := j.licenseOf(l.right, budget, true)
		return text + " WITH " + addition, known
	case ldLicenseText:
		return j.refOf(id), true
	case ldListed, ldAddition:
		if name, found := j.licenseNamed(id); found {
			return name, true
		}
	case ldIndividual:
		if special := specialText(j.b.IDs.Name(id)); special != "" {
			return special, true
		}
	}
	if inner && strings.Contains(l.text, " ") {
		return "(" + l.text + ")", true
	}
	return l.text, true
}

func (j *ldReader) licenseSet(l license3, operator string, budget *int, inner bool) (string, bool) {
	var members []string
	for _, id := range l.members {
		if text, known := j.licenseOf(id, budget, true); known && text != "" {
			members = append(members, text)
		}
	}
	text := strings.Join(members, operator)
	if inner && len(members) > 1 {
		text = "(" + text + ")"
	}
	return text, true
}

// licenseNamed reads a licence that is named and not described: an individual, the address of a listed licence, or its bare id.
func (j *ldReader) licenseNamed(id int32) (string, bool) {
	name := j.b.IDs.Name(id)
	if special := specialText(name); special != "" {
		return special, true
	}
	last := strings.TrimSuffix(name[strings.LastIndexAny(name, "/#")+1:], ".html")
	if strings.Contains(name, "spdx.org/licenses/") {
		return last, true
	}
	if _, listed := licenses.Get(last); listed && last == name {
		return last, true
	}
	if strings.HasPrefix(name, "LicenseRef-") {
		return name, true
	}
	return "", false
}

// licenseAt writes the licences that a package is said to have. Several count together.
func (j *ldReader) licenseAt(ids []int32, place sbom.Place, what string) string {
	var stated []string
	for _, id := range ids {
		budget := 1000
		text, known := j.licenseOf(id, &budget, false)
		switch {
		case budget <= 0:
			j.b.Notes.Add("value-left-out", place.Of(""), "The licence of %s is larger than any real one or leads back to itself; it was left out.", what)
		case !known:
			j.b.Notes.Add("dangling-relationship", place.Of(""), "The package has the licence %s by %s, which is not in the document; it was left out.", sbom.Quote(j.b.IDs.Name(id)), what)
		case text != "":
			stated = append(stated, text)
		}
	}
	if len(stated) > 1 {
		vague := stated[0]
		stated = slices.DeleteFunc(stated, func(text string) bool { return text == "NONE" || text == "NOASSERTION" })
		if len(stated) == 0 {
			return vague
		}
	}
	if len(stated) > 1 {
		for i, text := range stated {
			if strings.Contains(text, " ") {
				stated[i] = "(" + text + ")"
			}
		}
		j.b.Notes.Add("several-licences", place.Of(""), "The package has %d licences by %s; they were joined with AND.", len(stated), what)
	}
	return strings.Join(stated, " AND ")
}
