package web

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// sbomOriginal gives the document as it was delivered, byte for byte.
func (s *site) sbomOriginal(c *page) error {
	h, err := c.openSBOM("")
	if err != nil {
		return err
	}
	d := h.SBOM
	if d.ReducedAt != nil {
		return models.Refuse(models.Conflict, "sbom-reduced", "The original of this document was let go of by a retention rule; its summary is kept. Ask its sender for the file.")
	}
	body, err := s.Store.Original(c.ctx(), d.OriginalID)
	if err != nil {
		return err
	}
	defer body.Close()
	c.g.Header("Repr-Digest", "sha-256=:"+base64.StdEncoding.EncodeToString(d.SHA256)+":")                                               // RFC 9530, 3
	return c.download(download{orElse(d.Filename, "sbom-"+hex.EncodeToString(d.SHA256[:6])), "application/octet-stream", d.Bytes}, body) // never shown as a page, whatever it holds
}

// download is a file that a reader keeps.
type download struct {
	name, kind string
	size       int64
}

// download sends a file.
func (c *page) download(d download, body io.Reader) error {
	if err := c.keepSession(); err != nil {
		return err
	}
	header := c.g.Writer.Header()
	header.Set("Content-Type", d.kind)
	header.Set("Content-Disposition", disposition(d.name))
	header.Set("Content-Length", strconv.FormatInt(d.size, 10))
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "private, no-cache")
	header.Add("Vary", "Cookie")
	c.sent = true
	c.g.Writer.WriteHeader(http.StatusOK)
	if c.g.Request.Method == http.MethodHead {
		return nil
	}
	if _, err := io.Copy(c.g.Writer, body); err != nil {
		return fmt.Errorf("sending %s: %w", d.name, err)
	}
	return nil
}

// pour sends a file that is written while it is sent, and breaks the connection off when that fails, so that a part is not taken for the whole.
func (c *page) pour(name, kind string, write func(io.Writer) error) error {
	if err := c.keepSession(); err != nil {
		return err
	}
	header := c.g.Writer.Header()
	header.Set("Content-Type", kind)
	header.Set("Content-Disposition", disposition(name))
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "private, no-cache")
	header.Add("Vary", "Cookie")
	c.sent = true
	c.g.Writer.WriteHeader(http.StatusOK)
	if c.g.Request.Method == http.MethodHead {
		return nil
	}
	if err := write(c.g.Writer); err != nil {
		c.site.Log.Warn("sending a file", "file", name, "error", err)
		panic(http.ErrAbortHandler)
	}
	return nil
}

// exports sends the document that write makes in the format of the address.
func (c *page) exports(write func(format register.ExportFormat) (*register.Export, error)) error {
	e, err := write(register.ExportFormat(c.g.Param("format")))
	if models.IsKind(err, models.Invalid) {
		return models.NoSuch("page") // the address names a format that there is none of
	}
	if err != nil {
		return err
	}
	defer e.Close()
	return c.download(download{e.Filename, e.MediaType, e.Size}, e)
}

// unchanged marks what is about to be sent, and answers at once where the reader has it already.
func (c *page) unchanged(mark string) bool {
	etag := `"` + mark + `"`
	header := c.g.Writer.Header()
	header.Set("ETag", etag)
	if !strings.Contains(c.g.GetHeader("If-None-Match"), etag) {
		return false
	}
	header.Set("Cache-Control", "private, no-cache")
	header.Add("Vary", "Cookie")
	c.sent = true
	c.g.Writer.WriteHeader(http.StatusNotModified)
	return true
}

// sbomExport gives a document in another format.
func (s *site) sbomExport(c *page) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	return c.exports(func(f register.ExportFormat) (*register.Export, error) {
		return s.Register.ExportSBOM(c.ctx(), c.viewer, id, f)
	})
}

// portfolio sends one document of all that a portfolio has, unless the reader has it already.
func (s *site) portfolio(c *page, find func(ctx context.Context, v models.Viewer, id int64) (*register.Portfolio, error)) error {
	id, err := c.id("id")
	if err != nil {
		return err
	}
	p, err := find(c.ctx(), c.viewer, id)
	if err != nil {
		return err
	}
	if f := register.ExportFormat(c.g.Param("format")); slices.Contains(register.ExportFormats, f) && c.unchanged(p.Mark()+"-"+string(f)+"-"+s.Version) {
		return nil
	}
	return c.exports(func(f register.ExportFormat) (*register.Export, error) {
		return s.Register.ExportPortfolio(c.ctx(), p, f)
	})
}

// assetExport gives one document of a piece of software with its parts.
func (s *site) assetExport(c *page) error {
	return s.portfolio(c, func(ctx context.Context, v models.Viewer, id int64) (*register.Portfolio, error) {
		return s.Register.AssetPortfolio(ctx, v, id, 0)
	})
}

// agencyExport gives one document of all that an agency answers for or runs.
func (s *site) agencyExport(c *page) error { return s.portfolio(c, s.Register.AgencyPortfolio) }

// disposition names a download after what its sender called it, without what a file system or header cannot have.
func disposition(name string) string {
	clean := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || strings.ContainsRune(`/\:*?"<>|`, r) || bidi(r) {
			return '_'
		}
		return r
	}, name)
	if v := mime.FormatMediaType("attachment", map[string]string{"filename": shorten(clean, 200)}); v != "" {
		return v
	}
	return "attachment"
}

// bidi reports whether a character turns the direction of the text around it, which can make a name look like another.
func bidi(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200e || r == 0x200f || r == 0x061c
}
