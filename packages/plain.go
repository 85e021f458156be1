package packages

import "strings"

// PlainPURL reports, in a tenth of the time of ParsePURL, that a text is a canonical package URL without qualifiers: of one of the
// types that most packages are of, in lower-case letters, digits, points and hyphens, with any letters in its version. That
// it is not says nothing.
func PlainPURL(text string) bool {
	rest, ok := strings.CutPrefix(text, "pkg:")
	if !ok || len(text) > MaxPURLLength {
		return false
	}
	kind, rest, ok := strings.Cut(rest, "/")
	switch Ecosystem(kind) {
	case NPM, PyPI, Deb, RPM, Apk, Gem, Cargo, Golang:
	default:
		return false
	}
	path, version, versioned := strings.Cut(rest, "@")
	return ok && plainPath(path) && (!versioned || plainVersion(version))
}

func plainPath(path string) bool {
	letters := false // in the segment at hand
	for i := range len(path) {
		switch c := path[i]; {
		case c == '/':
			if !letters { // empty, or nothing but points and hyphens
				return false
			}
			letters = false
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			letters = true
		case c != '.' && c != '-':
			return false
		}
	}
	return letters
}

func plainVersion(version string) bool {
	for i := range len(version) {
		if c := version[i]; (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '.' && c != '-' {
			return false
		}
	}
	return version != ""
}
