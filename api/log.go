package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"github.com/ospo-register/ospo/models"
	"github.com/ospo-register/ospo/proof"
	"github.com/ospo-register/ospo/store"
)

// LogKey is a public key of the log.
type LogKey struct {
	Key    string `json:"key" doc:"As signed notes have it: keep it, and check proofs with it" example:"register.example.gov+4f3a2b1c+AQ…"`
	Former bool   `json:"former" doc:"Checkpoints were signed with it before; a new one is not"`
}

// LogEntry is one line of the log. Its bytes are the compact JSON of entry.
type LogEntry struct {
	Index   int64         `json:"index" doc:"Its place in the log, from 0"`
	Hash    string        `json:"hash" doc:"The leaf of the tree (RFC 6962), in hexadecimal"`
	Entry   *LogEntryText `json:"entry" doc:"What was logged; null when you may not see what it is about"`
	Differs string        `json:"differs" doc:"What the register keeps now and is not what was logged; empty when all is. It looks at rows only: ospo verify works the tree out too"`
}

// LogEntryText is what an entry says.
type LogEntryText json.RawMessage

// MarshalJSON writes what the log keeps, byte for byte.
func (t LogEntryText) MarshalJSON() ([]byte, error) { return json.RawMessage(t).MarshalJSON() }

// Schema is that of any object: docs/proof.md describes it.
func (LogEntryText) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, Nullable: true, AdditionalProperties: true, Description: "What was logged; null when you may not see what it is about"}
}

// LogPart is the answer with a part of the log.
type LogPart struct {
	Link string `header:"Link" doc:"Address of the next part with rel=next, keeping every other key; absent when there is no more for now (RFC 8288)"`
	Body LogEntryList
}

// LogEntryList is a part of the log.
type LogEntryList struct {
	Items []LogEntry `json:"items"`
	Next  int64      `json:"next" doc:"How many entries there are up to here: to be sent as after, now or whenever you ask again"`
	Size  int64      `json:"size" doc:"Entries in the log"`
}

// LogIndex is the path parameter of an entry.
type LogIndex struct {
	Index int64 `path:"index" minimum:"0" doc:"Place of the entry in the log, from 0" example:"0"`
}

// logEntries are entries that follow each other, with what differs now.
func (a *api) logEntries(ctx context.Context, list []store.LogEntryRow) ([]LogEntry, error) {
	if len(list) == 0 {
		return []LogEntry{}, nil
	}
	differs, err := a.Register.LogDiffers(ctx, list[0].Index, list[len(list)-1].Index+1)
	return each(list, func(l *store.LogEntryRow) LogEntry {
		out := LogEntry{Index: l.Index, Hash: hex.EncodeToString(l.Hash), Differs: differs[l.Index]}
		if l.Body != nil {
			text := LogEntryText(l.Body)
			out.Entry = &text
		}
		return out
	}), err
}

func (a *api) log() {
	const tag = "Log"
	get(a, "/log/checkpoint", about{id: "getCheckpoint", tag: tag, summary: "The log as it is now, signed", text: "A signed note (c2sp.org/tlog-checkpoint). Keep it: whoever has it can prove later that the log was only added to."}, a.getCheckpoint)
	get(a, "/log/keys", about{id: "listLogKeys", tag: tag, summary: "The public keys of the log", text: "The one in use first."}, a.listLogKeys)
	get(a, "/log/entries", about{id: "listLogEntries", tag: tag, summary: "The entries of the log", text: "In their order, with every leaf: whoever reads all can work out the root that the checkpoint signs. What an entry says is shown to who may see what it is about."}, a.listLogEntries)
	get(a, "/log/entries/{index}", about{id: "getLogEntry", tag: tag, summary: "An entry of the log"}, a.getLogEntry)
	get(a, "/log/entries/{index}/proof", about{id: "proveLogEntry", tag: tag, summary: "The proof that an entry is in the log", text: "A file of text (c2sp.org/tlog-proof) that anybody can check offline."}, a.proveLogEntry)
	get(a, "/log/consistency-proofs", about{id: "proveLogGrowth", tag: tag, summary: "The proof that the log was only added to", text: "From the log of an older checkpoint to that of a newer one, or of now."}, a.proveLogGrowth)
	post(a, "/log-verifications", about{id: "verifyLogProof", tag: tag, summary: "Check a proof", open: true, repeats: true,
		text: "That a document or an entry was logged, or that the log was only added to. It is checked as “ospo verify” does offline: nothing is looked up but the public keys, and not even those when you give your own. Nothing is stored."}, a.verifyLogProof)
	for _, path := range []string{"/log/checkpoint", "/log/entries/{index}/proof", "/log/consistency-proofs"} {
		describeText(a, path)
	}
}

func (a *api) getCheckpoint(ctx context.Context, _ *struct{}) (*TextAnswer, error) {
	return textAnswer(a.Register.Checkpoint(ctx))
}

func (a *api) listLogKeys(context.Context, *struct{}) (*struct{ Body List[LogKey] }, error) {
	var keys []LogKey
	for i, k := range a.Register.LogKeys() {
		keys = append(keys, LogKey{k, i > 0})
	}
	return &struct{ Body List[LogKey] }{complete(keys, func(k *LogKey) LogKey { return *k })}, nil
}

func (a *api) listLogEntries(ctx context.Context, in *struct {
	After int64 `query:"after" minimum:"0" doc:"Only entries from this place on: next of the part before. 0 for all"`
	Limit int   `query:"limit" minimum:"1" maximum:"200" default:"25" doc:"Most entries at once"`
}) (*LogPart, error) {
	size, err := a.Store.LogSize(ctx)
	if err != nil {
		return nil, err
	}
	l, err := a.Store.LogEntries(ctx, viewer(ctx), in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	shown, err := a.logEntries(ctx, l)
	if err != nil {
		return nil, err
	}
	out := &LogPart{Body: LogEntryList{Items: shown, Next: in.After + int64(len(l)), Size: size}}
	if out.Body.Next < size && len(l) > 0 {
		out.Link = link(ctx, strconv.FormatInt(out.Body.Next, 10))
	}
	return out, nil
}

func (a *api) getLogEntry(ctx context.Context, in *LogIndex) (*struct{ Body LogEntry }, error) {
	l, err := a.Store.LogEntry(ctx, viewer(ctx), in.Index)
	if err != nil {
		return nil, err
	}
	shown, err := a.logEntries(ctx, []store.LogEntryRow{*l})
	if err != nil {
		return nil, err
	}
	return &struct{ Body LogEntry }{shown[0]}, nil
}

func (a *api) proveLogEntry(ctx context.Context, in *LogIndex) (*TextAnswer, error) {
	return textAnswer(a.Register.InclusionProof(ctx, viewer(ctx), in.Index))
}

func (a *api) proveLogGrowth(ctx context.Context, in *struct {
	Old int64 `query:"old" minimum:"0" required:"true" doc:"Size of the log of the older checkpoint: its second line"`
	New int64 `query:"new" minimum:"0" doc:"Size of a newer checkpoint that was signed; the log as it is now when absent"`
}) (*TextAnswer, error) {
	return textAnswer(a.Register.ConsistencyProof(ctx, in.Old, in.New))
}

// LogVerificationInput is what is to be checked: a proof with what it is about.
type LogVerificationInput struct {
	Proof           string   `json:"proof,omitempty" maxLength:"1000000" doc:"The file of the proof, as text; may be left out for two checkpoints of one size"`
	Document        *string  `json:"document,omitempty" maxLength:"1000000" doc:"The document that was logged, in base64 so that no byte is changed on the way"`
	Digest          *string  `json:"digest,omitempty" pattern:"^[0-9a-f]{64}$" doc:"Its SHA-256 in hexadecimal, in place of the document"`
	OlderCheckpoint *string  `json:"olderCheckpoint,omitempty" maxLength:"20000" doc:"The checkpoint that was kept, for a proof that the log was only added to"`
	NewerCheckpoint *string  `json:"newerCheckpoint,omitempty" maxLength:"20000" doc:"The newer one; it is in the proof when absent"`
	Keys            []string `json:"keys,omitempty" maxItems:"20" nullable:"false" doc:"Public keys to check with; those of this register when absent"`
}

// LogVerification says whether a proof holds.
type LogVerification struct {
	Same       bool          `json:"same" doc:"Everything that was checked holds"`
	Kind       ProofKind     `json:"kind"`
	Sentence   string        `json:"sentence" doc:"What it came to"`
	Checks     []LogCheck    `json:"checks" doc:"In the order in which each rests on those before it"`
	Entry      *LogEntryText `json:"entry" doc:"What was logged, as far as it could be read; trust it when same is true"`
	Checkpoint LogCheckpoint `json:"checkpoint" doc:"Likewise"`
}

// LogCheck is one thing that was looked at.
type LogCheck struct {
	Holds    bool   `json:"holds"`
	Sentence string `json:"sentence"`
}

// LogCheckpoint is a log at a moment.
type LogCheckpoint struct {
	Origin string `json:"origin" doc:"Which log"`
	Size   int64  `json:"size"`
	Root   string `json:"root" doc:"Of its tree, in base64"`
}

func shapeLogVerification(kind proof.Kind, f *proof.Finding) LogVerification {
	out := LogVerification{Same: f.Same, Kind: ProofKind(kind), Sentence: f.Summary, Checks: each(f.Checks, func(c *proof.Check) LogCheck { return LogCheck(*c) }),
		Checkpoint: LogCheckpoint{f.Checkpoint.Origin, f.Checkpoint.Size, f.Checkpoint.Root.String()}}
	if f.Entry != nil {
		text := LogEntryText(f.Entry.Bytes())
		out.Entry = &text
	}
	return out
}

func (a *api) verifyLogProof(ctx context.Context, in *struct{ Body Body[LogVerificationInput] }) (*struct{ Body LogVerification }, error) {
	if err := in.Body.check(ctx, a, nil); err != nil {
		return nil, err
	}
	want := in.Body.Value
	digest, err := want.digest()
	if err != nil {
		return nil, err
	}
	keys := want.Keys
	if len(keys) == 0 {
		keys = a.Register.LogKeys()
	}
	kind, f, err := want.verify(digest, keys)
	if err != nil {
		return nil, invalid([]models.FieldError{{Field: "proof", Code: "unreadable", Detail: sentence(err.Error())}})
	}
	return &struct{ Body LogVerification }{shapeLogVerification(kind, f)}, nil
}

// digest is that of the document that was sent, nil when none was.
func (w *LogVerificationInput) digest() (*[sha256.Size]byte, error) {
	var sum [sha256.Size]byte
	switch {
	case w.Document != nil && w.Digest != nil:
		return nil, invalid([]models.FieldError{{Field: "digest", Code: "not-here", Detail: "Send the document or its digest, not both."}})
	case w.Document != nil:
		text, err := fromBase64(*w.Document)
		if err != nil {
			return nil, invalid([]models.FieldError{{Field: "document", Code: "bad-format", Detail: "Send the bytes of the document in base64."}})
		}
		sum = sha256.Sum256(text)
	case w.Digest != nil:
		if _, err := hex.Decode(sum[:], []byte(*w.Digest)); err != nil {
			return nil, invalid([]models.FieldError{{Field: "digest", Code: "bad-format", Detail: "Give the SHA-256 of the document as 64 hexadecimal digits."}})
		}
	default:
		return nil, nil //nolint:nilnil // an entry can be checked without a document
	}
	return &sum, nil
}
