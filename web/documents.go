package web

import (
	"slices"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/quality"
	"github.com/ospo-register/ospo/store"
)

// documentRow is a document in the history of its release.
type documentRow struct {
	*store.SBOMRow
	Tool   string // that made it; "" when the document does not say
	By     string // who sent it; "" when the reader may not know
	Digest string // the first characters, for people to tell documents apart
	Grade  tag    // by theList
	Why    string // the sentence of the grade
}

func (c *page) documentRow(d *store.SBOMRow) documentRow {
	r := documentRow{SBOMRow: d, Digest: hexText(d.SHA256)[:12]}
	for _, k := range d.Creators {
		if k.Kind == "tool" {
			r.Tool = k.Name
			break
		}
	}
	if c.viewer.InGovernment() {
		r.By = d.ReceivedBy
	}
	report := theList().Judge(judged(d))
	r.Grade, r.Why = gradeTag(report, len(d.Tallies) > 0), report.Sentence
	return r
}

// underWay lists the documents for a release that are being read or waiting, and the last one if nothing came of it.
func (c *page) underWay(release int64) ([]store.DeliveryRow, error) {
	list, err := c.site.Store.Deliveries(c.ctx(), c.viewer, store.DeliveryFilter{ReleaseID: release, Page: models.Page{Limit: 5}})
	if err != nil {
		return nil, err
	}
	if len(list.Items) > 0 && (list.Items[0].State == models.DeliveryRefused || list.Items[0].State == models.DeliveryFailed) {
		return list.Items[:1], nil
	}
	return slices.DeleteFunc(list.Items, func(d store.DeliveryRow) bool { return d.State.Ended() }), nil
}

// theList is the list that grades are given by where a page shows one only: the newest.
func theList() *quality.List { return quality.Lists()[0] }

// judged is what the lists look at of a document.
func judged(d *store.SBOMRow) quality.Document {
	return quality.Document{Format: d.Format, SpecVersion: d.SpecVersion, Packages: d.Packages, Tallies: d.Tallies}
}

var gradeTones = map[quality.Grade]string{quality.GradeComplete: toneGood, quality.GradeNearlyComplete: toneGood, quality.GradePartial: toneCaution, quality.GradeThin: toneBad, quality.GradeEmpty: toneUnknown}

// gradeTag is the word of a grade. Documents that were read before anything was counted have none.
func gradeTag(r quality.Report, measured bool) tag {
	if !measured {
		return tag{"Not measured", toneUnknown}
	}
	return tag{capital(r.Grade.Words()), gradeTones[r.Grade]}
}
