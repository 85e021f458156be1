package models

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"time"
)

// Text is the event in the one form of which the log keeps a digest: JSON of one line, members in the order of their names,
// empty ones left out, times in UTC to the microsecond. It is of the event as the database gives it back.
func (e *Event) Text() ([]byte, error) {
	before, err := oneForm(e.Before)
	if err != nil {
		return nil, err
	}
	after, err := oneForm(e.After)
	if err != nil {
		return nil, err
	}
	return jsonLine(struct {
		Action    string          `json:"action"`
		Actor     *int64          `json:"actor,omitempty"`
		ActorName string          `json:"actorName,omitempty"`
		After     json.RawMessage `json:"after,omitempty"`
		Agency    *int64          `json:"agency,omitempty"`
		Asset     *int64          `json:"asset,omitempty"`
		At        string          `json:"at"`
		Before    json.RawMessage `json:"before,omitempty"`
		ID        int64           `json:"id"`
		Noun      string          `json:"noun"`
		NounID    int64           `json:"nounId"`
		RequestID string          `json:"requestId,omitempty"`
		SeenFrom  Visibility      `json:"seenFrom,omitempty"`
		SeenTo    Visibility      `json:"seenTo,omitempty"`
		Title     string          `json:"title,omitempty"`
		Token     *int64          `json:"token,omitempty"`
	}{e.Action, e.ActorID, e.ActorName, after, e.AgencyID, e.AssetID, moment(e.At), before, e.ID, e.Noun, e.NounID, e.RequestID, e.SeenFrom, e.SeenTo, e.Title, e.TokenID})
}

// Text is the move in the one form of which the log keeps a digest, as that of an event.
func (m *DecisionMove) Text() ([]byte, error) {
	return jsonLine(struct {
		At      string        `json:"at"`
		By      *int64        `json:"by,omitempty"`
		ByName  string        `json:"byName,omitempty"`
		Dossier string        `json:"dossier,omitempty"`
		From    DecisionState `json:"from"`
		Number  int           `json:"number"`
		Reason  string        `json:"reason,omitempty"`
		Regime  int64         `json:"regime"`
		Results []RuleResult  `json:"results,omitempty"`
		Role    Role          `json:"role,omitempty"`
		To      DecisionState `json:"to"`
	}{At: moment(m.At), By: m.ByID, ByName: m.ByName, Dossier: hex.EncodeToString(m.Digest), From: m.From, Number: m.Number, Reason: m.Reason, Regime: m.RegimeVersionID, Results: m.Results, Role: m.Role, To: m.To})
}

func moment(t time.Time) string { return t.UTC().Truncate(time.Microsecond).Format(time.RFC3339Nano) }

// oneForm writes JSON with members in the order of their names and nothing between, whatever wrote it.
func oneForm(text json.RawMessage) (json.RawMessage, error) {
	if len(text) == 0 {
		return nil, nil
	}
	if line, rest, ok := sortedJSON(make([]byte, 0, len(text)), text, 0); ok && len(bytes.TrimLeft(rest, jsonSpace)) == 0 {
		return line, nil
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	return jsonLine(v)
}

func jsonLine(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
