package web

import (
	"strconv"
	"time"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountUploadLinks(r *routes) {
	r.get("/releases/:id/upload-links", s.uploadLinks)
	r.post("/releases/:id/upload-links", s.makeUploadLink)
	r.post("/upload-links/:id/revoke", s.revokeUploadLink)
}

// linksPage lists the upload links of a release and makes new ones.
type linksPage struct {
	*releaseHead
	Form   *form
	Links  []linkRow
	Pager  pager
	Days   []option
	Sizes  []option
	Made   *models.UploadLink // the link just made
	Secret string             // its address; shown once
}

// linkRow is an upload link as the list shows it.
type linkRow struct {
	store.UploadLinkRow
	State tag
	Works bool
}

// The states of an upload link, as its list says them.
var (
	linkWaits   = tag{"Waiting", tonePlain}
	linkUsed    = tag{"Used", toneGood}
	linkExpired = tag{"Expired", toneUnknown}
	linkRevoked = tag{"Revoked", tonePlain}
)

func linkState(l *models.UploadLink, now time.Time) tag {
	switch {
	case l.RevokedAt != nil:
		return linkRevoked
	case l.UsedAt != nil:
		return linkUsed
	case !l.ExpiresAt.After(now):
		return linkExpired
	}
	return linkWaits
}

func (s *site) uploadLinks(c *page) error {
	return s.showLinks(c, linksPage{Form: newForm("days", "30", "maxBytes", strconv.Itoa(64<<20))})
}

func (s *site) showLinks(c *page, p linksPage) error {
	h, err := c.openRelease("")
	if err != nil {
		return err
	}
	p.releaseHead = h
	list, err := s.Register.UploadLinks(c.ctx(), c.viewer, h.Release.ID, c.at())
	if err != nil {
		return err
	}
	for _, l := range list.Items {
		row := linkRow{UploadLinkRow: l, State: linkState(&l.UploadLink, s.now())}
		row.Works = row.State == linkWaits
		p.Links = append(p.Links, row)
	}
	p.Pager = pagerOf(c, list, "link", "links")
	for _, d := range []int{7, 14, 30, 60, models.MaxLinkDays} {
		p.Days = append(p.Days, option{Value: strconv.Itoa(d), Label: plural(d, "day", "days")})
	}
	for _, b := range []int64{16 << 20, 64 << 20, register.MostLinkBytes} {
		p.Sizes = append(p.Sizes, option{Value: strconv.FormatInt(b, 10), Label: fileSize(b)})
	}
	if p.Secret != "" {
		c.keepFromLogs()
	}
	v := h.view("upload-links", p)
	v.Title, v.Crumbs, v.Form = "Upload links for "+h.Asset.Title()+" "+h.Release.Number, h.crumbs(crumb{Name: "Upload links"}), p.Form
	return c.show(v)
}

func (s *site) makeUploadLink(c *page) error {
	id, f, err := c.submitted()
	if err != nil {
		return err
	}
	days, err := strconv.Atoi(f.get("days"))
	if err != nil {
		days = 0 // said of the field by the journey
	}
	l := &models.UploadLink{ReleaseID: id, Supplier: f.get("supplier"), Email: f.get("email"), Note: f.get("note"), MaxBytes: f.id("maxBytes"), ExpiresAt: s.now().AddDate(0, 0, days)}
	secret, err := s.Register.MakeUploadLink(c.ctx(), c.viewer, l)
	if err != nil {
		if !f.refused(err) {
			return err
		}
		f.rename("expiresAt", "days")
		return s.showLinks(c, linksPage{Form: f})
	}
	return s.showLinks(c, linksPage{Form: newForm("days", f.get("days"), "maxBytes", f.get("maxBytes")), Made: l, Secret: c.origin() + "/upload/" + secret})
}

// rename says of another field what was wrong with one that the form asks for differently.
func (f *form) rename(field, asked string) {
	for i := range f.Problem.Fields {
		if f.Problem.Fields[i].Field == field {
			f.Problem.Fields[i].Field = asked
		}
	}
}

func (s *site) revokeUploadLink(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	l, err := s.Register.RevokeUploadLink(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	return c.done(releasePath(l.ReleaseID)+"/upload-links", "The link for "+l.Supplier+" does not work any more.")
}
