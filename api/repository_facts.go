package api

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
)

// The words of repositories and harvests.
type (
	Host            string
	RepositoryState string
	ForkKind        string
	VisitOutcome    string
	HarvestState    string
	ArchiveState    string
	Metric          string
	YesNo           string
	RepositorySort  string
)

// Schema lists the kinds of hosts.
func (Host) Schema(huma.Registry) *huma.Schema {
	return words("What kind of host it is", append(models.Hosts[:len(models.Hosts):len(models.Hosts)], "")...)
}

// Schema lists the states.
func (RepositoryState) Schema(huma.Registry) *huma.Schema {
	return words("What became of it when it was last visited", models.RepositoryStates...)
}

// Schema lists the kinds.
func (ForkKind) Schema(huma.Registry) *huma.Schema {
	return words("How it stands to another with the same first commit", models.ForkKinds...)
}

// Schema lists the outcomes.
func (VisitOutcome) Schema(huma.Registry) *huma.Schema {
	return words("How asking an address ended", append(models.VisitOutcomes[:len(models.VisitOutcomes):len(models.VisitOutcomes)], "")...)
}

// Schema lists the states.
func (HarvestState) Schema(huma.Registry) *huma.Schema {
	return words("Where the harvest stands", models.HarvestStates...)
}

// Schema lists the states.
func (ArchiveState) Schema(huma.Registry) *huma.Schema {
	return words("Whether the Software Heritage archive keeps it", models.ArchiveStates...)
}

// Schema lists the metrics.
func (Metric) Schema(huma.Registry) *huma.Schema {
	return words("A measure by its CHAOSS name", models.Metrics...)
}

// Schema lists the choices.
func (YesNo) Schema(huma.Registry) *huma.Schema { return words("yes or no", models.Yes, models.No) }

// Schema lists the orders.
func (RepositorySort) Schema(huma.Registry) *huma.Schema {
	return words("updated: the most recently changed first; otherwise in the order in which they came", models.ByUpdated)
}

// RepositoryDescription is the file that describes software, as it was read.
type RepositoryDescription struct {
	Path    string   `json:"path"`
	Format  string   `json:"format" example:"publiccode.yml"`
	Edition string   `json:"formatVersion" example:"0.5.0"`
	SHA256  string   `json:"sha256"`
	Valid   bool     `json:"valid"`
	Text    string   `json:"text"`
	Remarks []Remark `json:"remarks"`
}

// Remark is one thing that a reader has to say of a description.
type Remark struct {
	Rule     string   `json:"rule" example:"unknown-key"`
	Severity Severity `json:"severity"`
	Key      string   `json:"key" doc:"Dotted path" example:"description.en.features[2]"`
	Line     int      `json:"line" doc:"From 1; 0 when there is none"`
	Column   int      `json:"column" doc:"In characters, from 1; 0 when there is none"`
	Message  string   `json:"message"`
}

func shapeRemark(r *models.Remark) Remark {
	return Remark{Rule: r.Rule, Severity: Severity(r.Severity), Key: r.Key, Line: r.Line, Column: r.Column, Message: r.Message}
}

func (a *api) getRepositoryDescription(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[RepositoryDescription], error) {
	r, err := a.Store.Repository(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	if r.Path == "" {
		return nil, models.NoSuch("description")
	}
	out := RepositoryDescription{Path: r.Path, SHA256: hex.EncodeToString(r.Digest), Valid: r.Valid, Text: r.Source, Remarks: each(r.Remarks, shapeRemark)}
	if r.Description != nil {
		out.Format, out.Edition = string(r.Description.Format), r.Description.FormatVersion
	}
	return one(r.Version, out, in.Unless)
}

// Measurement is what one metric was. A value that is null could not be measured.
type Measurement struct {
	Metric     Metric    `json:"metric"`
	Value      *float64  `json:"value"`
	Unit       string    `json:"unit"`
	WindowDays int       `json:"windowDays" doc:"0: no window"`
	Input      string    `json:"input" doc:"What was counted"`
	Source     string    `json:"source"`
	Why        string    `json:"why" doc:"Why it could not be measured; empty when it was"`
	MeasuredAt time.Time `json:"measuredAt"`
}

func shapeMeasurement(m *models.Measurement) Measurement {
	return Measurement{Metric: Metric(m.Metric), Value: m.Value, Unit: m.Unit, WindowDays: m.WindowDays, Input: m.Input, Source: m.Source, Why: m.Why, MeasuredAt: utc(m.MeasuredAt)}
}

func (a *api) listMeasurements(ctx context.Context, in *struct {
	ID
	Metric Metric `query:"metric" doc:"Every value that this one had, the oldest first; otherwise the newest of each"`
}) (*struct{ Body List[Measurement] }, error) {
	if _, err := a.Store.Repository(ctx, viewer(ctx), in.ID.ID); err != nil {
		return nil, err
	}
	read := func() ([]models.Measurement, error) { return a.Store.Measurements(ctx, in.ID.ID) }
	if in.Metric != "" {
		read = func() ([]models.Measurement, error) {
			return a.Store.MeasurementHistory(ctx, in.ID.ID, models.Metric(in.Metric))
		}
	}
	l, err := read()
	return &struct{ Body List[Measurement] }{complete(l, shapeMeasurement)}, err
}

// Revision is a released state of a repository.
type Revision struct {
	ID          int64        `json:"id"`
	Name        string       `json:"name"`
	Head        bool         `json:"head" doc:"The head of the default branch and no release"`
	CommitID    string       `json:"commitId"`
	Release     string       `json:"release" doc:"SWHID of an annotated tag; empty for others" example:"swh:1:rel:…"`
	Revision    string       `json:"revision" doc:"SWHID of the commit; empty where git uses SHA-256"`
	Directory   string       `json:"directory" doc:"SWHID of the files"`
	TaggedAt    *time.Time   `json:"taggedAt"`
	Archive     ArchiveState `json:"archive"`
	ArchiveAt   *time.Time   `json:"archiveAskedAt"`
	ArchiveNote string       `json:"archiveNote"`
}

func shapeRevision(v *models.Revision) Revision {
	return Revision{ID: v.ID, Name: v.Name, Head: v.Head, CommitID: v.CommitID, Release: v.ReleaseSWHID, Revision: v.RevisionSWHID, Directory: v.DirectorySWHID, TaggedAt: instant(v.At), Archive: ArchiveState(v.Archive), ArchiveAt: instant(v.ArchiveAt), ArchiveNote: v.ArchiveNote}
}

func (a *api) listRevisions(ctx context.Context, in *struct{ ID }) (*struct{ Body List[Revision] }, error) {
	if _, err := a.Store.Repository(ctx, viewer(ctx), in.ID.ID); err != nil {
		return nil, err
	}
	l, err := a.Store.Revisions(ctx, in.ID.ID, 500)
	return &struct{ Body List[Revision] }{complete(l, shapeRevision)}, err
}

// Analyses are what outside scanners wrote, by namespace; “t” in each is when.
type Analyses map[string]json.RawMessage

// Schema describes an object of objects.
func (Analyses) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, Description: "By namespace: an object with the scanner's own members, “v” the version of its format, “t” when it was written", AdditionalProperties: true}
}

func shapeAnalyses(list []models.Analysis) (Analyses, error) {
	out := Analyses{}
	for _, a := range list {
		var err error
		if out[a.Namespace], err = a.Stamped(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (a *api) getAnalyses(ctx context.Context, in *struct{ ID }) (*struct{ Body Analyses }, error) {
	if _, err := a.Store.Repository(ctx, viewer(ctx), in.ID.ID); err != nil {
		return nil, err
	}
	l, err := a.Store.Analyses(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	out, err := shapeAnalyses(l)
	return &struct{ Body Analyses }{out}, err
}

func (a *api) writeAnalyses(ctx context.Context, in *struct {
	ID
	Body Body[Analyses] `contentType:"application/merge-patch+json"`
}) (*struct{ Body Analyses }, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	l, err := a.Register.WriteAnalyses(ctx, viewer(ctx), in.ID.ID, in.Body.Value)
	if err != nil {
		return nil, err
	}
	out, err := shapeAnalyses(l)
	return &struct{ Body Analyses }{out}, err
}

// MirrorWish says whether the register keeps a copy.
type MirrorWish struct {
	Wanted YesNo `json:"wanted"`
}

func (a *api) setMirror(ctx context.Context, in *struct {
	ID
	Body Body[MirrorWish]
}) (*struct{ Body Repository }, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	if err := a.Register.SetMirror(ctx, viewer(ctx), in.ID.ID, models.YesNo(in.Body.Value.Wanted)); err != nil {
		return nil, err
	}
	r, err := a.Store.Repository(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body Repository }{shapeRepository(r)}, nil
}
