package store

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"
	"github.com/klauspost/compress/zstd"
)

// partBytes is the size of the pieces a compressed original is kept in: large enough to be quick, small enough that no
// reader or writer holds a document in memory.
const partBytes = 1 << 20

// compressWindow is how far back the compressor looks for what it has seen before, in bytes.
const compressWindow = 1 << 20

// keepOriginal stores the bytes of a document, or moves them from the delivery they came by.
func (tx *Tx) keepOriginal(ctx context.Context, in *Intake) error {
	if in.DeliveryID == 0 {
		return tx.keepParts(ctx, "sbom_originals", "sbom_id", in.SBOM.ID, in.Original)
	}
	if _, err := tx.pg.Exec(ctx, `INSERT INTO sbom_originals (sbom_id, part, bytes) SELECT $1, part, bytes FROM delivery_parts WHERE delivery_id = $2`, in.SBOM.ID, in.DeliveryID); err != nil {
		return fault(fmt.Errorf("keeping the original document: %w", err))
	}
	return nil
}

// keepParts compresses a document and stores it in parts, without holding it in memory.
func (tx *Tx) keepParts(ctx context.Context, table, key string, id int64, body io.Reader) error {
	z, err := tx.shared.compressor()
	if err != nil {
		return fmt.Errorf("keeping the original document: %w", err)
	}
	defer tx.shared.compressors.Put(z)
	w := &partWriter{ctx: ctx, tx: tx, id: id, sql: `INSERT INTO ` + table + ` (` + key + `, part, bytes) VALUES ($1, $2, $3)`}
	z.Reset(w)
	_, err = z.ReadFrom(body)
	if err = errors.Join(err, z.Close()); err == nil {
		err = w.flush()
	}
	z.Reset(nil)
	if err != nil {
		return fault(fmt.Errorf("keeping the original document: %w", err))
	}
	return nil
}

// partWriter stores what is written to it in parts.
type partWriter struct {
	ctx  context.Context //nolint:containedctx // a writer made for one document
	tx   *Tx
	sql  string
	id   int64
	part int
	rest []byte
}

func (w *partWriter) Write(b []byte) (int, error) {
	n := len(b)
	for len(w.rest)+len(b) >= partBytes {
		room := partBytes - len(w.rest)
		w.rest = append(w.rest, b[:room]...)
		b = b[room:]
		if err := w.flush(); err != nil {
			return 0, err
		}
	}
	w.rest = append(w.rest, b...)
	return n, nil
}

// flush stores what is left as a part.
func (w *partWriter) flush() error {
	if len(w.rest) == 0 {
		return nil
	}
	_, err := w.tx.pg.Exec(w.ctx, w.sql, w.id, w.part, w.rest)
	w.part, w.rest = w.part+1, w.rest[:0]
	return err
}

// compressor gives an encoder to be put back into compressors: each has buffers of some megabytes that take longer to
// make than a document takes to compress.
func (s *shared) compressor() (*zstd.Encoder, error) {
	if z, ok := s.compressors.Get().(*zstd.Encoder); ok {
		return z, nil
	}
	return zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(compressWindow))
}

// Original streams the document as it was delivered, byte for byte. originalID is SBOM.OriginalID of an SBOM that the
// caller was allowed to read. The caller closes it.
func (s *Store) Original(ctx context.Context, originalID int64) (io.ReadCloser, error) {
	z, err := zstd.NewReader(&parts{ctx: ctx, s: s, sql: `SELECT bytes FROM sbom_originals WHERE sbom_id = $1 AND part = $2`, id: originalID}, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("reading the original document: %w", err)
	}
	return z.IOReadCloser(), nil
}

// parts reads the stored pieces of an original one after the other.
type parts struct {
	ctx  context.Context //nolint:containedctx // a reader made for one request
	s    *Store
	sql  string
	id   int64
	next int
	rest []byte
}

func (p *parts) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		err := p.s.pg.QueryRow(p.ctx, p.sql, p.id, p.next).Scan(&p.rest)
		if errors.Is(err, pgx.ErrNoRows) {
			return 0, io.EOF
		}
		if err != nil {
			return 0, err
		}
		p.next++
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}
