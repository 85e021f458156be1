package spdx

import (
	"strconv"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// agent reads "Organization: ACME (info@acme.test)". The mail address is given apart; rule is "" or the finding deserved.
func agent(text string) (kind, name, email, rule string) {
	text = strings.TrimSpace(text)
	kind, rest, found := strings.Cut(text, ":")
	kind = strings.ToLower(strings.TrimSpace(kind))
	if !found || (kind != "organization" && kind != "person" && kind != "tool") {
		kind, rest, rule = "", text, "form"
	}
	name = strings.TrimSpace(rest)
	if kind == "tool" {
		return kind, name, "", rule
	}
	for _, brackets := range []string{"()", "<>"} {
		open := strings.LastIndexByte(name, brackets[0])
		if open < 0 || name[len(name)-1] != brackets[1] {
			continue
		}
		if inside := strings.TrimSpace(name[open+1 : len(name)-1]); inside == "" || strings.Contains(inside, "@") || brackets == "()" && rule == "" {
			name, email = strings.TrimSpace(name[:open]), inside
		}
	}
	return kind, name, email, rule
}

// party reads a supplier or originator.
func (b *builder) party(text string, place place, field string) string {
	if text == "" || text == "NOASSERTION" {
		return ""
	}
	if name, ok := b.parties[text]; ok {
		return name
	}
	kind, name, _, rule := agent(text)
	switch {
	case strings.EqualFold(text, "NONE"), strings.EqualFold(text, "NOASSERTION"):
		b.notes.add("bad-supplier", place.of(field), "The %s is %s, which SPDX does not have here; it was read as unknown.", field, quote(text))
		return ""
	case name == "":
		b.notes.add("bad-supplier", place.of(field), "The %s %s has no name; it was read as unknown.", field, quote(text))
		return ""
	case rule != "" || kind == "tool":
		b.notes.add("bad-supplier", place.of(field), "The %s %s does not begin with Organization: or Person:; %s was taken as its name.", field, quote(text), quote(name))
	}
	if strings.EqualFold(name, "NOASSERTION") {
		return ""
	}
	if rule == "" && kind != "tool" && len(b.parties) < 4096 {
		b.parties[text] = name
	}
	return name
}

// creator reads one line of creationInfo.creators.
func (b *builder) creator(text, pointer string) {
	if strings.TrimSpace(text) == "" {
		b.notes.add("empty-value", pointer, "A creator is empty; it was passed over.")
		return
	}
	kind, name, email, rule := agent(text)
	if rule != "" {
		b.notes.add("creator-without-type", pointer, "The creator %s does not begin with Tool:, Organization: or Person:; it was kept as it stands.", quote(text))
	}
	if name == "" {
		b.notes.add("empty-value", pointer, "The creator %s has no name; it was passed over.", quote(text))
		return
	}
	b.doc.Creators = append(b.doc.Creators, models.Creator{Kind: kind, Name: name, Email: email})
}

// dateForms are the forms in which dates are met besides the one of SPDX 2.3, 6.9 (YYYY-MM-DDThh:mm:ssZ), which is the first.
var dateForms = []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700 MST", "2006-01-02 15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02", time.RFC1123, time.RFC1123Z}

func (b *builder) created(text, pointer string) {
	text = strings.TrimSpace(text)
	for _, form := range dateForms {
		at, err := time.Parse(form, text)
		if err != nil || at.Year() < 1980 || at.Year() > 9998 {
			continue
		}
		at = at.UTC()
		b.doc.IssuedAt = &at
		if len(text) != len("2006-01-02T15:04:05Z") || text[len(text)-1] != 'Z' {
			b.notes.add("date-form", pointer, "The date of creation %s was read as %s.", quote(text), at.Format(time.RFC3339))
		}
		return
	}
	b.notes.add("bad-date", pointer, "The date of creation %s cannot be read; it was left out.", quote(text))
}

// digestLengths has the hexadecimal digits of each algorithm of SPDX 2.3, 7.10; 0 when the length is free.
var digestLengths = map[string]int{
	"SHA1": 40, "SHA224": 56, "SHA256": 64, "SHA384": 96, "SHA512": 128, "SHA3-256": 64, "SHA3-384": 96, "SHA3-512": 128,
	"BLAKE2B-256": 64, "BLAKE2B-384": 96, "BLAKE2B-512": 128, "BLAKE3": 0, "MD2": 32, "MD4": 32, "MD5": 32, "MD6": 0, "ADLER32": 8,
}

// checksum reads the digest of that index and reports whether it is sound.
func (b *builder) checksum(stated statedChecksum, place place, index int) (models.Checksum, bool) {
	algorithm, value := stated.algorithm, stated.value
	name, known := digestName(algorithm)
	digest := value
	if !isHex(digest) {
		digest = strings.ToLower(strings.TrimSpace(value))
	}
	if length := digestLengths[name]; !isHex(digest) || len(digest) == 0 || (length > 0 && len(digest) != length) {
		b.notes.add("bad-checksum", place.of("checksums/"+strconv.Itoa(index)), "%s is no %s digest; it was left out.", quote(value), name)
		return models.Checksum{}, false
	}
	if !known {
		b.notes.add("unknown-checksum-algorithm", place.of("checksums/"+strconv.Itoa(index)), "SPDX has no checksum algorithm %s; the digest was kept as stated.", quote(algorithm))
	}
	return models.Checksum{Algorithm: name, Hex: digest}, true
}

// digestName brings SHA-256, sha256 and checksumAlgorithm_sha256 to SHA256.
func digestName(algorithm string) (name string, known bool) {
	if _, known := digestLengths[algorithm]; known {
		return algorithm, true
	}
	name = strings.ToUpper(strings.TrimSpace(algorithm[strings.LastIndexByte(algorithm, '_')+1:]))
	if strings.HasPrefix(strings.ToUpper(algorithm), "SHA3_") || strings.HasPrefix(strings.ToUpper(algorithm), "BLAKE2B_") {
		name = strings.ToUpper(strings.ReplaceAll(algorithm, "_", "-"))
	}
	if _, known := digestLengths[name]; known {
		return name, true
	}
	if short := strings.Replace(name, "SHA-", "SHA", 1); digestLengths[short] > 0 {
		return short, true
	}
	if name == "" {
		name = "UNKNOWN"
	}
	return name, false
}

func isHex(text string) bool {
	for i := range len(text) {
		if c := text[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// version reads versionInfo: a range is no version, and package managers write "= 1.2" for an exact one.
func (b *builder) version(text string, place place) string {
	text = strings.TrimSpace(text)
	if text == "NOASSERTION" || text == "NONE" {
		return ""
	}
	if bare := strings.TrimSpace(strings.TrimLeft(text, "=")); len(bare) < len(text) && bare != "" && !isRange(bare) {
		b.notes.add("version-operator", place.of("versionInfo"), "The version %s was read as %s.", quote(text), quote(bare))
		return bare
	}
	if isRange(text) {
		b.notes.add("version-range", place.of("versionInfo"), "%s is a range, not a version; it was kept as text.", quote(text))
	}
	return text
}

func isRange(version string) bool {
	if version == "" {
		return false
	}
	if from, to, found := strings.Cut(version, " - "); found && startsWithDigit(from) && startsWithDigit(to) && !strings.Contains(from+to, " ") {
		return true
	}
	bracketed := strings.IndexByte("[(", version[0]) >= 0 && strings.IndexByte("])", version[len(version)-1]) >= 0
	return strings.IndexByte("<>^~*!=", version[0]) >= 0 || strings.Contains(version, "||") || strings.ContainsAny(version, "<>") ||
		(bracketed && strings.Contains(version, ",")) || strings.HasSuffix(version, ".*") || strings.HasSuffix(version, ".x")
}

func startsWithDigit(text string) bool { return text != "" && text[0] >= '0' && text[0] <= '9' }

// purposes are those of SPDX 2.3, 7.24.
var purposes = map[string]string{
	"APPLICATION": "APPLICATION", "FRAMEWORK": "FRAMEWORK", "LIBRARY": "LIBRARY", "CONTAINER": "CONTAINER", "OPERATING-SYSTEM": "OPERATING-SYSTEM",
	"OPERATING_SYSTEM": "OPERATING-SYSTEM", "OPERATINGSYSTEM": "OPERATING-SYSTEM", "DEVICE": "DEVICE", "FIRMWARE": "FIRMWARE", "SOURCE": "SOURCE",
	"ARCHIVE": "ARCHIVE", "FILE": "FILE", "INSTALL": "INSTALL", "OTHER": "OTHER",
}

func (b *builder) purpose(text string, place place) string {
	if text == "" {
		return ""
	}
	if purpose, ok := purposes[text]; ok {
		return purpose
	}
	purpose, ok := purposes[strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(text)), "PURPOSE_")]
	if !ok {
		b.notes.add("unknown-purpose", place.of("primaryPackagePurpose"), "%s is not a purpose that SPDX has; it was left out.", quote(text))
	}
	return purpose
}

// cut shortens a text to so many characters.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	n := 0
	for i := range text {
		if n == most {
			return strings.Clone(text[:i])
		}
		n++
	}
	return text
}
