package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"math"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	engine "github.com/duckdb/duckdb-go/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

var _ question.Facts = (*Store)(nil)

// stretch is how many rows of the sorted copy are read at a time: the engine
// holds a whole result in memory, so a stream is read in stretches.
const stretch = 1 << 20

// Refresh rebuilds the sorted copy if the facts have changed since it was made.
// Sequences does so by itself; after an import it is better done before anybody asks.
func (s *Store) Refresh(ctx context.Context) error {
	db, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	if fresh, err := sequenceFresh(ctx, db); err != nil || fresh {
		return wrap(err, "look at the sorted copy")
	}
	if err := s.lockQuietly(ctx); err != nil {
		return err
	}
	defer func() { <-s.write }()
	return transact(ctx, db, "sort the facts", func(tx *sql.Tx) error {
		if fresh, err := sequenceFresh(ctx, tx); err != nil || fresh {
			return err // another goroutine was faster
		}
		if _, err := tx.ExecContext(ctx, buildSequence); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE generation SET sequence = facts")
		return err
	})
}

func sequenceFresh(ctx context.Context, q interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
},
) (fresh bool, err error) {
	err = q.QueryRowContext(ctx, "SELECT facts = sequence FROM generation").Scan(&fresh)
	return fresh, err
}

// Sequences streams the filtered interactions, each customer's together in time
// order, the unidentified last. Don't ask another question inside batch.
func (s *Store) Sequences(ctx context.Context, f question.Filter, want question.Want, batch func(question.Sequence) error) error {
	db, done, err := s.open()
	if err != nil {
		return err
	}
	defer done()
	ctx, free, err := s.slot(ctx)
	if err != nil {
		return err
	}
	defer free()
	conn, end, err := s.sortedCopy(ctx, db)
	if err != nil {
		return err
	}
	defer end()
	var rows int64
	if err := conn.QueryRowContext(ctx, "SELECT count(*) FROM sequence").Scan(&rows); err != nil {
		return wrap(err, "read sequences")
	}
	r := newSequenceReader(s, f, want)
	for first := int64(0); first < rows; first += stretch {
		if err := r.read(ctx, conn, first, first+stretch, batch); err != nil {
			if r.handed != nil {
				return r.handed
			}
			return wrap(err, "read sequences")
		}
	}
	return nil
}

// sortedCopy is a connection in a transaction that sees a sorted copy made of the
// facts as they are, until end is called.
func (s *Store) sortedCopy(ctx context.Context, db *sql.DB) (conn *sql.Conn, end func(), err error) {
	opened, err := db.Conn(ctx)
	if err != nil {
		return nil, nil, wrap(err, "read the sorted copy")
	}
	// It only reads: there is nothing to lose.
	rollback := func() { _, _ = opened.ExecContext(context.WithoutCancel(ctx), "ROLLBACK") }
	defer func() {
		if err != nil {
			opened.Close()
		}
	}()
	const tries = 5
	for range tries {
		if err := s.Refresh(ctx); err != nil {
			return nil, nil, err
		}
		if _, err := opened.ExecContext(ctx, "BEGIN"); err != nil {
			return nil, nil, wrap(err, "read the sorted copy")
		}
		fresh, err := sequenceFresh(ctx, opened)
		if err == nil && fresh {
			return opened, func() { rollback(); opened.Close() }, nil
		}
		rollback()
		if err != nil {
			return nil, nil, wrap(err, "read the sorted copy")
		}
	}
	return nil, nil, cx.Errorf(cx.Unavailable, "the facts change faster than they can be sorted").
		WithRemedy("Ask again when the imports are done.")
}

// sequenceReader reads stretches of the sorted copy into reused slices.
type sequenceReader struct {
	text      string
	params    map[string]any
	want      question.Want
	signature []bool // allowed, by number; nil = all
	dims      []bool // the same for dimension sets
	columns   []string
	out       question.Sequence
	handed    error // what batch said
	customer  int64 // the last row's, to notice a copy out of order
	start     int64
}

func newSequenceReader(s *Store, f question.Filter, want question.Want) *sequenceReader {
	r := &sequenceReader{want: want, params: map[string]any{}, customer: math.MinInt64, start: math.MinInt64}
	r.columns = []string{"customer", "started_at", "signature"}
	clauses := " WHERE rowid >= $first AND rowid < $last"
	if !f.Period.From.IsZero() {
		clauses += " AND started_at >= $filter_from"
		r.params["filter_from"] = instant(f.Period.From)
	}
	if !f.Period.To.IsZero() {
		clauses += " AND started_at < $filter_to"
		r.params["filter_to"] = instant(f.Period.To)
	}
	if f.Customer != 0 {
		clauses += " AND customer = $filter_customer"
		r.params["filter_customer"] = int64(f.Customer)
	}
	// Signatures and dimension sets are sieved here and not by the engine: a join
	// with a list would be free to hand rows out in another order.
	if f.Signatures != nil {
		allowed, _ := s.words.allowedSignatures(f.Signatures)
		r.signature = sieve(allowed)
	}
	if allowed, all := s.words.allowedDims(f); !all {
		r.dims = sieve(allowed)
	}
	for _, c := range []struct {
		wanted bool
		names  []string
	}{
		{want.ID, []string{"id"}},
		{want.End, []string{"ended_at"}},
		{want.FirstHuman, []string{"first_human_at", "right_censored"}},
		{want.Thread, []string{"thread_id"}},
		{want.Score, []string{"score", "scale_id"}},
		{want.Dims || r.dims != nil, []string{"dims"}},
		{want.Employee, []string{"employee_id"}},
		{want.Continues, []string{"continues"}},
		{want.Row, []string{"file_row"}},
	} {
		if c.wanted {
			r.columns = append(r.columns, c.names...)
		}
	}
	r.text = "SELECT " + strings.Join(r.columns, ", ") + " FROM sequence" + clauses
	return r
}

func sieve(allowed []int32) []bool {
	var s []bool
	for _, n := range allowed {
		for int(n) >= len(s) {
			s = append(s, false)
		}
		s[n] = true
	}
	if s == nil {
		s = []bool{}
	}
	return s
}

func (r *sequenceReader) read(ctx context.Context, conn *sql.Conn, first, last int64, batch func(question.Sequence) error) error {
	return withArrow(conn, func(a *engine.Arrow, c driver.Conn) error {
		values := []driver.NamedValue{{Name: "first", Value: first}, {Name: "last", Value: last}}
		for name, v := range r.params {
			values = append(values, driver.NamedValue{Name: name, Value: v})
		}
		reader, err := arrowQuery(ctx, a, r.text, values)
		if err != nil {
			return err
		}
		defer reader.Release()
		for reader.Next() {
			if err := r.take(reader.RecordBatch()); err != nil {
				return err
			}
			if len(r.out.Customer) == 0 {
				continue
			}
			if err := batch(r.out); err != nil {
				r.handed = err
				return err
			}
		}
		return reader.Err()
	})
}

// arrowQuery passes named parameters through an interface that counts them only:
// it is told the values in the order of their first use.
func arrowQuery(ctx context.Context, a *engine.Arrow, text string, values []driver.NamedValue) (array.RecordReader, error) {
	var args []any
	var b strings.Builder
	for i := 0; i < len(text); {
		if text[i] != '$' {
			b.WriteByte(text[i])
			i++
			continue
		}
		end := i + 1
		for end < len(text) && (text[end] == '_' || text[end] >= 'a' && text[end] <= 'z') {
			end++
		}
		name := text[i+1 : end]
		for _, v := range values {
			if v.Name == name {
				args = append(args, v.Value)
			}
		}
		b.WriteByte('?')
		i = end
	}
	return a.QueryContext(ctx, b.String(), args...)
}

// take copies a record into the reused slices, leaving out what the filter excludes.
func (r *sequenceReader) take(rec arrow.RecordBatch) error {
	n := int(rec.NumRows())
	o := &r.out
	customers := rec.Column(0).(*array.Int64).Int64Values()
	starts := rec.Column(1).(*array.Timestamp).TimestampValues()
	signatures := rec.Column(2).(*array.Int32).Int32Values()
	var dims []int32
	for i := 3; i < len(r.columns); i++ {
		if r.columns[i] == "dims" {
			dims = rec.Column(i).(*array.Int32).Int32Values()
		}
	}
	o.Customer, o.Start, o.Signature = o.Customer[:0], o.Start[:0], o.Signature[:0]
	var keep []int32 // nil = all
	if r.signature != nil || dims != nil && r.dims != nil {
		keep = make([]int32, 0, n)
	}
	for i := range n {
		if err := r.inOrder(customers[i], int64(starts[i])); err != nil {
			return err
		}
		if keep != nil {
			if r.signature != nil && !passes(r.signature, signatures[i]) || r.dims != nil && !passes(r.dims, dims[i]) {
				continue
			}
			keep = append(keep, int32(i))
		}
		o.Customer = append(o.Customer, customers[i])
		o.Start = append(o.Start, int64(starts[i]))
		o.Signature = append(o.Signature, signatures[i])
	}
	if len(o.Customer) == 0 {
		return nil
	}
	for i := 3; i < len(r.columns); i++ {
		col := rec.Column(i)
		switch r.columns[i] {
		case "id":
			if err := takeIDs(&o.ID, col, keep); err != nil {
				return err
			}
		case "ended_at":
			takeTimes(&o.End, col, keep)
		case "first_human_at":
			takeTimes(&o.FirstHuman, col, keep)
		case "right_censored":
			b := col.(*array.Boolean)
			take(&o.Censored, n, keep, func(i int) bool { return b.Value(i) })
		case "file_row":
			takeWhole(&o.Row, col, keep)
		case "thread_id":
			takeWhole(&o.Thread, col, keep)
		case "employee_id":
			takeWhole(&o.Employee, col, keep)
		case "continues":
			b := col.(*array.Boolean)
			take(&o.Continues, n, keep, func(i int) bool { return b.Value(i) })
		case "score":
			v := col.(*array.Float64)
			take(&o.Score, n, keep, func(i int) float64 {
				if v.IsNull(i) {
					return 0
				}
				return v.Value(i)
			})
		case "scale_id":
			v := col.(*array.Int16)
			take(&o.Scale, n, keep, func(i int) int16 {
				if v.IsNull(i) {
					return 0
				}
				return v.Value(i)
			})
		case "dims":
			if r.want.Dims {
				take(&o.Dims, n, keep, func(i int) int32 { return dims[i] })
			}
		}
	}
	return nil
}

// inOrder notices a copy that is out of order: a fold over it would be wrong
// without a sign.
func (r *sequenceReader) inOrder(customer, start int64) error {
	key, last := customer, r.customer
	if key == 0 {
		key = math.MaxInt64 // the unidentified come last
	}
	if key < last || key == last && start < r.start {
		return cx.Errorf(cx.Internal, "the sorted copy of the facts is out of order").
			WithRemedy("Run: firsthand doctor")
	}
	r.customer, r.start = key, start
	return nil
}

func passes(s []bool, n int32) bool { return int(n) < len(s) && s[n] }

func take[T any](out *[]T, n int, keep []int32, at func(int) T) {
	*out = (*out)[:0]
	if keep != nil {
		for _, i := range keep {
			*out = append(*out, at(int(i)))
		}
		return
	}
	for i := range n {
		*out = append(*out, at(i))
	}
}

func takeTimes(out *[]int64, col arrow.Array, keep []int32) {
	v := col.(*array.Timestamp)
	take(out, v.Len(), keep, func(i int) int64 {
		if v.IsNull(i) {
			return question.NoTime
		}
		return int64(v.Value(i))
	})
}

func takeWhole(out *[]int64, col arrow.Array, keep []int32) {
	v := col.(*array.Int64)
	take(out, v.Len(), keep, func(i int) int64 {
		if v.IsNull(i) {
			return 0
		}
		return v.Value(i)
	})
}

// takeIDs reads ids, which the engine hands out as UUID texts.
func takeIDs(out *[]cx.InteractionID, col arrow.Array, keep []int32) error {
	v, ok := col.(*array.String)
	if !ok {
		return cx.Errorf(cx.Internal, "ids arrive as %s", col.DataType())
	}
	var bad error
	take(out, v.Len(), keep, func(i int) cx.InteractionID {
		id, err := parseUUID(v.Value(i))
		if err != nil {
			bad = err
		}
		return id
	})
	return bad
}

func parseUUID(s string) (id cx.InteractionID, err error) {
	if len(s) != 36 {
		return id, cx.Errorf(cx.Internal, "%q is not a UUID", s)
	}
	var digits [32]byte
	copy(digits[:8], s[:8])
	copy(digits[8:], s[9:13])
	copy(digits[12:], s[14:18])
	copy(digits[16:], s[19:23])
	copy(digits[20:], s[24:])
	_, err = hex.Decode(id[:], digits[:])
	return id, err
}

// Zone is the company's zone.
func (s *Store) Zone() *time.Location { return s.opt.Zone() }
