package sbom

import (
	"bufio"
	"encoding/binary"
	"io"
	"math"
)

// xzGuard passes an xz file on and refuses it where a block asks for a dictionary that is too large: the library makes room for
// whatever a block asks for, up to 4 GB, before it has read a byte of it. The structure is that of “The .xz File Format”, 1.2.1.
type xzGuard struct {
	src     *bufio.Reader
	ready   []byte // read and looked at
	pass    int64  // bytes after that, which need no look
	at      xzPart
	check   int64 // bytes of the check behind each block
	refused error
	length  int64 // of the compressed data of the block so far
}

type xzPart uint8

const (
	xzStream xzPart = iota
	xzBlock
	xzChunk
	xzRest
)

func (g *xzGuard) Read(p []byte) (int, error) {
	for g.refused == nil && len(g.ready) == 0 && g.pass == 0 {
		g.next()
	}
	if g.refused != nil { // and again when asked again
		return 0, g.refused
	}
	if len(g.ready) > 0 {
		n := copy(p, g.ready)
		g.ready = g.ready[n:]
		return n, nil
	}
	n, err := g.src.Read(p[:min(int64(len(p)), g.pass)])
	g.pass -= int64(n)
	return n, err
}

// next looks at the part that follows.
func (g *xzGuard) next() {
	switch g.at {
	case xzStream:
		if g.take(12) {
			g.at = xzBlock
			g.check = []int64{0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64}[g.ready[7]&15]
		}
	case xzBlock:
		size, err := g.src.Peek(1)
		if err != nil || size[0] == 0 {
			g.at = xzRest
			return
		}
		if !g.take((int(size[0]) + 1) * 4) {
			return
		}
		g.at, g.length = xzChunk, 0
		if asked := dictionaryOf(g.ready); asked > mostWindow {
			g.refused = tooMuchMemory(asked)
		}
	case xzChunk:
		g.chunk()
	case xzRest:
		g.pass = math.MaxInt64
	}
}

// take reads a part that is looked at; what is broken is left to the library.
func (g *xzGuard) take(size int) bool {
	part := make([]byte, size)
	n, err := io.ReadFull(g.src, part)
	g.ready = part[:n]
	if err != nil {
		g.at = xzRest
	}
	return err == nil
}

// chunk looks at the beginning of a chunk of LZMA2, which says how long it is.
func (g *xzGuard) chunk() {
	control, err := g.src.Peek(1)
	if err != nil {
		g.at = xzRest
		return
	}
	switch c := control[0]; {
	case c == 0:
		if g.take(1) {
			g.length++
			g.pass = (4-g.length%4)%4 + g.check
			g.at = xzBlock
		}
	case c <= 2:
		if g.take(3) {
			g.pass = int64(binary.BigEndian.Uint16(g.ready[1:])) + 1
			g.length += 3 + g.pass
		}
	case c >= 0x80:
		if g.take(5) {
			g.pass = int64(binary.BigEndian.Uint16(g.ready[3:])) + 1
			if c >= 0xc0 {
				g.pass++
			}
			g.length += 5 + g.pass
		}
	default:
		g.at = xzRest
	}
}

// dictionaryOf gives the size of the dictionary that a block header asks for; 0 when it has none that can be read.
func dictionaryOf(header []byte) int64 {
	flags, rest := header[1], header[2:]
	for _, sized := range []byte{0x40, 0x80} {
		if flags&sized != 0 {
			rest = afterNumber(rest)
		}
	}
	largest := int64(0)
	for range flags&3 + 1 {
		id, n := binary.Uvarint(rest)
		if n <= 0 {
			break
		}
		rest = rest[n:]
		size, n := binary.Uvarint(rest)
		if n <= 0 || uint64(len(rest)-n) < size {
			break
		}
		properties := rest[n : n+int(size)]
		rest = rest[n+int(size):]
		const lzma2 = 0x21
		if id == lzma2 && len(properties) == 1 {
			bits := min(int64(properties[0]), 40)
			largest = max(largest, (2|bits&1)<<(bits/2+11))
		}
	}
	return largest
}

func afterNumber(data []byte) []byte {
	_, n := binary.Uvarint(data)
	return data[max(n, 0):]
}
