package web

// keepingPart is what the page of a piece of software says of its keeping: what keeps it going, how far it meets standards, what the stack says of it. Each has
// a part of the template of its own: asset-continuity, asset-checklists, asset-stack.
type keepingPart struct{}

// keepingOf reads what the page of a piece of software says of its keeping.
func (c *page) keepingOf(*assetHead) (keepingPart, error) { return keepingPart{}, nil }
