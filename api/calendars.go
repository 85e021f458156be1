package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/exporters/atom"
	"github.com/ospo-register/ospo/exporters/calendar"
	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/store"
)

// CalendarFeed is an address by which your calendar program reads the deadlines that you may see. Its secret is not kept.
type CalendarFeed struct {
	ID         int64      `json:"id"`
	Name       string     `json:"name" example:"Outlook at work"`
	AgencyID   *int64     `json:"agencyId" doc:"Only of this agency and those below; null: of every decision that you may see"`
	Agency     string     `json:"agency"`
	CreatedAt  time.Time  `json:"createdAt"`
	LastReadAt *time.Time `json:"lastReadAt" doc:"To the hour"`
}

// NewCalendarFeed is a feed with its address, which is shown this once.
type NewCalendarFeed struct {
	CalendarFeed
	URL string `json:"url" doc:"What to subscribe to, in a calendar program. Whoever has it reads your deadlines" example:"https://register.example.gov/v1/calendars/ospo_cal_…"`
}

// CalendarFeedInput is what a new feed is for.
type CalendarFeedInput struct {
	Name     string `json:"name" minLength:"1" maxLength:"100" doc:"What will read it" example:"Outlook at work"`
	AgencyID *int64 `json:"agencyId,omitempty" minimum:"1" doc:"Only of this agency and those below"`
}

func shapeCalendarFeed(f *store.CalendarFeedRow) CalendarFeed {
	return CalendarFeed{ID: f.ID, Name: f.Name, AgencyID: f.AgencyID, Agency: f.Agency, CreatedAt: utc(f.CreatedAt), LastReadAt: instant(f.LastReadAt)}
}

func (a *api) calendars() {
	const tag = "Deadlines and news"
	get(a, "/decisions/calendar", about{id: "getDecisionCalendar", tag: tag, summary: "Deadlines of decisions as a calendar", text: "iCalendar (RFC 5545) of the days that the law sets for the decisions that you may see. Calendar programs cannot sign in: make them an address of their own at /calendar-feeds."}, a.getCalendar)
	get(a, "/decisions/feed", about{id: "getDecisionFeed", tag: tag, summary: "Published decisions as a feed", text: "Atom (RFC 4287), what was published last first, page by page (RFC 5005)."}, a.getDecisionFeed)
	get(a, "/calendar-feeds", about{id: "listCalendarFeeds", tag: tag, summary: "List your addresses for calendar programs", signedIn: true}, a.listCalendarFeeds)
	post(a, "/calendar-feeds", about{id: "makeCalendarFeed", tag: tag, summary: "Make an address for a calendar program", repeats: true, status: 201,
		text: "Only for a person who is signed in, not for a token. The address is shown once and never kept, so an Idempotency-Key is not taken here."}, a.makeCalendarFeed)
	post(a, "/calendar-feeds/{id}/transitions", about{id: "revokeCalendarFeed", tag: tag, summary: "Revoke an address for a calendar program", text: "At once and for good. Your own; an administrator anybody's.", status: 204}, a.revokeCalendarFeed)
	get(a, "/calendars/{link}", about{id: "readCalendarFeed", tag: tag, summary: "A calendar by its address", text: "For the program that has the address: the deadlines that its maker may see now."}, a.readCalendarFeed)
	for path, media := range map[string]string{"/decisions/calendar": "text/calendar", "/calendars/{link}": "text/calendar", "/decisions/feed": "application/atom+xml"} {
		a.huma.OpenAPI().Paths[path].Get.Responses["200"].Content = map[string]*huma.MediaType{media: {Schema: &huma.Schema{Type: huma.TypeString}}}
	}
}

func (a *api) listCalendarFeeds(ctx context.Context, _ *struct{}) (*struct{ Body List[CalendarFeed] }, error) {
	if err := signedIn(ctx, "see your addresses for calendars"); err != nil {
		return nil, err
	}
	l, err := a.Store.CalendarFeeds(ctx, viewer(ctx).UserID)
	return &struct{ Body List[CalendarFeed] }{complete(l, shapeCalendarFeed)}, err
}

func (a *api) makeCalendarFeed(ctx context.Context, in *struct {
	Body Body[CalendarFeedInput]
}) (*struct{ Body NewCalendarFeed }, error) {
	f := models.CalendarFeed{Name: in.Body.Value.Name, AgencyID: in.Body.Value.AgencyID}
	if err := in.Body.check(ctx, a, f.Validate); err != nil {
		return nil, err
	}
	secret, err := a.Register.MakeCalendarFeed(ctx, viewer(ctx), &f)
	if err != nil {
		return nil, err
	}
	row, err := a.Store.CalendarFeed(ctx, f.ID)
	if err != nil {
		return nil, err
	}
	return &struct{ Body NewCalendarFeed }{NewCalendarFeed{shapeCalendarFeed(row), a.base(ctx) + prefix + "/calendars/" + secret}}, nil
}

// CalendarFeedTransition revokes a feed.
type CalendarFeedTransition struct {
	To string `json:"to" enum:"revoked"`
}

func (a *api) revokeCalendarFeed(ctx context.Context, in *struct {
	ID
	Body Body[CalendarFeedTransition]
}) (*struct{}, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	return nil, a.Register.RevokeCalendarFeed(ctx, viewer(ctx), in.ID.ID)
}

// noted answers with a text, or with 304 when the asker has this very one. Feeds have no Last-Modified: an entry that leaves one changes no date.
func noted(unless Unless, mediaType string, body []byte) (*Text, error) {
	sum := sha256.Sum256(body)
	etag := `"` + hex.EncodeToString(sum[:8]) + `"`
	if unless.has(etag) {
		return nil, notModified(etag)
	}
	return &Text{ETag: etag, Type: mediaType, Body: body}, nil
}

// feedOf answers with a feed.
func feedOf(ctx context.Context, unless Unless, feed *atom.Feed, next string) (*Text, error) {
	var b bytes.Buffer
	if err := atom.Write(&b, feed); err != nil {
		return nil, err
	}
	out, err := noted(unless, atom.MediaType, b.Bytes())
	if err == nil {
		out.Link = link(ctx, next)
	}
	return out, err
}

// Text is an answer in a notation of its own.
type Text struct {
	ETag     string `header:"ETag" doc:"Mark of the feed; send it back in If-None-Match"`
	Type     string `header:"Content-Type" hidden:"true"`
	Link     string `header:"Link" doc:"Address of the next page with rel=next; absent on the last page and where there are none"`
	Referrer string `header:"Referrer-Policy" hidden:"true"`
	Robots   string `header:"X-Robots-Tag" hidden:"true"`
	Body     []byte
}

func (a *api) getCalendar(ctx context.Context, in *struct {
	Agency int64 `query:"agency" minimum:"1" doc:"Only of this agency and those below it"`
	Unless
}) (*Text, error) {
	return a.calendar(ctx, in.Unless, viewer(ctx), in.Agency, "Deadlines of decisions")
}

func (a *api) readCalendarFeed(ctx context.Context, in *struct {
	Link string `path:"link" maxLength:"200" doc:"The secret of the address" example:"ospo_cal_…"`
	Unless
}) (*Text, error) {
	f, v, err := a.Register.OpenCalendarFeed(ctx, in.Link)
	if err != nil {
		return nil, err
	}
	var agency int64
	name := "Deadlines of decisions"
	if f.AgencyID != nil {
		agency, name = *f.AgencyID, "Deadlines, "+f.Agency
	}
	out, err := a.calendar(ctx, in.Unless, v, agency, name)
	if err == nil {
		out.Referrer, out.Robots = "no-referrer", "noindex"
	}
	return out, err
}

const (
	calendarBack    = 90 // days: what is over is soon of no interest to a calendar
	calendarRefresh = 4 * time.Hour
)

func (a *api) calendar(ctx context.Context, unless Unless, v models.Viewer, agency int64, name string) (*Text, error) {
	list, err := a.Store.Deadlines(ctx, v, store.DeadlineFilter{Agency: agency, From: models.DateOf(time.Now()).AddDays(-calendarBack)})
	if err != nil {
		return nil, err
	}
	base := a.base(ctx)
	host := base
	if u, err := url.Parse(base); err == nil {
		host = u.Hostname()
	}
	c := &calendar.Calendar{Name: name, About: "Days that the law sets for decisions on software, as the register has worked them out. It is no legal advice.", Refresh: calendarRefresh}
	for _, l := range list {
		text := l.Text + "\n\n" + l.Ref + " " + l.Case + "\n" + l.Agency
		if l.Law != "" {
			text += "\n" + l.Law
		}
		c.Days = append(c.Days, calendar.Day{UID: fmt.Sprintf("%s-%d@%s", l.Kind, l.DecisionID, host), On: l.OnDay.Time(), Title: l.Title + ": " + l.Ref + ", " + l.Case, Text: text, URL: base + "/decisions/" + strconv.FormatInt(l.DecisionID, 10),
			Category: l.Kind, Sequence: int(l.Version), Changed: l.ScheduledAt})
	}
	var b bytes.Buffer
	if err := calendar.Write(&b, c); err != nil {
		return nil, err
	}
	return noted(unless, calendar.MediaType, b.Bytes())
}

func (a *api) getDecisionFeed(ctx context.Context, in *struct {
	Agency int64 `query:"agency" minimum:"1" doc:"Only of this agency and those below it"`
	Paging
	Unless
}) (*Text, error) {
	l, err := a.Store.Published(ctx, viewer(ctx), in.Agency, in.page())
	if err != nil {
		return nil, err
	}
	base := a.base(ctx)
	at := func(after string) string {
		q := url.Values{}
		if in.Agency != 0 {
			q.Set("agency", strconv.FormatInt(in.Agency, 10))
		}
		if in.Limit != models.DefaultLimit {
			q.Set("limit", strconv.Itoa(in.Limit))
		}
		if after != "" {
			q.Set("after", after)
		}
		u := url.URL{Path: prefix + "/decisions/feed", RawQuery: q.Encode()}
		return base + u.String()
	}
	f := &atom.Feed{ID: at(""), Title: "Published decisions on software", Subtitle: "What public bodies decided to use, open, or put right, and why", Author: "OSPO register", Self: at(in.After), First: at(""), Alternate: base + "/decisions"}
	for i := range l.Items {
		f.Entries = append(f.Entries, newsOf(&l.Items[i], base))
	}
	if f.Updated = time.Unix(0, 0); len(l.Items) > 0 {
		f.Updated = l.Items[0].UpdatedAt
	}
	if l.Next != "" {
		f.Next = at(l.Next)
	}
	return feedOf(ctx, in.Unless, f, l.Next)
}

// newsOf is an entry of the feed.
func newsOf(p *store.PublishedRow, base string) atom.Entry {
	number := strconv.FormatInt(p.DecisionID, 10)
	e := atom.Entry{ID: atom.ID(p.FirstDigest), Title: p.Ref + ": " + p.Title, Published: p.PublishedAt, Updated: p.UpdatedAt, Author: p.Agency, Summary: p.Summary, Page: base + "/decisions/" + number,
		Document: base + prefix + "/decisions/" + number + "/publications/" + strconv.Itoa(p.Editions), Categories: []atom.Category{{Term: string(p.Kind)}}}
	if p.Function != "" {
		e.Categories = append(e.Categories, atom.Category{Term: p.Function})
	}
	if e.Summary == "" {
		e.Summary = "What was decided is withheld; the law and the ground are told."
		if !p.Withheld {
			e.Summary = "Decided by " + p.Agency + "."
		}
	}
	if p.Editions > 1 && p.Note != "" {
		e.Summary += " New in edition " + strconv.Itoa(p.Editions) + ": " + p.Note
	}
	return e
}
