package dossier

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Read reads a document as Bytes writes it, of this version of the notation. What it does not know it leaves out.
func Read(text []byte) (*Document, error) {
	var d Document
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, fmt.Errorf("reading the public document of a decision: %w", err)
	}
	if d.Format != Format {
		return nil, fmt.Errorf("the document is of the notation %q; this program reads %s", d.Format, Format)
	}
	return &d, nil
}

// UnmarshalJSON reads what is told, or that it is withheld.
func (t *Told[T]) UnmarshalJSON(text []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		var h Held
		if err := json.Unmarshal(text, &h); err == nil && h.Withheld {
			t.Held = &h
			return nil
		}
	}
	t.Value = new(T)
	return json.Unmarshal(text, t.Value)
}
