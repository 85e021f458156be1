package notice

import (
	"time"

	"github.com/ospo-register/ospo/licenses"
)

// Document is what a notice is made from. Texts may be anything: what cannot be printed is left out and what is too long is cut, visibly.
type Document struct {
	Product string // "Case file viewer"; required
	Release string // "4.2.1"; "" when the notice is for no release in particular
	Agency  string // who publishes the notice
	Use     string // for which use it was made, as a phrase: "given to others as a program"; "" when it does not say
	// MadeOn is the day of the notice; its clock time is not printed. The zero time prints no date.
	MadeOn time.Time
	// List is the release of the licence list whose identifiers and texts stand here.
	List licenses.Version
	// Source says which document names the components, and Digest is its SHA-256 in hex; both may be "".
	Source, Digest string
	// Extracts are the texts that the document brings along for its LicenseRefs and AdditionRefs.
	Extracts []Extract
	// Each hands over the components one by one, in any order; the pointer is good until each returns. It is called once. An error of each is
	// to be given back; errors of its own become those of Text, Markdown and HTML.
	Each func(each func(*Component) error) error
}

// Extract is the text that a reference in a document stands for.
type Extract struct {
	Ref  string // "LicenseRef-1"
	Name string // "" when the document gives it none
	Text string
}

// Component is one piece of somebody's work in the product. Components that agree in everything are named once.
type Component struct {
	Name, Version string
	PURL          string
	Homepage      string // a link when it begins with http:// or https://
	// License is the effective licence; zero when there is none to go by. Stated is then what was stated instead: "NONE", "see website", "".
	License licenses.Expression
	Stated  string
	// Chosen is the branch taken of a License with a choice; zero when nothing was chosen or nothing is to choose.
	Chosen licenses.Expression
	// Copyright has one notice per line; "" when nobody stated any, "NONE" when the document says that there is none (SPDX 2.3, 7.17).
	Copyright string
	// Notes are sentences to be printed with the component: that it was changed, where its source code is, who concluded the licence.
	Notes []string
}

// The media types of what is written; all are UTF-8.
const (
	TextType     = "text/plain; charset=utf-8"
	MarkdownType = "text/markdown; charset=utf-8"
	HTMLType     = "text/html; charset=utf-8"
)
