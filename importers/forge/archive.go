package forge

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/ospo-register/ospo/models"
)

// ArchiveState asks the archive of Limits.Archive which Software Heritage identifiers it keeps: ArchiveKept or ArchiveMissing for each.
// Without an archive in the limits nothing is asked and every id is ArchiveUnknown. Source: the archive's interface, version 1, "known".
func (c *Client) ArchiveState(ctx context.Context, ids []string) (map[string]models.ArchiveState, error) {
	states := map[string]models.ArchiveState{}
	for _, id := range ids {
		states[id] = models.ArchiveUnknown
	}
	const atOnce = 1000
	for ; len(ids) > 0 && c.lim.Archive != ""; ids = ids[min(len(ids), atOnce):] {
		part := ids[:min(len(ids), atOnce)]
		body, err := json.Marshal(part)
		if err != nil {
			return states, err
		}
		answer, err := c.askArchive(ctx, "/api/1/known/", body)
		if err != nil {
			return states, err
		}
		known, err := decode[map[string]struct {
			Known *bool `json:"known"`
		}](answer.Body)
		if err != nil {
			return states, notArchive(answer.URL, err)
		}
		for _, id := range part {
			switch k := known[id].Known; {
			case k == nil:
			case *k:
				states[id] = models.ArchiveKept
			default:
				states[id] = models.ArchiveMissing
			}
		}
	}
	return states, nil
}

// ArchiveSave asks the archive to visit a repository soon: ArchiveRequested, or ArchiveFailed when it declines. The note is the archive's own word on
// the request. Without an archive in the limits nothing is asked. Source: the archive's interface, version 1, "origin/save".
func (c *Client) ArchiveSave(ctx context.Context, address string) (state models.ArchiveState, note string, err error) {
	if c.lim.Archive == "" {
		return models.ArchiveUnknown, "", nil
	}
	answer, err := c.askArchive(ctx, "/api/1/origin/save/git/url/"+cloneURL(address)+"/", nil)
	if p := AsProblem(err); p != nil {
		return models.ArchiveFailed, p.Detail, err
	}
	said, err := decode[struct {
		Request string `json:"save_request_status"`
		Task    string `json:"save_task_status"`
		Note    string `json:"note"`
	}](answer.Body)
	if err != nil || said.Request == "" {
		return models.ArchiveFailed, "", notArchive(answer.URL, err)
	}
	note = plain(strings.Join([]string{said.Request, said.Task, said.Note}, " "))
	if said.Request == "rejected" || said.Task == "failed" {
		return models.ArchiveFailed, note, nil
	}
	return models.ArchiveRequested, note, nil
}

func (c *Client) askArchive(ctx context.Context, path string, body []byte) (*Answer, error) {
	return c.Fetch(ctx, Ask{Method: http.MethodPost, URL: strings.TrimRight(c.lim.Archive, "/") + path, Body: body,
		Header: http.Header{"Content-Type": {"application/json"}, "Accept": {"application/json"}}})
}

func notArchive(address string, err error) *Problem {
	return failed(address, "The archive did not answer as Software Heritage does.", "Whoever runs the register checks the address of the archive.", err)
}
