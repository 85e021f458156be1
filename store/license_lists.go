package store

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

const listHeader = `SELECT id, number, date, digest, state, created_by_id, created_at, activated_by_id, activated_at FROM license_lists`

// LicenseLists lists the licence lists that were ever brought in, newest first, without their contents.
func (s *Store) LicenseLists(ctx context.Context) ([]models.LicenseList, error) {
	return rows[models.LicenseList](ctx, s, listHeader+` ORDER BY id DESC`)
}

// ActiveLicenseList is the list in force, header only; not found while it is the built-in one.
func (s *Store) ActiveLicenseList(ctx context.Context) (*models.LicenseList, error) {
	list, err := rows[models.LicenseList](ctx, s, listHeader+` WHERE state = 'active'`)
	return first(list, err, "license-list")
}

// LicenseList finds a list with its contents.
func (s *Store) LicenseList(ctx context.Context, id int64) (*models.LicenseList, error) {
	var l models.LicenseList
	err := s.gorm(ctx).Where("id = ?", id).Take(&l).Error
	return &l, found(err, "license-list")
}

// LicenseListByDigest finds a list with its contents by what it says.
func (s *Store) LicenseListByDigest(ctx context.Context, digest string) (*models.LicenseList, error) {
	var l models.LicenseList
	err := s.gorm(ctx).Where("digest = ?", digest).Take(&l).Error
	return &l, found(err, "license-list")
}

// CreateLicenseList adds a list.
func (tx *Tx) CreateLicenseList(ctx context.Context, l *models.LicenseList) error {
	return fault(tx.gorm(ctx).Create(l).Error)
}

// SaveLicenseListState stores who activated a list, and its state.
func (tx *Tx) SaveLicenseListState(ctx context.Context, l *models.LicenseList) error {
	return fault(tx.gorm(ctx).Model(l).Select("State", "ActivatedByID", "ActivatedAt").Updates(l).Error)
}
