package demo

import (
	"context"
	"fmt"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

func (l *loader) loadAssets(ctx context.Context) error {
	for _, s := range l.seed.Assets {
		steward, ok := l.agencies[s.Steward]
		if !ok {
			return fmt.Errorf("asset %s: there is no agency %s", s.Key, s.Steward)
		}
		a := s.asset(steward.ID)
		if err := l.step(a.Title(), l.reg.RegisterAsset(ctx, l.by(s.Steward), a)); err != nil {
			return err
		}
		l.assets[s.Key] = a
		for _, r := range s.Releases {
			if err := l.loadRelease(ctx, s, a, r); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *assetSeed) asset(steward int64) *models.Asset {
	a := &models.Asset{Name: s.Name, Edition: s.Edition, Origin: s.Origin, Descriptions: s.Text, StewardID: steward, Categories: s.Categories, License: s.License,
		Lifecycle: s.Lifecycle, Visibility: s.Visibility}
	if a.Lifecycle == "" {
		a.Lifecycle = models.AssetInUse
	}
	if a.Visibility == "" {
		a.Visibility = models.VisiblePublic
	}
	for kind, url := range map[models.URLKind]string{models.RepositoryURL: s.Repository, models.HomeURL: s.Home} {
		if url != "" {
			a.URLs = append(a.URLs, models.AssetURL{Kind: kind, URL: url})
		}
	}
	if s.PURL != "" {
		a.Identifiers = append(a.Identifiers, models.AssetIdentifier{Kind: models.PURL, Value: s.PURL})
	}
	if s.CPE != "" {
		a.Identifiers = append(a.Identifiers, models.AssetIdentifier{Kind: models.CPE, Value: s.CPE})
	}
	return a
}

func (l *loader) loadRelease(ctx context.Context, s assetSeed, a *models.Asset, r releaseSeed) error {
	release := &models.Release{AssetID: a.ID, Number: r.Number, Notes: r.Notes, ReleasedSource: r.ReleasedSource, SalesEndSource: r.SalesEndSource,
		SecurityEndSource: r.SecurityEndSource, LifeEndSource: r.LifeEndSource}
	for text, on := range map[*string]**models.Date{&r.Released: &release.ReleasedOn, &r.SalesEnd: &release.SalesEndOn, &r.SecurityEnd: &release.SecurityEndOn, &r.LifeEnd: &release.LifeEndOn} {
		if *text == "" {
			continue
		}
		d, err := models.ParseDate(*text)
		if err != nil {
			return fmt.Errorf("%s %s: %w", s.Name, r.Number, err)
		}
		*on = &d
	}
	if err := l.step(a.Title()+" "+r.Number, l.reg.RegisterRelease(ctx, l.by(s.Steward), release)); err != nil {
		return err
	}
	for _, name := range r.SBOMs {
		if err := l.loadSBOM(ctx, s.Steward, release, name); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) loadSBOM(ctx context.Context, steward string, release *models.Release, name string) error {
	body, err := openSBOM(name)
	if err != nil {
		return err
	}
	defer body.Close()
	// One after the other in the last year, so that there is a trend to see.
	l.documents++
	_, err = l.ago(max(350-6*l.documents, 0)).ReceiveSBOM(ctx, l.by(steward), release.ID, name, body, register.Limits{})
	return l.step(name, err)
}
