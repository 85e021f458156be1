package web

import (
	"html/template"
	"log/slog"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"

	"github.com/ospo-register/ospo/register"
	"github.com/ospo-register/ospo/store"
)

// Deps is what the pages need. All of it but APIPage and Printer is required.
type Deps struct {
	Store    *store.Store
	Register *register.Register
	Sessions *scs.SessionManager
	Log      *slog.Logger
	Version  string        // of the program, shown in the footer
	Demo     bool          // the data are invented: say so on every page and offer personas to sign in as
	MaxBody  int64         // largest document that may be uploaded, in bytes
	Patience time.Duration // in which a body must bring its next 32 kB; 0: 30 seconds
	APIPage  string        // path of the page that describes the API; "" shows no link
	Printer  *Printer      // makes PDF files of decisions; nil: none are offered
}

// site is the pages with what they are made of. It is safe for concurrent use.
type site struct {
	Deps
	templates map[string]*template.Template // by page
	files     map[string]staticFile         // by address
	Styles    string                        // address of the style sheet
	cases     string                        // address of the same sheet with the rules for decisions, laws and policies
	casesOnly map[string]bool               // classes that only those rules know
	sheets    map[string]string             // address of the sheet of a page, by page
	Icon      string                        // address of the icon
	Script    string                        // address of the script of pages that take documents; nothing depends on it
	paths     map[string]bool               // paths that have a GET route, as registered

	footers recent[footer]
	common  recent[[]store.CommonComponent]

	programs policyPrograms
}

// Mount adds the pages and their static files to the engine, and the page for addresses that lead nowhere. It gives d
// back, whose Viewer tells others who is signed in. It panics when a template is broken, which its tests rule out.
func Mount(engine *gin.Engine, d Deps) Deps {
	s := &site{Deps: d, paths: map[string]bool{}}
	s.footers.life, s.common.life = footerLife, commonLife
	s.loadStatic()
	s.loadTemplates()
	s.mount(&routes{engine: engine, site: s})
	return d
}
