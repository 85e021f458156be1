package sbom

import (
	"bytes"
	"encoding/xml"
	"errors"
	"strconv"

	"github.com/ospo-register/ospo/models"
)

// XML makes a lenient decoder of a document in XML. The declaration is passed over: the text is UTF-8 by now whatever it says, and
// XML 1.1 reads like 1.0. Entities that the document defines are not known to it, so that none is ever replaced by more than a
// character.
func (in *Input) XML() *xml.Decoder {
	const longest = 1024
	head, _ := in.Peek(longest)
	if bytes.HasPrefix(head, []byte("<?xml")) {
		if end := bytes.Index(head, []byte("?>")); end >= 0 {
			_, _ = in.Discard(end + len("?>"))
		}
	}
	dec := xml.NewDecoder(in)
	dec.Strict = false
	dec.Entity = xml.HTMLEntity
	return dec
}

// BrokenMarkup notes that a document in XML can be read only so far. A refusal or a failure is given back.
func (b *Builder) BrokenMarkup(dec *xml.Decoder, err error) error {
	var refusal *models.Error
	if errors.As(err, &refusal) {
		return refusal
	}
	line, _ := dec.InputPos()
	b.Notes.Add("broken-off", "line "+strconv.Itoa(line), "The document cannot be read from line %d on (%v); what came before was kept.", line, err)
	return nil
}
