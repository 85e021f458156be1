package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// treeNode is a part of a JSON document as people read it: a name with a value, or with the parts beneath it.
type treeNode struct {
	Name, Text string
	Parts      []treeNode
	More       int // parts that are not shown
}

// The bounds of what one tree shows.
const (
	mostTreeNodes = 400
	mostDepth     = 8
	mostNodeText  = 300
)

// treeOf reads a JSON document. What is beyond the bounds is counted.
func treeOf(body []byte) (treeNode, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return treeNode{}, fmt.Errorf("reading an analysis: %w", err)
	}
	left := mostTreeNodes
	return nodeOf("", v, mostDepth, &left), nil
}

func nodeOf(name string, v any, depth int, left *int) treeNode {
	n := treeNode{Name: shorten(name, 80)}
	switch x := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(x)) {
			n.add(key, x[key], depth, left)
		}
		if len(x) == 0 {
			n.Text = "empty"
		}
	case []any:
		for i, item := range x {
			n.add(strconv.Itoa(i+1), item, depth, left)
		}
		if len(x) == 0 {
			n.Text = "none"
		}
	case nil:
		n.Text = "nothing"
	case bool:
		n.Text = map[bool]string{true: "yes", false: "no"}[x]
	default:
		n.Text = shorten(fmt.Sprint(x), mostNodeText)
	}
	return n
}

func (n *treeNode) add(name string, v any, depth int, left *int) {
	if depth == 0 || *left <= 0 {
		n.More++
		return
	}
	*left--
	n.Parts = append(n.Parts, nodeOf(name, v, depth-1, left))
}
