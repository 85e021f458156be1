package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/ospo-register/ospo/importers/forge"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/register"
)

// harvestSettings say how repositories of publishers are read.
type harvestSettings struct {
	HarvestEvery        time.Duration `name:"harvest-every" env:"OSPO_HARVEST_EVERY" default:"24h" placeholder:"TIME" help:"How often the repositories of all publishers are gone over, such as 24h; 0 only when somebody asks."`
	HarvestAllowPrivate bool          `name:"harvest-allow-private" env:"OSPO_HARVEST_ALLOW_PRIVATE" help:"Also ask addresses inside private networks: for hosts of code on an intranet."`
	HarvestTokens       string        `name:"harvest-tokens" env:"OSPO_HARVEST_TOKENS" placeholder:"FILE" help:"A file with a host and a token on each line, for hosts that answer more or only with one."`
	Mirrors             string        `name:"mirrors" env:"OSPO_MIRRORS" placeholder:"DIR" help:"The folder that copies of repositories are kept in. Without it none are kept."`
	Archive             string        `name:"archive" env:"OSPO_ARCHIVE" placeholder:"URL" help:"The Software Heritage archive to ask whether it keeps what was released, such as https://archive.softwareheritage.org. Without it none is asked."`

	tokens map[string]string
	own    map[string]http.Handler // hosts of the demo's invented world
}

// check reads what is written in the settings.
func (s *harvestSettings) check(mistake func(name, format string, args ...any)) {
	if s.HarvestEvery < 0 || s.HarvestEvery > 0 && s.HarvestEvery < time.Hour {
		mistake("--harvest-every / OSPO_HARVEST_EVERY", "%s is too often for hosts that others pay for; use an hour or more, or 0", s.HarvestEvery)
	}
	if s.HarvestTokens != "" {
		var err error
		if s.tokens, err = readTokens(s.HarvestTokens); err != nil {
			mistake("--harvest-tokens / OSPO_HARVEST_TOKENS", "%v", err)
		}
	}
	if s.Archive != "" {
		if u, err := url.Parse(s.Archive); err != nil || u.Scheme != "https" || u.Host == "" {
			mistake("--archive / OSPO_ARCHIVE", "%q is not an address such as https://archive.softwareheritage.org", s.Archive)
		}
	}
}

// readTokens reads lines of a host and a token; # begins a comment.
func readTokens(file string) (map[string]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fmt.Errorf("the file cannot be read: %w", err)
	}
	defer f.Close()
	tokens := map[string]string{}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		words := strings.Fields(lines.Text())
		switch {
		case len(words) == 0 || strings.HasPrefix(words[0], "#"):
		case len(words) != 2:
			return nil, fmt.Errorf("line %d is not a host and a token", n)
		default:
			tokens[strings.ToLower(words[0])] = words[1]
		}
	}
	return tokens, lines.Err()
}

func (s *harvestSettings) harvesting() register.Harvesting {
	return register.Harvesting{
		Client: forge.NewClient(forge.Limits{AllowPrivate: s.HarvestAllowPrivate, Tokens: s.tokens, Archive: strings.TrimSuffix(s.Archive, "/"), Own: s.own}),
		Every:  s.HarvestEvery, Mirrors: s.Mirrors, Counts: true,
	}
}

type harvestCommand struct {
	Publisher string `arg:"" optional:"" help:"Name of a publisher. Without it the repositories of all publishers."`
}

// Run goes over the repositories now, and says how far it is. Stopped and started again it goes on where it was.
func (c *harvestCommand) Run(ctx context.Context, s *settings, w io.Writer) error {
	return withRegister(ctx, s, w, func(db *database, reg *register.Register, by models.Viewer) error {
		reg.UseHarvesting(s.harvesting())
		var publisher int64
		if c.Publisher != "" {
			list, err := db.store.Publishers(ctx, by, models.PublisherFilter{Query: c.Publisher})
			if err != nil {
				return err
			}
			if len(list.Items) != 1 {
				return fmt.Errorf("%d publishers are called like “%s”; give the whole name of one", len(list.Items), c.Publisher)
			}
			publisher = list.Items[0].ID
		}
		id, err := c.begin(ctx, db, reg, by, publisher)
		if err != nil {
			return err
		}
		done := make(chan error, 1)
		go func() { done <- reg.RunHarvest(ctx, id) }()
		for tick := time.NewTicker(time.Second); ; {
			select {
			case err := <-done:
				tick.Stop()
				if err != nil {
					return err
				}
				return c.tell(ctx, db, w, by, id)
			case <-tick.C:
				if h, err := db.store.Harvest(ctx, by, id); err == nil && h.Visited > 0 {
					fmt.Fprintf(w, "%d of %d repositories visited\n", h.Visited, h.Found)
				}
			}
		}
	})
}

// begin asks for a harvest, or takes up the one that was cut short.
func (c *harvestCommand) begin(ctx context.Context, db *database, reg *register.Register, by models.Viewer, publisher int64) (int64, error) {
	h, err := reg.AskHarvest(ctx, by, publisher)
	if err == nil {
		return h.ID, nil
	}
	var refusal *models.Error
	if !errors.As(err, &refusal) || refusal.Code != "harvest-open" {
		return 0, err
	}
	list, err := db.store.Harvests(ctx, by, publisher, models.Page{Limit: models.MaxLimit})
	if err != nil {
		return 0, err
	}
	for _, h := range list.Items {
		if h.EndedAt == nil && (h.PublisherID != nil) == (publisher != 0) {
			return h.ID, nil
		}
	}
	return 0, refusal
}

func (c *harvestCommand) tell(ctx context.Context, db *database, w io.Writer, by models.Viewer, id int64) error {
	h, err := db.store.Harvest(ctx, by, id)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s: %d repositories visited, %d with something new, %d failed. %s\n", h.State, h.Visited, h.Changed, h.Failed, h.Detail)
	for f := (models.VisitFilter{Harvest: id, Failed: true}); ; {
		list, err := db.store.Visits(ctx, by, f)
		if err != nil {
			return err
		}
		for _, v := range list.Items {
			fmt.Fprintf(w, "%s: %s: %s %s\n", v.URL, v.Outcome, v.Detail, v.Cure)
		}
		if f.After = list.Next; f.After == "" {
			return nil
		}
	}
}
