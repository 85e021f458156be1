package models

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
)

// StringList is a list of strings kept as a Postgres jsonb array.
type StringList []string

// Value hands the list to Postgres; nil is stored as an empty array.
func (l StringList) Value() (driver.Value, error) {
	if l == nil {
		return "[]", nil
	}
	b, err := json.Marshal([]string(l))
	return string(b), err
}

// Scan reads a jsonb array.
func (l *StringList) Scan(src any) error {
	switch v := src.(type) {
	case []byte:
		return json.Unmarshal(v, (*[]string)(l))
	case string:
		return json.Unmarshal([]byte(v), (*[]string)(l))
	}
	return fmt.Errorf("cannot read %T as a list of strings", src)
}

// GormDataType tells gorm the column type.
func (StringList) GormDataType() string { return "jsonb" }

// Total is how many entries a list has: exact up to 10,000, beyond that "at least".
type Total struct {
	Count int
	Exact bool
}

// TotalCap bounds every count that is made to show a total.
const TotalCap = 10000

// Page asks for part of a list: the entries after a cursor. Cursors are opaque to everyone but store.
type Page struct {
	After string
	Limit int // 1–200; 0 means DefaultLimit
}

// Limits of a page.
const (
	DefaultLimit = 25
	MaxLimit     = 200
)

// List is one page of entries. Next is "" on the last page.
type List[T any] struct {
	Items []T
	Next  string
	Total Total
}
