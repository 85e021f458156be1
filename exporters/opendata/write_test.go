package opendata_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ospo-register/ospo/exporters/opendata"
	"github.com/ospo-register/ospo/internal/testkit"
	"github.com/ospo-register/ospo/models"
)

func entries() []models.Described {
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	return []models.Described{
		{Asset: models.Asset{ID: 7, Name: "=HYPERLINK(\"x\")", Origin: models.GovBuilt, Lifecycle: models.AssetInUse, License: "MIT", Descriptions: map[string]string{"fr": "Traite <tout>;\r\nvraiment"}, CreatedAt: at, UpdatedAt: at,
			Identifiers: []models.AssetIdentifier{{Kind: models.PURL, Value: "pkg:generic/x"}, {Kind: models.CPE, Value: "cpe:2.3:a:x"}}},
			Steward: models.Agency{ID: 3, Name: "Health", URI: "https://health.example/"}, UsedBy: []string{"A", "B"}, Repository: &models.Repository{URL: "https://git.example/x", LastCommitAt: &at, Archived: true,
				Description: &models.Description{Format: models.PublicCode, Status: "stable", Contacts: []models.Contact{{Name: "Ann"}}}}},
		{Asset: models.Asset{ID: 8, Name: "Other", Origin: models.Proprietary, Lifecycle: models.AssetPlanned, CreatedAt: at, UpdatedAt: at}, Steward: models.Agency{ID: 3, Name: "Health"}},
	}
}

func write(t *testing.T, f opendata.Format, base string) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := opendata.NewWriter(&b, f, base)
	if err != nil {
		t.Fatal(err)
	}
	list := entries()
	for i := range list {
		if err := w.Write(&list[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTheFormsAreWhatTheyWere(t *testing.T) {
	for _, f := range opendata.Formats {
		testkit.Golden(t, "entries."+string(f), write(t, f, "https://register.example"))
	}
}

func TestEveryLineIsOneEntryAndNobodyIsNamed(t *testing.T) {
	content := write(t, opendata.NDJSON, "")
	var ids []float64
	for line := range strings.Lines(string(content)) {
		var e map[string]any
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, e["id"].(float64))
		if e["address"] == "" || strings.Contains(line, "Ann") {
			t.Error(line)
		}
	}
	if diff := cmp.Diff([]float64{7, 8}, ids); diff != "" {
		t.Error(diff)
	}
}

func TestAnOfficeProgramRunsNoCellOfTheTable(t *testing.T) {
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(write(t, opendata.CSV, "")), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 3 {
		t.Fatal(rows, err)
	}
	if rows[1][2] != `'=HYPERLINK("x")` {
		t.Error(rows[1])
	}
}
