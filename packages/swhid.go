package packages

import (
	"fmt"
	"regexp"
	"strings"
)

// SWHID is a Software Heritage identifier of an object in the archive. Source: ISO/IEC 18670, "SWHID specification", 1.2.
type SWHID struct {
	// Object is "cnt" (a file's content), "dir", "rev" (a commit), "rel" or "snp" (a snapshot).
	Object string
	// Hash is 40 hexadecimal digits in lower case.
	Hash string
	// Qualifiers are the context after the first ";", in the order given and as written; empty for a core identifier.
	Qualifiers []string
}

var swhidPattern = regexp.MustCompile(`^swh:1:(cnt|dir|rev|rel|snp):([0-9a-f]{40})$`)

// swhidQualifiers are the keys that a qualifier can have.
var swhidQualifiers = map[string]bool{"origin": true, "visit": true, "anchor": true, "path": true, "lines": true, "bytes": true}

// ParseSWHID checks a Software Heritage identifier, with or without qualifiers.
func ParseSWHID(text string) (SWHID, error) {
	if len(text) > MaxPURLLength {
		return SWHID{}, fmt.Errorf("the Software Heritage identifier has %d bytes; at most %d are read", len(text), MaxPURLLength)
	}
	parts := strings.Split(strings.TrimSpace(text), ";")
	match := swhidPattern.FindStringSubmatch(parts[0])
	if match == nil {
		return SWHID{}, fmt.Errorf("%q is not a Software Heritage identifier; write swh:1:, then cnt, dir, rev, rel or snp, a colon, and 40 hexadecimal digits in lower case", clip(text))
	}
	id := SWHID{Object: match[1], Hash: match[2]}
	for _, qualifier := range parts[1:] {
		key, value, found := strings.Cut(qualifier, "=")
		if !found || value == "" || !swhidQualifiers[key] {
			return SWHID{}, fmt.Errorf("%q is not a qualifier of a Software Heritage identifier; they are origin, visit, anchor, path, lines and bytes, each with = and a value", clip(qualifier))
		}
		id.Qualifiers = append(id.Qualifiers, qualifier)
	}
	return id, nil
}

// Core is the identifier without its qualifiers.
func (s SWHID) Core() string { return "swh:1:" + s.Object + ":" + s.Hash }

// String is the identifier with its qualifiers.
func (s SWHID) String() string {
	return strings.Join(append([]string{s.Core()}, s.Qualifiers...), ";")
}
