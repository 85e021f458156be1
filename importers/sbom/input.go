package sbom

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"github.com/ospo-register/ospo/models"
)

// Input is a document as UTF-8 without a byte order mark, whatever it came as, bounded in size.
type Input struct {
	*bufio.Reader
	count *countingReader
}

// Sniffed is how many bytes of a document decide its notation.
const Sniffed = 64 << 10

// open unpacks and decodes r and notes what it had to do.
func open(r io.Reader, lim Limits, notes *Findings) (*Input, error) {
	packed := bufio.NewReaderSize(r, Sniffed)
	r, err := unpack(packed, notes)
	if err != nil {
		return nil, err
	}
	count := &countingReader{src: r, most: lim.Bytes, unpacked: r != packed}
	raw := bufio.NewReaderSize(count, Sniffed)
	if inner, _ := raw.Peek(6); count.unpacked && packing(inner) != "" {
		return nil, NotAnSBOM("The file is packed more than once. Unpack it and send the document itself.")
	}
	head, err := raw.Peek(4)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, unreadableStart(err)
	}
	var decoded io.Reader = &utf8Reader{src: raw, notes: notes}
	switch {
	case len(head) >= 3 && string(head[:3]) == "\xef\xbb\xbf":
		notes.Add("utf8-bom", "", "The document begins with a byte order mark; it was passed over.")
		_, _ = raw.Discard(3)
	case isUTF16(head):
		notes.Add("utf16", "", "The document is encoded in UTF-16; it was decoded.")
		decoded = &utf16Reader{src: raw, notes: notes, bigEndian: head[0] == 0xfe || head[0] == 0}
	}
	return &Input{Reader: bufio.NewReaderSize(decoded, Sniffed), count: count}, nil
}

// unpack undoes gzip, zstd or xz, whichever the bytes show; anything else passes through.
func unpack(packed *bufio.Reader, notes *Findings) (io.Reader, error) {
	head, _ := packed.Peek(6)
	var unpacked io.Reader
	var err error
	name := packing(head)
	switch name {
	case "gzip":
		unpacked, err = gzip.NewReader(packed)
	case "zstd":
		unpacked, err = zstd.NewReader(packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(mostWindow), zstd.WithDecoderLowmem(true))
	case "xz":
		unpacked, err = xz.ReaderConfig{DictCap: 1 << 20, SingleStream: true}.NewReader(&xzGuard{src: packed})
	default:
		return packed, nil
	}
	var refusal *models.Error
	if errors.As(err, &refusal) {
		return nil, refusal
	}
	if err != nil {
		return nil, NotAnSBOM("The file looks like " + name + " but cannot be unpacked. Send the document itself.")
	}
	notes.Add("compressed", "", "The document came compressed with %s; it was unpacked.", name)
	return unpackedReader{unpacked}, nil
}

// packing knows what a file is packed with by its first bytes; "" when it is not.
func packing(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return "gzip"
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")):
		return "zstd"
	case bytes.HasPrefix(head, []byte("\xfd7zXZ\x00")):
		return "xz"
	}
	return ""
}

// mostWindow bounds the memory that a compressed file may ask its reader for: that of the highest level of xz.
const mostWindow = 64 << 20

func tooMuchMemory(asked int64) *models.Error {
	return TooLarge("sbom-packed-too-wide", "The file asks for %s of memory to be unpacked, more than %s. Pack it at a usual level, or send the document itself.", Size(asked), Size(mostWindow))
}

// watchedSource remembers that the source failed: a broken connection is not the document's fault, and half an upload must not pass for a document.
type watchedSource struct {
	src      io.Reader
	deadline time.Time
	failed   error
}

func (w *watchedSource) Read(p []byte) (int, error) {
	if w.failed != nil {
		return 0, w.failed
	}
	if time.Now().After(w.deadline) {
		w.failed = TooLarge("sbom-took-too-long", "Reading the document takes longer than is allowed. Split it, or ask the administrator to raise the limit.")
		return 0, w.failed
	}
	n, err := w.src.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.failed = err
	}
	return n, err
}

// unpackedReader turns every failure to unpack into an early end.
type unpackedReader struct{ src io.Reader }

func (u unpackedReader) Read(p []byte) (int, error) {
	n, err := u.src.Read(p)
	var refusal *models.Error
	switch {
	case errors.As(err, &refusal):
		return n, refusal
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return n, TooLarge("sbom-packed-too-wide", "The file asks for more than %s of memory to be unpacked. Pack it at a usual level, or send the document itself.", Size(mostWindow)) // how much, the library does not say
	case err != nil && !errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// unreadableStart refuses a compressed file of which not even the beginning can be unpacked.
func unreadableStart(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return NotAnSBOM("The file cannot be unpacked: it is damaged. Send the document itself.")
	}
	return err
}

// isUTF16 knows the two byte order marks, and the zero bytes of a first character that is ASCII.
func isUTF16(head []byte) bool {
	if len(head) < 2 {
		return false
	}
	mark := string(head[:2])
	return mark == "\xff\xfe" || mark == "\xfe\xff" ||
		(len(head) == 4 && ((head[0] == 0 && head[1] != 0 && head[2] == 0) || (head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0)))
}

// countingReader refuses what is longer than the limit. The limit may be lowered once the notation is known.
type countingReader struct {
	src        io.Reader
	read, most int64
	unpacked   bool
}

func (c *countingReader) refusal() *models.Error {
	if c.unpacked {
		return TooLarge("sbom-unpacked-too-large", "Unpacked, the document is larger than %s, the limit for its notation. Send it as SPDX JSON, split it, or ask the administrator to raise the limit.", Size(c.most))
	}
	return tooManyBytes(c.most)
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.src.Read(p)
	c.read += int64(n)
	if c.read > c.most {
		return 0, c.refusal()
	}
	return n, err
}

// limit lowers the limit to that of a notation.
func (c *countingReader) limit(most int64) error {
	c.most = min(c.most, most)
	if c.read > c.most {
		return c.refusal()
	}
	return nil
}

// utf8Reader passes UTF-8 through, reads every byte that is none as Latin-1, and NUL as a blank.
type utf8Reader struct {
	src      io.Reader
	notes    *Findings
	repaired []byte // waiting to be read
	rest     []byte // an incomplete character at the end of the last read
	err      error
}

func (u *utf8Reader) Read(p []byte) (int, error) {
	for len(u.repaired) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		if len(u.rest) == 0 && len(p) >= 4*utf8.UTFMax {
			n, err := u.src.Read(p)
			u.err = err
			whole := wholeCharacters(p[:n], err != nil)
			if utf8.Valid(p[:whole]) && bytes.IndexByte(p[:whole], 0) < 0 {
				u.rest = append(u.rest[:0], p[whole:n]...)
				return whole, nil
			}
			u.repair(p[:n])
			continue
		}
		chunk := make([]byte, 4096)
		n, err := u.src.Read(chunk)
		u.err = err
		u.repair(chunk[:n])
	}
	n := copy(p, u.repaired)
	u.repaired = u.repaired[n:]
	return n, nil
}

// repair makes UTF-8 of what was left over and of chunk.
func (u *utf8Reader) repair(chunk []byte) {
	data := slices.Concat(u.rest, chunk)
	whole := wholeCharacters(data, u.err != nil)
	u.rest = data[whole:]
	data = data[:whole]
	u.repaired = make([]byte, 0, len(data)+len(data)/8)
	for len(data) > 0 {
		c, size := utf8.DecodeRune(data)
		if c == utf8.RuneError && size == 1 {
			u.notes.Once("invalid-utf8", "", "", "The document is not UTF-8 throughout: the byte %#02x and others were read as Latin-1.", data[0])
			c = rune(data[0])
		}
		if c == 0 {
			u.notes.Once("nul-character", "", "", "The document has NUL characters; they were read as blanks.")
			c = ' '
		}
		u.repaired = utf8.AppendRune(u.repaired, c)
		data = data[size:]
	}
}

// wholeCharacters is the length of data without an incomplete character at its end.
func wholeCharacters(data []byte, last bool) int {
	if last {
		return len(data)
	}
	for back := 1; back <= min(utf8.UTFMax-1, len(data)); back++ {
		if start := len(data) - back; utf8.RuneStart(data[start]) {
			if !utf8.FullRune(data[start:]) {
				return start
			}
			break
		}
	}
	return len(data)
}

// utf16Reader turns UTF-16 into UTF-8. A byte order mark is passed over, NUL is read as a blank.
type utf16Reader struct {
	src       *bufio.Reader
	notes     *Findings
	bigEndian bool
	waiting   []byte
	high      rune // first half of a surrogate pair, or 0
	err       error
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.waiting) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		u.fill()
	}
	n := copy(p, u.waiting)
	u.waiting = u.waiting[n:]
	return n, nil
}

func (u *utf16Reader) fill() {
	u.waiting = u.waiting[:0]
	for len(u.waiting) < 4096 {
		var unit [2]byte
		if _, err := io.ReadFull(u.src, unit[:]); err != nil {
			u.err = err
			if errors.Is(err, io.ErrUnexpectedEOF) {
				u.err = io.EOF
			}
			return
		}
		c := rune(unit[0]) | rune(unit[1])<<8
		if u.bigEndian {
			c = rune(unit[0])<<8 | rune(unit[1])
		}
		switch {
		case u.high != 0:
			u.waiting = utf8.AppendRune(u.waiting, utf16.DecodeRune(u.high, c))
			u.high = 0
		case c >= 0xd800 && c < 0xdc00:
			u.high = c
		case c == 0:
			u.notes.Once("nul-character", "", "", "The document has NUL characters; they were read as blanks.")
			u.waiting = append(u.waiting, ' ')
		case c != 0xfeff:
			u.waiting = utf8.AppendRune(u.waiting, c)
		}
	}
}

// All reads the rest of a document whose reader needs the whole of it.
func (in *Input) All(most int64, notes *Findings) ([]byte, error) {
	if err := in.count.limit(most); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(in)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		notes.Add("broken-off", "", "The compressed file is damaged; what came before was kept.")
		err = nil
	}
	return data, err
}

// Limit lowers the limit of bytes to that of a notation.
func (in *Input) Limit(most int64) error { return in.count.limit(most) }
