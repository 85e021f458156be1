package api

import (
	"context"
	"errors"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/importers/publiccode"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// DescriptionCheck is what the register would say of a publiccode.yml.
type DescriptionCheck struct {
	SHA256  string   `json:"sha256" doc:"Of the file as sent, in hexadecimal"`
	Version string   `json:"formatVersion" doc:"As the file states it; empty when it does not" example:"0.5.0"`
	Valid   bool     `json:"valid" doc:"No remark is an error"`
	Name    string   `json:"name" doc:"Of the software, as stated"`
	Remarks []Remark `json:"remarks" doc:"In the order of the lines; at most 1,000"`
}

// descriptionBody describes a request whose body is a publiccode.yml.
var descriptionBody = &huma.RequestBody{Required: true, Description: "The file, as it is", Content: map[string]*huma.MediaType{"application/yaml": anyBytes, "application/octet-stream": anyBytes}}

func (a *api) descriptionChecks() {
	post(a, "/description-checks", about{id: "checkDescription", tag: "Software", summary: "Check a publiccode.yml before publishing it", open: true, repeats: true,
		text: "The file is the body, at most 1 MB. Anybody may ask, nothing is stored and the network is not asked. The answer names every mistake at once, with key, line and column, and says what to write instead. An invalid file answers 200 too. " +
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
	result, err := a.Register.CheckDocument(ctx, "publiccode.yml", body, register.Limits{Bytes: publiccode.MaxBytes})
	var ours *models.Error
	switch {
	case errors.Is(err, register.ErrBusy):
		return nil, busy("The register checks as many documents as it can at the moment. Ask again in a few seconds.")
	case errors.As(err, &ours) && ours.Kind == models.TooLarge:
		return nil, models.Refuse(models.TooLarge, "description-too-large", "A publiccode.yml of more than 1 MB is not read.")
	case err != nil:
		return nil, err
	}
	out := DescriptionCheck{SHA256: result.SHA256, Version: result.Version, Valid: result.Verdict == models.Accepted, Remarks: each(result.Remarks, shapeRemark)}
	if result.Description != nil {
		out.Name = result.Description.Name
	}
	return &struct{ Body DescriptionCheck }{out}, nil
}
