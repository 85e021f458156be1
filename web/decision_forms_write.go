package web

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/ospo-register/ospo/models"
)

// answer puts what a part says into the answers of its form.
func (f *form) answer(v reflect.Value, prefix string) {
	for _, field := range asked(v.Type()) {
		f.answerOne(v.FieldByIndex(field.Index), field, prefix+jsonName(field))
	}
}

func (f *form) answerOne(v reflect.Value, field reflect.StructField, name string) {
	pointer := v.Kind() == reflect.Pointer
	if pointer {
		if v.IsNil() {
			return
		}
		v = v.Elem()
	}
	switch {
	case v.Type() == typeMoney || v.Kind() == reflect.Struct && v.Type() != typeDate && v.Type() != typeTime:
		f.answer(v, name+".")
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct:
		f.set(name+countSuffix, strconv.Itoa(v.Len()))
		for i := range v.Len() {
			f.answer(v.Index(i), fmt.Sprintf("%s[%d].", name, i))
		}
	case v.Kind() == reflect.Slice:
		f.answerList(v, name)
	case v.Kind() == reflect.Map:
		for _, key := range v.MapKeys() {
			f.set(name+"."+key.String(), strconv.FormatInt(v.MapIndex(key).Int(), 10))
		}
	default:
		f.answerSingle(v, name, pointer || !strings.Contains(field.Tag.Get("json"), ",omit"))
	}
}

// answerList writes texts and numbers one on each line, and amounts into a field each.
func (f *form) answerList(v reflect.Value, name string) {
	lines := make([]string, v.Len())
	for i := range lines {
		lines[i] = fmt.Sprint(v.Index(i).Interface())
	}
	if v.Type().Elem() == typeDecimal {
		for i, amount := range lines {
			f.set(fmt.Sprintf("%s[%d]", name, i), amount)
		}
		return
	}
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], "\n", "\n"+goesOn)
	}
	f.Values[name] = lines
}

// answerSingle writes one answer. A number that need not be said is not said when it is 0.
func (f *form) answerSingle(v reflect.Value, name string, zero bool) {
	switch x := v.Interface().(type) {
	case models.Date:
		if !x.IsZero() {
			f.set(name, x.String())
		}
	case time.Time:
		if !x.IsZero() {
			f.set(name, writeInstant(x))
		}
	case bool:
		if x {
			f.set(name, "yes")
		} else if zero {
			f.set(name, "no")
		}
	default:
		if text := fmt.Sprint(x); v.Kind() == reflect.String || text != "0" || zero {
			f.set(name, text)
		}
	}
}

// goesOn begins a line that belongs to the entry of the line before it.
const goesOn = "↳ "

// writeInstant writes a moment as a browser's field takes it, or in full where parts of a second count.
func writeInstant(at time.Time) string {
	at = at.UTC()
	switch {
	case at.Nanosecond() != 0:
		return at.Format(time.RFC3339Nano)
	case at.Second() != 0:
		return at.Format("2006-01-02T15:04:05")
	}
	return at.Format("2006-01-02T15:04")
}
