package web_test

import (
	"regexp"
	"testing"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/internal/testkit/sample"
)

var historyList = regexp.MustCompile(`(?s)<ol class="history">.*?</ol>`)

func TestAHistoryLeadsOnlyWhereItsReaderMayGo(t *testing.T) {
	s := newSite(t, testkit.OwnStore(t))
	g := sample.Government(t, s.store)
	share(t, s, g)
	abroad(t, s, g)
	followed := 0
	for name, reader := range map[string]*site{"the public": s, "a reader": s.as(g.Reader.ID), "a buyer": s.as(g.Buyer.ID), "a registrar": s.as(g.Registrar.ID), "another registrar": s.as(g.InsuranceRegistrar.ID), "the office": s.as(g.Officer.ID)} {
		tried := map[string]bool{}
		for _, path := range []string{"/events", "/assets/" + number(g.CaseDesk.ID) + "/history", "/assets/" + number(g.Mail.ID) + "/history", "/agencies/" + number(g.Health.ID) + "/history", "/agencies/" + number(g.Finance.ID) + "/history"} {
			for next := path; next != ""; {
				page := reader.get(next)
				for _, m := range reference.FindAllStringSubmatch(historyList.FindString(page.Body), -1) {
					if to := m[1]; to[0] == '/' && !tried[to] {
						tried[to] = true
						followed++
						if a := reader.get(to); a.Status >= 400 {
							t.Errorf("the history %s leads %s to %s, which answers %d", path, name, to, a.Status)
						}
					}
				}
				next = ""
				if m := regexp.MustCompile(`rel="next" href="([^"]*)"`).FindStringSubmatch(page.Body); m != nil {
					next = regexp.MustCompile(`&amp;`).ReplaceAllString(m[1], "&")
				}
			}
		}
	}
	if followed < 50 {
		t.Errorf("only %d links were followed", followed)
	}
}
