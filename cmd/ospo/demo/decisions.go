package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// caseSeed is one decision with all that was done about it, as a file below seed/decisions says. In its text, ${user NAME} stands for the number of a person, ${asset KEY} for that of
// software, ${date N} for the day N days before the loading and ${time N HH:MM:SS} for a moment of that day.
type caseSeed struct {
	Agency, Title, Function, Asset, By string
	Kind                               models.DecisionKind
	Track                              models.DecisionTrack
	Value                              models.Money
	Opened                             int // days before the loading
	Steps                              []caseStep
}

// caseStep is what one person did on one day.
type caseStep struct {
	At        int // days before the loading
	By, Title string
	Attach    []struct{ Title, Filename, Text string }
	Search    struct{ Source, Query string }
	Parts     []struct {
		Part, Key string
		Content   any
	}
	Snapshot string // key of the candidate whose licence facts are taken from the register
	Publish  *string
	To       models.DecisionState
	Reason   string
}

// decisionSteps is how many steps loadDecisions takes.
func decisionSteps() int { return 1 + len(caseFiles()) }

func caseFiles() []string {
	list, err := fs.Glob(files, "seed/decisions/*.yaml")
	if err != nil {
		panic("demo: " + err.Error()) // the pattern is ours
	}
	return list
}

// loadDecisions puts a law in force and opens cases that stand at different steps.
func (l *loader) loadDecisions(ctx context.Context) error {
	if err := l.step("The law on open source first", l.law(ctx)); err != nil {
		return err
	}
	for _, file := range caseFiles() {
		if err := l.step("Decision: "+strings.TrimSuffix(path.Base(file), ".yaml"), l.decide(ctx, file)); err != nil {
			return err
		}
	}
	return nil
}

// law puts one of the presets in force for all of government.
func (l *loader) law(ctx context.Context) error {
	past := l.ago(400)
	if _, err := past.ShipRegimes(ctx); err != nil {
		return err
	}
	all, err := l.store.Regimes(ctx)
	if err != nil {
		return err
	}
	from := l.today.AddDays(-399)
	for _, regime := range all {
		if regime.Code == "tt-draft" {
			return past.ActivateRegime(ctx, l.named["hollis.drake"], *regime.DraftID, 0, &from)
		}
	}
	return fmt.Errorf("the preset tt-draft is missing")
}

func (l *loader) decide(ctx context.Context, file string) error {
	text, err := files.ReadFile(file)
	if err != nil {
		return err
	}
	if text, err = l.fill(text); err != nil {
		return err
	}
	var c caseSeed
	if err := yaml.NewDecoder(bytes.NewReader(text), yaml.Strict()).Decode(&c); err != nil {
		return fmt.Errorf("demo data %s: %w", file, err)
	}
	n := register.NewDecision{AgencyID: l.agencies[c.Agency].ID, Kind: c.Kind, Track: c.Track, Title: c.Title, Function: c.Function, Value: c.Value}
	if c.Asset != "" {
		n.AssetID = &l.assets[c.Asset].ID
	}
	row, err := l.ago(c.Opened).OpenDecision(ctx, l.named[c.By], n)
	if err != nil {
		return err
	}
	for _, s := range c.Steps {
		if err := l.caseStep(ctx, row.ID, s); err != nil {
			return fmt.Errorf("%s: %w", s.Title, err)
		}
	}
	return nil
}

func (l *loader) caseStep(ctx context.Context, id int64, s caseStep) error {
	then, by := l.ago(s.At), l.named[s.By]
	if !by.SignedIn() {
		return fmt.Errorf("nobody is called %q", s.By)
	}
	for _, a := range s.Attach {
		file := models.Attachment{Title: a.Title, Filename: a.Filename, Type: "marketStudies", Media: "text/plain", Tier: models.VisibleGovernment}
		if _, err := then.Attach(ctx, by, id, file, strings.NewReader(a.Text)); err != nil {
			return err
		}
	}
	if s.Search.Query != "" {
		if _, err := then.SearchForDecision(ctx, by, id, 0, register.CaseSearch{Source: s.Search.Source, Query: s.Search.Query}); err != nil {
			return err
		}
	}
	for _, p := range s.Parts {
		text, err := json.Marshal(p.Content)
		if err != nil {
			return err
		}
		if _, err := then.FilePart(ctx, by, id, 0, models.PartName(p.Part), p.Key, text); err != nil {
			return fmt.Errorf("%s %s: %w", p.Part, p.Key, err)
		}
	}
	if s.Snapshot != "" {
		if _, err := then.SnapshotLicense(ctx, by, id, 0, s.Snapshot); err != nil {
			return err
		}
	}
	if s.Publish != nil {
		if _, err := then.PublishDecision(ctx, by, id, 0, *s.Publish); err != nil {
			return err
		}
	}
	if s.To == "" {
		return nil
	}
	_, err := then.MoveDecision(ctx, by, id, 0, register.Step{To: s.To, Reason: s.Reason})
	return err
}

var placeholder = regexp.MustCompile(`\$\{(user|asset|date|time) ([^} ]+)(?: ([0-9:]+))?\}`)

// fill sets the numbers and days of this loading.
func (l *loader) fill(text []byte) ([]byte, error) {
	var wrong error
	filled := placeholder.ReplaceAllFunc(text, func(found []byte) []byte {
		m := placeholder.FindStringSubmatch(string(found))
		switch m[1] {
		case "user":
			if v, ok := l.named[m[2]]; ok {
				return strconv.AppendInt(nil, v.UserID, 10)
			}
		case "asset":
			if a, ok := l.assets[m[2]]; ok {
				return strconv.AppendInt(nil, a.ID, 10)
			}
		default:
			days, err := strconv.Atoi(m[2])
			if err == nil {
				on := l.today.AddDays(-days).String()
				if m[1] == "time" {
					on += "T" + m[3] + "Z"
				}
				return []byte(on)
			}
		}
		wrong = fmt.Errorf("%s stands for nothing", found)
		return found
	})
	return filled, wrong
}
