package codejson

import (
	"fmt"

	"github.com/ospo-register/ospo/importers/jsontree"
	"github.com/ospo-register/ospo/models"
)

// Kind is what a file describes.
type Kind string

const (
	Repository Kind = "repository" // one piece of software
	Index      Kind = "index"      // all that an agency lists
)

// File is what a code.json says.
type File struct {
	Kind         Kind
	Agency       string // as stated: "NASA"
	Version      string // of the schema, as an index states it; a repository's file states none
	Method       string // measurementType.method: what the share of open source was measured in
	Descriptions []models.Description
}

// Read reads a code.json. The file is nil only when nothing could be read; remarks are in the order of lines. An entry that cannot be
// read is remarked and left out, the others are read.
func Read(content []byte) (file *File, remarks []models.Remark) {
	doc := jsontree.Parse(content)
	if doc.Root == nil {
		return nil, doc.Ordered()
	}
	switch root := doc.Root; {
	case root.Kind == jsontree.List:
		file = bareList(doc, root)
	case root.Kind != jsontree.Object:
		doc.Remark("not-an-object", models.Fatal, "", root, "A code.json is an object in braces; this is none.")
	default:
		file = object(doc, root)
	}
	return file, doc.Ordered()
}

// bareList reads a list without an object around it. Some agencies write one for each repository, with its releases: the Geological Survey does.
func bareList(doc *jsontree.Document, root *jsontree.Value) *File {
	f := &File{Kind: Index}
	f.list(doc, root, "releases")
	newest, same := 0, len(f.Descriptions) > 0 && len(f.Descriptions) == len(root.Items)
	for i := range f.Descriptions {
		d, first := &f.Descriptions[i], &f.Descriptions[newest]
		same = same && (i == 0 || sameCode(d.URL, first.URL))
		if d.MetadataOn != nil && first.MetadataOn != nil && first.MetadataOn.Before(*d.MetadataOn) {
			newest = i
		}
	}
	switch {
	case !same:
		doc.Remark("list-of-releases", models.Warning, "", root, "The file is a bare list. Put it into an object as releases, with agency, version and measurementType.")
		return f
	case len(root.Items) == 1:
		doc.Remark("list-of-releases", models.Warning, "", root, "The file is a list with one entry. Leave out the square brackets around it.")
	default:
		doc.Remark("list-of-releases", models.Warning, "", root, "The file lists releases of one piece of software; that whose metadata is the newest was read and the others were kept. Write one object in braces, without a list around it.")
		d := &f.Descriptions[newest]
		if d.Kept == nil {
			d.Kept = map[string]string{}
		}
		for i, item := range root.Items {
			if i != newest {
				d.Kept[fmt.Sprintf("releases[%d]", i)] = doc.Compact(item)
			}
		}
	}
	return &File{Kind: Repository, Descriptions: f.Descriptions[newest : newest+1]}
}

func sameCode(a, b string) bool {
	x, err := models.CanonicalURL(a)
	y, fault := models.CanonicalURL(b)
	return err == nil && fault == nil && x == y
}

func object(doc *jsontree.Document, root *jsontree.Value) *File {
	list, name := lister(root)
	if list == nil && !describes(root) {
		doc.Remark("nothing-described", models.Fatal, "", root, "The file has neither name nor releases, so that it describes no software. Write name, repositoryURL and permissions.")
		return nil
	}
	if list == nil {
		f := &File{Kind: Repository, Agency: textOf(root.Get("agency"))}
		if root.Cut {
			doc.Remark("cut-off", models.Warning, "", root, "The description breaks off; what comes before was read.")
		}
		if d := read(doc, root, ""); d != nil {
			f.Descriptions = append(f.Descriptions, *d)
		}
		return f
	}
	f := &File{Kind: Index}
	c := doc.Object(root, "")
	f.Agency = c.Text("agency", "agencyAcronym", "organization")
	if f.Agency == "" {
		doc.Remark("missing-key", models.Failure, "agency", nil, "agency is missing; write the acronym of the agency.")
	}
	if f.Version = c.Text("version"); f.Version == "" {
		doc.Remark("missing-key", models.Warning, "version", nil, "version is missing; write the version of the schema, 2.0.0.")
	}
	if m, _ := c.Take("measurementType"); m.Is(jsontree.Object) {
		f.Method = c.Within(m, "measurementType").Text("method")
	} else if m != nil {
		f.Method = c.Text("measurementType")
	}
	f.list(doc, list, name)
	return f
}

// lister finds the list of an inventory. A file that describes one repository may have lists of these names too, of texts.
func lister(root *jsontree.Value) (list *jsontree.Value, name string) {
	for _, name := range []string{"releases", "projects"} {
		v := root.Get(name)
		if v.Is(jsontree.Object) && !describes(root) {
			return &jsontree.Value{Kind: jsontree.List, Items: []*jsontree.Value{v}}, name
		}
		if !v.Is(jsontree.List) {
			continue
		}
		for _, item := range v.Items {
			if item.Kind == jsontree.Object {
				return v, name
			}
		}
		if !describes(root) {
			return v, name
		}
	}
	return nil, ""
}

func describes(v *jsontree.Value) bool {
	for _, name := range nameKeys {
		if !v.Get(name).Empty() {
			return true
		}
	}
	return !v.Get("permissions").Empty() || !v.Get("repositoryURL").Empty()
}

func (f *File) list(doc *jsontree.Document, list *jsontree.Value, name string) {
	for i, item := range list.Items {
		at := fmt.Sprintf("%s[%d]", name, i)
		switch {
		case item.Cut:
			doc.Remark("cut-off", models.Failure, at, item, "The file breaks off in this entry; it was left out.")
		case item.Kind != jsontree.Object:
			doc.Remark("wrong-type", models.Failure, at, item, "An entry is an object in braces; this one was left out.")
		case item.Empty():
			doc.Remark("nothing-described", models.Warning, at, item, "This entry says nothing; it was left out.")
		default:
			if d := read(doc, item, at); d != nil {
				d.FormatVersion = f.Version
				f.Descriptions = append(f.Descriptions, *d)
			}
		}
	}
}

func textOf(v *jsontree.Value) string {
	if v.Is(jsontree.String) {
		return v.Text
	}
	return ""
}
