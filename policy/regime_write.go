package policy

import (
	"reflect"
	"strconv"

	"github.com/ospo-register/ospo/models"
)

// YAML is the canonical form: keys in one order, what ParseRegime filled in written out, no comments. ParseRegime of it gives an equal regime.
func (r *Regime) YAML() []byte {
	w := &writer{}
	w.structure(0, reflect.ValueOf(*r))
	return w.Bytes()
}

// structure writes those fields that say something.
func (w *writer) structure(level int, v reflect.Value) {
	t := v.Type()
	for i := range t.NumField() {
		if v.Field(i).IsZero() && !w.dash {
			continue
		}
		w.field(level, t.Field(i).Tag.Get("key"), v.Field(i))
	}
}

func (w *writer) field(level int, key string, v reflect.Value) {
	switch value := v.Interface().(type) {
	case models.Date:
		w.text(level, key, value.String())
		return
	case *models.Date:
		w.text(level, key, value.String())
		return
	case *models.Money:
		w.text(level, key, string(value.Amount)+" "+value.Currency)
		return
	case []Term:
		w.line(level, key+":")
		for _, term := range value {
			w.dash = true
			w.text(level+2, "id", term.ID)
			w.text(level+2, "title", term.Title)
		}
		return
	}
	switch v.Kind() {
	case reflect.String:
		w.text(level, key, v.String())
	case reflect.Bool:
		w.line(level, key+": "+strconv.FormatBool(v.Bool()))
	case reflect.Int:
		w.line(level, key+": "+strconv.FormatInt(v.Int(), 10))
	case reflect.Float64:
		w.line(level, key+": "+strconv.FormatFloat(v.Float(), 'f', -1, 64))
	case reflect.Struct:
		w.line(level, key+":")
		w.structure(level+1, v)
	case reflect.Slice:
		w.items(level, key, v)
	}
}

func (w *writer) items(level int, key string, v reflect.Value) {
	if v.Type().Elem().Kind() == reflect.String {
		words := make([]string, v.Len())
		for i := range words {
			words[i] = v.Index(i).String()
		}
		w.list(level, key, words)
		return
	}
	w.line(level, key+":")
	for i := range v.Len() {
		w.dash = true
		w.structure(level+2, v.Index(i))
	}
}
