package store

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/ospo-register/ospo/models"
)

// query builds one SQL statement with numbered arguments. Text that comes from outside only ever goes through arg.
type query struct {
	where []string
	args  []any
}

// arg adds an argument and gives its placeholder.
func (q *query) arg(v any) string {
	q.args = append(q.args, v)
	return fmt.Sprintf("$%d", len(q.args))
}

// and adds a condition in which each ? stands for the next of args.
func (q *query) and(cond string, args ...any) {
	parts := strings.Split(cond, "?")
	var b strings.Builder
	for i, p := range parts {
		if i > 0 {
			b.WriteString(q.arg(args[i-1]))
		}
		b.WriteString(p)
	}
	q.where = append(q.where, b.String())
}

func (q *query) clause() string {
	if len(q.where) == 0 {
		return " TRUE "
	}
	return " (" + strings.Join(q.where, ") AND (") + ") "
}

// limit is the number of rows to ask for: one more than the page, to learn whether there is a next one.
func limit(p models.Page) int { return pageSize(p) + 1 }

func pageSize(p models.Page) int {
	switch {
	case p.Limit <= 0:
		return models.DefaultLimit
	case p.Limit > models.MaxLimit:
		return models.MaxLimit
	}
	return p.Limit
}

// cursor packs the sort key of the last row of a page.
func cursor(key ...any) string {
	b, err := json.Marshal(key)
	if err != nil {
		panic("store: a cursor of " + err.Error()) // keys are strings and numbers of ours
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// after unpacks a cursor into pointers; false when there is none.
func after(c string, into ...any) (bool, error) {
	if c == "" {
		return false, nil
	}
	bad := &models.Error{Kind: models.Invalid, Code: "bad-cursor", Detail: "The place to go on from is not one this register gave. Start again from the first page.",
		Fields: []models.FieldError{{Field: "after", Code: "bad-cursor", Detail: "Not a cursor of this list."}}}
	b, err := base64.RawURLEncoding.DecodeString(c)
	if err != nil {
		return false, bad
	}
	var parts []json.RawMessage
	if json.Unmarshal(b, &parts) != nil || len(parts) != len(into) {
		return false, bad
	}
	for i, p := range parts {
		if json.Unmarshal(p, into[i]) != nil {
			return false, bad
		}
	}
	return true, nil
}

// rows runs a query and scans every row into a T by column name.
func rows[T any](ctx context.Context, s *Store, sql string, args ...any) ([]T, error) {
	r, err := s.pg.Query(ctx, sql, args...)
	if err != nil {
		return nil, fault(err)
	}
	out, err := pgx.CollectRows(r, pgx.RowToStructByNameLax[T])
	return out, fault(err)
}

// scalars runs a query of one column.
func scalars[T any](ctx context.Context, s *Store, sql string, args ...any) ([]T, error) {
	r, err := s.pg.Query(ctx, sql, args...)
	if err != nil {
		return nil, fault(err)
	}
	out, err := pgx.CollectRows(r, pgx.RowTo[T])
	return out, fault(err)
}

// total counts at most TotalCap rows of "FROM … WHERE …".
func (s *Store) total(ctx context.Context, from string, q *query) (models.Total, error) {
	var n int
	sql := fmt.Sprintf(`SELECT count(*) FROM (SELECT 1 FROM %s WHERE %s LIMIT %d) t`, from, q.clause(), models.TotalCap+1)
	if err := s.pg.QueryRow(ctx, sql, q.args...).Scan(&n); err != nil {
		return models.Total{}, fault(err)
	}
	if n > models.TotalCap {
		return models.Total{Count: models.TotalCap}, nil
	}
	return models.Total{Count: n, Exact: true}, nil
}

// page cuts the extra row off and makes the cursor to go on from.
func page[T any](items []T, p models.Page, key func(*T) []any, total models.Total) models.List[T] {
	list := models.List[T]{Items: items, Total: total}
	if n := pageSize(p); len(items) > n {
		list.Items = items[:n]
		list.Next = cursor(key(&items[n-1])...)
	}
	return list
}
