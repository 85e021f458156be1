// Package documents gives whole SBOM documents to tests: the real ones of the repository, invented hostile ones, and what
// of a document must survive being written and read again.
package documents
