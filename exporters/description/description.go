// Package description says what the register knows of a piece of software in any of the formats that others read, with what each loses.
//
// It chooses the writer and names the file; the writers are the packages beside it. It decides nothing about who may see what: the caller
// gives it what may be told. Start with Write.
package description

import (
	"time"

	"github.com/ospo-register/ospo/exporters/codejson"
	"github.com/ospo-register/ospo/exporters/codemeta"
	"github.com/ospo-register/ospo/exporters/dcat"
	"github.com/ospo-register/ospo/exporters/publiccode"
	"github.com/ospo-register/ospo/models"
)

// Format is a format that software is described in, as in the URL.
type Format string

const (
	PublicCode Format = "publiccode"
	CodeJSON   Format = "code-json"
	CodeMeta   Format = "codemeta"
	DCAT       Format = "dcat"
)

// Formats lists them in the order of a page.
var Formats = []Format{PublicCode, CodeJSON, CodeMeta, DCAT}

// Title is what people call the format.
func (f Format) Title() string {
	switch f {
	case PublicCode:
		return "publiccode.yml " + publiccode.Version
	case CodeJSON:
		return "code.json " + codejson.Version
	case CodeMeta:
		return "CodeMeta 3.0"
	}
	return "DCAT-AP 3.0 and ADMS-AP"
}

// Purpose is what the file is for, in a few words.
func (f Format) Purpose() string {
	switch f {
	case PublicCode:
		return "For the root of the repository; catalogues of European governments read it"
	case CodeJSON:
		return "For inventories after the law of the United States"
	case CodeMeta:
		return "For archives, citations and search engines"
	}
	return "For data portals and the catalogue of the European Union"
}

// File is a description written down.
type File struct {
	Name      string
	MediaType string
	Content   []byte
	Losses    []models.Loss // in the order in which they stand in the file
}

// Entry is a piece of software to be described.
type Entry struct {
	Address     string // of its page, which stays
	Description *models.Description
	Issued      time.Time // when it came into the register
	Modified    time.Time
}

// Write says an entry in a format; the notation matters to DCAT alone. The same entry gives the same bytes.
func Write(e *Entry, f Format, n dcat.Notation) File {
	out := File{}
	switch f {
	case PublicCode:
		out.Name, out.MediaType = "publiccode.yml", "application/yaml"
		out.Content, out.Losses = publiccode.Write(e.Description)
	case CodeJSON:
		out.Name, out.MediaType = "code.json", "application/json"
		out.Content, out.Losses = codejson.Write(e.Description)
	case CodeMeta:
		out.Name, out.MediaType = "codemeta.json", "application/ld+json"
		out.Content, out.Losses = codemeta.Write(e.Description)
	default:
		out.Name, out.MediaType = "software."+n.Extension(), n.MediaType()
		out.Content, out.Losses = dcat.WriteOne(&dcat.Entry{Address: e.Address, Description: e.Description, Issued: e.Issued, Modified: e.Modified}, n)
	}
	return out
}
