package sbom

import (
	"fmt"
	"math"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Limits bounds what one document may cost. Zero means the default of that limit; each one that is exceeded refuses
// the document with a models.Error of kind TooLarge and a code of its own:
//
//	sbom-too-large               Bytes, TagValueBytes, MarkupBytes
//	sbom-unpacked-too-large      the same, of a file that came packed
//	sbom-packed-too-wide         a packed file asks for more than 64 MB to be unpacked
//	sbom-too-many-packages       Packages
//	sbom-too-many-relationships  Relationships
//	sbom-too-deep                Depth
//	sbom-string-too-long         StringLength
//	sbom-took-too-long           Time
//	sbom-holds-too-much          HeldBytes
type Limits struct {
	Bytes         int64         // of JSON, and of anything after unpacking: 512 MB
	TagValueBytes int64         // 64 MB
	MarkupBytes   int64         // of YAML, RDF and XML, whose readers hold the document in memory: 8 MB
	Packages      int           // 1,000,000
	Relationships int           // 5,000,000
	Depth         int           // of nested objects and lists: 200
	StringLength  int           // of one value, in bytes: 16 MB
	Time          time.Duration // from the first byte read to the last: 10 minutes
	HeldBytes     int64         // of what a reader must keep compressed until the end of the document: 256 MB
	TextBytes     int           // of all licence texts that a document brings along: 64 MB; what is over is left out, not refused
}

func (l Limits) OrDefault() Limits {
	setDefault(&l.Bytes, 512<<20)
	setDefault(&l.TagValueBytes, 64<<20)
	setDefault(&l.MarkupBytes, 8<<20)
	setDefault(&l.Packages, 1_000_000)
	setDefault(&l.Relationships, 5_000_000)
	setDefault(&l.Depth, 200)
	setDefault(&l.StringLength, 16<<20)
	setDefault(&l.HeldBytes, 256<<20)
	setDefault(&l.TextBytes, 64<<20)
	setDefault(&l.Time, 10*time.Minute)
	l.Bytes = min(l.Bytes, math.MaxUint32) // offsets into the id table are 32 bits wide
	l.TagValueBytes = min(l.TagValueBytes, l.Bytes)
	l.MarkupBytes = min(l.MarkupBytes, l.Bytes)
	return l
}

func (l Limits) deadline() time.Time { return time.Now().Add(l.Time) }

func setDefault[N int | int64 | time.Duration](limit *N, value N) {
	if *limit <= 0 {
		*limit = value
	}
}

// TooLarge refuses what exceeds a limit.
func TooLarge(code, format string, args ...any) *models.Error {
	return models.Refuse(models.TooLarge, code, fmt.Sprintf(format, args...))
}

func tooManyBytes(limit int64) *models.Error {
	return TooLarge("sbom-too-large", "The document is larger than %s, the limit for its notation. Send it as SPDX JSON, split it, or ask the administrator to raise the limit.", Size(limit))
}

// TooManyPackages refuses a document with more than limit packages.
func TooManyPackages(limit int) *models.Error {
	return TooLarge("sbom-too-many-packages", "The document has more than %d packages. Split it, or ask the administrator to raise the limit.", limit)
}

// TooMuchHeld refuses a document of which more than limit bytes would have to be kept in memory.
func TooMuchHeld(limit int64) *models.Error {
	return TooLarge("sbom-holds-too-much", "What the packages and files of the document state is larger than %s even when compressed. Split it, or ask the administrator to raise the limit.", Size(limit))
}

// TooManyRelationships refuses a document with more than limit relationships.
func TooManyRelationships(limit int) *models.Error {
	return TooLarge("sbom-too-many-relationships", "The document has more than %d relationships. Leave out those to files, or ask the administrator to raise the limit.", limit)
}

// Size writes a number of bytes for people.
func Size(bytes int64) string {
	if bytes >= 1<<20 {
		return fmt.Sprintf("%d MB", bytes>>20)
	}
	return fmt.Sprintf("%d bytes", bytes)
}

// NotAnSBOM refuses what holds no SBOM; why says what it is instead and what to do.
func NotAnSBOM(why string) *models.Error {
	return models.Refuse(models.Invalid, "not-an-sbom", why)
}

// CodeOtherFormat is the code of refusing what is an SBOM, but in a format that no reader knows.
const CodeOtherFormat = "sbom-format-not-read"

// OtherFormat refuses such a document; why names the format and says what to do.
func OtherFormat(why string) *models.Error {
	return models.Refuse(models.Invalid, CodeOtherFormat, why)
}
