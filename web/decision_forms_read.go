package web

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// givenField is the field of a row that names what the row is about, where the law or the case gives the rows.
var givenField = map[string]string{"Coverage": "requirement", "CostLine": "line", "Knockout": "check", "Search": "source"}

// rowCount is how many rows a list has.
func (f *form) rowCount(list string) int {
	n, err := strconv.Atoi(f.get(list + countSuffix))
	if err != nil || n < 0 {
		return 0
	}
	return min(n, models.MaxRequirements*4)
}

// under lists the next step of every name below a prefix, sorted.
func (f *form) under(prefix string) []string {
	var list []string
	for name := range f.Values {
		if rest, ok := strings.CutPrefix(name, prefix); ok && f.get(name) != "" {
			list = append(list, rest)
		}
	}
	slices.Sort(list)
	return list
}

// hidden is every answer below a prefix, to be kept while it is not shown.
func (f *form) hidden(prefix string) []hiddenAnswer {
	var list []hiddenAnswer
	for _, rest := range f.under(prefix) {
		for _, v := range f.Values[prefix+rest] {
			list = append(list, hiddenAnswer{prefix + rest, v})
		}
	}
	return list
}

// empty reports whether nothing was answered below a prefix. A 0 that stands there from the beginning is no answer, nor is a currency without an amount, nor what the row is about.
func (f *form) empty(prefix string, given ...string) bool {
	for _, rest := range f.under(prefix) {
		amount, isCurrency := strings.CutSuffix(rest, ".currency")
		switch {
		case f.get(prefix+rest) == "0", slices.Contains(given, rest) || rest == strings.TrimPrefix(openSuffix, "."):
		case strings.HasSuffix(rest, countSuffix) || strings.HasSuffix(rest, openSuffix):
		case isCurrency && f.get(prefix+amount+".amount") == "":
		default:
			return false
		}
	}
	return true
}

// removeRow takes a row away and moves those behind it up.
func (f *form) removeRow(list string, row int) {
	n := f.rowCount(list)
	if row < 0 || row >= n {
		return
	}
	moved := map[string][]string{}
	for name, values := range f.Values {
		rest, ok := strings.CutPrefix(name, list+"[")
		if !ok {
			continue
		}
		number, tail, _ := strings.Cut(rest, "]")
		i, err := strconv.Atoi(number)
		if err != nil || i < row {
			continue
		}
		delete(f.Values, name)
		if i > row {
			moved[fmt.Sprintf("%s[%d]%s", list, i-1, tail)] = values
		}
	}
	for name, values := range moved {
		f.Values[name] = values
	}
	f.set(list+countSuffix, strconv.Itoa(n-1))
}

// dropEmptyRows takes the rows of every list of a part away in which nothing was answered.
func (f *form) dropEmptyRows(t reflect.Type, prefix string) {
	for _, field := range asked(t) {
		name, kind := prefix+jsonName(field), pointed(field.Type)
		switch {
		case kind.Kind() == reflect.Struct && kind != typeMoney && kind != typeDate && kind != typeTime:
			f.dropEmptyRows(kind, name+".")
		case kind.Kind() == reflect.Slice && kind.Elem().Kind() == reflect.Struct:
			for i := f.rowCount(name) - 1; i >= 0; i-- {
				row := fmt.Sprintf("%s[%d].", name, i)
				if f.empty(row, givenField[kind.Elem().Name()]) {
					f.removeRow(name, i)
				} else {
					f.dropEmptyRows(kind.Elem(), row)
				}
			}
		}
	}
}

// reader fills a part from answers and notes what cannot be read.
type reader struct {
	form *form
	m    models.Mistakes
}

// fill reads the answers below a prefix into a struct.
func (r *reader) fill(v reflect.Value, prefix string) {
	for _, f := range asked(v.Type()) {
		r.one(v.FieldByIndex(f.Index), f, prefix+jsonName(f))
	}
}

func (r *reader) one(v reflect.Value, f reflect.StructField, name string) {
	required := !strings.Contains(f.Tag.Get("json"), ",omit")
	t := pointed(v.Type())
	switch {
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		r.rows(v, name, required)
	case t.Kind() == reflect.Slice:
		r.lines(v, name, required)
	case t.Kind() == reflect.Map:
		r.levels(v, name)
	case t == typeMoney:
		if r.form.get(name+".amount") != "" {
			v.Set(reflect.ValueOf(models.Money{Amount: decimalOf(r.form.get(name + ".amount")), Currency: strings.ToUpper(r.form.get(name + ".currency"))}))
		}
	case t.Kind() == reflect.Struct && t != typeDate && t != typeTime:
		r.group(v, name)
	case r.form.get(name) != "":
		r.single(allocated(v), name)
	}
}

// allocated is the value that a pointer points to, made when there was none.
func allocated(v reflect.Value) reflect.Value {
	if v.Kind() != reflect.Pointer {
		return v
	}
	v.Set(reflect.New(v.Type().Elem()))
	return v.Elem()
}

func (r *reader) group(v reflect.Value, name string) {
	if v.Kind() == reflect.Pointer && r.form.empty(name+".") {
		return
	}
	r.fill(allocated(v), name+".")
}

func (r *reader) rows(v reflect.Value, name string, required bool) {
	n := r.form.rowCount(name)
	if n == 0 && !required {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), n, n))
	for i := range n {
		r.fill(v.Index(i), fmt.Sprintf("%s[%d].", name, i))
	}
}

// lines reads a list of texts or numbers: a text area with one on each line, several ticked boxes, or numbered fields.
func (r *reader) lines(v reflect.Value, name string, required bool) {
	var list []string
	for _, answer := range r.form.all(name) {
		for _, line := range strings.Split(unixLines(answer), "\n") {
			line = strings.TrimSpace(line)
			if more, ok := strings.CutPrefix(line, goesOn); ok && len(list) > 0 {
				list[len(list)-1] += "\n" + more
			} else if line != "" {
				list = append(list, line)
			}
		}
	}
	if v.Type().Elem() == typeDecimal {
		list = r.cells(name)
	}
	if len(list) == 0 && !required {
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
	for i, text := range list {
		switch {
		case v.Type().Elem() == typeDecimal:
			v.Index(i).SetString(string(decimalOf(text)))
		case v.Type().Elem().Kind() == reflect.String:
			v.Index(i).SetString(text)
		default:
			r.number(v.Index(i), fmt.Sprintf("%s[%d]", name, i), text)
		}
	}
}

// cells reads the amounts of the years: as many as the horizon has, and every one that was filled in. What needs nothing costs nothing.
func (r *reader) cells(name string) []string {
	months, err := strconv.Atoi(r.form.get("horizonMonths"))
	n := 0
	if err == nil && months > 0 {
		n = yearsOf(months)
	}
	for i := range mostYears {
		if r.form.get(fmt.Sprintf("%s[%d]", name, i)) != "" {
			n = max(n, i+1)
		}
	}
	list := make([]string, n)
	row, _, _ := strings.Cut(name, ".years")
	for i := range list {
		if list[i] = r.form.get(fmt.Sprintf("%s[%d]", name, i)); list[i] == "" && r.form.get(row+".basis") == "none-needed" {
			list[i] = "0"
		}
	}
	return list
}

// mostYears bounds the columns of a sheet of costs.
const mostYears = 50

// yearsOf is how many years a horizon begins.
func yearsOf(months int) int { return min((months+11)/12, mostYears) }

func (r *reader) levels(v reflect.Value, name string) {
	for _, key := range r.form.under(name + ".") {
		if v.IsNil() {
			v.Set(reflect.MakeMap(v.Type()))
		}
		level := reflect.New(v.Type().Elem()).Elem()
		r.number(level, name+"."+key, r.form.get(name+"."+key))
		v.SetMapIndex(reflect.ValueOf(key), level)
	}
}

// single reads an answer that is there.
func (r *reader) single(v reflect.Value, name string) {
	text := r.form.get(name)
	switch {
	case v.Type() == typeDate:
		if day := r.form.date(&r.m, name); day != nil {
			v.Set(reflect.ValueOf(*day))
		}
	case v.Type() == typeTime:
		at, ok := readInstant(text)
		if !ok {
			r.m.Add(name, "bad-time", "Write the day and the time, such as 2026-11-22 14:05.")
		}
		v.Set(reflect.ValueOf(at))
	case v.Type() == typeDecimal:
		v.SetString(string(decimalOf(text)))
	case v.Kind() == reflect.Bool:
		v.SetBool(text == "yes")
	case v.Kind() == reflect.String:
		v.SetString(unixLines(text))
	default:
		r.number(v, name, text)
	}
}

func (r *reader) number(v reflect.Value, name, text string) {
	n, err := strconv.ParseInt(strings.ReplaceAll(text, " ", ""), 10, 32)
	if err != nil || n < 0 {
		r.m.Add(name, "malformed", "Write a whole number of digits, such as 180.")
		return
	}
	v.SetInt(n)
}

// decimalOf reads an amount as people write it: with spaces or commas between the thousands.
func decimalOf(text string) models.Decimal {
	return models.Decimal(strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", "").Replace(text))
}

// The ways in which a moment is written: as the browser's field has it, and in full.
var instantLayouts = []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05", time.RFC3339Nano, "2006-01-02"}

func readInstant(text string) (time.Time, bool) {
	for _, layout := range instantLayouts {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}
