package models_test

import (
	"strings"
	"testing"
	"time"

	"github.com/ospo-register/ospo/models"
)

func TestAMeasurementIsCarriedToTheDayUpToWhichNothingWasPushed(t *testing.T) {
	measured := time.Date(2026, 10, 25, 12, 0, 0, 0, time.UTC)
	days := func(n int) *time.Time { at := measured.AddDate(0, 0, -n); return &at }
	number := func(v float64) *float64 { return &v }
	for name, c := range map[string]struct {
		metric   models.Metric
		window   int
		value    *float64
		last     *time.Time
		want     *float64
		on       int // days after it was measured, of which day it says that it is
		mentions string
	}{
		"days since the last commit go on":                            {models.SinceActivity, 0, number(6), days(6), number(35), 29, "was"},
		"days go on where the last commit is not known":               {models.SinceActivity, 0, number(6), nil, number(35), 29, "was"},
		"days since the last release go on":                           {models.SinceRelease, 0, number(831), days(831), number(860), 29, "was"},
		"a release that is another than was measured changes nothing": {models.SinceRelease, 0, number(831), days(2), number(860), 29, "was"},
		"commits that may still be in the window are of their day":    {models.CodeChanges, 365, number(12), days(6), number(12), 0, "Counted on 2026-10-25"},
		"a window past the last commit has none":                      {models.CodeChanges, 365, number(3), days(350), number(0), 29, "None since 2025-11-23"},
		"nor people":                                                  {models.Contributors, 365, number(2), days(350), number(0), 29, "None since"},
		"nor releases":                                                {models.ReleaseFrequency, 365, number(1), days(360), number(0), 29, "None since"},
		"of nobody there is no half":                                  {models.ContributorAbsenceFactor, 365, number(2), days(350), nil, 29, ""},
		"what a host told is of its day":                              {models.IssueClosureRatio, 365, number(0.5), days(6), number(0.5), 0, "Counted on 2026-10-25"},
		"what was not measurable is still":                            {models.CodeChanges, 365, nil, days(6), nil, 0, "was"},
	} {
		t.Run(name, func(t *testing.T) {
			m := models.Measurement{Metric: c.metric, WindowDays: c.window, Value: c.value, Input: "was", MeasuredAt: measured}
			if c.value == nil {
				m.Why = "why"
			}
			m.Carry(measured.AddDate(0, 0, 29), c.last, c.last)
			if (m.Value == nil) != (c.want == nil) || m.Value != nil && *m.Value != *c.want || (m.Value == nil) != (m.Why != "") {
				t.Errorf("it is %v, want %v; %q", m.Value, c.want, m.Why)
			}
			if !m.MeasuredAt.Equal(measured.AddDate(0, 0, c.on)) || !strings.Contains(m.Input, c.mentions) {
				t.Errorf("it is of %s: %q", m.MeasuredAt, m.Input)
			}
		})
	}
	same := models.Measurement{Metric: models.SinceActivity, Value: number(6), MeasuredAt: measured}
	if same.Carry(measured.Add(time.Hour), nil, nil); *same.Value != 6 || !same.MeasuredAt.Equal(measured) {
		t.Errorf("on the same day it became %+v", same)
	}
}

func TestAnAnalysisIsStampedAndWhatIsNoneIsAnError(t *testing.T) {
	a := models.Analysis{Namespace: "scanner", Body: []byte(`{"v":1}`), WrittenAt: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	if got, err := a.Stamped(); err != nil || string(got) != `{"t":"2026-11-23T12:00:00Z","v":1}` {
		t.Errorf("it is %s, %v", got, err)
	}
	for _, body := range []string{"", "null", "[1]", "1", "{"} {
		a.Body = []byte(body)
		if got, err := a.Stamped(); err == nil {
			t.Errorf("%q gives %s", body, got)
		}
	}
}
