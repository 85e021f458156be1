package sbom

import (
	"strconv"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// dateForms are the forms in which dates are met besides the one of SPDX 2.3, 6.9 (YYYY-MM-DDThh:mm:ssZ), which is the first.
var dateForms = []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 -0700 MST", "2006-01-02 15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02", time.RFC1123, time.RFC1123Z}

// Created reads the date of creation of the document.
func (b *Builder) Created(text, pointer string) {
	text = strings.TrimSpace(text)
	for _, form := range dateForms {
		at, err := time.Parse(form, text)
		if err != nil || at.Year() < 1980 || at.Year() > 9998 {
			continue
		}
		at = at.UTC()
		b.Doc.IssuedAt = &at
		if (!b.Words.Offsets || form != time.RFC3339) && (len(text) != len("2006-01-02T15:04:05Z") || text[len(text)-1] != 'Z') {
			b.Notes.Add("date-form", pointer, "The date of creation %s was read as %s.", Quote(text), at.Format(time.RFC3339))
		}
		return
	}
	b.Notes.Add("bad-date", pointer, "The date of creation %s cannot be read; it was left out.", Quote(text))
}

// digestLengths has the hexadecimal digits of each algorithm of SPDX 2.3, 7.10; 0 when the length is free.
var digestLengths = map[string]int{
	"SHA1": 40, "SHA224": 56, "SHA256": 64, "SHA384": 96, "SHA512": 128, "SHA3-224": 56, "SHA3-256": 64, "SHA3-384": 96, "SHA3-512": 128,
	"BLAKE2B-256": 64, "BLAKE2B-384": 96, "BLAKE2B-512": 128, "BLAKE3": 0, "MD2": 32, "MD4": 32, "MD5": 32, "MD6": 0, "ADLER32": 8, "STREEBOG-256": 64, "STREEBOG-512": 128,
}

// checksum reads the digest of that index and reports whether it is sound.
func (b *Builder) checksum(stated StatedChecksum, place Place, index int) (models.Checksum, bool) {
	algorithm, value := stated.Algorithm, stated.Value
	name, known := DigestName(algorithm)
	digest, sound := value, IsDigest(name, value)
	if !sound {
		digest = strings.ToLower(strings.TrimSpace(value))
		sound = IsDigest(name, digest)
	}
	if !sound {
		b.Notes.Add("bad-checksum", place.Of(b.Words.Checksums+"/"+strconv.Itoa(index)), "%s is no %s digest; it was left out.", Quote(value), name)
		return models.Checksum{}, false
	}
	if !known {
		b.Notes.Add("unknown-checksum-algorithm", place.Of(b.Words.Checksums+"/"+strconv.Itoa(index)), "%s has no checksum algorithm %s; the digest was kept as stated.", b.Words.Format, Quote(algorithm))
	}
	return models.Checksum{Algorithm: name, Hex: digest}, true
}

// DigestName brings SHA-256, sha256 and checksumAlgorithm_sha256 to SHA256.
func DigestName(algorithm string) (name string, known bool) {
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
	if dashed := strings.Replace(name, "BLAKE2B", "BLAKE2B-", 1); digestLengths[dashed] > 0 {
		return dashed, true
	}
	if short := strings.Replace(name, "SHA-", "SHA", 1); digestLengths[short] > 0 {
		return short, true
	}
	if name == "" {
		name = "UNKNOWN"
	}
	return name, false
}

// IsDigest reports whether a text is a digest of the algorithm, by length and letters.
func IsDigest(algorithm, text string) bool {
	length := digestLengths[algorithm]
	return isHex(text) && text != "" && (length == 0 || len(text) == length)
}

func isHex(text string) bool {
	for i := range len(text) {
		if !hexDigits[text[i]] {
			return false
		}
	}
	return true
}

// hexDigits has the lower-case digits: documents bring digests by the hundred thousand.
var hexDigits = func() (is [256]bool) {
	for _, c := range []byte("0123456789abcdef") {
		is[c] = true
	}
	return is
}()

// version reads versionInfo: a range is no version, and package managers write "= 1.2" for an exact one.
func (b *Builder) version(text string, place Place) string {
	text = strings.TrimSpace(text)
	if text == "NOASSERTION" || text == "NONE" {
		return ""
	}
	if bare := strings.TrimSpace(strings.TrimLeft(text, "=")); len(bare) < len(text) && bare != "" && !IsRange(bare) {
		b.Notes.Add("version-operator", place.Of(b.Words.Version), "The version %s was read as %s.", Quote(text), Quote(bare))
		return bare
	}
	if IsRange(text) {
		b.Notes.Add("version-range", place.Of(b.Words.Version), "%s is a range, not a version; it was kept as text.", Quote(text))
	}
	return text
}

// IsRange reports whether a version is a range of versions.
func IsRange(version string) bool {
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

// Cut shortens a text to so many characters.
func Cut(text string, most int) string {
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
