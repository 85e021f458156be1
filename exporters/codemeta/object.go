package codemeta

import (
	"bytes"
	"encoding/json"
)

// object is a JSON object whose members stay in the order in which they were added.
type object struct{ members []member }

type member struct {
	name  string
	value any
}

func (o *object) add(name string, value any) { o.members = append(o.members, member{name, value}) }

// text adds a member that says something.
func (o *object) text(name, value string) {
	if value != "" {
		o.add(name, value)
	}
}

// texts adds a text for one value and a list for more.
func (o *object) texts(name string, values []string) {
	switch len(values) {
	case 0:
	case 1:
		o.add(name, values[0])
	default:
		o.add(name, values)
	}
}

// things adds an object for one value and a list for more.
func (o *object) things(name string, values []*object) {
	switch len(values) {
	case 0:
	case 1:
		o.add(name, values[0])
	default:
		o.add(name, values)
	}
}

func (o *object) has(name string) bool {
	for _, m := range o.members {
		if m.name == name {
			return true
		}
	}
	return false
}

// MarshalJSON writes the members in their order, with <, > and & escaped so that the text may stand in a page.
func (o *object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o.members {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
