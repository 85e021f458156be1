package register

import (
	"context"
	"io"
	"net/http"
	"os"

	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/models"
)

// ServeMirror gives the copy that the register keeps of a repository as a handler from which git clones and fetches, and by which nothing can be written. It is handed out to
// whoever sees the repository; for everybody else, and while there is no copy, it is not found. What is switched off is not handed out.
func (r *Register) ServeMirror(ctx context.Context, by models.Viewer, repository int64) (http.Handler, error) {
	dir, err := r.keptCopy(ctx, by, repository)
	if err != nil {
		return nil, err
	}
	return forge.Serve(dir), nil
}

// WriteBundle writes the copy of a repository as one file from which “git clone” makes the repository anew, for those whom ServeMirror would serve. Refusals come before
// anything is written.
func (r *Register) WriteBundle(ctx context.Context, by models.Viewer, repository int64, w io.Writer) error {
	dir, err := r.keptCopy(ctx, by, repository)
	if err != nil {
		return err
	}
	return forge.Bundle(ctx, dir, w)
}

// keptCopy finds the folder of a copy that the viewer may have. A copy that is not wanted any more is still one.
func (r *Register) keptCopy(ctx context.Context, by models.Viewer, repository int64) (string, error) {
	row, err := r.store.Repository(ctx, by, repository)
	if err != nil {
		return "", err
	}
	m, err := r.store.Mirror(ctx, repository)
	if err != nil {
		return "", err
	}
	if r.harvesting.Mirrors == "" || !row.Active || m == nil || m.FetchedAt == nil {
		return "", models.NoSuch("copy")
	}
	dir := r.mirrorFolder(repository)
	if _, err := os.Stat(dir); err != nil {
		return "", models.NoSuch("copy") // kept by another node, or taken away by its operator
	}
	return dir, nil
}
