package main

import "context"

func (c *bareCommand) Run() error                              { return nil }
func (b *bench) measureExposure(ctx context.Context) error     { return nil }
func (b *bench) measureLicenses(ctx context.Context) error     { return nil }
func (b *bench) measureList(ctx context.Context) error         { return nil }
func (b *bench) measureGrowthOfList(ctx context.Context) error { return nil }
func (b *bench) measureUnchanged(ctx context.Context) error    { return nil }
