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

// keepParts compresses a document and stores it in parts, by COPY, without holding it in memory.
func (tx *Tx) keepParts(ctx context.Context, table, key string, id int64, body io.Reader) error {
	pr, pw := io.Pipe()
	go func() {
		z, err := zstd.NewWriter(pw, zstd.WithEncoderConcurrency(1))
		if err == nil {
			_, err = io.Copy(z, body)
			err = errors.Join(err, z.Close())
		}
		pw.CloseWithError(err) // nil means end of file
	}()
	part := 0
	_, err := tx.pg.CopyFrom(ctx, pgx.Identifier{table}, []string{key, "part", "bytes"}, pgx.CopyFromFunc(func() ([]any, error) {
		buf := make([]byte, partBytes)
		n, err := io.ReadFull(pr, buf)
		if n == 0 || (err != nil && !errors.Is(err, io.ErrUnexpectedEOF)) {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return nil, err
		}
		part++
		return []any{id, part - 1, buf[:n]}, nil
	}))
	if err != nil {
		_ = pr.CloseWithError(err) // ends the compressor
		return fault(fmt.Errorf("keeping the original document: %w", err))
	}
	return nil
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
