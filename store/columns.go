package store

import (
	"strings"
	"sync"

	"gorm.io/gorm/schema"

	"github.com/ospo-register/ospo/models"
)

// columns lists the columns of a model, each behind the alias of its table, so that a new field is named in one place.
func columns(alias string, model any) string {
	parsed, err := schema.Parse(model, &sync.Map{}, schema.NamingStrategy{})
	if err != nil {
		panic("store: " + err.Error()) // a model of ours that gorm cannot read: no test could pass
	}
	return alias + "." + strings.Join(parsed.DBNames, ", "+alias+".")
}

var (
	agencyColumns     = columns("g", models.Agency{})
	assetColumns      = columns("a", models.Asset{})
	releaseColumns    = columns("r", models.Release{})
	deploymentColumns = columns("d", models.Deployment{})
	sbomColumns       = columns("s", models.SBOM{})
	eventColumns      = columns("e", models.Event{})
	componentColumns  = columns("c", models.Component{}) + `, d.stated AS declared, k.stated AS concluded, coalesce(nullif(e.canonical, ''), e.stated) AS effective, e.kind, e.guessed, e.class`
)
