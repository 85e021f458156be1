package verdicts

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/policy"
)

// MostBytes is the largest verdict that is read.
const MostBytes = 32 << 20

// CodeChanged is the code of the field "digest" when a verdict was changed after it was made.
const CodeChanged = "digest-differs"

var hexDigest = regexp.MustCompile(`^[0-9a-f]{64}$`)

// ReadVerdict reads what Verdict.JSON wrote, in whatever layout it comes. The error is *models.Error: too large, or invalid with every mistake; when all that is wrong is that the
// digest does not fit, its field has the code CodeChanged. It does not say that the verdict is right: make it again and Compare.
func ReadVerdict(text []byte) (*Verdict, error) {
	if len(text) > MostBytes {
		return nil, models.Refuse(models.TooLarge, "verdict-too-large", "The file is larger than 32 MB; no verdict is.")
	}
	v := &Verdict{}
	if err := json.Unmarshal(text, v, json.RejectUnknownMembers(true)); err != nil {
		return nil, noVerdict(err)
	}
	if v.VerdictVersion != Format {
		return nil, models.Refuse(models.Invalid, "other-verdict-version", fmt.Sprintf("The verdict says verdictVersion %d; this program reads %d.", v.VerdictVersion, Format))
	}
	var m models.Mistakes
	v.check(&m)
	if in, err := Situate(v.Situation); err != nil {
		m.Include(err)
	} else {
		v.Situation = in.Given() // so that numbers and lists have the types of those that are made
	}
	if _, err := v.Words.ready(); err != nil {
		m.Include(err)
	}
	if m.Err() != nil {
		return nil, m.Err()
	}
	have, err := digest(text)
	if err != nil {
		return nil, noVerdict(err)
	}
	if have != v.Digest {
		m.Add("digest", CodeChanged, "The verdict was changed after it was made: its content has the digest "+have+".")
	}
	if m.Err() != nil {
		return nil, m.Err()
	}
	v.fill()
	return v, nil
}

// noVerdict says why a text cannot be read as a verdict, and where.
func noVerdict(err error) *models.Error {
	why, at := "it is no JSON document that can be read", jsontext.Pointer("")
	var syntax *jsontext.SyntacticError
	var meaning *json.SemanticError
	switch {
	case errors.As(err, &syntax):
		at = syntax.JSONPointer
		switch {
		case errors.Is(err, jsontext.ErrDuplicateName):
			why = "a member is there twice"
		case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
			why = "it ends too early"
		default:
			why = fmt.Sprintf("it is no valid JSON from byte %d on", syntax.ByteOffset)
		}
	case errors.As(err, &meaning):
		why, at = "a value is of the wrong kind or out of range", meaning.JSONPointer
		if errors.Is(err, json.ErrUnknownName) {
			why = "a verdict has no such member"
		}
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		why = "it ends too early"
	}
	if at != "" {
		why += fmt.Sprintf(", at %.200q", string(at))
	}
	return models.Refuse(models.Invalid, "not-a-verdict", "The file is no verdict of this program: "+why+". Send one as it was written.")
}

// fill makes lists of what was left out or null, as in a verdict that is made.
func (v *Verdict) fill() {
	if v.Words.Choices == nil {
		v.Words.Choices = []Choice{}
	}
	if v.Words.Conclusions == nil {
		v.Words.Conclusions = []Conclusion{}
	}
	if v.Findings == nil {
		v.Findings = []Finding{}
	}
	for i := range v.Findings {
		if v.Findings[i].Components == nil {
			v.Findings[i].Components = []Component{}
		}
	}
}

func (v *Verdict) check(m *models.Mistakes) {
	oneOf(m, "verdict", v.Verdict, licenses.Verdicts())
	oneOf(m, "subject.kind", v.Subject.Kind, []Kind{SBOM, PURLs, Expression})
	sha256In(m, "digest", v.Digest)
	sha256In(m, "subject.sha256", v.Subject.SHA256)
	sha256In(m, "licenseList.digest", v.LicenseList.Digest)
	sha256In(m, "program", v.Program)
	if len(v.Policies) == 0 {
		m.Add("policies", "required", "Name the policies that judged.")
	}
	for i, p := range v.Policies {
		sha256In(m, fmt.Sprintf("policies[%d].digest", i), p.Digest)
	}
	for _, counts := range []struct {
		name string
		Counts
	}{{"packages", v.Packages}, {"expressions", v.Expressions}} {
		if !slices.Equal(sortedKeys(counts.Counts), slices.Sorted(slices.Values(licenses.Verdicts()))) {
			m.Add(counts.name, "bad-counts", "Give a number for every verdict, and for nothing else.")
		}
		for _, verdict := range sortedKeys(counts.Counts) {
			notNegative(m, counts.name+"."+string(verdict), counts.Counts[verdict])
		}
	}
	notNegative(m, "subject.packages", v.Subject.Packages)
	notNegative(m, "moreFindings", v.MoreFindings)
	for i, f := range v.Findings {
		field := fmt.Sprintf("findings[%d]", i)
		oneOf(m, field+".verdict", f.Verdict, licenses.Verdicts())
		oneOf(m, field+".says", f.Says, licenses.Verdicts())
		oneOf(m, field+".severity", f.Severity, policy.Severities())
		notNegative(m, field+".packages", f.Packages)
		notNegative(m, field+".moreComponents", f.MoreComponents)
	}
}

func oneOf[T ~string](m *models.Mistakes, field string, value T, all []T) {
	if !slices.Contains(all, value) {
		m.Add(field, "unknown-value", fmt.Sprintf("%q is not known here. Known are %v.", value, all))
	}
}

func sha256In(m *models.Mistakes, field, value string) {
	if !hexDigest.MatchString(value) {
		m.Add(field, "bad-digest", "Give a SHA-256 as 64 digits 0–9 and a–f.")
	}
}

func notNegative(m *models.Mistakes, field string, value int) {
	if value < 0 {
		m.Add(field, "negative", "Give 0 or more.")
	}
}

func sortedKeys[K ~string, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
