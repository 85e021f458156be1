package national

import (
	"math/rand/v2"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// Words of descriptions: what software does, to what, for whom. Put together they make a few thousand different sentences.
var (
	deeds = []string{"registers", "plans", "publishes", "checks", "archives", "computes", "schedules", "exchanges", "collects", "compares", "translates", "prints", "signs", "forwards", "measures", "maps", "reminds of",
		"books", "counts", "delivers", "inspects", "licenses", "monitors", "notifies", "orders", "pays", "queues", "records", "scans", "tracks", "validates", "withdraws", "assigns", "bills", "converts", "digitises"}
	objects = []string{"applications", "appointments", "invoices", "permits", "tenders", "contracts", "addresses", "vehicles", "parcels", "patients", "pupils", "grades", "meters", "sensors", "votes", "minutes", "petitions",
		"complaints", "fines", "subsidies", "salaries", "holidays", "letters", "files", "signatures", "certificates", "passports", "births", "marriages", "burials", "trees", "roads", "bridges", "pipes", "harbours",
		"forests", "species", "samples", "vaccines", "prescriptions", "beds", "shifts", "routes", "tickets", "parking places", "bicycles", "containers", "shipments", "declarations", "laws", "decrees", "statistics", "surveys"}
	publics    = []string{"for citizens", "for caseworkers", "for municipalities", "for schools", "for hospitals", "for courts", "for inspectors", "for accountants", "for journalists", "for farmers", "for companies", "for researchers"}
	otherWords = map[string][]string{
		"it": strings.Fields("gestisce pratiche domande permessi fatture anagrafe cittadini comuni scuole documenti protocollo pagamenti scadenze appuntamenti mappe dati archivio firma notifica modulo"),
		"de": strings.Fields("verwaltet Anträge Genehmigungen Rechnungen Bürger Gemeinden Schulen Akten Termine Karten Daten Archiv Unterschrift Meldung Formular Fristen Zahlungen Vorgänge Bescheide Register Verzeichnis"),
		"fr": strings.Fields("gère demandes autorisations factures citoyens communes écoles dossiers rendez-vous cartes données archives signature notification formulaire délais paiements démarches décisions registre annuaire"),
	}
	scopes    = []string{"agriculture", "culture", "defence", "education", "emergency-services", "employment", "energy", "environment", "finance-and-economic-development", "foreign-affairs", "government", "healthcare", "infrastructures", "justice", "local-authorities", "transportation"}
	platforms = []string{"web", "linux", "windows", "mac", "android", "ios"}
	tongues   = []string{"en", "it", "de", "fr", "es", "nl"}
	supports  = []string{"alias:gdpr", "alias:eidas", "alias:nis2", "alias:spid", "alias:pagopa", "https://www.w3.org/TR/WCAG22/", "https://example.org/standards/exchange-2"}
)

// Described is a repository of a piece of software with what is said in it, and when somebody last worked on it.
type Described struct {
	Description  models.Description
	LastCommitAt time.Time
	Archived     bool
}

// Description makes what the repository of the i-th piece of software says; nothing for what has no repository.
func (n *National) Description(i int, day time.Time) (Described, bool) {
	a := n.Asset(i)
	if a.Repository == "" {
		return Described{}, false
	}
	r := n.random(descriptionStream, i)
	d := models.Description{Format: models.PublicCode, FormatVersion: "0.4.0", Name: a.Name, URL: a.Repository, Categories: a.Categories, License: a.License, Scope: drawn(r, scopes, 3), Platforms: drawn(r, platforms, 3),
		Languages: drawn(r, tongues, 4), Supports: drawn(r, supports, 2), Status: []string{"stable", "stable", "beta", "development", "obsolete"}[r.IntN(5)], SoftwareType: []string{"standalone/web", "standalone/web", "library", "standalone/backend"}[r.IntN(4)],
		Maintenance: []string{"internal", "contract", "community", "none"}[r.IntN(4)], Countries: []string{"IT"}, Texts: map[string]models.DescriptionText{}}
	var features []string
	for range 3 + r.IntN(8) {
		features = append(features, sentence(r))
	}
	d.Texts["en"] = models.DescriptionText{Short: a.Summary, Long: strings.Join(features, ", ") + ", " + sentence(r) + ", " + sentence(r), Features: features}
	other := []string{"it", "de", "fr"}[r.IntN(3)]
	d.Texts[other] = models.DescriptionText{Short: strings.Join(drawn(r, otherWords[other], 9), " "), Long: strings.Join(drawn(r, otherWords[other], 40), " ")}
	return Described{d, day.AddDate(0, 0, -r.IntN(1200)), r.IntN(20) == 0}, true
}

func sentence(r *rand.Rand) string {
	return deeds[r.IntN(len(deeds))] + " " + objects[r.IntN(len(objects))] + " and " + objects[r.IntN(len(objects))] + " " + publics[r.IntN(len(publics))]
}

// drawn takes one to most of a list, each at most a few times.
func drawn(r *rand.Rand, list []string, most int) []string {
	out := make([]string, 1+r.IntN(most))
	for i := range out {
		out[i] = list[r.IntN(len(list))]
	}
	return out
}
