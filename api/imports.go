package api

import (
	"context"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// AgencyImport is the report on a list of agencies.
type AgencyImport struct {
	DryRun    bool              `json:"dryRun" doc:"Nothing was changed"`
	Created   int               `json:"created"`
	Changed   int               `json:"changed"`
	Unchanged int               `json:"unchanged"`
	Refused   int               `json:"refused"`
	Notes     []string          `json:"notes" doc:"How the file was read"`
	Rows      []AgencyImportRow `json:"rows" doc:"Every row, in the order of the file"`
}

// AgencyImportRow is what became of one row.
type AgencyImportRow struct {
	Row      int           `json:"row" doc:"As an office program numbers it"`
	Code     string        `json:"code"`
	Name     string        `json:"name"`
	Outcome  ImportOutcome `json:"outcome"`
	AgencyID *int64        `json:"agencyId" doc:"null when it is not in the register"`
	Detail   string        `json:"detail" doc:"What happened, for people"`
	Errors   []Mistake     `json:"errors" doc:"Every mistake in the row, by its column"`
}

func (a *api) imports() {
	post(a, "/agency-imports", about{id: "importAgencies", tag: "Agencies", summary: "Import a national list of agencies", repeats: true,
		text: "A CSV file is the body, as office programs write it, with the headings code, name, kind, parent (a code), uri, email, phone and website, or words like them. " +
			"Agencies are told by their code; each row stands for itself, so good rows land even when others are refused, and the same list again changes nothing. Try it with dryRun=true first."}, a.importAgencies)
	a.huma.OpenAPI().Paths["/agency-imports"].Post.RequestBody = &huma.RequestBody{Required: true, Description: "The list",
		Content: map[string]*huma.MediaType{"text/csv": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}
}

func (a *api) importAgencies(ctx context.Context, in *struct {
	Stream
	DryRun bool `query:"dryRun" doc:"Say what would happen and change nothing"`
}) (*struct{ Body AgencyImport }, error) {
	if err := in.plain(); err != nil {
		return nil, err
	}
	rows, notes, err := register.ReadAgencyList(in.body)
	if err != nil {
		return nil, err
	}
	mode := register.ImportPerform
	if in.DryRun {
		mode = register.ImportRehearse
	}
	done, err := a.Register.ImportAgencies(ctx, viewer(ctx), rows, mode)
	if err != nil {
		return nil, err
	}
	return &struct{ Body AgencyImport }{AgencyImport{DryRun: in.DryRun, Created: done.Created, Changed: done.Changed, Unchanged: done.Unchanged, Refused: done.Refused, Notes: orEmpty(notes),
		Rows: each(done.Rows, shapeImportRow)}}, nil
}

func shapeImportRow(r *register.AgencyImportRow) AgencyImportRow {
	out := AgencyImportRow{Row: r.Number, Code: r.Code, Name: r.Name, Outcome: ImportOutcome(r.Outcome), Detail: r.Sentence,
		Errors: each(r.Mistakes, func(f *models.FieldError) Mistake { return Mistake(*f) })}
	if r.AgencyID != 0 {
		out.AgencyID = &r.AgencyID
	}
	return out
}
