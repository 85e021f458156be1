package texts

import (
	"embed"
	_ "embed"
	"io/fs"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"

	"github.com/ospo-register/ospo/licenses"
)

var (
	//go:embed data/texts.tsv
	indexTSV string
	// packed is a row of zstd frames (RFC 8878), each with some of the texts one after the other.
	//
	//go:embed data/texts.zst
	packed []byte
	//go:embed data/exceptions/*.txt
	exceptions embed.FS
)

// place is where a text stands: in which frame of packed, and from which to which byte of what the frame unpacks to.
type place struct{ frame, frameEnd, start, end int }

// index maps the identifiers in lower case to the places of their texts.
var index = sync.OnceValue(func() map[string]place {
	places := map[string]place{}
	for line := range strings.Lines(indexTSV) {
		fields := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(fields) != 5 || line[0] == '#' {
			continue
		}
		var n [4]int
		for i := range n {
			n[i], _ = strconv.Atoi(fields[i+1]) // a test reads every text
		}
		places[strings.ToLower(fields[0])] = place{n[0], n[1], n[2], n[3]}
	}
	return places
})

// unpacker unpacks single frames; it may be used by several at once.
var unpacker = sync.OnceValues(func() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(4<<20))
})

// Text is the full text of a licence or exception of the SPDX list by its identifier, in any case, as UTF-8 with LF at the ends of lines.
// Where the list has places to fill in ("<year>", "<copyright holders>") they are still there.
//
// A deprecated identifier that the list has replaced gives the text of what replaced it; one for a licence with an exception
// gives both texts, one after the other. There is a text for every licence of the list and for some exceptions (see data/README.md); for everything else,
// a LicenseRef too, it answers false. Only the few texts that are packed together with the one asked for are unpacked, and nothing is kept.
func Text(id string) (string, bool) {
	if license, ok := licenses.Get(id); ok {
		return textOf(license)
	}
	if exception, ok := licenses.GetException(id); ok {
		text, err := fs.ReadFile(exceptions, "data/exceptions/"+exception.ID+".txt")
		return string(text), err == nil
	}
	return "", false
}

func textOf(license licenses.License) (string, bool) {
	next, err := licenses.Parse(license.Successor)
	if err != nil || license.Successor == "" {
		return unpack(license.ID)
	}
	leaf := next.Leaf()
	text, ok := Text(leaf.ID)
	if !ok || leaf.Addition == "" {
		return text, ok
	}
	addition, ok := Text(leaf.Addition)
	return text + "\n\n" + addition, ok
}

func unpack(id string) (string, bool) {
	at, ok := index()[strings.ToLower(id)]
	if !ok {
		return "", false
	}
	frame, ok := unpackFrame(at)
	if !ok || at.end > len(frame) {
		return "", false
	}
	return string(frame[at.start:at.end]), true
}

func unpackFrame(at place) ([]byte, bool) {
	decoder, err := unpacker()
	if err != nil {
		return nil, false
	}
	frame, err := decoder.DecodeAll(packed[at.frame:at.frameEnd], nil)
	return frame, err == nil
}
