package forge

import "context"

// mirror brings a bare mirror up to date and makes it the source.
func (v *visit) mirror(ctx context.Context, dir string) error {
	return failed(v.r.url, "Mirrors are not kept.", "", nil)
}
