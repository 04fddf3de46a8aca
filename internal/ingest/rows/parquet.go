package rows

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// parquetReader streams a Parquet file in batches of rows. Times become RFC 3339
// text, numbers plain decimals, nested structures columns with dotted names,
// lists JSON text.
type parquetReader struct {
	closers []func()
	size    int64
	total   int64
	records pqarrow.RecordReader
	record  arrow.RecordBatch
	columns []parquetColumn
	header  []string
	at      int   // next row of record
	line    int64 // rows read
}

// parquetColumn finds one leaf of a record: a path of field numbers.
type parquetColumn struct {
	path []int
	now  []arrow.Array // the arrays on the way down, of the present record
	text func(a arrow.Array, i int) string
}

const parquetBatch = 8192

func openParquet(path string, f Format, limits Limits) (Reader, error) {
	r := &parquetReader{}
	if err := r.open(path, f, limits); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

func (r *parquetReader) open(path string, f Format, limits Limits) (err error) {
	var in *os.File
	if f.Compression == Gzip || f.Compression == Zstd {
		tmp, remove, err := spool(path, f.Compression, limits)
		if err != nil {
			return err
		}
		r.closers = append(r.closers, remove)
		in = tmp
	} else {
		if in, err = os.Open(path); err != nil {
			return openError(path, err)
		}
		r.closers = append(r.closers, func() { in.Close() })
	}
	if stat, err := os.Stat(path); err == nil {
		r.size = stat.Size()
	}
	defer func() { // a hostile footer can make the library panic
		if p := recover(); p != nil {
			err = parquetError(fmt.Errorf("%v", p))
		}
	}()
	reader, err := file.NewParquetReader(in, file.WithReadProps(parquet.NewReaderProperties(memory.DefaultAllocator)))
	if err != nil {
		return parquetError(err)
	}
	r.closers = append(r.closers, func() { reader.Close() })
	r.total = reader.NumRows()
	arrowReader, err := pqarrow.NewFileReader(reader, pqarrow.ArrowReadProperties{BatchSize: parquetBatch}, memory.DefaultAllocator)
	if err != nil {
		return parquetError(err)
	}
	schema, err := arrowReader.Schema()
	if err != nil {
		return parquetError(err)
	}
	var names []string
	for i, field := range schema.Fields() {
		names = r.addColumns(names, field, field.Name, []int{i})
	}
	r.header = columnNames(names)
	if r.records, err = arrowReader.GetRecordReader(context.Background(), nil, nil); err != nil {
		return parquetError(err)
	}
	r.closers = append(r.closers, r.records.Release)
	return nil
}

func parquetError(err error) error {
	return cx.Errorf(cx.Invalid, "cannot read the Parquet file: %w", err).WithRemedy("It may be cut off: export it again.")
}

func (r *parquetReader) addColumns(names []string, field arrow.Field, name string, path []int) []string {
	if s, ok := field.Type.(*arrow.StructType); ok {
		for i, child := range s.Fields() {
			names = r.addColumns(names, child, name+"."+child.Name, append(append([]int(nil), path...), i))
		}
		return names
	}
	r.columns = append(r.columns, parquetColumn{path: path, now: make([]arrow.Array, len(path)), text: textOf(field.Type)})
	return append(names, name)
}

// textOf gives the function that writes a value of a type as text.
func textOf(t arrow.DataType) func(arrow.Array, int) string {
	switch t := t.(type) {
	case *arrow.StringType:
		return func(a arrow.Array, i int) string { return strings.Clone(a.(*array.String).Value(i)) }
	case *arrow.Int64Type:
		return func(a arrow.Array, i int) string { return strconv.FormatInt(a.(*array.Int64).Value(i), 10) }
	case *arrow.Int32Type:
		return func(a arrow.Array, i int) string { return strconv.Itoa(int(a.(*array.Int32).Value(i))) }
	case *arrow.Float64Type:
		return func(a arrow.Array, i int) string {
			return strconv.FormatFloat(a.(*array.Float64).Value(i), 'f', -1, 64)
		}
	case *arrow.Float32Type:
		return func(a arrow.Array, i int) string {
			return strconv.FormatFloat(float64(a.(*array.Float32).Value(i)), 'f', -1, 32)
		}
	case *arrow.TimestampType:
		// Without a zone it is a local time, and the mapping's zone decides.
		layout := "2006-01-02T15:04:05.999999999"
		if t.TimeZone != "" {
			layout = time.RFC3339Nano
		}
		unit := t.Unit
		return func(a arrow.Array, i int) string { return a.(*array.Timestamp).Value(i).ToTime(unit).Format(layout) }
	case *arrow.Date32Type:
		return func(a arrow.Array, i int) string { return a.(*array.Date32).Value(i).FormattedString() }
	}
	return func(a arrow.Array, i int) string { return a.ValueStr(i) }
}

func (r *parquetReader) Header() []string     { return r.header }
func (r *parquetReader) Preamble() [][]string { return nil }

// Offset takes the rows to be spread evenly over the file.
func (r *parquetReader) Offset() int64 {
	if r.total == 0 {
		return 0
	}
	return int64(float64(r.size) * float64(r.line) / float64(r.total))
}

func (r *parquetReader) Close() error {
	for i := len(r.closers) - 1; i >= 0; i-- {
		r.closers[i]()
	}
	r.closers = nil
	return nil
}

func (r *parquetReader) Read(row *Row) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = parquetError(fmt.Errorf("%v", p))
		}
	}()
	for {
		for r.record == nil || r.at >= int(r.record.NumRows()) {
			if err := r.nextRecord(); err != nil {
				return err
			}
		}
		i := r.at
		r.at++
		r.line++
		row.Line, row.Problem, row.Extra, row.Merged = r.line, nil, row.Extra[:0], row.Merged[:0]
		row.Cells = row.Cells[:0]
		for c := range r.columns {
			row.Cells = append(row.Cells, r.columns[c].cell(i))
		}
		if blank(row.Cells) {
			continue
		}
		cleanse(row)
		return nil
	}
}

func (r *parquetReader) nextRecord() error {
	if !r.records.Next() {
		if err := r.records.Err(); err != nil && !errors.Is(err, io.EOF) {
			return parquetError(err)
		}
		return io.EOF
	}
	r.record, r.at = r.records.RecordBatch(), 0
	for c := range r.columns {
		col := &r.columns[c]
		a := r.record.Column(col.path[0])
		col.now[0] = a
		for depth, field := range col.path[1:] {
			a = a.(*array.Struct).Field(field)
			col.now[depth+1] = a
		}
	}
	return nil
}

// cell is the text of row i; empty where the value or a structure around it is null.
func (c *parquetColumn) cell(i int) string {
	for _, a := range c.now {
		if a.IsNull(i) {
			return ""
		}
	}
	return c.text(c.now[len(c.now)-1], i)
}
