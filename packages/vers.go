package packages

import (
	"net/url"
	"slices"
	"strings"
)

// parseVERS reads a range in the VERS notation: "vers:", the ecosystem, "/", and constraints between "|".
// Source: the VERS specification (package-url/vers-spec), "Parsing and validating version range specifiers".
func parseVERS(text string) (Range, error) {
	kind, list, found := strings.Cut(text[len("vers:"):], "/")
	kind = strings.ToLower(kind)
	if !found || kind == "" {
		return Range{}, rangeError(text, "%q is not a VERS range; write for example vers:npm/>=1.0.0|<2.0.0.", clip(text))
	}
	ecosystem := Ecosystem(kind)
	if alias, known := typeAliases[kind]; known {
		ecosystem = Ecosystem(alias.to)
	}
	if kind == "all" || kind == "generic" || kind == "none" {
		ecosystem = ""
	}
	list = strings.Trim(strings.Join(strings.Fields(list), ""), "|")
	switch {
	case kind == "none":
		return Range{}, rangeError(text, "A range that holds no version finds nothing; leave it out or name versions.")
	case list == "*":
		return Range{ecosystem: ecosystem, any: true}, nil
	case list == "":
		return Range{}, rangeError(text, "%q names no version; write for example vers:npm/>=1.0.0|<2.0.0.", clip(text))
	}
	var conditions span
	for _, word := range strings.Split(list, "|") {
		operator, rest := cutOperator(word)
		decoded, err := url.PathUnescape(rest)
		if err != nil {
			decoded = rest
		}
		version, err := parseVersion(decoded)
		if err != nil {
			return Range{}, err
		}
		conditions = append(conditions, condition{operator, version})
	}
	return Range{ecosystem: ecosystem, spans: versSpans(ecosystem, conditions)}, nil
}

// versSpans turns the flat list of VERS into alternatives: sorted by version, each ">" or ">=" goes with the "<" or "<=" that follows it;
// "=" stands for itself, and every "!=" holds for all of them.
func versSpans(ecosystem Ecosystem, conditions span) []span {
	slices.SortStableFunc(conditions, func(a, b condition) int { return orderReadable(ecosystem, a.version, b.version) })
	var spans []span
	var except, open span
	for _, one := range conditions {
		switch one.operator {
		case equal:
			spans = append(spans, span{one})
		case unequal:
			except = append(except, one)
		case above, atLeast:
			// A second lower bound in a row is stricter and takes nothing away: the first one holds.
			if open == nil {
				open = span{one}
			}
		case below, atMost:
			spans = append(spans, append(open, one))
			open = nil
		}
	}
	if open != nil {
		spans = append(spans, open)
	}
	if len(spans) == 0 {
		return []span{except}
	}
	for i, conditions := range spans {
		if conditions[0].operator != equal {
			spans[i] = append(slices.Clip(conditions), except...)
		}
	}
	return spans
}

func (r Range) versString() string {
	if r.any {
		return "vers:" + string(r.ecosystem) + "/*"
	}
	var words []string
	for _, conditions := range r.spans {
		for _, one := range conditions {
			word := string(one.operator) + url.PathEscape(one.version)
			if one.operator == equal {
				word = url.PathEscape(one.version)
			}
			if !slices.Contains(words, word) {
				words = append(words, word)
			}
		}
	}
	return "vers:" + string(r.ecosystem) + "/" + strings.Join(words, "|")
}
