package models

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// WebhookScope is what a webhook tells of.
type WebhookScope string

const (
	HookEverything   WebhookScope = "everything" // all that its audience sees
	HookSoftware     WebhookScope = "software"   // every asset, and what hangs on one
	HookAsset        WebhookScope = "asset"      // one
	HookRepositories WebhookScope = "repositories"
	HookRepository   WebhookScope = "repository"
	HookPublishers   WebhookScope = "publishers"
	HookPublisher    WebhookScope = "publisher" // one, with its repositories and their software
	HookAgency       WebhookScope = "agency"    // what concerns one agency and those below it
)

// WebhookScopes lists the scopes in the order of a form.
var WebhookScopes = []WebhookScope{HookSoftware, HookAsset, HookRepositories, HookRepository, HookPublishers, HookPublisher, HookAgency, HookEverything}

// One reports whether the scope is a single thing, which is then named by its number.
func (s WebhookScope) One() bool {
	return s == HookAsset || s == HookRepository || s == HookPublisher || s == HookAgency
}

// WebhookFormat is how the body of a message is written.
type WebhookFormat string

const (
	CloudEvents       WebhookFormat = "cloud-events" // CloudEvents 1.0, JSON in structured mode
	OpenCatalogEvents WebhookFormat = "open-catalog" // {event, subject}, as the Open Catalog API tells of software and publishers
)

// WebhookFormats lists the formats.
var WebhookFormats = []WebhookFormat{CloudEvents, OpenCatalogEvents}

// WebhookState says whether a webhook is sent anything.
type WebhookState string

const (
	HookActive    WebhookState = "active"
	HookPaused    WebhookState = "paused"       // by a person
	HookFailed    WebhookState = "switched-off" // by the register, because nothing could be delivered for days, or must not be
	HookWithdrawn WebhookState = "withdrawn"    // for good
)

// WebhookStates lists the states.
var WebhookStates = []WebhookState{HookActive, HookPaused, HookFailed, HookWithdrawn}

// Webhook is an address that is told of events as they happen.
type Webhook struct {
	ID           int64
	UUID         string `gorm:"default:gen_random_uuid()"` // by which the Open Catalog API knows it
	AgencyID     *int64 // whose it is; nil: of the whole register
	OwnerID      *int64 // who set it up or changed it last: it never tells what they may not see; nil: the program's operator
	Name         string
	URL          string
	Scope        WebhookScope
	ScopeID      int64      // of the one thing; 0 where the scope is many
	Types        StringList // actions such as asset.changed, or asset.* for all of a noun; none: all
	Audience     Visibility // it tells only what these may see
	Format       WebhookFormat
	State        WebhookState
	Why          string // it was switched off; "" else
	Secret       string // signs every message; never shown again, never in the trail
	FormerSecret string // signs too until FormerUntil, so that a receiver can change over
	FormerUntil  *time.Time
	EventID      int64      // the last event that was looked at
	FailingSince *time.Time // of the first failure since something was delivered last
	Failures     int        // in a row
	NotBefore    *time.Time // nothing is sent before
	SendingUntil *time.Time // one turn of sending holds the hook until then
	Version      int64
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// MinWebhookSecret is the least length of a secret that is given, in bytes.
const MinWebhookSecret = 16

// GeneratedSecret marks secrets that are keys in base64, as Standard Webhooks has it.
const GeneratedSecret = "whsec_"

var eventType = regexp.MustCompile(`^[a-z][a-z-]*\.(\*|[a-z][a-z-]*)$`)

// Validate reports every field that breaks a rule.
func (w *Webhook) Validate() error {
	var m Mistakes
	requireText(&m, "name", w.Name, 200)
	if w.URL == "" {
		m.Add("url", "required", "Give the address that is to be told.")
	} else {
		checkURL(&m, "url", w.URL)
	}
	checkOneOf(&m, "scope", w.Scope, WebhookScopes)
	if w.Scope.One() && w.ScopeID <= 0 {
		m.Add("scopeId", "required", "Say of which one it tells.")
	} else if !w.Scope.One() && w.ScopeID != 0 {
		m.Add("scopeId", "not-one", "This scope is not of a single thing; leave the number out.")
	}
	if len(w.Types) > 100 {
		m.Add("types", "too-many", "Name at most 100 types of events, or noun.* for all of a noun.")
	}
	for i, t := range w.Types {
		if len(t) > 80 || !eventType.MatchString(t) {
			m.Add(fmt.Sprintf("types[%d]", i), "bad-type", "Write a type as noun and past tense, such as asset.changed, or asset.* for all of a noun.")
		}
	}
	checkOneOf(&m, "audience", w.Audience, Visibilities)
	if w.Audience == VisibleAgency && w.AgencyID == nil {
		m.Add("audience", "no-agency", "What only an agency sees is told to a webhook of that agency. Say whose the webhook is.")
	}
	checkOneOf(&m, "format", w.Format, WebhookFormats)
	if w.Format == OpenCatalogEvents && !slices.Contains([]WebhookScope{HookRepositories, HookRepository, HookPublishers, HookPublisher}, w.Scope) {
		m.Add("format", "other-scope", "The Open Catalog API tells of software by its repository, and of publishers. Choose one of these scopes, or CloudEvents.")
	}
	m.Include(CheckWebhookSecret(w.Secret))
	return m.Err()
}

// CheckWebhookSecret reports what is wrong with a secret.
func CheckWebhookSecret(secret string) error {
	var m Mistakes
	key, err := WebhookKey(secret)
	switch {
	case err != nil:
		m.Add("secret", "bad-secret", "After whsec_ a key follows in base64. Leave the secret empty to have one made.")
	case len(key) < MinWebhookSecret:
		m.Add("secret", "too-short", "A secret has at least 16 characters. Leave it empty to have one made.")
	case len(secret) > 200:
		m.Add("secret", "too-long", "A secret has at most 200 characters.")
	}
	return m.Err()
}

// WebhookKey is the key that a secret stands for: what follows whsec_ in base64, else its bytes (Standard Webhooks, “Symmetric signatures”).
func WebhookKey(secret string) ([]byte, error) {
	if text, ok := strings.CutPrefix(secret, GeneratedSecret); ok {
		return base64.StdEncoding.DecodeString(text)
	}
	return []byte(secret), nil
}

// Tells reports whether the webhook is for events of the type.
func (w *Webhook) Tells(action string) bool {
	noun, _, _ := strings.Cut(action, ".")
	return len(w.Types) == 0 || slices.Contains(w.Types, action) || slices.Contains(w.Types, noun+".*")
}

// MoveTo refuses a change of state that makes no sense.
func (w *Webhook) MoveTo(to WebhookState) error {
	switch {
	case w.State == HookWithdrawn:
		return Refuse(Conflict, "webhook-withdrawn", "This webhook was withdrawn. Set up a new one.")
	case w.State == to:
		return Refuse(Conflict, "webhook-state", "This webhook is "+string(to)+" already.")
	case to != HookActive && to != HookPaused && to != HookWithdrawn:
		return Refuse(Invalid, "webhook-state", "A person may make a webhook active, paused or withdrawn.")
	}
	return nil
}

// WebhookDeliveryState says what became of a message.
type WebhookDeliveryState string

const (
	MessageWaiting   WebhookDeliveryState = "waiting" // to be sent, or sent again
	MessageDelivered WebhookDeliveryState = "delivered"
	MessageFailed    WebhookDeliveryState = "failed"   // given up: a dead letter, until somebody has it sent again
	MessageWithheld  WebhookDeliveryState = "withheld" // never sent: when its turn came its audience could not see the thing any more
)

// WebhookDeliveryStates lists the states.
var WebhookDeliveryStates = []WebhookDeliveryState{MessageWaiting, MessageDelivered, MessageFailed, MessageWithheld}

// WebhookDelivery is one message to one webhook. Its content never changes, however often it is sent.
type WebhookDelivery struct {
	ID        int64
	WebhookID int64
	EventID   *int64 // that it tells of; nil for a trial
	MessageID string // what receivers know it by: the same with every try
	Type      string
	Subject   string // noun and number, such as asset/12
	Gone      bool   // it says that the thing is not to be seen any more, and no more
	Body      string
	State     WebhookDeliveryState
	Tries     int        // since it was last put in the queue
	NextAt    *time.Time // of the next try; nil when there is none
	CreatedAt time.Time
	EndedAt   *time.Time
}

// MostWebhookTries is how often a message is sent before it is given up.
const MostWebhookTries = 10

// webhookWaits are the pauses after each failed try, some three days in all, as Standard Webhooks recommends them.
var webhookWaits = [MostWebhookTries - 1]time.Duration{10 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour}

// WebhookWait is how long a message waits after it has failed so many times; false when it has failed too often. The pause is longer by up to a tenth, by share in [0,1), so that messages do not come all at once.
func WebhookWait(tries int, share float64) (time.Duration, bool) {
	if tries < 1 || tries > len(webhookWaits) {
		return 0, false
	}
	w := webhookWaits[tries-1]
	return w + time.Duration(share*float64(w)/10), true
}

// WebhookPatience is how long a webhook to which nothing could be delivered is kept on.
const WebhookPatience = 5 * 24 * time.Hour

// WebhookOutcome says how one try ended.
type WebhookOutcome string

const (
	TryUnderWay    WebhookOutcome = ""            // or cut short: the program ended in the middle of it
	TryDelivered   WebhookOutcome = "delivered"   // answered with a status of success
	TryRefused     WebhookOutcome = "refused"     // answered with another; a redirect is one
	TryTimeout     WebhookOutcome = "timeout"     // no answer in time
	TryBlocked     WebhookOutcome = "blocked"     // the register does not go there
	TryUnreachable WebhookOutcome = "unreachable" // no connection
)

// WebhookOutcomes lists the outcomes.
var WebhookOutcomes = []WebhookOutcome{TryUnderWay, TryDelivered, TryRefused, TryTimeout, TryBlocked, TryUnreachable}

// WebhookAttempt is one try to deliver a message.
type WebhookAttempt struct {
	ID           int64
	DeliveryID   int64
	Number       int // from 1, over all tries
	Outcome      WebhookOutcome
	Status       int    // of the answer; 0 when there was none
	Milliseconds int    // from asking to the end of what is kept of the answer
	Head         string // how the answer begins, at most 1 kB
	Detail       string // what went wrong, for people
	StartedAt    time.Time
	EndedAt      *time.Time
}

// WebhookFilter chooses webhooks. Empty fields do not restrict, except that withdrawn ones are left out unless asked for.
type WebhookFilter struct {
	Agency  int64
	State   WebhookState
	Scope   WebhookScope
	ScopeID int64
	Format  WebhookFormat
	ID      int64
	UUID    string
	Page
}

// WebhookDeliveryFilter chooses messages. Empty fields do not restrict.
type WebhookDeliveryFilter struct {
	Webhook int64
	State   WebhookDeliveryState
	ID      int64
	Page
}
