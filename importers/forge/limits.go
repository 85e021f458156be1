package forge

import (
	"net/http"
	"sync"
	"time"
)

// Limits bound what a client does. The zero value of each field stands for the default that its comment names.
type Limits struct {
	// AllowPrivate lets the client ask addresses inside private networks and on this machine, and speak http with this machine. It is
	// for tests and for registers that harvest hosts of an intranet; link-local addresses, where clouds keep secrets, stay blocked.
	AllowPrivate bool
	// Ports may be asked; 443 and 8443. With AllowPrivate every port may.
	Ports []int
	// Tokens are sent, as the host expects it, to the host (with its port, when it has one) that they stand under and to no other.
	Tokens map[string]string
	// Archive is the address of a Software Heritage archive, such as https://archive.softwareheritage.org; "" leaves archives alone.
	Archive string
	// Agent is what the client calls itself.
	Agent string
	// Own are hosts, by name, that answer within this program: nothing of what is asked of them leaves it. They are for invented governments.
	Own map[string]http.Handler

	Redirects   int           // followed for one request; 5
	RequestTime time.Duration // from asking to the last byte of an answer that is not a fetch of git; 30 seconds
	VisitTime   time.Duration // for everything that one repository takes; 5 minutes
	AnswerBytes int64         // of one answer that is not a fetch of git; 16 MiB
	FetchBytes  int64         // of all packs of a visit, as they come; 128 MiB
	MirrorBytes int64         // of one fetch into a mirror; 4 GiB
	FileBytes   int64         // of one file that is read in a repository; 8 MiB
	MemoryBytes int64         // of all unpacked objects that a visit keeps; 256 MiB
	Commits     int           // read of a history, the newest; 2,000
	Tags        int           // read of a repository; 2,000
	Files       int           // counted in a tree; 200,000
	Found       int           // repositories of one group; 20,000
}

// withDefaults fills in what was left open.
func (l Limits) withDefaults() Limits {
	if l.Ports == nil {
		l.Ports = []int{443, 8443}
	}
	if l.Agent == "" {
		l.Agent = "OSPO-register (harvest)"
	}
	fill(&l.Redirects, 5)
	fill(&l.RequestTime, 30*time.Second)
	fill(&l.VisitTime, 5*time.Minute)
	fill(&l.AnswerBytes, 16<<20)
	fill(&l.FetchBytes, 128<<20)
	fill(&l.MirrorBytes, 4<<30)
	fill(&l.FileBytes, 8<<20)
	fill(&l.MemoryBytes, 256<<20)
	fill(&l.Commits, 2000)
	fill(&l.Tags, 2000)
	fill(&l.Files, 200_000)
	fill(&l.Found, 20_000)
	return l
}

func fill[N ~int | ~int64](field *N, value N) {
	if *field <= 0 {
		*field = value
	}
}

// Client asks hosts within its limits. It may be used by many at once and keeps nothing but open connections and which hosts asked to be
// left alone until when.
type Client struct {
	lim   Limits
	http  *http.Client
	guard *guard
	git   string // path of the program git, which checks mirrors; "" when there is none

	mu     sync.Mutex
	rested map[string]time.Time // by host with port: not before
}

// NewClient makes a client with the limits.
func NewClient(lim Limits) *Client {
	lim = lim.withDefaults()
	c := &Client{lim: lim, guard: &guard{private: lim.AllowPrivate, ports: lim.Ports}, git: findGit(), rested: map[string]time.Time{}}
	var goes http.RoundTripper = c.guard.transport()
	if lim.Own != nil {
		goes = ownHosts{lim.Own, goes}
	}
	c.http = &http.Client{
		Transport:     goes,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c
}
