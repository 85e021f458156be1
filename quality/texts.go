package quality

import (
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/packages"
)

// longestPlaceholder bounds the texts that are compared with the placeholders.
const longestPlaceholder = len("[not provided]")

// said tells a value from a placeholder and from nothing.
func said(text string) outcome {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return missing
	case len(text) <= longestPlaceholder && isPlaceholder(text):
		return unknown
	}
	return value
}

// isPlaceholder finds the words that people and programs write in place of something they do not know.
func isPlaceholder(text string) bool {
	switch text[0] | 0x20 {
	case 'n':
		return strings.EqualFold(text, "NOASSERTION") || strings.EqualFold(text, "n/a") || strings.EqualFold(text, "null") ||
			strings.EqualFold(text, "not provided") || strings.EqualFold(text, "not known")
	case 'u':
		return strings.EqualFold(text, "unknown") || strings.EqualFold(text, "unspecified") || strings.EqualFold(text, "undefined")
	case '[' | 0x20, '(', '<':
		return len(text) > 2 && text[1] != '[' && text[1] != '(' && text[1] != '<' && isPlaceholder(text[1:len(text)-1])
	}
	return false
}

// or takes the stated unless the format's own word for "not known" was found in its place.
func or(stated outcome, flags, flag models.Unknown) outcome {
	if stated == missing && flags&flag != 0 {
		return unknown
	}
	return stated
}

// versionOf tells one version from a range of them.
func versionOf(text string) outcome {
	text = strings.TrimSpace(text)
	o := said(text)
	switch {
	case text == "(devel)":
		return unknown // what Go writes for a module that was built outside its repository
	case o == value && !namesOne(text):
		return missing
	}
	return o
}

// namesOne reports whether a text can be one version: it is no range, no variable that was not filled in and no moving name.
func namesOne(text string) bool {
	switch text[0] {
	case '^', '~', '<', '>', '=', '!', '[', '(', '*', '|', '$', '@', '%', '{':
		return false
	case 'l', 'L':
		if strings.EqualFold(text, "latest") {
			return false
		}
	case 'v', 'V':
		if len(text) > 5 && strings.EqualFold(text[:5], "vers:") {
			return false
		}
	}
	last := len(text) - 1
	if last > 0 && text[last-1] == '.' && (text[last] == 'x' || text[last] == 'X' || text[last] == '*') {
		return false
	}
	for i := range last {
		switch text[i] {
		case '|':
			if text[i+1] == '|' {
				return false
			}
		case '$':
			if text[i+1] == '{' {
				return false
			}
		case ' ':
			switch text[i+1] {
			case '<', '>', '-', '|':
				return false
			}
		case ',':
			if c := text[i+1]; c == '<' || c == '>' || c == '!' || c == ' ' {
				return false
			}
		}
	}
	return true
}

// algorithm is what is known of a digest.
type algorithm struct {
	digits int  // hexadecimal
	holds  bool // no collisions are known, and the IANA registry of named information hash algorithms or of hash function textual names has it
}

// algorithms has every spelling of SPDX and CycloneDX. SPDX 2.3, 7.10; CycloneDX 1.6, hash-alg; RFC 6920.
var algorithms = map[string]algorithm{
	"MD2": {32, false}, "MD4": {32, false}, "MD5": {32, false}, "MD6": {0, false}, "ADLER32": {8, false}, "SHA1": {40, false},
	"SHA224": {56, true}, "SHA256": {64, true}, "SHA384": {96, true}, "SHA512": {128, true},
	"SHA3224": {56, true}, "SHA3256": {64, true}, "SHA3384": {96, true}, "SHA3512": {128, true},
	"BLAKE2B256": {64, true}, "BLAKE2B384": {96, false}, "BLAKE2B512": {128, true}, "BLAKE2S256": {64, true}, "BLAKE3": {0, false},
	"SM3": {64, false}, "STREEBOG256": {64, false}, "STREEBOG512": {128, false},
}

// algorithmNamed finds an algorithm however its name is punctuated: SHA256, SHA-256, sha3_512.
func algorithmNamed(name string) (algorithm, bool) {
	switch name {
	case "SHA1":
		return algorithm{40, false}, true
	case "SHA256":
		return algorithm{64, true}, true
	case "SHA512":
		return algorithm{128, true}, true
	}
	var plain [16]byte
	n := 0
	for i := range len(name) {
		c := name[i]
		switch {
		case c == '-' || c == '_' || c == ' ':
			continue
		case c >= 'a' && c <= 'z':
			c -= 0x20
		}
		if n == len(plain) {
			return algorithm{}, false
		}
		plain[n] = c
		n++
	}
	a, ok := algorithms[string(plain[:n])]
	return a, ok
}

// digests judges the checksums of a package: any that is well formed, one that holds, one by SHA-512.
func digests(sums []models.Checksum) (hash, strong, sha512 outcome) {
	for i := range sums {
		a, ok := algorithmNamed(sums[i].Algorithm)
		if !ok || !isHex(sums[i].Hex) || a.digits != 0 && len(sums[i].Hex) != a.digits {
			continue
		}
		hash = value
		if !a.holds {
			continue
		}
		strong = value
		if a.digits == 128 && (sums[i].Algorithm == "SHA512" || strings.EqualFold(sums[i].Algorithm, "SHA-512")) {
			sha512 = value
		}
	}
	return hash, strong, sha512
}

// hexDigit tells hexadecimal digits from other bytes; documents have them by the million.
var hexDigit = func() (is [256]bool) {
	for _, c := range []byte("0123456789abcdefABCDEF") {
		is[c] = true
	}
	return is
}()

func isHex(text string) bool {
	for i := range len(text) {
		if !hexDigit[text[i]] {
			return false
		}
	}
	return len(text) >= 8 && len(text)%2 == 0
}

// isIdentified reports whether one identifier of the package can be read.
func isIdentified(p *models.SBOMPackage) bool {
	if p.PURL != "" && (isPlainPURL(p.PURL) || isPURL(p.PURL)) {
		return true
	}
	for i := range p.Identifiers {
		if isIdentifier(p.Identifiers[i]) {
			return true
		}
	}
	for _, cpe := range p.CPEs {
		if _, err := packages.ParseCPE(cpe); err == nil {
			return true
		}
	}
	return false
}

func isPURL(text string) bool {
	_, err := packages.ParsePURL(text)
	return err == nil
}

// isPlainPURL reports that a text begins as a package URL does: scheme, type and the beginning of a name. Readers have read it
// once and keep it in its canonical form, so that reading it again can be spared.
func isPlainPURL(text string) bool {
	const scheme = "pkg:"
	if len(text) <= len(scheme) || text[:len(scheme)] != scheme || text[len(text)-1] == '/' {
		return false
	}
	for i := len(scheme); i < len(text); i++ {
		c := text[i]
		switch {
		case c == '/':
			next := i + 1
			return i > len(scheme) && text[next] != '/' && text[next] != '@' && text[next] != '?' && text[next] != '#' && text[next] != ' '
		case (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '-' && c != '+':
			return false
		}
	}
	return false
}

func isIdentifier(id models.Identifier) bool {
	v := strings.TrimSpace(id.Value)
	if said(v) != value {
		return false
	}
	switch strings.ToLower(id.Scheme) {
	case "swhid":
		_, err := packages.ParseSWHID(v)
		return err == nil
	case "gitoid", "omnibor":
		return isGitOID(v)
	case "uuid":
		return isUUID(strings.TrimPrefix(strings.ToLower(v), "urn:uuid:"))
	case "swid":
		return true // a tag id is any text
	}
	return false
}

// isGitOID reads gitoid:blob:sha256:… and the bare digest that OmniBOR documents have.
func isGitOID(text string) bool {
	if rest, ok := strings.CutPrefix(text, "gitoid:"); ok {
		kind, digest, ok := strings.Cut(rest, ":")
		if !ok || kind != "blob" && kind != "tree" && kind != "commit" && kind != "tag" {
			return false
		}
		algorithm, hex, ok := strings.Cut(digest, ":")
		return ok && isHex(hex) && (algorithm == "sha1" && len(hex) == 40 || algorithm == "sha256" && len(hex) == 64)
	}
	return isHex(text) && (len(text) == 40 || len(text) == 64)
}

// isUUID reads a lower-case UUID other than the one of zeros alone.
func isUUID(text string) bool {
	if len(text) != 36 || text == "00000000-0000-0000-0000-000000000000" {
		return false
	}
	for i := range len(text) {
		c := text[i]
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
		} else if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// isAddress reports whether a text has an address in it: a scheme with "://", or git's short form.
func isAddress(text string) bool {
	return strings.Contains(text, "://") || strings.HasPrefix(text, "git@") || strings.HasPrefix(text, "git+")
}
