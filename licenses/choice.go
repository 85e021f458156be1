package licenses

import "math/big"

// Keep is what is left of the expression when of each OR only the branches remain whose every demand can be met with leaves that satisfy ok.
// It is zero when nothing can be kept, since an AND needs all its operands. What is left is always offered by e.
func (e Expression) Keep(ok func(Leaf) bool) Expression {
	switch e.Kind() {
	case "":
		return e
	case KindLicense, KindWith:
		if ok(e.node.leaf) {
			return e
		}
		return Expression{}
	}
	kept := make([]Expression, 0, len(e.node.operands))
	for _, operand := range e.node.operands {
		rest := operand.Keep(ok)
		if rest.IsZero() && e.node.kind == KindAnd {
			return Expression{}
		}
		kept = append(kept, rest)
	}
	return join(e.node.kind, kept)
}

// Offers says whether chosen can be got from e by dropping branches of its ORs and by taking an "or later" leaf as one of its versions, or
// as a later "or later". A deprecated identifier is its successor. Whoever keeps to chosen then keeps to e, and chosen demands nothing that e does not.
//
// The zero Expression offers nothing and is offered by nothing. The time is in proportion to the product of both lengths at worst.
func (e Expression) Offers(chosen Expression) bool {
	if e.IsZero() || chosen.IsZero() {
		return false
	}
	return e.Current().offers(chosen.Current())
}

func (e Expression) offers(chosen Expression) bool {
	if e.Equal(chosen) {
		return true
	}
	if chosen.Kind() == KindOr {
		for _, branch := range chosen.node.operands {
			if !e.offers(branch) {
				return false
			}
		}
		return true
	}
	c := choice{demands: []Expression{chosen}, met: map[*node]*big.Int{}}
	if chosen.Kind() == KindAnd {
		c.demands = chosen.node.operands
	}
	all := new(big.Int)
	for i := range c.demands {
		all.SetBit(all, i, 1)
	}
	return c.meets(e) != nil && c.covers(e, all)
}

// choice is the comparison of an expression with what was chosen from it.
type choice struct {
	demands []Expression // the operands of the AND that was chosen; leaves and ORs
	met     map[*node]*big.Int
}

// meets gives, as bits, the demands that e can account for when it is reduced to some of them; nil when it cannot be reduced to any.
func (c choice) meets(e Expression) *big.Int {
	if met, done := c.met[e.node]; done {
		return met
	}
	var met *big.Int
	switch e.Kind() {
	case KindAnd:
		met = c.meetsEvery(e)
	case KindOr:
		met = c.meetsSome(e)
	default:
		met = c.demanded(e)
	}
	c.met[e.node] = met
	return met
}

func (c choice) meetsEvery(e Expression) *big.Int {
	met := new(big.Int)
	for _, operand := range e.node.operands {
		part := c.meets(operand)
		if part == nil {
			return nil
		}
		met.Or(met, part)
	}
	return met
}

func (c choice) meetsSome(e Expression) *big.Int {
	met := c.demanded(e)
	for _, branch := range e.node.operands {
		part := c.meets(branch)
		switch {
		case part == nil:
		case met == nil:
			met = new(big.Int).Set(part)
		default:
			met.Or(met, part)
		}
	}
	return met
}

// demanded gives the demands that are e itself, or what is left of it when e is a leaf or an OR; nil when there is none.
func (c choice) demanded(e Expression) *big.Int {
	var met *big.Int
	for i, demand := range c.demands {
		if !e.reducesTo(demand) {
			continue
		}
		if met == nil {
			met = new(big.Int)
		}
		met.SetBit(met, i, 1)
	}
	return met
}

// reducesTo says whether a leaf, or an OR that keeps at least two branches, can be reduced to a demand.
func (e Expression) reducesTo(demand Expression) bool {
	switch {
	case e.Equal(demand):
		return true
	case demand.Kind() == KindOr:
		return e.offers(demand)
	case e.Kind() == KindOr:
		return false // one of its branches accounts for the demand
	}
	return e.node.leaf.narrowsTo(demand.node.leaf)
}

// covers says whether e can be reduced so that it accounts for all the wanted demands together: each OR by one branch. A demand that several
// operands of an AND can account for is left to whichever is free.
func (c choice) covers(e Expression, wanted *big.Int) bool {
	met := c.meets(e)
	if met == nil || new(big.Int).AndNot(wanted, met).Sign() != 0 {
		return false
	}
	switch e.Kind() {
	case KindAnd:
		once, more := new(big.Int), new(big.Int)
		for _, operand := range e.node.operands {
			part := c.meets(operand)
			more.Or(more, new(big.Int).And(once, part))
			once.Or(once, part)
		}
		private := new(big.Int).AndNot(wanted, more)
		for _, operand := range e.node.operands {
			if !c.covers(operand, new(big.Int).And(private, c.meets(operand))) {
				return false
			}
		}
		return true
	case KindOr:
		for _, branch := range e.node.operands {
			if c.covers(branch, wanted) {
				return true
			}
		}
	}
	return atMostOne(wanted) // the leaf, or the OR as a whole, is one demand
}

func atMostOne(bits *big.Int) bool {
	return bits.Sign() == 0 || bits.BitLen() == int(bits.TrailingZeroBits())+1
}
