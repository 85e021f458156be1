package policy

import (
	_ "embed"
	"sync"
)

//go:embed licences/government.yaml
var governmentYAML []byte

var theDefault = sync.OnceValue(func() *Policy {
	p, err := Parse(governmentYAML)
	if err != nil {
		panic(err) // it is part of the program: the tests read it
	}
	return p
})

// Default is the policy that ships: what a government usually wants of licences. It is shared and not to be changed.
func Default() *Policy { return theDefault() }

// DefaultYAML is the text of Default with its comments, to begin a policy of one's own with.
func DefaultYAML() string { return string(governmentYAML) }
