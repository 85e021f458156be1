package web

import (
	"encoding/hex"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/ospo-register/ospo/models"
)

// number writes a count with thousands separators: 1,912.
func number[T int | int16 | int32 | int64](n T) string {
	s := strconv.FormatInt(int64(n), 10)
	sign := ""
	if s[0] == '-' {
		sign, s = "−", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}

// numberAny is the template function "number". What is no whole number is a mistake of the template, such as a list that hides the count of the same name.
func numberAny(v any) (string, error) {
	switch n := v.(type) {
	case int:
		return number(n), nil
	case int16:
		return number(n), nil
	case int32:
		return number(n), nil
	case int64:
		return number(n), nil
	}
	return "", fmt.Errorf("a number is to be written, and %T is none", v)
}

// plural writes a count with its noun: 1 agency, 2 agencies.
func plural[T int | int16 | int32 | int64](n T, one, many string) string {
	if n == 1 {
		return number(n) + " " + one
	}
	return number(n) + " " + many
}

// pluralAny is the template function "plural".
func pluralAny(v any, one, many string) (string, error) {
	s, err := numberAny(v)
	if s == "1" {
		return s + " " + one, err
	}
	return s + " " + many, err
}

// total writes how many entries a list has: "1,912", or "more than 10,000" where counting stopped.
func total(t models.Total) string {
	if !t.Exact {
		return "more than " + number(t.Count)
	}
	return number(t.Count)
}

// percent is a share in whole percent. What is there but rounds to nothing is "under 1 %", what is not quite all is
// "over 99 %": neither none nor all may be claimed falsely.
func percent(part, whole int) string {
	switch p := share(part, whole); {
	case whole == 0:
		return "–"
	case p == 0 && part > 0:
		return "under 1 %"
	case p == 100 && part < whole:
		return "over 99 %"
	default:
		return strconv.Itoa(p) + " %"
	}
}

func share(part, whole int) int {
	if whole == 0 {
		return 0
	}
	return int((2*100*int64(part) + int64(whole)) / (2 * int64(whole)))
}

// date writes a day for people and machines: <time datetime="2026-11-12">12 Nov 2026</time>. It takes models.Date,
// *models.Date, time.Time and *time.Time; what is nil or zero is "".
func date(v any) template.HTML {
	t, ok := timeOf(v)
	if !ok {
		return ""
	}
	return template.HTML(`<time datetime="` + t.Format(time.DateOnly) + `">` + t.Format("2 Jan 2006") + `</time>`) //nolint:gosec // digits and a month
}

// instant writes a moment to the minute, in UTC.
func instant(v any) template.HTML {
	t, ok := timeOf(v)
	if !ok {
		return ""
	}
	return template.HTML(`<time datetime="` + t.Format(time.RFC3339) + `">` + t.Format("2 Jan 2006, 15:04") + ` UTC</time>`) //nolint:gosec // digits and a month
}

func timeOf(v any) (time.Time, bool) {
	var t time.Time
	switch d := v.(type) {
	case models.Date:
		t = d.Time()
	case *models.Date:
		if d != nil {
			t = d.Time()
		}
	case time.Time:
		t = d.UTC()
	case *time.Time:
		if d != nil {
			t = d.UTC()
		}
	}
	return t, !t.IsZero()
}

// ago says how long a day is past or ahead, in the unit a person would use.
func ago(day, today models.Date) string {
	switch n := today.DaysSince(day); {
	case n == 0:
		return "today"
	case n == 1:
		return "yesterday"
	case n == -1:
		return "tomorrow"
	case n < 0:
		return "in " + span(-n)
	default:
		return span(n) + " ago"
	}
}

func span(days int) string {
	switch {
	case days < 60:
		return plural(days, "day", "days")
	case days < 730:
		return plural(days/30, "month", "months")
	}
	return plural(days/365, "year", "years")
}

// fileSize writes a size in bytes for people; as in the settings, a MB is 1,048,576 bytes.
func fileSize(n int64) string {
	const kB, mB = 1 << 10, 1 << 20
	switch {
	case n < kB:
		return plural(n, "byte", "bytes")
	case n < mB:
		return number((n+kB/2)/kB) + " kB"
	}
	return strings.TrimSuffix(strconv.FormatFloat(float64(n)/mB, 'f', 1, 64), ".0") + " MB"
}

// soft lets a long address break after its punctuation instead of in the middle of a word.
func soft(s string) template.HTML {
	if !strings.ContainsAny(s, "@/:") {
		return template.HTML(template.HTMLEscapeString(s)) //nolint:gosec // escaped
	}
	var b strings.Builder
	for _, r := range s {
		b.WriteString(template.HTMLEscapeString(string(r)))
		if strings.ContainsRune("@/.:?&=_-", r) {
			b.WriteString("<wbr>")
		}
	}
	return template.HTML(b.String()) //nolint:gosec // every character is escaped
}

// shorten cuts a text to at most n characters, at a space where there is one near.
func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	cut := string(r[:n])
	if i := strings.LastIndex(cut, " "); i > len(cut)*2/3 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " .,;:") + "…"
}

// capital begins a text with a capital letter.
func capital(s string) string {
	r := []rune(s)
	if len(r) > 0 {
		r[0] = unicode.ToUpper(r[0])
	}
	return string(r)
}

// hexText writes a digest in lower-case hex.
func hexText(b []byte) string { return hex.EncodeToString(b) }
