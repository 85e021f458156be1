package web_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/store"
)

func TestThePagesSayWhenWhatWasPublishedIsNotWhatTheyShow(t *testing.T) {
	dsn := testkit.OwnDSN(t)
	kept, err := store.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(kept.Close)
	e := newExample(t, kept)
	e.quicklyTo("")
	s := e.at(e.steps[len(e.steps)-1].At.AddDate(0, 0, 1))
	pages := map[string]string{e.page(): "This is not what was published", e.page() + "/proof": "What is kept of it is not what is in the public log", "/log": "not agree with what the register keeps"}
	for path, words := range pages {
		s.get(path).want(t, 200).without(t, words, "Differs")
	}
	conn, err := pgx.Connect(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, tampered := range [][]string{
		{`ALTER TABLE decision_publications DISABLE TRIGGER USER`, `GRANT UPDATE ON decision_publications TO CURRENT_USER`, `UPDATE decision_publications SET document = convert_to(replace(convert_from(document, 'UTF8'), 'Nextcloud', 'Suite Drive'), 'UTF8')`},
		{`UPDATE decision_publications SET digest = sha256(document)`}, // so that the row agrees with itself
	} {
		for _, sql := range tampered {
			if _, err := conn.Exec(context.Background(), sql); err != nil {
				t.Fatal(sql, err)
			}
		}
		for path, words := range pages {
			s.get(path).want(t, 200, words)
		}
	}
	s.get(e.page()+"/proof").want(t, 200, "Fails").without(t, "These very bytes are in the public log")
	s.get("/log").want(t, 200, "Its content is not what was logged")
}
