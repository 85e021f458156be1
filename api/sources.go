package api

import (
	"context"
	"io"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// The words of sources.
type (
	SourceKind  string
	Freshness   string
	ReadingMode string
	SearchPlace string
)

// Schema lists the kinds.
func (SourceKind) Schema(huma.Registry) *huma.Schema {
	return words("How the catalogue speaks", models.SourceKinds...)
}

// Schema lists the words.
func (Freshness) Schema(huma.Registry) *huma.Schema {
	return words("Whether what is kept of the source is of today: read whole within twice the time between two readings", models.NeverRead, models.FreshSource, models.StaleSource)
}

// Schema lists the modes.
func (ReadingMode) Schema(huma.Registry) *huma.Schema {
	return words("Whether what is found is kept, or only told", models.ReadingModes...)
}

// Schema lists the places.
func (SearchPlace) Schema(huma.Registry) *huma.Schema {
	return words("Where a search looks: what this register has entries for, or what it has read of other governments' catalogues", models.SearchPlaces...)
}

// Source is the catalogue of another government, read by the clock.
type Source struct {
	ID          int64        `json:"id"`
	Name        string       `json:"name"`
	Kind        SourceKind   `json:"kind"`
	URL         string       `json:"url"`
	Country     string       `json:"country" doc:"ISO 3166-1 alpha-2"`
	License     string       `json:"license" doc:"Of the catalogue's data: an SPDX id or an address"`
	Attribution string       `json:"attribution" doc:"Who is to be named with the data; the source's name when empty"`
	Active      bool         `json:"active" doc:"Whether it is read by the clock"`
	EveryHours  int          `json:"everyHours"`
	Freshness   Freshness    `json:"freshness"`
	Entries     int          `json:"entries" doc:"That are there as far as is known"`
	Gone        int          `json:"gone" doc:"Entries that were there once"`
	ReadAt      *time.Time   `json:"readAt" doc:"When it was last read whole, or was found unchanged"`
	AskedAt     *time.Time   `json:"askedAt"`
	Outcome     VisitOutcome `json:"outcome" doc:"How the last reading ended; empty before the first"`
	Detail      string       `json:"detail"`
	Failures    int          `json:"failures" doc:"Readings in a row that failed"`
	NextAt      *time.Time   `json:"nextAt" doc:"Not read by the clock before"`
	ReadingID   *int64       `json:"readingId" doc:"Of the reading that waits or runs"`
	Version     int64        `json:"version" doc:"Counts changes; goes into If-Match"`
	CreatedAt   time.Time    `json:"createdAt"`
	UpdatedAt   time.Time    `json:"updatedAt"`
}

// SourceInput is what can be said of a source.
type SourceInput struct {
	Name        string     `json:"name" maxLength:"200" example:"Developers Italia"`
	Kind        SourceKind `json:"kind"`
	URL         string     `json:"url" maxLength:"2000" example:"https://api.developers.italia.it/v1"`
	Country     string     `json:"country" maxLength:"2" doc:"ISO 3166-1 alpha-2; EU for the Union" example:"IT"`
	License     string     `json:"license" maxLength:"500" doc:"Of the catalogue's data: an SPDX id or an address" example:"CC-BY-4.0"`
	Attribution string     `json:"attribution,omitempty" maxLength:"500"`
	Active      *bool      `json:"active,omitempty" doc:"true when absent"`
	EveryHours  int        `json:"everyHours,omitempty" minimum:"1" maximum:"744" doc:"Hours between two readings; 24 when absent"`
}

func (in *SourceInput) write(s *models.Source) {
	s.Name, s.Kind, s.URL, s.Country, s.License, s.Attribution = in.Name, models.SourceKind(in.Kind), in.URL, in.Country, in.License, in.Attribution
	s.Active, s.EveryHours = in.Active == nil || *in.Active, in.EveryHours
}

func inputOfSource(s *models.Source) SourceInput {
	return SourceInput{Name: s.Name, Kind: SourceKind(s.Kind), URL: s.URL, Country: s.Country, License: s.License, Attribution: s.Attribution, Active: &s.Active, EveryHours: s.EveryHours}
}

func (a *api) shapeSource(s *store.SourceRow) Source {
	return Source{ID: s.ID, Name: s.Name, Kind: SourceKind(s.Kind), URL: s.URL, Country: s.Country, License: s.License, Attribution: s.Attribution, Active: s.Active, EveryHours: s.EveryHours,
		Freshness: Freshness(s.Freshness(time.Now())), Entries: s.Entries, Gone: s.Gone, ReadAt: instant(s.ReadAt), AskedAt: instant(s.AskedAt), Outcome: VisitOutcome(s.Outcome), Detail: s.Detail, Failures: s.Failures,
		NextAt: instant(s.NextAt), ReadingID: s.ReadingID, Version: s.Version, CreatedAt: utc(s.CreatedAt), UpdatedAt: utc(s.UpdatedAt)}
}

// SourceReading is one run over a source.
type SourceReading struct {
	ID        int64        `json:"id"`
	SourceID  int64        `json:"sourceId"`
	Source    string       `json:"source"`
	Mode      ReadingMode  `json:"mode"`
	Filename  string       `json:"filename" doc:"Of a document that was brought; empty when the source was asked"`
	State     HarvestState `json:"state"`
	Pages     int          `json:"pages" doc:"Answers read"`
	Found     int          `json:"found" doc:"Entries in them"`
	Added     int          `json:"added"`
	Changed   int          `json:"changed"`
	Unchanged int          `json:"unchanged"`
	Gone      int          `json:"gone" doc:"Entries that were there before and are not any more"`
	Refused   int          `json:"refused" doc:"Entries that could not be kept"`
	Outcome   VisitOutcome `json:"outcome"`
	Detail    string       `json:"detail"`
	Cure      string       `json:"cure"`
	CreatedAt time.Time    `json:"createdAt"`
	StartedAt *time.Time   `json:"startedAt"`
	EndedAt   *time.Time   `json:"endedAt"`
}

func shapeReading(r *store.ReadingRow) SourceReading {
	return SourceReading{ID: r.ID, SourceID: r.SourceID, Source: r.Source, Mode: ReadingMode(r.Mode), Filename: r.Filename, State: HarvestState(r.State), Pages: r.Pages, Found: r.Found, Added: r.Added, Changed: r.Changed,
		Unchanged: r.Unchanged, Gone: r.Gone, Refused: r.Refused, Outcome: VisitOutcome(r.Outcome), Detail: r.Detail, Cure: r.Cure, CreatedAt: utc(r.CreatedAt), StartedAt: instant(r.StartedAt), EndedAt: instant(r.EndedAt)}
}

// SourceReadingLine is what happened at one address of a reading.
type SourceReadingLine struct {
	ID      int64        `json:"id"`
	URL     string       `json:"url" doc:"Or the name of the document that was brought"`
	Outcome VisitOutcome `json:"outcome"`
	Entries int          `json:"entries"`
	Detail  string       `json:"detail"`
	Cure    string       `json:"cure"`
	Remarks []Remark     `json:"remarks" doc:"The first twenty"`
	AskedAt time.Time    `json:"askedAt"`
}

func shapeReadingLine(l *models.ReadingLine) SourceReadingLine {
	return SourceReadingLine{ID: l.ID, URL: l.URL, Outcome: VisitOutcome(l.Outcome), Entries: l.Entries, Detail: l.Detail, Cure: l.Cure, Remarks: each(l.Remarks, shapeRemark), AskedAt: utc(l.At)}
}

func (a *api) sources() {
	const tag = "Other governments"
	get(a, "/sources", about{id: "listSources", tag: tag, summary: "List the catalogues of other governments that are read", text: "By name."}, a.listSources)
	post(a, "/sources", about{id: "registerSource", tag: tag, summary: "Add a source", status: 201, text: "The catalogue of another government, with the licence of its data, which is shown with every entry. It is read by the clock from then on."}, a.registerSource)
	get(a, "/sources/{id}", about{id: "getSource", tag: tag, summary: "A source"}, a.getSource)
	patch(a, "/sources/{id}", about{id: "changeSource", tag: tag, summary: "Change a source"}, a.changeSource)
	post(a, "/sources/{id}/readings", about{id: "askReading", tag: tag, summary: "Have a source read now", status: 202, text: "In the background. With mode dry-run the reading says what would change and changes nothing."}, a.askReading)
	post(a, "/sources/{id}/documents", about{id: "bringCatalogue", tag: tag, summary: "Bring a catalogue as a file", repeats: true,
		text: "For a register that cannot ask other hosts: the body is what the source would answer, at most 64 MB, and is the whole of the source as it is now; what is not in it is gone. The answer is the reading."}, a.bringCatalogue)
	a.huma.OpenAPI().Paths["/sources/{id}/documents"].Post.RequestBody = &huma.RequestBody{Required: true, Description: "The catalogue: JSON, JSON-LD, Turtle, RDF/XML or a publiccode.yml, as the kind of the source says",
		Content: map[string]*huma.MediaType{"application/json": anyBytes, "application/ld+json": anyBytes, "text/turtle": anyBytes, "application/rdf+xml": anyBytes, "application/yaml": anyBytes, "application/octet-stream": anyBytes}}
	get(a, "/readings", about{id: "listReadings", tag: tag, summary: "List readings of sources", text: "The newest first."}, a.listReadings)
	get(a, "/readings/{id}", about{id: "getReading", tag: tag, summary: "What a reading found"}, a.getReading)
	get(a, "/readings/{id}/lines", about{id: "listReadingLines", tag: tag, summary: "What happened at each address of a reading", text: "In order, with how to mend what failed."}, a.listReadingLines)
	post(a, "/readings/{id}/transitions", about{id: "cancelReading", tag: tag, summary: "Stop a reading", text: "What was kept stays."}, a.cancelReading)
	a.foreignEntries()
}

func (a *api) listSources(ctx context.Context, in *struct {
	Q       string     `query:"q" maxLength:"200" doc:"Part of the name or of the address"`
	Kind    SourceKind `query:"kind"`
	Country string     `query:"country" maxLength:"2"`
	Paging
}) (*Page[Source], error) {
	l, err := a.Store.Sources(ctx, models.SourceFilter{Query: in.Q, Kind: models.SourceKind(in.Kind), Country: in.Country, Page: in.page()})
	return page(ctx, l, a.shapeSource), err
}

func (a *api) getSource(ctx context.Context, in *struct{ ID }) (*One[Source], error) {
	s, err := a.Store.Source(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(s.Version, a.shapeSource(s), Unless{}) // entries come and go without a new version
}

func (a *api) registerSource(ctx context.Context, in *struct{ Body Body[SourceInput] }) (*Made[Source], error) {
	var s models.Source
	in.Body.Value.write(&s)
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	if err := a.Register.RegisterSource(ctx, viewer(ctx), &s); err != nil {
		return nil, err
	}
	row, err := a.Store.Source(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	return made("sources", s.ID, s.Version, a.shapeSource(row))
}

func (a *api) changeSource(ctx context.Context, in *struct {
	ID
	Based
	Body Patch[SourceInput] `contentType:"application/merge-patch+json"`
}) (*One[Source], error) {
	based, err := in.required()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a); err != nil {
		return nil, err
	}
	if _, err := a.Register.ChangeSource(ctx, viewer(ctx), in.ID.ID, based, func(s *models.Source) {
		changed := in.Body.apply(inputOfSource(s))
		changed.write(s)
	}); err != nil {
		return nil, err
	}
	row, err := a.Store.Source(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return one(row.Version, a.shapeSource(row), Unless{})
}

// ReadingWish says what is done with what a reading finds.
type ReadingWish struct {
	Mode ReadingMode `json:"mode,omitempty" doc:"keep when absent"`
}

func readingMode(m ReadingMode) models.ReadingMode {
	if m == "" {
		return models.ReadingKeeps
	}
	return models.ReadingMode(m)
}

func (a *api) askReading(ctx context.Context, in *struct {
	ID
	Body Body[ReadingWish]
}) (*struct{ Body SourceReading }, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	r, err := a.Register.AskReading(ctx, viewer(ctx), in.ID.ID, readingMode(in.Body.Value.Mode))
	if err != nil {
		return nil, err
	}
	return &struct{ Body SourceReading }{shapeReading(r)}, nil
}

func (a *api) bringCatalogue(ctx context.Context, in *struct {
	ID
	Stream
	Filename string      `query:"filename" maxLength:"255" doc:"What to call it in the log"`
	Mode     ReadingMode `query:"mode" doc:"keep when absent"`
}) (*struct{ Body SourceReading }, error) {
	if _, err := a.Store.Source(ctx, in.ID.ID); err != nil {
		return nil, err
	}
	if !viewer(ctx).May(models.WriteSource, 0) { // before 64 MB are read
		if _, err := a.Register.BringCatalogue(ctx, viewer(ctx), in.ID.ID, nil, models.ReadingRehearsed); err != nil {
			return nil, err
		}
	}
	body, err := a.document(&in.Stream)
	if err != nil {
		return nil, err
	}
	defer body.Close() // it was read to its end or is given up
	content, err := io.ReadAll(io.LimitReader(body, register.MostCatalogue+1))
	if err != nil {
		return nil, err
	}
	r, err := a.Register.BringCatalogue(ctx, viewer(ctx), in.ID.ID, []register.SourceDocument{{Filename: in.Filename, MediaType: in.Type, Content: content}}, readingMode(in.Mode))
	if err != nil {
		return nil, err
	}
	return &struct{ Body SourceReading }{shapeReading(r)}, nil
}

func (a *api) listReadings(ctx context.Context, in *struct {
	Source int64 `query:"source" minimum:"1"`
	Paging
}) (*Page[SourceReading], error) {
	l, err := a.Store.Readings(ctx, in.Source, in.page())
	return page(ctx, l, shapeReading), err
}

func (a *api) getReading(ctx context.Context, in *struct{ ID }) (*struct{ Body SourceReading }, error) {
	r, err := a.Store.Reading(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body SourceReading }{shapeReading(r)}, nil
}

func (a *api) listReadingLines(ctx context.Context, in *struct {
	ID
	Paging
}) (*Page[SourceReadingLine], error) {
	if _, err := a.Store.Reading(ctx, in.ID.ID); err != nil {
		return nil, err
	}
	l, err := a.Store.ReadingLines(ctx, in.ID.ID, in.page())
	return page(ctx, l, shapeReadingLine), err
}

// ReadingTransition stops a reading.
type ReadingTransition struct {
	To string `json:"to" enum:"cancelled"`
}

func (a *api) cancelReading(ctx context.Context, in *struct {
	ID
	Body Body[ReadingTransition]
}) (*struct{ Body SourceReading }, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	r, err := a.Register.CancelReading(ctx, viewer(ctx), in.ID.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body SourceReading }{shapeReading(r)}, nil
}
