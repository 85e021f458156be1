package spdx

import (
	"fmt"
	"math"

	"github.com/ospo-register/ospo/models"
)

// Limits bounds what one document may cost. Zero means the default of that limit; each one that is exceeded refuses
// the document with a models.Error of kind TooLarge.
type Limits struct {
	Bytes         int64 // of JSON, and of anything after unpacking: 512 MB
	TagValueBytes int64 // 64 MB
	MarkupBytes   int64 // of YAML, RDF and XML, whose readers hold the document in memory: 8 MB
	Packages      int   // 1,000,000
	Relationships int   // 5,000,000
	Depth         int   // of nested objects and lists: 200
	StringLength  int   // of one value, in bytes: 16 MB
	TextBytes     int   // of all licence texts that a document brings along: 64 MB; what is over is left out, not refused
}

func (l Limits) orDefault() Limits {
	setDefault(&l.Bytes, 512<<20)
	setDefault(&l.TagValueBytes, 64<<20)
	setDefault(&l.MarkupBytes, 8<<20)
	setDefault(&l.Packages, 1_000_000)
	setDefault(&l.Relationships, 5_000_000)
	setDefault(&l.Depth, 200)
	setDefault(&l.StringLength, 16<<20)
	setDefault(&l.TextBytes, 64<<20)
	l.Bytes = min(l.Bytes, math.MaxUint32) // offsets into the id table are 32 bits wide
	l.TagValueBytes = min(l.TagValueBytes, l.Bytes)
	l.MarkupBytes = min(l.MarkupBytes, l.Bytes)
	return l
}

func setDefault[N int | int64](limit *N, value N) {
	if *limit <= 0 {
		*limit = value
	}
}

func tooLarge(code, format string, args ...any) *models.Error {
	return models.Refuse(models.TooLarge, code, fmt.Sprintf(format, args...))
}

func tooManyBytes(limit int64) *models.Error {
	return tooLarge("sbom-too-large", "The document is larger than %s, the limit for its notation. Send it as SPDX JSON, split it, or ask the administrator to raise the limit.", size(limit))
}

func tooManyRelationships(limit int) *models.Error {
	return tooLarge("sbom-too-many-relationships", "The document has more than %d relationships. Leave out those to files, or ask the administrator to raise the limit.", limit)
}

func size(bytes int64) string {
	if bytes >= 1<<20 {
		return fmt.Sprintf("%d MB", bytes>>20)
	}
	return fmt.Sprintf("%d bytes", bytes)
}

// notAnSBOM refuses what holds no SPDX 2 document; why says what it is instead and what to do.
func notAnSBOM(why string) *models.Error {
	return models.Refuse(models.Invalid, "not-an-sbom", why)
}

// CodeOtherFormat is the code of refusing what is an SBOM, but in a format that this package does not read.
const CodeOtherFormat = "sbom-format-not-read"

// otherFormat refuses such a document; why names the format and says what to do.
func otherFormat(why string) *models.Error {
	return models.Refuse(models.Invalid, CodeOtherFormat, why)
}
