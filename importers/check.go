// Package importers answers what a document is and holds, whatever its format, without storing anything.
//
// An SBOM document is read by Read, a description of software (publiccode.yml, code.json, codemeta.json) by its own package; Check tells them apart.
//
// Each format has a package of its own below this one, which does the reading; here is only what is the same for all of
// them. Start with Check.
package importers

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"

	"github.com/ospo-register/ospo/importers/sbom"
	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/quality"
)

// Kind says what sort of document something is.
type Kind string

const (
	SBOM        Kind = "sbom"
	Description Kind = "description" // a publiccode.yml, code.json or codemeta.json
	Unknown     Kind = "unknown"
)

// CheckResult is what can be said of a document without a database.
type CheckResult struct {
	File          string // as named by the caller
	SHA256        string // of the bytes as they came, lower-case hex; "" when they could not be read to their end
	Kind          Kind
	Format        models.SBOMFormat // "" when refused
	Version       string            // of the format, as the document states it
	Packages      int
	Relationships int
	Licenses      int // distinct licences of the packages, declared or concluded, by canonical reading; NONE and NOASSERTION are none
	Verdict       models.SBOMVerdict
	Findings      []models.ReadFinding
	MoreFindings  int            // found, but not in Findings
	Tallies       []models.Tally // what the lists of package quality judge; none when refused

	// Of a description only. It is accepted when no remark is a failure, and refused otherwise, as a catalogue would.
	DescriptionFormat models.DescriptionFormat
	Descriptions      int                 // pieces of software that it describes
	Description       *models.Description // of the one piece of software; nil when nothing could be read, or more than one
	Remarks           []models.Remark     // by line
	Text              string              // of the file, in the lines that the remarks count
}

// Check reads a document and says what it found. It never fails: what cannot be read is refused, with one fatal finding.
func Check(name string, r io.Reader, lim sbom.Limits) CheckResult {
	return CheckIn(name, r, lim, nil)
}

// CheckIn is Check for a document whose repository is at hand: the files that a publiccode.yml names are looked for in the tree.
func CheckIn(name string, r io.Reader, lim sbom.Limits, tree fs.FS) CheckResult {
	result := CheckResult{File: name, Kind: Unknown, Verdict: models.Refused}
	digest := sha256.New()
	body := bufio.NewReaderSize(io.TeeReader(r, digest), headBytes)
	head, _ := body.Peek(headBytes) // what cannot be read shows when it is
	if result.DescriptionFormat = describes(name, head); result.DescriptionFormat != "" {
		result.describe(body, tree)
	} else {
		result.read(body, lim)
	}
	if _, drained := io.Copy(io.Discard, body); drained == nil {
		result.SHA256 = hex.EncodeToString(digest.Sum(nil))
	}
	return result
}

// headBytes is how much of a document tells what it is.
const headBytes = 64 << 10

func (c *CheckResult) read(body io.Reader, lim sbom.Limits) {
	licensed, meter := licenseCount{seen: map[string]bool{}, distinct: map[string]bool{}}, quality.NewMeter()
	doc, err := Read(body, lim, func(p *models.SBOMPackage) error {
		meter.Package(p)
		licensed.add(p.Declared)
		licensed.add(p.Concluded)
		return nil
	})
	if err != nil {
		c.refuse(err)
		return
	}
	c.Kind, c.Format, c.Version, c.Verdict = SBOM, doc.Format, doc.SpecVersion, doc.Verdict()
	c.Packages, c.Relationships, c.Licenses = doc.Packages, doc.Relations, len(licensed.distinct)
	c.Findings, c.MoreFindings, c.Tallies = doc.Findings, doc.MoreFindings, meter.Finish(doc)
}

// Described reports whether the document is a description and no SBOM.
func (c *CheckResult) Described() bool { return c.Kind == Description }

// Unreadable is the result for a document whose bytes could not be had.
func Unreadable(name string, err error) CheckResult {
	result := CheckResult{File: name, Kind: Unknown, Verdict: models.Refused}
	result.refuse(err)
	return result
}

func (c *CheckResult) refuse(err error) {
	finding := models.ReadFinding{Rule: "unreadable-file", Severity: models.Fatal, Message: "The file cannot be read: " + err.Error() + "."}
	var refusal *models.Error
	if errors.As(err, &refusal) {
		finding.Rule, finding.Message = refusal.Code, refusal.Detail
		if refusal.Kind == models.TooLarge || refusal.Code == sbom.CodeOtherFormat {
			c.Kind = SBOM
		}
	}
	c.Findings = []models.ReadFinding{finding}
}

// licenseCount counts licences by what they mean; each spelling is read once.
type licenseCount struct{ seen, distinct map[string]bool }

func (c *licenseCount) add(stated string) {
	if stated == "" || c.seen[stated] {
		return
	}
	c.seen[stated] = true
	switch reading := licenses.Read(stated); reading.Kind {
	case licenses.ReadExpression:
		c.distinct[reading.Canonical] = true
	case licenses.ReadUnreadable:
		c.distinct[reading.Stated] = true
	}
}
