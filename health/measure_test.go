package health

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/ospo-register/ospo/models"
)

var now = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func ago(days int) time.Time { return now.AddDate(0, 0, -days) }

func tag(name string, days int) Release {
	at := ago(days)
	return Release{Name: name, At: &at}
}

// by are commits of one person, one a day from a day on.
func by(author, domain string, n, from int) []Commit {
	var list []Commit
	for i := range n {
		list = append(list, Commit{At: ago(from + i), Author: author, Domain: domain})
	}
	return list
}

func commits(lists ...[]Commit) []Commit {
	var all []Commit
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

func n(v int) *int { return &v }

func TestEachMetricIsWhatItsDefinitionSays(t *testing.T) {
	bots := []Commit{{At: ago(1), Author: "robot", Domain: "robots.example", Bot: true}, {At: ago(2), Author: "robot", Domain: "robots.example", Bot: true}}
	merges := []Commit{{At: ago(1), Author: "ada", Domain: "a.example", Merge: true}, {At: ago(1), Author: "ada", Domain: "a.example", Merge: true}, {At: ago(1), Author: "ada", Domain: "a.example", Merge: true}}
	const not = -1 // not measurable
	tests := []struct {
		name   string
		in     Input
		metric models.Metric
		want   float64
		say    string // in the input or the reason
	}{
		{"days since the newest commit", Input{Commits: by("ada", "", 3, 10)}, models.SinceActivity, 10, "2026-11-13"},
		{"a commit of the future is of today", Input{Commits: by("ada", "", 1, -30)}, models.SinceActivity, 0, ""},
		{"nothing committed is no activity of today", Input{}, models.SinceActivity, not, "Nothing was committed"},
		{"a history that was not read", Input{NoHistory: "It timed out."}, models.SinceActivity, not, "It timed out."},
		{"an old commit is enough to know when", Input{Commits: by("ada", "", 1, 2000), CutOff: true}, models.SinceActivity, 2000, ""},

		{"days since the newest tag with a version", Input{Releases: []Release{tag("v1.0", 400), tag("v1.1", 30), tag("latest", 1)}}, models.SinceRelease, 30, "2 tags"},
		{"no tags", Input{Commits: by("ada", "", 1, 1)}, models.SinceRelease, not, "no tags"},
		{"only tags that name no version", Input{Releases: []Release{tag("latest", 1)}}, models.SinceRelease, not, "names a version"},
		{"tags without a time", Input{Releases: []Release{{Name: "v1"}}}, models.SinceRelease, not, "could not be read"},

		{"releases of a year", Input{Releases: []Release{tag("v1.0", 366), tag("v1.1", 365), tag("v1.2", 1), tag("nightly", 1)}}, models.ReleaseFrequency, 2, "2 tags with a version since 2025-11-23, of 3"},
		{"no release in a year is a measured zero", Input{Releases: []Release{tag("v1.0", 500)}}, models.ReleaseFrequency, 0, "No tags"},
		{"no tags is no zero", Input{}, models.ReleaseFrequency, not, "no tags"},
		{"more tags than were read", Input{Releases: []Release{tag("v1.0", 5)}, ReleasesCutOff: true}, models.ReleaseFrequency, not, "Not all"},

		{"commits of a year", Input{Commits: commits(by("ada", "", 10, 1), by("ada", "", 5, 366), bots, merges)}, models.CodeChanges, 15, "15 commits since 2025-11-23, of which 3 merges and 2 by programs"},
		{"no commits in a year is a measured zero", Input{Commits: by("ada", "", 5, 400)}, models.CodeChanges, 0, "No commits"},
		{"a history cut off within the year", Input{Commits: by("ada", "", 10, 1), CutOff: true}, models.CodeChanges, not, "10 newest commits were read, and they reach back no further than 2026-11-13"},
		{"a history cut off before the year", Input{Commits: by("ada", "", 400, 1), CutOff: true}, models.CodeChanges, 365, ""},

		{"people of a year", Input{Commits: commits(by("ada", "", 10, 1), by("grace", "", 1, 300), by("alan", "", 9, 400), bots)}, models.Contributors, 2, ""},
		{"nobody but programs", Input{Commits: bots}, models.Contributors, 0, ""},
		{"people of a history cut off", Input{Commits: by("ada", "", 10, 1), CutOff: true}, models.Contributors, not, "reach back"},

		{"one person made half", Input{Commits: commits(by("ada", "", 5, 1), by("grace", "", 3, 1), by("alan", "", 2, 1))}, models.ContributorAbsenceFactor, 1, "10 commits of 3 people"},
		{"it takes two for half", Input{Commits: commits(by("ada", "", 4, 1), by("grace", "", 3, 1), by("alan", "", 2, 1))}, models.ContributorAbsenceFactor, 2, ""},
		{"everybody made the same", Input{Commits: commits(by("a", "", 1, 1), by("b", "", 1, 1), by("c", "", 1, 1), by("d", "", 1, 1), by("e", "", 1, 1))}, models.ContributorAbsenceFactor, 3, ""},
		{"programs and merges make nobody indispensable", Input{Commits: commits(by("grace", "", 1, 1), by("alan", "", 1, 1), by("joan", "", 1, 1), bots, merges)}, models.ContributorAbsenceFactor, 2, "3 commits"},
		{"nobody in a year", Input{Commits: by("ada", "", 3, 400)}, models.ContributorAbsenceFactor, not, "Nobody"},
		{"a share can be told from a shorter time", Input{Commits: by("ada", "", 10, 1), CutOff: true}, models.ContributorAbsenceFactor, 1, "since 2026-11-13"},

		{"one organisation made half", Input{Commits: commits(by("ada", "a.example", 2, 1), by("grace", "a.example", 3, 1), by("alan", "b.example", 5, 1))}, models.ElephantFactor, 1, "10 from addresses of 2 organisations"},
		{"it takes two organisations", Input{Commits: commits(by("ada", "a.example", 4, 1), by("grace", "b.example", 3, 1), by("alan", "c.example", 2, 1))}, models.ElephantFactor, 2, ""},
		{"public mail is no organisation", Input{Commits: commits(by("ada", "gmail.com", 5, 1), by("grace", "b.example", 3, 1), by("alan", "c.example", 3, 1))}, models.ElephantFactor, 1, "6 from addresses of 2"},
		{"mostly public mail tells nothing", Input{Commits: commits(by("ada", "users.noreply.github.com", 5, 1), by("alan", "yahoo.co.uk", 1, 1), by("grace", "b.example", 3, 1))}, models.ElephantFactor, not, "public mail"},
		{"no addresses at all", Input{Commits: by("ada", "", 5, 1)}, models.ElephantFactor, not, "without an address"},

		{"change requests closed over opened", Input{Counts: &Counts{Source: "GitHub API", Since: ago(365), ChangesOpened: n(8), ChangesClosed: n(6)}}, models.ChangeClosureRatio, 0.75, "6 change requests closed and 8 opened since 2025-11-23"},
		{"more closed than opened", Input{Counts: &Counts{Since: ago(365), IssuesOpened: n(2), IssuesClosed: n(3)}}, models.IssueClosureRatio, 1.5, ""},
		{"none closed is a measured zero", Input{Counts: &Counts{Since: ago(365), IssuesOpened: n(2), IssuesClosed: n(0)}}, models.IssueClosureRatio, 0, ""},
		{"none opened has no ratio", Input{Counts: &Counts{Since: ago(365), IssuesOpened: n(0), IssuesClosed: n(3)}}, models.IssueClosureRatio, not, "no ratio"},
		{"a host that does not tell", Input{Counts: &Counts{Since: ago(365), Why: "Kept elsewhere."}}, models.IssueClosureRatio, not, "Kept elsewhere."},
		{"a host that was not asked", Input{}, models.ChangeClosureRatio, not, "was not asked"},
		{"a host that was not asked, for a reason", Input{NoCounts: "It speaks only git."}, models.ChangeClosureRatio, not, "only git"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.in.Now = now
			m := of(t, test.in, test.metric)
			switch {
			case test.want == not && (m.Value != nil || m.Why == ""):
				t.Errorf("measured %v", m)
			case test.want != not && (m.Value == nil || *m.Value != test.want || m.Why != "" || m.Input == ""):
				t.Errorf("got %s: %+v", value(m), m)
			}
			if !strings.Contains(m.Input+m.Why, test.say) {
				t.Errorf("says %q %q, want %q", m.Input, m.Why, test.say)
			}
		})
	}
}

func value(m models.Measurement) string {
	if m.Value == nil {
		return "none"
	}
	return fmt.Sprint(*m.Value)
}

func of(t *testing.T, in Input, metric models.Metric) models.Measurement {
	t.Helper()
	for _, m := range Measure(in) {
		if m.Metric == metric {
			return m
		}
	}
	t.Fatalf("%s was not measured", metric)
	return models.Measurement{}
}

func TestAShorterWindowIsSaid(t *testing.T) {
	in := Input{Now: now, Commits: by("ada", "a.example", 11, 1), CutOff: true}
	for _, metric := range []models.Metric{models.ContributorAbsenceFactor, models.ElephantFactor} {
		if m := of(t, in, metric); m.WindowDays != 11 {
			t.Errorf("%s is of %d days", metric, m.WindowDays)
		}
	}
	if m := of(t, in, models.CodeChanges); m.WindowDays != 365 || m.Source != "git history, 11 newest commits" {
		t.Errorf("commits are of %d days, from %q", m.WindowDays, m.Source)
	}
}

func TestEveryMetricIsThereWithUnitAndTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := Input{Now: now, CutOff: rapid.Bool().Draw(t, "cut"), ReleasesCutOff: rapid.Bool().Draw(t, "tags cut")}
		for range rapid.IntRange(0, 20).Draw(t, "commits") {
			in.Commits = append(in.Commits, Commit{At: ago(rapid.IntRange(-10, 800).Draw(t, "day")), Author: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "author"),
				Domain: rapid.SampledFrom([]string{"", "gmail.com", "a.example", "b.example"}).Draw(t, "domain"), Bot: rapid.Bool().Draw(t, "bot"), Merge: rapid.Bool().Draw(t, "merge")})
		}
		var got []models.Metric
		for _, m := range Measure(in) {
			got = append(got, m.Metric)
			if m.Unit == "" || !m.MeasuredAt.Equal(now) || (m.Value == nil) != (m.Why != "") || m.Value != nil && (*m.Value < 0 || m.Input == "" || m.Source == "") {
				t.Errorf("%+v", m)
			}
		}
		if diff := cmp.Diff(models.Metrics, got); diff != "" {
			t.Errorf("metrics (-want +got):\n%s", diff)
		}
	})
}
