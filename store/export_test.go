package store

import "github.com/ospo-register/ospo/models"

// HasSentence reports whether a violated constraint is explained to people.
func HasSentence(constraint string) bool {
	_, ok := sentences[constraint]
	return ok
}

// PackEdges and UnpackEdges are how edges are kept.
func PackEdges(edges []models.Edge) []byte { return packEdges(edges) }

// UnpackEdges reads what PackEdges wrote.
func UnpackEdges(b []byte) ([]models.Edge, error) { return unpackEdges(b) }
