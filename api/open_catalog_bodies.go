package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/mail"
	"net/url"
	"regexp"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// mostCatalogBody bounds a body of the Open Catalog API: two texts of 99,999 characters, however they are written.
const mostCatalogBody = 2 << 20

// body reads the whole of what was sent.
func (a *api) catalogBody(x *catalogCall) ([]byte, error) {
	raw, err := io.ReadAll(io.LimitReader(a.paced(x.c.Writer, x.c.Request.Body), mostCatalogBody+1))
	var ours *models.Error
	switch {
	case errors.As(err, &ours):
		return nil, err
	case err != nil:
		return nil, catalogRefusal(http.StatusBadRequest, "The body did not arrive whole. Send it again.")
	case len(raw) > mostCatalogBody:
		return nil, catalogRefusal(http.StatusRequestEntityTooLarge, "The body is larger than 2 MB.")
	}
	return raw, nil
}

// checked is what is sent of a noun.
type checked interface{ check(m *catalogMistakes) }

// readCatalogBody reads a body and reports every mistake in it.
func readCatalogBody(a *api, x *catalogCall, into checked) error {
	raw, err := a.catalogBody(x)
	if err != nil {
		return err
	}
	if err := strictly(raw, into); err != nil {
		return err
	}
	return mistakesOf(into)
}

func mistakesOf(in checked) error {
	var m catalogMistakes
	in.check(&m)
	return m.err()
}

// strictly reads one JSON value whose members are all known.
func strictly(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if err == nil {
		if _, more := d.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("more follows")
		}
	}
	switch {
	case err == nil:
		return nil
	case strings.HasPrefix(err.Error(), "json: unknown field "):
		return catalogRefusal(http.StatusUnprocessableEntity, "unknown field in JSON input: "+strings.TrimPrefix(err.Error(), "json: unknown field "))
	}
	return catalogRefusal(http.StatusBadRequest, "invalid or malformed JSON")
}

// catalogMistakes collects what is wrong, by the rules of the Open Catalog API.
type catalogMistakes struct{ list []catalogMistake }

func (m *catalogMistakes) add(field, rule, value string) {
	if r := []rune(value); len(r) > 255 {
		value = string(r[:255])
	}
	m.list = append(m.list, catalogMistake{Field: field, Rule: rule, Value: value})
}

var catalogSentences = map[string]string{"required": " is required", "email": " is not a valid email", "min": " does not meet its size limits (too short)", "max": " does not meet its size limits (too long)",
	"gt": " does not meet its size limits (too few items)", "code_hosting_url": " is not a valid public http(s) URL"}

func (m *catalogMistakes) err() error {
	if len(m.list) == 0 {
		return nil
	}
	said := make([]string, len(m.list))
	for i, e := range m.list {
		sentence := catalogSentences[e.Rule]
		if sentence == "" {
			sentence = " is invalid"
		}
		said[i] = e.Field + sentence
	}
	return &catalogProblem{Status: http.StatusUnprocessableEntity, Detail: "invalid format: " + strings.Join(said, ", "), ValidationErrors: m.list[:min(len(m.list), mostCatalogMistakes)]}
}

func (m *catalogMistakes) required(field, value string) bool {
	if strings.TrimSpace(value) == "" {
		m.add(field, "required", value)
		return false
	}
	return true
}

func (m *catalogMistakes) most(field, value string, most int) {
	if len(value) > most && len([]rune(value)) > most {
		m.add(field, "max", value)
	}
}

func (m *catalogMistakes) url(field, value string, most int) {
	if !m.required(field, value) {
		return
	}
	if models.CheckAddress(value) != nil {
		m.add(field, "url", value)
	}
	m.most(field, value, most)
}

func (m *catalogMistakes) mail(field, value string) {
	if addr, err := mail.ParseAddress(value); value != "" && (err != nil || addr.Address != value) {
		m.add(field, "email", value)
	}
}

var fullName = regexp.MustCompile(`^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]\.?$`)

// hosting asks for an address that crawlers of others can reach: by a full name, not by a number.
func (m *catalogMistakes) hosting(field, value string) {
	if !m.required(field, value) {
		return
	}
	u, err := url.Parse(value)
	switch {
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "":
		m.add(field, "http_url", value)
	case !fullName.MatchString(u.Hostname()):
		m.add(field, "code_hosting_url", value)
	default:
		m.most(field, value, 255)
	}
}

// catalogPatch is a change of something that is told: a merge patch (RFC 7396), or a JSON patch (RFC 6902).
type catalogPatch struct {
	raw        []byte
	operations []operation // of a JSON patch
}

// immutable are the fields that no patch may change or read from; a test may name them.
var immutable = []string{"id", "createdAt", "updatedAt", "catalogId"}

// readCatalogPatch reads a patch of a noun; known is an empty one.
func readCatalogPatch(a *api, x *catalogCall, known any) (*catalogPatch, error) {
	raw, err := a.catalogBody(x)
	if err != nil {
		return nil, err
	}
	kind, _, _ := mime.ParseMediaType(x.c.GetHeader("Content-Type"))
	if kind == "application/json-patch+json" {
		ops, err := readOperations(raw, immutable)
		return &catalogPatch{operations: ops}, err
	}
	if !bytes.HasPrefix(bytes.TrimSpace(raw), []byte("{")) {
		return nil, catalogRefusal(http.StatusBadRequest, "invalid or malformed JSON")
	}
	return &catalogPatch{raw: raw}, strictly(raw, known)
}

// apply brings the patch to what is told now, with its fields that cannot be changed, and reads what comes of it.
func (p *catalogPatch) apply(told any, into checked) error {
	before, err := json.Marshal(told)
	if err != nil {
		return err
	}
	var doc, change any
	if err := exactly(before, &doc); err != nil {
		return err
	}
	if p.raw != nil {
		if err := exactly(p.raw, &change); err != nil {
			return err
		}
		doc = merge(doc, change)
	} else if doc, err = applyOperations(doc, p.operations); err != nil {
		return err
	}
	after, err := json.Marshal(without(doc, immutable))
	if err != nil {
		return err
	}
	if err := strictly(after, into); err != nil {
		var wrong *catalogProblem
		if errors.As(err, &wrong) && wrong.Status == http.StatusBadRequest {
			return catalogRefusal(http.StatusUnprocessableEntity, "a value of the patch is not of the kind that its field has")
		}
		return err
	}
	return mistakesOf(into)
}

// without takes members away from an object and from the objects below it.
func without(v any, names []string) any {
	switch v := v.(type) {
	case map[string]any:
		for _, n := range names {
			delete(v, n)
		}
		for k := range v {
			v[k] = without(v[k], names)
		}
	case []any:
		for i := range v {
			v[i] = without(v[i], names)
		}
	}
	return v
}
