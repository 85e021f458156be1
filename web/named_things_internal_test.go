package web

import (
	"errors"
	"testing"

	"github.com/ospo-register/ospo/models"
)

func TestANumberInBracketsIsOfTheTitleBeforeIt(t *testing.T) {
	broken := errors.New("the database is away")
	titles := map[int64]string{40: "Benefit Case Desk", 41: "Office (365)", 42: "Flood Watch"}
	things := namedThings{noun: "software",
		list: func(_ *page, query string) (out []option, err error) {
			if query == "Broken" {
				return nil, broken
			}
			for id, title := range titles {
				out = append(out, option{Value: idText(id), Label: title})
			}
			return out, nil
		},
		one: func(_ *page, id int64) (string, error) {
			if title, ok := titles[id]; ok {
				return title, nil
			}
			if id == 500 {
				return "", broken
			}
			return "", models.NoSuch("asset")
		}}
	for name, c := range map[string]struct {
		given, code string
		want        int64
		err         error
	}{
		"a number alone is taken":                          {given: "40", want: 40},
		"so is one in brackets":                            {given: "(40)", want: 40},
		"one that is not there is for the register to say": {given: "99", want: 99},
		"the title may be written otherwise":               {given: "benefit case desk  (40)", want: 40},
		"another title is refused":                         {given: "Flood Watch (40)", code: "other-name"},
		"a title before a number of nothing is unknown":    {given: "Flood Watch (99)", code: "unknown"},
		"a title may end with a number":                    {given: "Office (365)", want: 41},
		"and have its own after it":                        {given: "Office (365) (41)", want: 41},
		"a title alone is found":                           {given: "flood watch", want: 42},
		"what cannot be looked up is not a mistake":        {given: "Flood Watch (500)", err: broken},
		"nor is a title that cannot":                       {given: "Broken", err: broken},
	} {
		t.Run(name, func(t *testing.T) {
			var m models.Mistakes
			got, err := things.id(nil, newForm("assetId", c.given), &m, "assetId")
			if !errors.Is(err, c.err) {
				t.Fatalf("the error is %v, want %v", err, c.err)
			}
			code, id := "", int64(0)
			if e, ok := errors.AsType[*models.Error](m.Err()); ok {
				code = e.Fields[0].Code
			}
			if got != nil {
				id = *got
			}
			if id != c.want || code != c.code {
				t.Errorf("%q is number %d with mistake %q, want %d with %q", c.given, id, code, c.want, c.code)
			}
		})
	}
}
