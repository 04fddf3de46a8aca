package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"maps"
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	engine "github.com/duckdb/duckdb-go/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
)

// recordBuilder turns facts into Arrow records with the columns of stage: in
// bulk that is the fastest way into the engine.
type recordBuilder struct {
	importID   int32
	builder    *array.RecordBuilder
	signatures map[cx.Signature]int32 // the numbers that this import has met
	dims       map[string]int32       // the same for dimension sets, by dimsKey
	key        []byte
	names      []string
	// of the batch that is being added, by row
	signature, dimensions []int32
}

func newRecordBuilder(id cx.ImportID) *recordBuilder {
	return &recordBuilder{
		importID:   int32(id),
		builder:    array.NewRecordBuilder(memory.NewGoAllocator(), stageSchema),
		signatures: map[cx.Signature]int32{},
		dims:       map[string]int32{},
	}
}

var (
	uuidMark  = arrow.NewMetadata([]string{"ARROW:extension:name"}, []string{"arrow.uuid"})
	uuidType  = &arrow.FixedSizeBinaryType{ByteWidth: 16}
	timeType  = &arrow.TimestampType{Unit: arrow.Microsecond}
	wholeType = arrow.PrimitiveTypes.Int64
)

// stageSchema has seq, then the columns of interaction in their order.
var stageSchema = arrow.NewSchema([]arrow.Field{
	{Name: "seq", Type: wholeType},
	{Name: "id", Type: uuidType, Metadata: uuidMark},
	{Name: "import_id", Type: arrow.PrimitiveTypes.Int32},
	{Name: "row", Type: wholeType},
	{Name: "part", Type: arrow.BinaryTypes.String},
	{Name: "version_at", Type: timeType, Nullable: true},
	{Name: "content", Type: arrow.PrimitiveTypes.Uint64},
	{Name: "profile_id", Type: wholeType, Nullable: true},
	{Name: "signature", Type: arrow.PrimitiveTypes.Int32},
	{Name: "dims", Type: arrow.PrimitiveTypes.Int32},
	{Name: "started_at", Type: timeType},
	{Name: "ended_at", Type: timeType, Nullable: true},
	{Name: "time_precision", Type: arrow.PrimitiveTypes.Uint8},
	{Name: "first_human_at", Type: timeType, Nullable: true},
	{Name: "right_censored", Type: arrow.FixedWidthTypes.Boolean},
	{Name: "thread_id", Type: wholeType, Nullable: true},
	{Name: "parent_id", Type: uuidType, Metadata: uuidMark, Nullable: true},
	{Name: "employee_id", Type: wholeType, Nullable: true},
	{Name: "score", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
	{Name: "scale_id", Type: arrow.PrimitiveTypes.Int16, Nullable: true},
	{Name: "amount_minor", Type: wholeType, Nullable: true},
	{Name: "currency", Type: arrow.BinaryTypes.String, Nullable: true},
	{Name: "quantity", Type: arrow.PrimitiveTypes.Float64},
	{Name: "has_text", Type: arrow.FixedWidthTypes.Boolean},
	{Name: "language", Type: arrow.BinaryTypes.String, Nullable: true},
}, nil)

// dimsKey writes a dimension set so that equal sets are equal keys, cheaply: it
// is made for every row.
func (r *recordBuilder) dimsKey(set map[string]string) []byte {
	r.names = slices.AppendSeq(r.names[:0], maps.Keys(set))
	slices.Sort(r.names)
	r.key = r.key[:0]
	for _, name := range r.names {
		r.key = append(append(r.key, name...), 0)
		r.key = append(append(r.key, set[name]...), 1)
	}
	return r.key
}

// add appends row i of a batch whose words have their numbers.
func (r *recordBuilder) add(seq int64, i int, f *ingest.Fact, scales map[string]int16) error {
	if f.Start.IsZero() {
		return cx.Errorf(cx.Internal, "row %d has no start", f.Row)
	}
	var scale int16
	if f.Scale != "" {
		var ok bool
		if scale, ok = scales[f.Scale]; !ok {
			return cx.Errorf(cx.Invalid, "row %d has a score on scale %q, which the mapping does not declare", f.Row, f.Scale).
				WithRemedy("Declare the scale in the mapping.")
		}
	}
	b := r.builder.Fields()
	whole(b[0], seq)
	b[1].(*array.FixedSizeBinaryBuilder).Append(f.ID[:])
	b[2].(*array.Int32Builder).Append(r.importID)
	whole(b[3], f.Row)
	b[4].(*array.StringBuilder).Append(f.Part)
	moment(b[5], f.Version)
	b[6].(*array.Uint64Builder).Append(f.Content)
	wholeOrNull(b[7], int64(f.Profile))
	b[8].(*array.Int32Builder).Append(r.signature[i])
	b[9].(*array.Int32Builder).Append(r.dimensions[i])
	moment(b[10], f.Start)
	moment(b[11], f.End)
	b[12].(*array.Uint8Builder).Append(uint8(f.Precision))
	moment(b[13], f.FirstHuman)
	b[14].(*array.BooleanBuilder).Append(f.Censored)
	wholeOrNull(b[15], f.Thread)
	if f.Parent == (cx.InteractionID{}) {
		b[16].AppendNull()
	} else {
		b[16].(*array.FixedSizeBinaryBuilder).Append(f.Parent[:])
	}
	wholeOrNull(b[17], f.Employee)
	if scale == 0 {
		b[18].AppendNull()
		b[19].AppendNull()
	} else {
		b[18].(*array.Float64Builder).Append(f.Score)
		b[19].(*array.Int16Builder).Append(scale)
	}
	if f.Amount.Currency == "" {
		b[20].AppendNull()
		b[21].AppendNull()
	} else {
		whole(b[20], f.Amount.Minor)
		b[21].(*array.StringBuilder).Append(f.Amount.Currency)
	}
	b[22].(*array.Float64Builder).Append(f.Quantity)
	b[23].(*array.BooleanBuilder).Append(f.HasText)
	if f.Language == "" {
		b[24].AppendNull()
	} else {
		b[24].(*array.StringBuilder).Append(f.Language)
	}
	return nil
}

func whole(b array.Builder, v int64) { b.(*array.Int64Builder).Append(v) }

func wholeOrNull(b array.Builder, v int64) {
	if v == 0 {
		b.AppendNull()
		return
	}
	whole(b, v)
}

func moment(b array.Builder, t time.Time) {
	if t.IsZero() {
		b.AppendNull()
		return
	}
	b.(*array.TimestampBuilder).Append(arrow.Timestamp(t.UnixMicro()))
}

// reset forgets rows that were added and not inserted.
func (r *recordBuilder) reset() { r.builder.NewRecordBatch().Release() }

// insert puts the added rows into stage.
func (r *recordBuilder) insert(ctx context.Context, conn *sql.Conn) error {
	batch := r.builder.NewRecordBatch()
	defer batch.Release()
	return withArrow(conn, func(a *engine.Arrow, c driver.Conn) error {
		reader, err := array.NewRecordReader(stageSchema, []arrow.RecordBatch{batch})
		if err != nil {
			return err
		}
		defer reader.Release()
		release, err := a.RegisterView(reader, "incoming")
		if err != nil {
			return err
		}
		defer release()
		run, ok := c.(driver.ExecerContext)
		if !ok {
			return cx.Errorf(cx.Internal, "the facts' connection cannot run statements")
		}
		_, err = run.ExecContext(ctx, "INSERT INTO stage SELECT * FROM incoming", nil)
		return err
	})
}
