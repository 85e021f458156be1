package policy

// Given is every fact of the situation that is known, but for its component's: by name, with the value that a condition would see. A value is a
// string, an int64, a bool or a []string.
func (s Situation) Given() map[string]any {
	given := map[string]any{}
	w := &world{situation: &s}
	for _, fact := range theFacts().all {
		switch group(fact.Name) {
		case "license", "statement", "component":
			continue
		}
		if value := fact.value(w); value != nil {
			given[fact.Name] = value
		}
	}
	return given
}
