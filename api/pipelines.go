package api

import (
	"crypto/rand"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// pipelines answers what build pipelines ask Dependency-Track when they hand in an SBOM, so that one that feeds
// Dependency-Track feeds the register by another address and an API token of ours in X-Api-Key. It is another product's
// interface: it is not part of /v1 nor of its description; docs/pipelines.md says what is the same and what is not.
func (a *api) pipelines() {
	a.engine.GET("/api/version", a.serverVersion)
	v1 := a.engine.Group("/api/v1")
	v1.PUT("/bom", a.asPipeline(a.putBOM))
	v1.POST("/bom", a.asPipeline(a.postBOM))
	v1.GET("/bom/token/:uuid", a.asPipeline(a.pollToken))
	v1.GET("/event/token/:uuid", a.asPipeline(a.pollToken))
	v1.GET("/project", a.asPipeline(a.listProjects))
	v1.GET("/project/lookup", a.asPipeline(a.lookUpProject))
	v1.GET("/project/:uuid", a.asPipeline(a.getProject))
	v1.GET("/team/self", a.asPipeline(a.ownTeam))
}

// asPipeline finds out who asks and answers errors as problems. These addresses need a token: the public has none of them.
func (a *api) asPipeline(h func(*gin.Context, models.Viewer) error) gin.HandlerFunc {
	return func(c *gin.Context) {
		if register.Request(c.Request.Context()) == "" {
			id := rand.Text()
			c.Header("X-Request-Id", id)
			c.Request = c.Request.WithContext(register.WithRequest(c.Request.Context(), id))
		}
		c.Header("Cache-Control", "no-store")
		c.Header("X-Content-Type-Options", "nosniff")
		v, err := a.pipeline(c)
		if err == nil {
			err = h(c, v)
		}
		if err != nil {
			a.write(c, a.problem(c.Request.Context(), err))
		}
	}
}

func (a *api) pipeline(c *gin.Context) (models.Viewer, error) {
	secret, err := token(c.Request.Header)
	if err != nil {
		return models.Viewer{}, err
	}
	if secret == "" {
		return models.Viewer{}, models.Refuse(models.Unauthenticated, "sign-in-first", "Send an API token of the register in the header X-Api-Key. It is made on the page “Your tokens”.")
	}
	return a.identify(c.Request)
}

// pollToken says whether a document is still being read. state, reason and sbomId are ours: other clients pass over them.
func (a *api) pollToken(c *gin.Context, v models.Viewer) error {
	id, err := uuid.Parse(c.Param("uuid"))
	if err != nil {
		return models.Refuse(models.NotFound, "token-unknown", "This is not a token of an upload.")
	}
	d, err := a.Store.DeliveryByToken(c.Request.Context(), v, id.String())
	if err != nil {
		return err
	}
	c.JSON(http.StatusOK, gin.H{"processing": !d.State.Ended(), "state": d.State, "code": d.Code, "reason": d.Reason, "deliveryId": d.ID, "sbomId": d.SBOMID})
	return nil
}

// ownTeam answers the question that plugins ask to test a key: what may it do?
func (a *api) ownTeam(c *gin.Context, v models.Viewer) error {
	type permission struct {
		Name string `json:"name"`
	}
	may := []permission{{"VIEW_PORTFOLIO"}}
	if v.MaySomewhere(models.WriteSBOM) {
		may = append(may, permission{"BOM_UPLOAD"})
	}
	if v.MaySomewhere(models.WriteAsset) && v.MaySomewhere(models.WriteRelease) {
		may = append(may, permission{"PROJECT_CREATION_UPLOAD"})
	}
	c.JSON(http.StatusOK, gin.H{"uuid": projectUUID(0), "name": v.Name, "permissions": may})
	return nil
}
