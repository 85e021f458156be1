package web

import (
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

func (s *site) mountRepositoryWithdrawal(r *routes) {
	r.get("/repositories/:id/withdraw", s.askWithdrawRepository)
	r.post("/repositories/:id/withdraw", s.withdrawRepository)
	r.post("/repositories/:id/put-back", s.putBackRepository)
}

// ownRepository finds the repository that the address names, for somebody who may change it.
func (s *site) ownRepository(c *page, what string) (*store.RepositoryRow, error) {
	id, err := c.id("id")
	if err != nil {
		return nil, err
	}
	row, err := s.Store.Repository(c.ctx(), c.viewer, id)
	if err != nil {
		return nil, err
	}
	if !c.viewer.May(models.WriteRepository, row.AgencyID) {
		return nil, refuseWrite(c, what)
	}
	return row, nil
}

func (s *site) askWithdrawRepository(c *page) error {
	row, err := s.ownRepository(c, "withdraw this agency's repositories")
	if err != nil {
		return err
	}
	path := "/repositories/" + idText(row.ID)
	if row.WithdrawnAt != nil {
		return models.Refuse(models.Conflict, "repository-withdrawn", "This repository is withdrawn already.")
	}
	return c.show(view{Name: "repository-withdraw", Title: "Withdraw " + row.Canonical, Nav: "/catalogue", Page: row,
		Crumbs: []crumb{{"Repositories", "/repositories"}, {shorten(row.Canonical, 60), path}, {"Withdraw", ""}}})
}

func (s *site) withdrawRepository(c *page) error {
	row, err := s.ownRepository(c, "withdraw this agency's repositories")
	if err != nil {
		return err
	}
	if err := s.Register.WithdrawRepository(c.ctx(), c.viewer, row.ID); err != nil {
		return err
	}
	return c.done("/repositories/"+idText(row.ID), "The repository is withdrawn. Only people of its agency and of the open source programme office, and of agencies above, see it now.")
}

// putBackRepository is a change like any other: what is switched on is told of and harvested again.
func (s *site) putBackRepository(c *page) error {
	row, err := s.ownRepository(c, "switch this agency's repositories on again")
	if err != nil {
		return err
	}
	if _, err := s.Register.ChangeRepository(c.ctx(), c.viewer, row.ID, 0, func(r *models.Repository) { r.Active = true }); err != nil {
		return err
	}
	return c.done("/repositories/"+idText(row.ID), "The repository is switched on again. The next harvest reads it.")
}
