package api

import (
	"context"
	"time"

	"github.com/ospo-register/ospo/store"
)

// Statistics is the register in numbers, and how old what it says is.
type Statistics struct {
	DataAt      *time.Time     `json:"dataAt" doc:"The last change to anything"`
	Agencies    int            `json:"agencies"`
	Assets      int            `json:"assets" doc:"Pieces of software"`
	Deployments int            `json:"deployments" doc:"That run or are planned"`
	Confirmed   int            `json:"confirmed" doc:"Of those, with a confirmation that holds"`
	Production  int            `json:"production" doc:"Deployments in production whose version you may know"`
	WithSBOM    int            `json:"productionWithSbom" doc:"Of those, with a current SBOM document"`
	Origins     []OriginCount  `json:"origins"`
	Ages        []AgeCounts    `json:"ages" doc:"How old what the register says is"`
	Publishers  []PublisherAge `json:"publishers" doc:"When the code of each was last gone over, the longest ago first"`
	Sources     []SourceAge    `json:"sources" doc:"When the catalogue of each other government was last read, the longest ago first"`
	Months      []MonthCount   `json:"months" doc:"What came in the last twelve months, the oldest first"`
}

// OriginCount counts software by where it comes from.
type OriginCount struct {
	Origin Origin `json:"origin"`
	Assets int    `json:"assets"`
	Public int    `json:"public" doc:"With an entry that everybody may see"`
}

// AgeCounts counts things of a kind by how old they are.
type AgeCounts struct {
	About   string `json:"about" enum:"repositories-visited,descriptions-dated,sboms-made,deployments-confirmed,entries-changed" doc:"What is counted, and by which day"`
	Week    int    `json:"week" doc:"At most 7 days"`
	Month   int    `json:"month" doc:"Up to 30 days"`
	Half    int    `json:"halfYear" doc:"Up to 180 days"`
	Year    int    `json:"year" doc:"Up to 365 days"`
	Older   int    `json:"older"`
	Unknown int    `json:"unknown" doc:"Never, or not known"`
}

// PublisherAge says when the repositories of a publisher were last gone over.
type PublisherAge struct {
	PublisherID  int64      `json:"publisherId"`
	Name         string     `json:"name"`
	Agency       string     `json:"agency"`
	Repositories int        `json:"repositories"`
	Described    int        `json:"described"`
	Failing      int        `json:"failing" doc:"That did not answer, or are gone"`
	VisitedAt    *time.Time `json:"visitedAt" doc:"null: never"`
}

// SourceAge says when the catalogue of another government was last read.
type SourceAge struct {
	SourceID int64      `json:"sourceId"`
	Name     string     `json:"name"`
	Entries  int        `json:"entries"`
	ReadAt   *time.Time `json:"readAt" doc:"null: never"`
}

// MonthCount counts what came in a month.
type MonthCount struct {
	StartsOn    string `json:"startsOn" format:"date" doc:"Its first day"`
	Assets      int    `json:"assets"`
	Deployments int    `json:"deployments"`
}

func (a *api) statistics() {
	get(a, "/reports/statistics", about{id: "reportStatistics", tag: "Overview", summary: "The register in numbers, and how old what it says is", text: "Counts what you may see."}, a.reportStatistics)
}

func (a *api) reportStatistics(ctx context.Context, _ *struct{}) (*struct{ Body Statistics }, error) {
	x, err := a.Store.Statistics(ctx, viewer(ctx))
	if err != nil {
		return nil, err
	}
	o := &x.Overview
	out := Statistics{DataAt: instant(o.DataAt), Agencies: o.Agencies, Assets: o.Assets, Deployments: o.Deployments, Confirmed: o.ConfirmedDeployments, Production: o.Production, WithSBOM: o.ProductionWithSBOM,
		Origins: each(x.Origins, func(c *store.OriginCount) OriginCount { return OriginCount{Origin(c.Origin), c.Assets, c.Public} }),
		Publishers: each(x.Publishers, func(p *store.PublisherAge) PublisherAge {
			return PublisherAge{p.ID, p.Name, p.Agency, p.Repositories, p.Described, p.Failing, instant(p.VisitedAt)}
		}),
		Sources: each(x.Sources, func(s *store.SourceAge) SourceAge { return SourceAge{s.ID, s.Name, s.Entries, instant(s.ReadAt)} }),
		Months:  each(x.Months, func(m *store.MonthCount) MonthCount { return MonthCount{m.Month.String(), m.Assets, m.Runs} })}
	for _, one := range []struct {
		about string
		store.Ages
	}{{"repositories-visited", x.Repositories}, {"descriptions-dated", x.Descriptions}, {"sboms-made", x.Documents}, {"deployments-confirmed", x.Confirmed}, {"entries-changed", x.Entries}} {
		out.Ages = append(out.Ages, AgeCounts{one.about, one.Week, one.Month, one.Half, one.Year, one.Older, one.Unknown})
	}
	return &struct{ Body Statistics }{out}, nil
}
