package forge

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/format/packfile"
	"github.com/go-git/go-git/v5/storage/memory"
)

// unpacker keeps the objects of packs in memory. It is ours because the sizes that a pack states are checked before anything is unpacked:
// a pack of a few kilobytes can hold terabytes. Files over the limit are left out, as if they had not come.
type unpacker struct {
	store    *memory.Storage
	fileMost int64 // bytes of one object
	left     int64 // bytes that may still be kept
	effort   int64 // bytes that may still be unpacked, whether they are kept or not
	books    bool  // keep commits and tags only
	over     *Problem
}

func newUnpacker(address string, lim Limits) *unpacker {
	const timesKept = 8
	return &unpacker{store: memory.NewStorage(), fileMost: lim.FileBytes, left: lim.MemoryBytes, effort: timesKept * lim.MemoryBytes,
		over: tooLarge(address, "What the repository holds, unpacked,", lim.MemoryBytes)}
}

// packed is one object of a pack that others may build on.
type packed struct {
	kind   plumbing.ObjectType
	data   []byte // the object, or what changes its base; nil when it was left out
	base   int64  // offset of the base, or -1
	baseID plumbing.Hash
	done   bool // data is the object
}

// take reads one pack to its end (gitformat-pack).
func (u *unpacker) take(r io.Reader) error {
	s := packfile.NewScanner(r)
	_, count, err := s.Header()
	if errors.Is(err, packfile.ErrEmptyPackfile) {
		return nil
	}
	if err != nil {
		return err
	}
	var order []int64
	at := map[int64]*packed{}
	byID := map[plumbing.Hash]*packed{}
	for range count {
		h, err := s.NextObjectHeader()
		if err != nil {
			return err
		}
		p, err := u.read(s, h, at)
		if err != nil {
			return err
		}
		if p.done && p.data != nil {
			if byID[u.keep(p)] = p; u.left < 0 {
				return u.over
			}
		}
		at[h.Offset] = p
		order = append(order, h.Offset)
	}
	if _, err := s.Checksum(); err != nil {
		return err
	}
	return u.resolve(order, at, byID)
}

// read unpacks one entry; at are those before it.
func (u *unpacker) read(s *packfile.Scanner, h *packfile.ObjectHeader, at map[int64]*packed) (*packed, error) {
	p := &packed{kind: h.Type, base: -1}
	skip := h.Length > u.fileMost
	switch h.Type {
	case plumbing.OFSDeltaObject:
		p.base = h.OffsetReference
		base := at[p.base]
		skip = skip || base != nil && base.data == nil
	case plumbing.REFDeltaObject:
		p.baseID = h.Reference
	case plumbing.BlobObject, plumbing.TreeObject:
		p.done, skip = true, skip || u.books
	case plumbing.CommitObject, plumbing.TagObject:
		p.done = true
	default:
		return nil, fmt.Errorf("an object of unknown kind %d", h.Type)
	}
	if u.effort -= h.Length; h.Length < 0 || u.effort < 0 {
		return nil, u.over
	}
	if skip {
		_, _, err := s.NextObject(io.Discard)
		return p, err
	}
	var content bytes.Buffer
	n, _, err := s.NextObject(&content)
	if err == nil && n != h.Length {
		err = fmt.Errorf("an object of %d bytes has %d", h.Length, n)
	}
	p.data = content.Bytes()
	if p.data == nil {
		p.data = []byte{}
	}
	u.left -= n
	return p, err
}

// keep stores an object that is whole.
func (u *unpacker) keep(p *packed) plumbing.Hash {
	o := &plumbing.MemoryObject{}
	o.SetType(p.kind)
	_, _ = o.Write(p.data)
	id, _ := u.store.SetEncodedObject(o)
	return id
}

// resolve makes whole objects of those that are given as changes of others. A base that is named by its id may be whole only later, so that it takes rounds.
func (u *unpacker) resolve(order []int64, at map[int64]*packed, byID map[plumbing.Hash]*packed) error {
	const rounds = 64
	for range rounds {
		waiting, progress := 0, 0
		for _, offset := range order {
			p := at[offset]
			if p.done || p.data == nil {
				continue
			}
			base := byID[p.baseID]
			if p.base >= 0 {
				base = at[p.base]
			}
			switch {
			case base != nil && base.data == nil:
				p.data = nil // its base was left out
				progress++
			case base == nil || !base.done:
				waiting++
			default:
				if err := u.apply(p, base, byID); err != nil {
					return err
				}
				progress++
			}
		}
		if waiting == 0 {
			return nil
		}
		if progress == 0 {
			break
		}
	}
	return errors.New("objects build on others that are not there")
}

// apply changes a base into the object.
func (u *unpacker) apply(p, base *packed, byID map[plumbing.Hash]*packed) error {
	size := targetSize(p.data)
	if u.effort -= size; u.effort < 0 {
		return u.over
	}
	if size > u.fileMost {
		p.data = nil
		return nil
	}
	data, err := packfile.PatchDelta(base.data, p.data)
	if err != nil {
		return err
	}
	if data == nil {
		data = []byte{}
	}
	u.left += int64(len(p.data)) - int64(len(data))
	if u.left < 0 {
		return u.over
	}
	p.kind, p.data, p.done = base.kind, data, true
	byID[u.keep(p)] = p
	return nil
}

// targetSize reads how large the object will be, off the beginning of a change (gitformat-pack, "Deltified representation").
func targetSize(delta []byte) int64 {
	var size uint64
	for range 2 {
		size = 0
		for shift := 0; len(delta) > 0; shift += 7 {
			b := delta[0]
			delta = delta[1:]
			if shift > 56 {
				return 1 << 62
			}
			size |= uint64(b&0x7f) << shift
			if b&0x80 == 0 {
				break
			}
		}
	}
	return int64(size)
}
