package api

import (
	"context"

	"github.com/ospo-register/ospo/models"
)

// AssetSDGs are the Sustainable Development Goals of the United Nations that software serves.
type AssetSDGs struct {
	AssetID int64      `json:"assetId"`
	SDGs    []AssetSDG `json:"sdgs"`
	Version int64      `json:"version" doc:"Of the asset; goes into If-Match"`
}

// AssetSDG is one of the goals.
type AssetSDG struct {
	Goal      int16  `json:"goal" example:"3"`
	Name      string `json:"name" example:"Good Health and Well-Being"`
	Relevance string `json:"relevance"`
}

// AssetSDGsInput takes the place of the goals that were there.
type AssetSDGsInput struct {
	SDGs []AssetSDGInput `json:"sdgs" nullable:"false" maxItems:"17"`
}

// AssetSDGInput is one goal with the way in which the software serves it.
type AssetSDGInput struct {
	Goal      int16  `json:"goal" minimum:"1" maximum:"17"`
	Relevance string `json:"relevance" minLength:"1" maxLength:"2000" doc:"In which way it serves the goal"`
}

// assetSDGs answers with the goals as they are now.
func (a *api) assetSDGs(ctx context.Context, found *models.Asset, unless Unless) (*One[AssetSDGs], error) {
	list, err := a.Store.AssetSDGs(ctx, found.ID)
	if err != nil {
		return nil, err
	}
	return one(found.Version, AssetSDGs{AssetID: found.ID, Version: found.Version, SDGs: each(list, func(g *models.AssetSDG) AssetSDG {
		return AssetSDG{Goal: g.Goal, Name: models.GoalName(g.Goal), Relevance: g.Relevance}
	})}, unless)
}

func (a *api) getAssetSDGs(ctx context.Context, in *struct {
	ID
	Unless
}) (*One[AssetSDGs], error) {
	found, err := a.asset(ctx, in.ID.ID)
	if err != nil {
		return nil, err
	}
	return a.assetSDGs(ctx, found, in.Unless)
}

func (a *api) setAssetSDGs(ctx context.Context, in *struct {
	ID
	Based
	Body Body[AssetSDGsInput]
}) (*One[AssetSDGs], error) {
	based, err := in.required()
	if err != nil {
		return nil, err
	}
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	list := each(in.Body.Value.SDGs, func(g *AssetSDGInput) models.AssetSDG {
		return models.AssetSDG{Goal: g.Goal, Relevance: g.Relevance}
	})
	changed, err := a.Register.SetSDGs(ctx, viewer(ctx), in.ID.ID, based, list)
	if err != nil {
		return nil, err
	}
	return a.assetSDGs(ctx, changed, Unless{})
}
