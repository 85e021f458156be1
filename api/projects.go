package api

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// A project of Dependency-Track is a release of ours. Its UUID is one of version 8 (RFC 9562, 5.8) that carries the number of the
// release in its last seven bytes, so that none needs to be kept.
var projectMark = [9]byte{'o', 's', 'p', 'o', 'r', 'e', 0x80, 'l', 0x80}

const mostProjectID = 1 << 56

func projectUUID(release int64) uuid.UUID {
	var u uuid.UUID
	copy(u[:], projectMark[:])
	for i := 15; i >= len(projectMark); i-- {
		u[i] = byte(release)
		release >>= 8
	}
	return u
}

// releaseOf is the release that a project's UUID stands for, 0 when it is not one of ours.
func releaseOf(text string) int64 {
	u, err := uuid.Parse(text)
	if err != nil || [9]byte(u[:len(projectMark)]) != projectMark {
		return 0
	}
	var release int64
	for _, b := range u[len(projectMark):] {
		release = release<<8 | int64(b)
	}
	return release
}

// project is a release as Dependency-Track shows a project.
type project struct {
	UUID          uuid.UUID    `json:"uuid"`
	Name          string       `json:"name"`
	Version       string       `json:"version"`
	Description   string       `json:"description,omitempty"`
	Classifier    string       `json:"classifier"`
	Tags          []projectTag `json:"tags"`
	Active        bool         `json:"active"`
	LastBOMImport int64        `json:"lastBomImport,omitempty"` // milliseconds since 1970
}

type projectTag struct {
	Name string `json:"name"`
}

func shapeProject(r *store.ProjectRow) project {
	p := project{UUID: projectUUID(r.ReleaseID), Name: r.Name, Version: r.Number, Description: r.Description[models.DefaultLanguage], Classifier: "APPLICATION", Active: r.Lifecycle != models.AssetRetired,
		Tags: each(r.Categories, func(c *string) projectTag { return projectTag{*c} })}
	if r.LastReceived != nil {
		p.LastBOMImport = r.LastReceived.UnixMilli()
	}
	return p
}

func noProject() error {
	return models.Refuse(models.NotFound, "project-not-found", "The project could not be found: there is no software of this name with this version in the register, or you may not see it. Register it, or send autoCreate.")
}

// oneProject finds the release that a name and a number say.
func (a *api) oneProject(ctx context.Context, v models.Viewer, f store.ProjectFilter) (*store.ProjectRow, error) {
	f.Limit = 2
	list, _, err := a.Store.Projects(ctx, v, f)
	switch {
	case err != nil:
		return nil, err
	case len(list) == 0:
		return nil, noProject()
	case len(list) > 1 && f.Number != "":
		return nil, models.Refuse(models.Conflict, "project-ambiguous", fmt.Sprintf("Several pieces of software in the register are called %s. Name the project by its UUID.", f.Name))
	}
	return &list[0], nil
}

func (a *api) getProject(c *gin.Context, v models.Viewer) error {
	id := releaseOf(c.Param("uuid"))
	if id == 0 || id >= mostProjectID {
		return noProject()
	}
	row, err := a.oneProject(c.Request.Context(), v, store.ProjectFilter{ReleaseID: id})
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, shapeProject(row))
	return nil
}

func (a *api) lookUpProject(c *gin.Context, v models.Viewer) error {
	f := store.ProjectFilter{Name: c.Query("name"), Number: c.Query("version")}
	if f.Name == "" {
		return noProject()
	}
	row, err := a.oneProject(c.Request.Context(), v, f)
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, shapeProject(row))
	return nil
}

// Pages of projects: Dependency-Track's own clients number them, and some give the row to begin at.
const (
	projectsOnPage = 100
	mostOnPage     = 1000
	mostOffset     = 100_000
)

func (a *api) listProjects(c *gin.Context, v models.Viewer) error {
	number := func(least int, names ...string) int {
		for _, name := range names {
			if n, err := strconv.Atoi(c.Query(name)); err == nil && n >= least {
				return n
			}
		}
		return 0
	}
	f := store.ProjectFilter{Name: c.Query("name"), Text: c.Query("searchText"), InUse: c.Query("excludeInactive") == "true", Limit: number(1, "pageSize", "limit"), Offset: number(0, "offset")}
	if f.Limit == 0 {
		f.Limit = projectsOnPage
	}
	f.Limit = min(f.Limit, mostOnPage)
	if page := number(1, "pageNumber", "page"); f.Offset == 0 && page > 1 {
		f.Offset = (min(page, mostOffset) - 1) * f.Limit
	}
	if f.Offset > mostOffset {
		return models.Refuse(models.Invalid, "too-far", fmt.Sprintf("Only the first %d projects can be paged through. Ask for one by name, or use %s/assets.", mostOffset, prefix))
	}
	list, total, err := a.Store.Projects(c.Request.Context(), v, f)
	if err != nil {
		return err
	}
	c.Header("X-Total-Count", strconv.Itoa(total.Count))
	c.JSON(http.StatusOK, each(list, shapeProject))
	return nil
}

// serverVersion tells clients which of Dependency-Track's abilities they may use: tokens of 4.11, tags of 4.12.
func (a *api) serverVersion(c *gin.Context) {
	c.JSON(http.StatusOK, gin.H{"application": "OSPO register, by the upload API of Dependency-Track", "version": "4.13.0", "timestamp": time.Unix(0, 0).UTC().Format(time.RFC3339), "uuid": projectUUID(0), "systemUuid": projectUUID(0),
		"framework": gin.H{"name": "ospo", "version": a.Version, "timestamp": time.Unix(0, 0).UTC().Format(time.RFC3339), "uuid": projectUUID(0)}})
}
