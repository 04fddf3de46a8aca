package sqlite

import (
	"context"
	"database/sql"
	"strings"
)

// bulk inserts many rows with few statements: a call into the engine costs more
// than a row. Rows are added with row and must be ended with flush.
type bulk struct {
	tx         *sql.Tx
	head, tail string
	width      int
	full       *sql.Stmt
	args       []any
}

// bulkRows is how many rows a statement takes.
const bulkRows = 64

// newBulk prepares inserting rows of width columns: head is "INSERT INTO …", tail
// what follows the values.
func newBulk(ctx context.Context, tx *sql.Tx, head string, width int, tail string) (*bulk, error) {
	b := &bulk{tx: tx, head: head, tail: tail, width: width, args: make([]any, 0, width*bulkRows)}
	var err error
	b.full, err = tx.PrepareContext(ctx, b.text(bulkRows))
	return b, err
}

func (b *bulk) text(rows int) string {
	tuple := "(" + strings.TrimSuffix(strings.Repeat("?,", b.width), ",") + ")"
	return b.head + " VALUES " + strings.TrimSuffix(strings.Repeat(tuple+",", rows), ",") + " " + b.tail
}

func (b *bulk) row(ctx context.Context, values ...any) error {
	b.args = append(b.args, values...)
	if len(b.args) < b.width*bulkRows {
		return nil
	}
	_, err := b.full.ExecContext(ctx, b.args...)
	b.args = b.args[:0]
	return err
}

// flush inserts what is left.
func (b *bulk) flush(ctx context.Context) error {
	if err := b.full.Close(); err != nil || len(b.args) == 0 {
		return err
	}
	_, err := b.tx.ExecContext(ctx, b.text(len(b.args)/b.width), b.args...)
	return err
}
