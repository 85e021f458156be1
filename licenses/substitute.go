package licenses

// Choose is the expression with a choice made: every part that is exactly the offer is replaced by what was chosen of it. It is the
// expression itself where the offer does not occur.
func (e Expression) Choose(offer, chosen Expression) Expression {
	if e.IsZero() || offer.IsZero() || chosen.IsZero() {
		return e
	}
	if e.Equal(offer) {
		return chosen
	}
	if e.Kind() != KindAnd && e.Kind() != KindOr {
		return e
	}
	operands := make([]Expression, len(e.node.operands))
	for i, operand := range e.node.operands {
		operands[i] = operand.Choose(offer, chosen)
	}
	return join(e.node.kind, operands)
}
