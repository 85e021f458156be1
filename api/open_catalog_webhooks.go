package api

func (a *api) catalogWebhookRoutes() []catalogRoute { return nil }
