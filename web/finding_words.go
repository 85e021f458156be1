package web

import (
	"strconv"
	"time"

	"github.com/ospo-register/ospo/licenses"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// findingName says in a few words what a finding is about.
func findingName(f *store.FindingRow) string {
	packages := plural(f.Packages, "package", "packages")
	switch {
	case f.OfDocument():
		return "The document " + documentFault(f)
	case f.ComponentName != "":
		return f.ComponentName
	case f.License == "":
		return packages + " without a stated licence"
	case licenses.Verdict(f.Verdict) == licenses.NoLicense:
		return packages + " that nobody has licensed"
	case licenses.Verdict(f.Verdict) == licenses.Unparsable:
		return packages + " with “" + shorten(f.License, 60) + "” as their licence"
	}
	return packages + " under " + shorten(f.License, 60)
}

// documentFault says what is amiss with a document as a whole.
func documentFault(f *store.FindingRow) string {
	if f.Rule == models.RuleEmpty {
		return "names no packages"
	}
	return "breaks off"
}

// findingSentence says what is wrong.
func findingSentence(f *store.FindingRow) string {
	product, about := f.Asset+" "+f.Release, f.ComponentName
	if f.OfDocument() {
		return "The document of " + product + " " + documentFault(f) + ", and nobody knows what the software contains."
	}
	if about == "" {
		about = plural(f.Packages, "package", "packages")
	}
	under := " under " + shorten(f.License, 200)
	switch licenses.Verdict(f.Verdict) {
	case licenses.Denied:
		return product + " contains " + about + under + ", which “" + orElse(f.Policy, "the policy") + "” does not allow for " + f.Agency + "."
	case licenses.Review:
		return product + " contains " + about + under + ", and a person has to look before " + f.Agency + " may use it so."
	case licenses.NeedsChoice:
		return product + " contains " + about + under + ". That offers a choice, and nobody has said what is taken."
	case licenses.Undetermined:
		return "Whether " + f.Agency + " may use " + about + under + " in " + product + " cannot be said, because a fact is missing."
	case licenses.NoLicense:
		return product + " contains " + about + ", of which its document says that nobody has licensed it."
	case licenses.Unparsable:
		return product + " contains " + about + " whose licence is stated in words that cannot be read: “" + shorten(f.License, 200) + "”."
	}
	if f.License == "" {
		return product + " contains " + about + " whose licence nobody has stated."
	}
	return product + " contains " + about + under + ", and nobody knows those terms."
}

// findingsCSV is the whole answer as a table.
func (c *page) findingsCSV(f models.FindingFilter, titles map[string]string) error {
	table := [][]string{{"Severity", "Verdict", "State", "Agency", "Software", "Release", "About", "Component", "Packages", "Licence", "Rule", "Policy", "Policy version", "Since", "Due", "Taken on by", "Comments", "Page"}}
	f.Page = models.Page{Limit: models.MaxLimit}
	for {
		list, err := c.site.Store.Findings(c.ctx(), c.viewer, f)
		if err != nil {
			return err
		}
		for i := range list.Items {
			r := &list.Items[i]
			version := ""
			if r.PolicyNumber > 0 {
				version = strconv.Itoa(r.PolicyNumber)
			}
			table = append(table, []string{word(r.Severity), verdictWord(r.Verdict), word(r.State), r.Agency, r.Asset, r.Release, findingName(r), r.Component, strconv.Itoa(r.Packages), r.License, ruleTitle(titles, r.Rule), r.Policy, version,
				r.OpenedAt.UTC().Format(time.DateOnly), dateCell(r.DueOn), r.Assignee, strconv.Itoa(r.Comments), findingPath(r.ID)})
		}
		if list.Next == "" {
			return c.csv("findings.csv", table)
		}
		if len(table) > mostRows {
			return models.Refuse(models.TooLarge, "table-too-large", "The answer has more than "+number(mostRows)+" rows. Narrow the question, for example to an agency or a rule.")
		}
		f.After = list.Next
	}
}
