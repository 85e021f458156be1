package spdx

import (
	"slices"
	"strings"
)

// judgeComments finds the generation context, which SPDX 2 has no field for: it stands in the comment of creationInfo or of the document.
func (b *builder) judgeComments() {
	d := b.Doc
	d.Context = contextIn(b.infoComment)
	if d.Context == "" {
		d.Context = contextIn(d.Comment)
	}
	switch {
	case d.Comment == "":
		d.Comment = b.infoComment
	case b.infoComment != "" && b.infoComment != d.Comment:
		d.Comment += "\n" + b.infoComment
	}
}

// contexts are the generation contexts of CISA's types of SBOM, and the word for not knowing it.
var contexts = []string{"design", "source", "build", "analyzed", "deployed", "runtime", "unknown"}

// leads are what stands before a generation context in a comment.
var leads = []string{"sbom type", "sbom-type", "sbomtype", "sbom_type", "type of sbom", "generation context", "generation-context", "generationcontext", "lifecycle phase", "lifecycle"}

// contextIn finds a generation context in a comment that says "SBOM Type: Build" or "The generation context is build", or is that word alone.
func contextIn(comment string) string {
	text := strings.ToLower(comment)
	if alone := strings.Trim(text, " \t\r\n.:\"'"); slices.Contains(contexts, alone) {
		return alone
	}
	for _, lead := range leads {
		_, after, found := strings.Cut(text, lead)
		if !found {
			continue
		}
		words := strings.FieldsFunc(after, func(r rune) bool { return r < 'a' || r > 'z' })
		if len(words) > 1 && words[0] == "is" {
			words = words[1:]
		}
		if len(words) == 0 {
			continue
		}
		if words[0] == "analysed" {
			return "analyzed"
		}
		if slices.Contains(contexts, words[0]) {
			return words[0]
		}
	}
	return ""
}
