package rdf

import (
	"regexp"
	"strings"
)

// reference cuts an IRI into scheme, authority, path, query and fragment: RFC 3986, appendix B. Signs outside of ASCII stay as they are (RFC 3987).
var reference = regexp.MustCompile(`(?s)^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$`)

// resolve makes an IRI absolute against a base: RFC 3986, 5.2. Without a base it stays as it is.
func resolve(base, ref string) string {
	r := reference.FindStringSubmatch(ref)
	if base == "" || r == nil || r[1] != "" {
		return ref
	}
	b := reference.FindStringSubmatch(base)
	if b == nil || b[1] == "" {
		return ref
	}
	hasAuthority := strings.HasPrefix(base[len(b[1])+1:], "//")
	authority, path, query := b[2], r[3], r[4]
	switch {
	case strings.HasPrefix(ref, "//"):
		hasAuthority, authority, path = true, r[2], withoutDots(path)
	case path == "":
		if path = b[3]; query == "" {
			query = b[4]
		}
	case path[0] == '/':
		path = withoutDots(path)
	case hasAuthority && b[3] == "":
		path = withoutDots("/" + path)
	default:
		path = withoutDots(b[3][:strings.LastIndexByte(b[3], '/')+1] + path)
	}
	if hasAuthority {
		authority = "//" + authority
	}
	return b[1] + ":" + authority + path + query + r[5]
}

// withoutDots is RFC 3986, 5.2.4.
func withoutDots(path string) string {
	rooted := strings.HasPrefix(path, "/")
	var out []string
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for i, part := range parts {
		last := i == len(parts)-1
		switch {
		case part == "..":
			out = out[:max(len(out)-1, 0)]
		case part != ".":
			out = append(out, part)
			continue
		}
		if last {
			out = append(out, "")
		}
	}
	joined := strings.Join(out, "/")
	if rooted {
		return "/" + joined
	}
	return joined
}
