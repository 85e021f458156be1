package api

import (
	"context"
	"errors"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// DescriptionCheck is what the register would say of a publiccode.yml, code.json or codemeta.json.
type DescriptionCheck struct {
	Format  DescriptionKind `json:"format" doc:"Which description it was taken for, by its keys; what has the keys of none is taken for a publiccode.yml"`
	Count   int             `json:"descriptions" doc:"Pieces of software that it describes; more than one in the code.json of an agency"`
	SHA256  string          `json:"sha256" doc:"Of the file as sent, in hexadecimal"`
	Version string          `json:"formatVersion" doc:"As the file states it; empty when it does not" example:"0.5.0"`
	Valid   bool            `json:"valid" doc:"No remark is an error"`
	Name    string          `json:"name" doc:"Of the software, as stated; empty when it describes more than one"`
	Remarks []Remark        `json:"remarks" doc:"In the order of the lines; at most 1,000"`
}

// DescriptionKind is a file that describes software.
type DescriptionKind string

// Schema lists the files.
func (DescriptionKind) Schema(huma.Registry) *huma.Schema {
	return words("A file that describes software: publiccode.yml, code.json or codemeta.json", models.PublicCode, models.CodeJSON, models.CodeMeta)
}

// descriptionBody describes a request whose body is a description of software.
var descriptionBody = &huma.RequestBody{Required: true, Description: "The file, as it is", Content: map[string]*huma.MediaType{"application/yaml": anyBytes, "application/json": anyBytes, "application/octet-stream": anyBytes}}

func (a *api) descriptionChecks() {
	post(a, "/description-checks", about{id: "checkDescription", tag: "Software", summary: "Check a publiccode.yml, code.json or codemeta.json before publishing it", open: true, repeats: true,
		text: "The file is the body: a publiccode.yml of at most 1 MB, or a code.json or codemeta.json of at most 20 MB; which it is, is told by its keys. Anybody may ask, nothing is stored and the network is not asked. The answer names every mistake at once, with key, line and column, and says what to write instead. An invalid file answers 200 too. " +
			"Example: curl --data-binary @publiccode.yml …"}, a.checkDescription)
	a.huma.OpenAPI().Paths["/description-checks"].Post.RequestBody = descriptionBody
}

func (a *api) checkDescription(ctx context.Context, in *Stream) (*struct{ Body DescriptionCheck }, error) {
	in.within = checkWithin
	body, err := a.document(in)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	result, err := a.Register.CheckDescription(ctx, body)
	var ours *models.Error
	switch {
	case errors.Is(err, register.ErrBusy):
		return nil, busy("The register checks as many documents as it can at the moment. Ask again in a few seconds.")
	case errors.As(err, &ours) && ours.Kind == models.TooLarge:
		return nil, models.Refuse(models.TooLarge, "description-too-large", "A file of more than 20 MB is not checked.")
	case err != nil:
		return nil, err
	}
	out := DescriptionCheck{Format: DescriptionKind(result.DescriptionFormat), Count: result.Descriptions, SHA256: result.SHA256, Version: result.Version, Valid: result.Verdict == models.Accepted, Remarks: each(result.Remarks, shapeRemark)}
	if result.Description != nil {
		out.Name = result.Description.Name
	}
	return &struct{ Body DescriptionCheck }{out}, nil
}
