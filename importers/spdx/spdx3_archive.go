package spdx

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"

	"github.com/klauspost/compress/s2"

	"github.com/ospo-register/ospo/importers/sbom"
)

// archive keeps what packages and files state until the document has been read, a tenth as large as they stand there: without names of
// fields, digests in binary, all of it compressed block by block.
type archive struct {
	open    []byte   // the block being filled
	blocks  [][]byte // compressed
	scratch []byte
	record  []byte
	held    int64
	most    int64
}

const archiveBlock = 256 << 10

// archivedTexts are the texts that are kept of a package.
var archivedTexts = []sbom.Field{termName, termVersion, termPURL, termDownload, termHomepage, termSource, termCopyright, termPurpose, termSummary, termDescription}

// put adds a package or a file.
func (a *archive) put(n *ldNode, place int32) error {
	r := a.record[:0]
	r = append(r, byte(n.kind))
	r = binary.AppendVarint(r, int64(n.id))
	r = binary.AppendVarint(r, int64(place))
	if n.kind == ldPackage {
		for _, term := range archivedTexts {
			r = putBytes(r, n.text(term))
		}
		r = binary.AppendVarint(r, int64(n.supplier))
		r = putIDs(r, n.originators)
		r = putPairs(r, n, n.identifiers)
		r = putPairs(r, n, n.refs)
	} else {
		r = putBytes(r, n.text(termName))
	}
	r = putHashes(r, n)
	r = putIDs(r, n.parts)
	r = binary.AppendUvarint(r, uint64(len(n.purposes)))
	for _, purpose := range n.purposes {
		r = putBytes(r, n.at(purpose))
	}
	r = binary.AppendUvarint(r, n.seen>>termMorePurposes&1)
	a.record = r
	a.open = binary.AppendUvarint(a.open, uint64(len(a.record)))
	a.open = append(a.open, a.record...)
	if len(a.open) >= archiveBlock {
		return a.close()
	}
	return nil
}

// close compresses the block being filled.
func (a *archive) close() error {
	a.scratch = s2.Encode(a.scratch[:cap(a.scratch)], a.open)
	a.blocks = append(a.blocks, bytes.Clone(a.scratch))
	a.held += int64(len(a.scratch))
	a.open = a.open[:0]
	if a.held > a.most {
		return sbom.TooMuchHeld(a.most)
	}
	return nil
}

// walk gives each record in order. The record is valid until take returns.
func (a *archive) walk(take func(r *ldRecord) error) error {
	for i := range len(a.blocks) + 1 {
		data := a.open
		if i < len(a.blocks) {
			var err error
			if data, err = s2.Decode(a.scratch[:cap(a.scratch)], a.blocks[i]); err != nil {
				return err
			}
			a.scratch = data
		}
		for len(data) > 0 {
			length, size := binary.Uvarint(data)
			r := ldRecord{rest: data[size : size+int(length)]}
			data = data[size+int(length):]
			r.kind = ldKind(r.rest[0])
			r.rest = r.rest[1:]
			r.id, r.place = int32(r.number()), int32(r.number())
			if err := take(&r); err != nil {
				return err
			}
		}
	}
	return nil
}

func putBytes(r, text []byte) []byte {
	return append(binary.AppendUvarint(r, uint64(len(text))), text...)
}

func putIDs(r []byte, ids []int32) []byte {
	r = binary.AppendUvarint(r, uint64(len(ids)))
	for _, id := range ids {
		r = binary.AppendVarint(r, int64(id))
	}
	return r
}

func putPairs(r []byte, n *ldNode, pairs []pair) []byte {
	r = binary.AppendUvarint(r, uint64(len(pairs)))
	for _, p := range pairs {
		r = putBytes(putBytes(r, n.at(p.kind)), n.at(p.value))
	}
	return r
}

// putHashes writes digests in binary where they come out again as they stand.
func putHashes(r []byte, n *ldNode) []byte {
	r = binary.AppendUvarint(r, uint64(len(n.hashes)))
	for _, h := range n.hashes {
		r = putBytes(r, n.at(h.kind))
		value := n.at(h.value)
		if length := len(value) / 2; len(value)%2 == 0 && isLowerHex(value) {
			r = append(binary.AppendUvarint(r, uint64(length)), 1)
			r, _ = hex.AppendDecode(r, value)
		} else {
			r = append(binary.AppendUvarint(r, uint64(len(value))), 0)
			r = append(r, value...)
		}
	}
	return r
}

func isLowerHex(text []byte) bool {
	for _, c := range text {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// ldRecord is a package or file as kept; its values are taken in the order in which put has written them.
type ldRecord struct {
	kind      ldKind
	id, place int32
	rest      []byte
}

func (r *ldRecord) number() int64 {
	value, size := binary.Varint(r.rest)
	r.rest = r.rest[size:]
	return value
}

func (r *ldRecord) count() int {
	value, size := binary.Uvarint(r.rest)
	r.rest = r.rest[size:]
	return int(value)
}

func (r *ldRecord) bytes() []byte {
	length := r.count()
	text := r.rest[:length]
	r.rest = r.rest[length:]
	return text
}

func (r *ldRecord) ids(into []int32) []int32 {
	for range r.count() {
		into = append(into, int32(r.number()))
	}
	return into
}

// hash gives the next digest.
func (r *ldRecord) hash() (algorithm, value []byte) {
	algorithm = r.bytes()
	length := r.count()
	packed := r.rest[0] == 1
	value = r.rest[1 : 1+length]
	r.rest = r.rest[1+length:]
	if packed {
		value = hex.AppendEncode(nil, value)
	}
	return algorithm, value
}
