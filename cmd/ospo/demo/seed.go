package demo

import (
	"bytes"
	"embed"
	"fmt"
	"io"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/klauspost/compress/zstd"

	"github.com/ospo-register/ospo/models"
)

//go:embed seed sboms
var files embed.FS

// seed is what the files below seed/ say.
type seed struct {
	Agencies    []agencySeed
	People      []person
	Assets      []assetSeed
	Deployments []agencyRuns
}

type agencySeed struct {
	Code, In, Name    string // In is the code of the parent
	Kind              models.AgencyKind
	Site, Mail, Phone string
}

type person struct {
	Name, Mail, Words string
	Role              models.Role
	Agency            string // code; "" for roles in the whole register

	id int64
}

type assetSeed struct {
	Key, Name, Edition string
	Origin             models.Origin
	Steward            string            // code
	Text               map[string]string // by language
	Categories         []string
	License            string
	Lifecycle          models.AssetLifecycle
	Visibility         models.Visibility
	Repository, Home   string
	PURL               string
	CPE                string
	Releases           []releaseSeed
}

type releaseSeed struct {
	Number, Notes     string
	Released          string
	ReleasedSource    string   `yaml:"releasedSource"`
	SalesEnd          string   `yaml:"salesEnd"`
	SalesEndSource    string   `yaml:"salesEndSource"`
	SecurityEnd       string   `yaml:"securityEnd"`
	SecurityEndSource string   `yaml:"securityEndSource"`
	LifeEnd           string   `yaml:"lifeEnd"`
	LifeEndSource     string   `yaml:"lifeEndSource"`
	SBOMs             []string // files below sboms/, in the order of their arrival
}

// agencyRuns is what one agency runs; owners and hosting hold for all of it unless a line says otherwise.
type agencyRuns struct {
	Agency        string
	Business      string
	BusinessMail  string `yaml:"businessMail"`
	Technical     string
	TechnicalMail string `yaml:"technicalMail"`
	Hosting       models.Hosting
	Provider      string
	Jurisdiction  string
	Runs          []deploymentSeed
}

type deploymentSeed struct {
	Asset, Release, Service string
	Environment             models.Environment
	Criticality             int16
	Data                    models.DataClass
	Personal                models.PersonalData
	Hosting                 models.Hosting
	Provider                *string
	Jurisdiction            string
	Lifecycle               models.DeploymentLifecycle
	Visibility, Details     models.Visibility
	Installed               int // days before the loading
	Confirmed               int // days before the loading; 0: never
	Withdrawn               bool
}

func readSeed() (*seed, error) {
	s := &seed{}
	var err error
	if s.People, err = readPeople(); err != nil {
		return nil, err
	}
	if s.Agencies, err = read[agencySeed]("agencies"); err != nil {
		return nil, err
	}
	if s.Deployments, err = read[agencyRuns]("deployments"); err != nil {
		return nil, err
	}
	for _, name := range []string{"assets-open", "assets-platform", "assets-government", "assets-other"} {
		list, err := read[assetSeed](name)
		if err != nil {
			return nil, err
		}
		s.Assets = append(s.Assets, list...)
	}
	return s, nil
}

func readPeople() ([]person, error) { return read[person]("people") }

// read reads one file of a list; a key that means nothing is a mistake.
func read[T any](name string) ([]T, error) {
	b, err := files.ReadFile("seed/" + name + ".yaml")
	if err != nil {
		return nil, err
	}
	var list []T
	if err := yaml.NewDecoder(bytes.NewReader(b), yaml.Strict()).Decode(&list); err != nil {
		return nil, fmt.Errorf("demo data %s: %w", name, err)
	}
	return list, nil
}

// openSBOM gives a document as it was published.
func openSBOM(name string) (io.ReadCloser, error) {
	f, err := files.Open("sboms/" + name + ".zst")
	if err != nil {
		return nil, err
	}
	z, err := zstd.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("demo document %s: %w", name, err)
	}
	return z.IOReadCloser(), nil
}

// steps counts what Load tells its caller of.
func (s *seed) steps() int {
	n := len(s.Agencies) + len(s.People) + len(s.Assets) + licenceSteps + decisionSteps() + sharingSteps + reuseSteps + keepingSteps + 4 // three steps of history and the last
	for _, a := range s.Assets {
		n += len(a.Releases)
		for _, r := range a.Releases {
			n += len(r.SBOMs)
		}
	}
	for _, g := range s.Deployments {
		n += len(g.Runs)
	}
	return n
}

// Persona is an invented person that a visitor of the demo may sign in as.
type Persona struct {
	Email string
	Name  string
	Role  string // what they are: "Registrar, National Library"
}

// Personas lists whom a visitor may be, in the order of a page.
func Personas() []Persona {
	people, err := readPeople()
	if err != nil {
		panic("the demo's people are embedded and were read by its tests: " + err.Error())
	}
	list := make([]Persona, len(people))
	for i, p := range people {
		list[i] = Persona{Email: strings.ToLower(p.Mail), Name: p.Name, Role: p.Words}
	}
	return list
}
