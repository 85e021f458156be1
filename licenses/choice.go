package licenses

import (
	"math/big"
	"slices"
)

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
// The zero Expression offers nothing and is offered by nothing. Work is limited: for a pair of large expressions made to be hard to compare the answer is false.
func (e Expression) Offers(chosen Expression) bool {
	if e.IsZero() || chosen.IsZero() {
		return false
	}
	c := comparison{answers: map[[2]*node]bool{}, choices: map[*node]*choice{}}
	return c.offers(e.Current(), chosen.Current()) && c.steps <= mostSteps
}

// mostSteps bounds the work of one comparison to well under a second. Beyond it nothing more is found.
const mostSteps = 1 << 17

// comparison is one call of Offers: what has been found out, so that no pair of parts is compared twice.
type comparison struct {
	answers map[[2]*node]bool // by the part of the expression and the part of what was chosen
	choices map[*node]*choice
	steps   int
}

func (c *comparison) offers(e, chosen Expression) bool {
	if e.Equal(chosen) {
		return true
	}
	key := [2]*node{e.node, chosen.node}
	answer, done := c.answers[key]
	if done {
		return answer
	}
	if chosen.Kind() == KindOr {
		answer = !slices.ContainsFunc(chosen.node.operands, func(branch Expression) bool { return !c.offers(e, branch) })
	} else {
		ch := c.choice(chosen)
		answer = ch.meets(e) != nil && ch.covers(e, ch.all)
	}
	c.answers[key] = answer
	return answer
}

// choice is a leaf or an AND that was chosen. Its demands are the leaf, or the operands of the AND, which are leaves and ORs; sets of demands are bits.
type choice struct {
	*comparison
	demands []Expression
	all     *big.Int
	leaves  map[Leaf][]int     // the leaves among the demands by their first version
	ors     map[Leaf][]int     // the ORs among the demands by the first version of that leaf in them which is rarest
	met     map[*node]*big.Int // what meets found out
}

func (c *comparison) choice(chosen Expression) *choice {
	if ch, done := c.choices[chosen.node]; done {
		return ch
	}
	ch := &choice{
		comparison: c, demands: []Expression{chosen}, all: new(big.Int),
		leaves: map[Leaf][]int{}, ors: map[Leaf][]int{}, met: map[*node]*big.Int{},
	}
	if chosen.Kind() == KindAnd {
		ch.demands = chosen.node.operands
	}
	count := map[Leaf]int{}
	chosen.walk(func(leaf Leaf) { count[leaf.firstAtom()]++ })
	for i, demand := range ch.demands {
		ch.all.SetBit(ch.all, i, 1)
		if demand.Kind() != KindOr {
			atom := demand.node.leaf.firstAtom()
			ch.leaves[atom] = append(ch.leaves[atom], i)
			continue
		}
		var rarest Leaf
		demand.walk(func(leaf Leaf) {
			if atom := leaf.firstAtom(); rarest == (Leaf{}) || count[atom] < count[rarest] {
				rarest = atom
			}
		})
		ch.ors[rarest] = append(ch.ors[rarest], i)
	}
	c.choices[chosen.node] = ch
	return ch
}

// meets gives the demands that e can account for when it is reduced to some of them; nil when it cannot be reduced to any.
func (c *choice) meets(e Expression) *big.Int {
	if met, done := c.met[e.node]; done {
		return met
	}
	if c.steps++; c.steps > mostSteps {
		return nil
	}
	met := c.demanded(e)
	for _, operand := range e.node.operands {
		part := c.meets(operand)
		switch {
		case part == nil && e.node.kind == KindOr:
		case part == nil:
			c.met[e.node] = nil
			return nil
		case met == nil:
			met = new(big.Int).Set(part)
		default:
			met.Or(met, part)
		}
	}
	c.met[e.node] = met
	return met
}

// demanded gives the demands that e as a whole accounts for, when it is a leaf or an OR that keeps several branches; nil when there is none.
func (c *choice) demanded(e Expression) *big.Int {
	if e.Kind() == KindAnd {
		return nil // its operands account for the demands
	}
	var met *big.Int
	add := func(i int) {
		if met == nil {
			met = new(big.Int)
		}
		met.SetBit(met, i, 1)
	}
	if e.Kind() != KindOr {
		for _, version := range e.node.leaf.span() {
			for _, i := range c.leaves[version] {
				if e.node.leaf.narrowsTo(c.demands[i].node.leaf) {
					add(i)
				}
			}
		}
	}
	if len(c.ors) > 0 {
		tried := map[int]bool{}
		e.walk(func(leaf Leaf) {
			if c.steps++; c.steps > mostSteps {
				return
			}
			for _, version := range leaf.span() {
				for _, i := range c.ors[version] {
					if c.steps++; !tried[i] && c.steps <= mostSteps {
						tried[i] = true
						if c.offers(e, c.demands[i]) {
							add(i)
						}
					}
				}
			}
		})
	}
	return met
}

// covers says whether e can be reduced so that it accounts for all the wanted demands together, each OR by one branch or as a whole. A demand that
// several operands of an AND can account for is left to whichever is free.
func (c *choice) covers(e Expression, wanted *big.Int) bool {
	met := c.meets(e)
	if met == nil || new(big.Int).AndNot(wanted, met).Sign() != 0 {
		return false
	}
	switch e.Kind() {
	case KindAnd:
		once, twice := new(big.Int), new(big.Int)
		for _, operand := range e.node.operands {
			part := c.meets(operand)
			twice.Or(twice, new(big.Int).And(once, part))
			once.Or(once, part)
		}
		private := new(big.Int).AndNot(wanted, twice)
		return !slices.ContainsFunc(e.node.operands, func(operand Expression) bool {
			return !c.covers(operand, new(big.Int).And(private, c.meets(operand)))
		})
	case KindOr:
		if slices.ContainsFunc(e.node.operands, func(branch Expression) bool { return c.covers(branch, wanted) }) {
			return true
		}
	}
	return wanted.BitLen() == 0 || wanted.BitLen() == int(wanted.TrailingZeroBits())+1 // one demand at most: e as a whole is it
}
