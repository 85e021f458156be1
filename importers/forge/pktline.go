package forge

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// What a packet can be besides data (gitprotocol-common, "pkt-line Format"; gitprotocol-v2).
const (
	pktData = iota
	pktFlush
	pktDelim
	pktEnd
)

// readPacket reads one packet; data is without the line feed at its end and holds until the next call.
func readPacket(r io.Reader, buf []byte) (data []byte, kind int, err error) {
	if _, err := io.ReadFull(r, buf[:4]); err != nil {
		return nil, 0, err
	}
	n, err := strconv.ParseUint(string(buf[:4]), 16, 16)
	switch {
	case err != nil:
		return nil, 0, fmt.Errorf("a packet begins with %q instead of its length", buf[:4])
	case n < 4:
		return nil, int(n) + 1, map[bool]error{true: errors.New("a packet has the length 3")}[n == 3]
	}
	data = buf[:n-4]
	if _, err := io.ReadFull(r, data); err != nil {
		return nil, 0, fmt.Errorf("a packet breaks off: %w", err)
	}
	return data, pktData, nil
}

// packets builds a request.
type packets struct{ strings.Builder }

func (p *packets) line(format string, args ...any) {
	text := fmt.Sprintf(format, args...) + "\n"
	fmt.Fprintf(&p.Builder, "%04x%s", len(text)+4, text)
}

// bands reads the pack out of packets that begin with the number of a band: 1 the pack, 2 progress, 3 an error (gitprotocol-pack, "Packfile Data").
type bands struct {
	r    io.Reader
	buf  [65536]byte
	left []byte
	done bool
}

func (b *bands) Read(p []byte) (int, error) {
	for len(b.left) == 0 {
		if b.done {
			return 0, io.EOF
		}
		data, kind, err := readPacket(b.r, b.buf[:])
		switch {
		case err != nil:
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return 0, err
		case kind != pktData:
			b.done = true
		case len(data) == 0:
		case data[0] == 1:
			b.left = data[1:]
		case data[0] == 3:
			return 0, fmt.Errorf("the host broke off: %s", clip(data[1:]))
		}
	}
	n := copy(p, b.left)
	b.left = b.left[n:]
	return n, nil
}

// clip makes what a host says fit for a sentence.
func clip(said []byte) string {
	const most = 200
	text := strings.ToValidUTF8(string(said[:min(len(said), most)]), "�")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text))
}
