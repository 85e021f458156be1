package policy

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/ospo-register/ospo/models"
)

// factTree is one case as CEL walks through it. It remembers what it has turned into values and is for one judgement.
type factTree struct {
	root    *factObject
	missing map[string]string // by path: the fact in words
}

func newFactTree(g *ground) *factTree {
	t := &factTree{missing: map[string]string{}}
	t.root = &factObject{of: theBook().variables, v: reflect.ValueOf(g).Elem(), tree: t}
	t.root.memo = make([]ref.Val, len(t.root.of.order))
	return t
}

// ResolveName is the value of a variable.
func (t *factTree) ResolveName(name string) (any, bool) {
	f, ok := t.root.of.fields[name]
	if !ok {
		return nil, false
	}
	return t.root.get(f), true
}

// Parent is nil: a case is all there is.
func (t *factTree) Parent() cel.Activation { return nil }

// absent says which variables the case does not have.
func (t *factTree) absent(variables []string) bool {
	return slices.ContainsFunc(variables, func(name string) bool { return !t.root.has(t.root.of.fields[name]) })
}

// factObject is a struct of facts as a value of CEL.
type factObject struct {
	of    *factType
	v     reflect.Value
	path  string // "d.candidates[2]"
	words string // "candidate Nextcloud"; "" for the decision itself
	memo  []ref.Val
	tree  *factTree
}

func (o *factObject) field(f *factField) reflect.Value { return o.v.FieldByIndex(f.index) }

func (o *factObject) has(f *factField) bool {
	v := o.field(f)
	return v.Kind() != reflect.Pointer || !v.IsNil()
}

func (o *factObject) get(f *factField) ref.Val {
	if v := o.memo[f.slot]; v != nil {
		return v
	}
	v := o.value(f)
	o.memo[f.slot] = v
	return v
}

func (o *factObject) value(f *factField) ref.Val {
	v := o.field(f)
	path, words := f.source, f.say
	if o.path != "" {
		path = o.path + "." + f.source
	}
	if o.words != "" {
		words = o.words + ": " + words
	}
	if f.optional && v.IsNil() {
		o.tree.missing[path] = words
		return types.NewUnknown(1, types.NewAttributeTrail(path))
	}
	if f.compute != nil {
		return types.DefaultTypeAdapter.NativeToValue(f.compute(v))
	}
	if f.optional {
		v = v.Elem()
	}
	if f.of != nil {
		return o.tree.object(f, v, path, words)
	}
	return plainValue(v, f.word)
}

// object is a struct, or a list of structs.
func (t *factTree) object(f *factField, v reflect.Value, path, words string) ref.Val {
	if v.Kind() == reflect.Struct {
		return t.one(f.of, v, path, words)
	}
	list := make([]ref.Val, v.Len())
	for i := range list {
		list[i] = t.one(f.of, v.Index(i), fmt.Sprintf("%s[%d]", path, i), fmt.Sprintf("%s %d", words, i+1))
	}
	return types.NewRefValList(types.DefaultTypeAdapter, list)
}

func (t *factTree) one(of *factType, v reflect.Value, path, words string) ref.Val {
	if named, ok := v.Interface().(labelled); ok {
		words = named.label()
	}
	return &factObject{of: of, v: v, path: path, words: words, memo: make([]ref.Val, len(of.order)), tree: t}
}

// plainValue turns what is no struct into a value of CEL.
func plainValue(v reflect.Value, word bool) ref.Val {
	switch value := v.Interface().(type) {
	case time.Time:
		return types.Timestamp{Time: value}
	case time.Duration:
		return types.Duration{Duration: value}
	case models.Money:
		return types.Double(toFloat(value.Amount))
	case []string:
		return types.NewStringList(types.DefaultTypeAdapter, spelled(value, word))
	case map[string]float64:
		if word {
			spelled := make(map[string]float64, len(value))
			for line, amount := range value {
				spelled[factWord(line)] = amount
			}
			value = spelled
		}
		return types.DefaultTypeAdapter.NativeToValue(value)
	}
	switch v.Kind() {
	case reflect.Bool:
		return types.Bool(v.Bool())
	case reflect.Int:
		return types.Int(v.Int())
	case reflect.Float64:
		return types.Double(v.Float())
	}
	if word {
		return types.String(factWord(v.String()))
	}
	return types.String(v.String())
}

func spelled(words []string, word bool) []string {
	if !word {
		return words
	}
	spelled := make([]string, len(words))
	for i, w := range words {
		spelled[i] = factWord(w)
	}
	return spelled
}

// missingIn lists what an unknown value is for want of: the paths, sorted, and the same in words.
func (t *factTree) missingIn(u *types.Unknown) (paths, words []string) {
	for _, id := range u.IDs() {
		trails, _ := u.GetAttributeTrails(id)
		for _, trail := range trails {
			paths = append(paths, trail.Variable())
		}
	}
	slices.SortFunc(paths, byPath)
	paths = slices.Compact(paths)
	for _, path := range paths {
		if w := cmp.Or(t.missing[path], path); !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return paths, words
}

// byPath orders paths with numbers as numbers: [2] before [10].
func byPath(a, b string) int {
	as, bs := strings.Split(a, "["), strings.Split(b, "[")
	for i := range min(len(as), len(bs)) {
		na, _, _ := strings.Cut(as[i], "]")
		nb, _, _ := strings.Cut(bs[i], "]")
		if i > 0 && len(na) != len(nb) {
			return cmp.Compare(len(na), len(nb))
		}
		if c := strings.Compare(as[i], bs[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(as), len(bs))
}

// ConvertToNative is not needed by any function that rules have.
func (o *factObject) ConvertToNative(t reflect.Type) (any, error) {
	return nil, fmt.Errorf("%s cannot be converted to %v", o.of.name, t)
}

// ConvertToType gives the type of the object when that is asked for.
func (o *factObject) ConvertToType(t ref.Type) ref.Val {
	if t == types.TypeType {
		return o.of.cel
	}
	return types.NewErr("%s cannot be converted to %s", o.of.name, t.TypeName())
}

// Equal holds for the same thing in the same place.
func (o *factObject) Equal(other ref.Val) ref.Val {
	same, ok := other.(*factObject)
	return types.Bool(ok && same.path == o.path)
}

// Type is the object's type.
func (o *factObject) Type() ref.Type { return o.of.cel }

// Value is the object itself.
func (o *factObject) Value() any { return o }
