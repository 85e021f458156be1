package api

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/swaggest/swgui/v5/static"
)

// docsPath is the page on which people read and try the API. It needs no other site.
const docsPath = "/api"

const docsCSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const docsPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API – OSPO register</title>
<link rel="stylesheet" href="/api/assets/swagger-ui.css">
<link rel="stylesheet" href="/api/assets/page.css">
</head>
<body>
<header><p><a href="/">OSPO register: home</a></p></header>
<main>
<h1>API</h1>
<p>Everything the pages show is there for programs too. The description is
<a href="/v1/openapi.json">OpenAPI as JSON</a> or <a href="/v1/openapi.yaml">YAML</a>;
without JavaScript, read it there. Reading what is public needs nothing; to write, send an API token.</p>
<section id="operations" aria-label="Operations of the API"></section>
</main>
<script src="/api/assets/swagger-ui-bundle.js"></script>
<script src="/api/assets/page.js"></script>
</body>
</html>
`

// docsScript also names, for screen readers and keyboards, what Swagger UI leaves without a name.
const docsScript = `const root = document.getElementById("operations");
const name = () => {
  for (const e of root.querySelectorAll("select:not([aria-label])")) {
    const row = e.closest("tr");
    e.setAttribute("aria-label", (row && row.dataset.paramName) || "Choice");
  }
  for (const e of root.querySelectorAll(".copy-to-clipboard button:not([aria-label])")) e.setAttribute("aria-label", "Copy");
  for (const e of root.querySelectorAll("pre:not([tabindex])")) e.tabIndex = 0;
};
new MutationObserver(name).observe(root, { childList: true, subtree: true });
SwaggerUIBundle({
  url: "/v1/openapi.json",
  domNode: root,
  syntaxHighlight: false,
  deepLinking: false,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  validatorUrl: null
});
`

// docsStyle puts the page in the register's colours and gives Swagger UI the contrast that WCAG 2.2 AA asks for.
const docsStyle = `body { margin: 0 auto; max-width: 1120px; padding: 0 20px; font: 17px/1.5 system-ui, sans-serif; color: #10243a; }
a { color: #0a5c8a; }
a:hover { color: #07415f; }
:focus-visible { outline: 3px solid #10243a; outline-offset: 0; box-shadow: 0 0 0 6px #ffd23f; }
header { border-bottom: 1px solid #d5dce4; }
h1 { font-size: 34px; }
.swagger-ui, .swagger-ui .info, .swagger-ui .opblock-tag small, .swagger-ui .opblock .opblock-summary-description,
.swagger-ui .parameter__type, .swagger-ui .parameter__in, .swagger-ui .response-col_links, .swagger-ui .tab li { color: #10243a; }
.swagger-ui .opblock.opblock-get .opblock-summary-method { background: #0a5c8a; }
.swagger-ui .opblock.opblock-post .opblock-summary-method { background: #14663f; }
.swagger-ui .opblock.opblock-patch .opblock-summary-method { background: #7a4a00; }
.swagger-ui .opblock.opblock-put .opblock-summary-method { background: #6b3d00; }
.swagger-ui .info .title small, .swagger-ui .info .title small.version-stamp { background: #43566b; }
.swagger-ui .info a, .swagger-ui .info .link, .swagger-ui .info .url, .swagger-ui a.nostyle { color: #0a5c8a; }
.swagger-ui .servers, .swagger-ui .servers-title { display: none; }
.swagger-ui .response-col_links { display: none; }
.swagger-ui .parameters-container, .swagger-ui .responses-inner { overflow-x: auto; }
.swagger-ui .btn.execute, .swagger-ui .download-contents { background: #0a5c8a; border-color: #0a5c8a; color: #fff; animation: none; }
.swagger-ui .btn.cancel { color: #a3221a; border-color: #a3221a; }
.swagger-ui table.headers .header-example, .swagger-ui .header-example, .swagger-ui .parameter__name.required::after, .swagger-ui .prop-format, .swagger-ui .prop-type { color: #43566b; }
.swagger-ui .btn.authorize { color: #14663f; border-color: #14663f; }
`

// docs serves the page and what it is made of, from our own address.
func (a *api) docs() {
	own := func(contentType, text string) gin.HandlerFunc {
		return func(c *gin.Context) {
			c.Header("Content-Security-Policy", docsCSP)
			c.Header("X-Content-Type-Options", "nosniff")
			c.Header("Cache-Control", "no-cache")
			c.Data(http.StatusOK, contentType, []byte(text))
		}
	}
	for path, h := range map[string]gin.HandlerFunc{
		docsPath:                                  own("text/html; charset=utf-8", docsPage),
		docsPath + "/assets/page.js":              own("text/javascript; charset=utf-8", docsScript),
		docsPath + "/assets/page.css":             own("text/css; charset=utf-8", docsStyle),
		docsPath + "/assets/swagger-ui-bundle.js": a.packed("swagger-ui-bundle.js.gz", "text/javascript; charset=utf-8"),
		docsPath + "/assets/swagger-ui.css":       a.packed("swagger-ui.css.gz", "text/css; charset=utf-8"),
	} {
		a.engine.GET(path, h)
		a.engine.HEAD(path, h)
	}
}

// packed serves a file that is embedded compressed, unpacked for clients that do not take it so.
func (a *api) packed(name, contentType string) gin.HandlerFunc {
	return func(c *gin.Context) {
		f, err := static.FS.Open(name)
		if err != nil {
			a.Log.Error("serving the API page", "file", name, "error", err)
			c.Status(http.StatusInternalServerError)
			return
		}
		defer f.Close()
		var r io.Reader = f
		h := c.Writer.Header()
		h.Set("Content-Type", contentType)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "public, max-age=86400")
		h.Set("Vary", "Accept-Encoding")
		if strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
		} else if r, err = gzip.NewReader(f); err != nil {
			a.Log.Error("serving the API page", "file", name, "error", err)
			c.Status(http.StatusInternalServerError)
			return
		}
		c.Status(http.StatusOK)
		if _, err := io.Copy(c.Writer, r); err != nil { //nolint:gosec // the file is ours
			a.Log.Debug("serving the API page", "file", name, "error", err) // the browser has gone
		}
	}
}
