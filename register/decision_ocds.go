package register

import (
	"context"
	"crypto/sha256"
	"strings"

	"github.com/ospo-register/ospo/exporters/dossier"
	"github.com/ospo-register/ospo/exporters/ocds"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// OpenContracting is what the operator says of the register as a publisher of open contracting data.
type OpenContracting struct {
	Prefix    string // as registered with the Open Contracting Partnership; "": nothing is told as open contracting data
	Publisher string // who answers for the data
	Address   string // where people find the register, without a slash at its end; "": what is told leads nowhere
}

// UseOpenContracting has decisions told as open contracting data from now on. It is to be called before anything else is.
func (r *Register) UseOpenContracting(o OpenContracting) {
	o.Address = strings.TrimSuffix(o.Address, "/")
	r.contracting = o
}

// OpenContracting is what the operator said of the register as a publisher. It is refused where nothing was said.
func (r *Register) OpenContracting() (OpenContracting, error) {
	if r.contracting.Prefix == "" {
		return r.contracting, models.Refuse(models.Conflict, "no-ocid-prefix",
			"This register tells nothing as open contracting data, because it has no prefix of the Open Contracting Partnership. Its operator sets OSPO_OCDS_PREFIX and OSPO_OCDS_PUBLISHER and starts it again; what is published from then on is told.")
	}
	return r.contracting, nil
}

// page is where people find a decision; "" where the register has no address.
func (o OpenContracting) page(id int64) string {
	if o.Address == "" {
		return ""
	}
	return o.Address + "/decisions/" + idText(id)
}

// file is where people find the bytes of an attachment; "" where the register has no address.
func (o OpenContracting) file(id int64) string {
	if o.Address == "" {
		return ""
	}
	return o.Address + "/v1/attachments/" + idText(id) + "/content"
}

// releaseOf makes the release of what is being published; nil when there is none to make: without a prefix, without money, when it is not for the public, or when it says nothing new.
// A decision keeps the prefix that it was first told under.
func (r *Register) releaseOf(ctx context.Context, tx *store.Tx, told *dossier.Case) (*models.OCDSRelease, error) {
	if r.contracting.Prefix == "" {
		return nil, nil //nolint:nilnil // this register tells nothing as open contracting data
	}
	d := told.Decision
	earlier, err := tx.OCDSReleasesOf(ctx, d.ID)
	if err != nil {
		return nil, err
	}
	c := &ocds.Case{Case: told, Prefix: r.contracting.Prefix, Page: r.contracting.page(d.ID)}
	var before []byte
	if n := len(earlier); n > 0 {
		before, c.Prefix = earlier[n-1].Document, strings.TrimSuffix(earlier[n-1].OCID, "-"+d.Ref)
	}
	text, err := ocds.Release(c, before)
	for _, code := range []string{"no-ocid", "not-public", "nothing-new"} {
		if models.HasCode(err, code) {
			return nil, nil //nolint:nilnil // there is nothing to tell
		}
	}
	if err != nil {
		return nil, err
	}
	ocid, err := ocds.OCID(c.Prefix, d)
	if err != nil {
		return nil, err
	}
	id, err := ocds.ReleaseID(text)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	return &models.OCDSRelease{DecisionID: d.ID, Number: told.Edition, OCID: ocid, Release: id, Document: text, Digest: sum[:], At: told.At}, nil
}

// related is the case that a case follows, as far as the public may know it.
func (r *Register) related(ctx context.Context, s *store.Store, c *caseAt) (dossier.Related, error) {
	told := dossier.Related{Relation: "prior", Ref: c.row.Prior}
	prior, err := s.Decision(ctx, models.Viewer{}, *c.row.PriorID)
	if models.IsKind(err, models.NotFound) {
		return told, nil
	}
	if err != nil {
		return told, err
	}
	told.Title, told.URL = prior.Title, r.contracting.page(prior.ID)
	releases, err := s.OCDSReleasesOf(ctx, prior.ID)
	if len(releases) > 0 {
		told.OCID = releases[0].OCID
	}
	return told, err
}

// OCDSReleases lists what was told as open contracting data, in the order in which it was. It is anybody's.
func (r *Register) OCDSReleases(ctx context.Context, p models.Page) (models.List[models.OCDSRelease], error) {
	if _, err := r.OpenContracting(); err != nil {
		return models.List[models.OCDSRelease]{}, err
	}
	return r.store.OCDSReleases(ctx, p)
}

// DecisionOCDS is what was told of a decision as open contracting data, oldest first. It is refused where there is none, with the reason.
func (r *Register) DecisionOCDS(ctx context.Context, v models.Viewer, id int64) ([]models.OCDSRelease, error) {
	row, err := r.store.Decision(ctx, v, id)
	if err != nil {
		return nil, err
	}
	o, err := r.OpenContracting()
	if err != nil {
		return nil, err
	}
	if _, err := ocds.OCID(o.Prefix, &row.Decision); err != nil {
		return nil, err
	}
	if row.Visibility != models.VisiblePublic {
		return nil, models.Refuse(models.Conflict, "not-public", "This decision is not told to the public, so that it is in no open contracting data.")
	}
	list, err := r.store.OCDSReleasesOf(ctx, id)
	if err == nil && len(list) == 0 {
		err = models.Refuse(models.Conflict, "no-release", "This decision has not been published since the register tells open contracting data. Publish it again, and a release is made.")
	}
	return list, err
}
