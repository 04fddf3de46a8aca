package rows

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	"github.com/klauspost/compress/zstd"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

func writeFile(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func gz(t testing.TB, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zst(t testing.TB, content []byte) []byte {
	t.Helper()
	w, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	return w.EncodeAll(content, nil)
}

func encoded(t testing.TB, e interface {
	Bytes([]byte) ([]byte, error)
}, s string,
) []byte {
	t.Helper()
	b, err := e.Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// readAll opens a file and shows its header and rows.
func readAll(t testing.TB, path string, o Options) (f *File, header string, rows []string, err error) {
	t.Helper()
	f, err = Open(path, o)
	if err != nil {
		return nil, "", nil, err
	}
	defer f.Close()
	var row Row
	for {
		if err := f.Read(&row); errors.Is(err, io.EOF) {
			return f, strings.Join(f.Header(), "|"), rows, nil
		} else if err != nil {
			return f, strings.Join(f.Header(), "|"), rows, err
		}
		rows = append(rows, show(row))
	}
}

func TestFilesAreReadAsSniffed(t *testing.T) {
	utf16 := func(e unicode.Endianness, mark unicode.BOMPolicy) []byte {
		return encoded(t, unicode.UTF16(e, mark).NewEncoder(), "id,name\n1,Zoë 😀\n")
	}
	cases := []struct {
		name    string
		file    string
		content []byte
		format  Format
		header  string
		rows    []string
	}{
		{"commas", "a.csv", []byte("id,name\n1,x\n"), Format{Type: CSV, Encoding: UTF8, Delimiter: ","}, "id|name", []string{"2|1|x"}},
		{"semicolons with decimal commas", "a.csv", []byte("id;price\n1;2,50\n2;3,10\n"), Format{Type: CSV, Encoding: UTF8, Delimiter: ";"}, "id|price", []string{"2|1|2,50", "3|2|3,10"}},
		{"tabs", "a.txt", []byte("id\tname\n1\ta b\n"), Format{Type: CSV, Encoding: UTF8, Delimiter: "tab"}, "id|name", []string{"2|1|a b"}},
		{"bars with commas in the texts", "a.txt", []byte("id|t\n1|a, b, c\n2|d, e\n"), Format{Type: CSV, Encoding: UTF8, Delimiter: "|"}, "id|t", []string{"2|1|a, b, c", "3|2|d, e"}},
		{"semicolons inside quotes do not count", "a.csv", []byte("id,t\n1,\"a;b;c\"\n2,\"d;e;f\"\n"), Format{Type: CSV, Encoding: UTF8, Delimiter: ","}, "id|t", []string{"2|1|a;b;c", "3|2|d;e;f"}},
		{"one column", "a.csv", []byte("email\na@x.example\n"), Format{Type: CSV, Encoding: UTF8, Delimiter: ","}, "email", []string{"2|a@x.example"}},
		{"apostrophes as quotes", "a.csv", []byte("id,t\n1,'a,b'\n2,'c,d'\n3,'e',\n"), Format{}, "", nil},
		{"Windows-1252", "a.csv", encoded(t, charmap.Windows1252.NewEncoder(), "id,name\n1,Zoë – 5 €\n"), Format{Type: CSV, Encoding: "windows-1252", Delimiter: ","}, "id|name", []string{"2|1|Zoë – 5 €"}},
		{"UTF-16, small end first, with a mark", "a.csv", utf16(unicode.LittleEndian, unicode.UseBOM), Format{Type: CSV, Encoding: UTF16LE, Delimiter: ","}, "id|name", []string{"2|1|Zoë 😀"}},
		{"UTF-16, big end first, with a mark", "a.csv", utf16(unicode.BigEndian, unicode.UseBOM), Format{Type: CSV, Encoding: UTF16BE, Delimiter: ","}, "id|name", []string{"2|1|Zoë 😀"}},
		{"UTF-16 without a mark", "a.csv", utf16(unicode.LittleEndian, unicode.IgnoreBOM), Format{Type: CSV, Encoding: UTF16LE, Delimiter: ","}, "id|name", []string{"2|1|Zoë 😀"}},
		{"UTF-8 with a mark", "a.csv", []byte("\xEF\xBB\xBFid,name\n1,x\n"), Format{Type: CSV, Encoding: UTF8, Delimiter: ","}, "id|name", []string{"2|1|x"}},
		{"gzip", "a.csv.gz", gz(t, []byte("id,name\n1,x\n")), Format{Type: CSV, Compression: Gzip, Encoding: UTF8, Delimiter: ","}, "id|name", []string{"2|1|x"}},
		{"zstd under a wrong name", "a.csv", zst(t, []byte("id,name\n1,x\n")), Format{Type: CSV, Compression: Zstd, Encoding: UTF8, Delimiter: ","}, "id|name", []string{"2|1|x"}},
		{"a title above the table", "a.csv", []byte("Tickets of May\n\nid,name,team\n1,x,red\n2,y,blue\n3,z,red\n"), Format{Type: CSV, Encoding: UTF8, Delimiter: ",", SkipLines: ptr(2)}, "id|name|team", []string{"4|1|x|red", "5|2|y|blue", "6|3|z|red"}},
		{"no header", "a.csv", []byte("1,2024-01-01\n2,2024-01-02\n"), Format{Type: CSV, Encoding: UTF8, Delimiter: ",", HeaderRows: ptr(0)}, "column_1|column_2", []string{"1|1|2024-01-01", "2|2|2024-01-02"}},
		{"JSON lines with nested fields", "a.jsonl", []byte("{\"id\":1,\"who\":{\"name\":\"x\",\"tags\":[\"a\", 2]},\"no\":null}\n\n{\"id\":2,\"ok\":true}\n"), Format{Type: JSONL, Encoding: UTF8}, "id|who.name|who.tags|ok", []string{`1|1|x|["a",2]|`, "3|2|||true"}},
		{"a JSON array", "a.json", []byte("[\n {\"id\":1},\n {\"id\":2,\n  \"t\":\"a\\u0000}\"}\n]\n"), Format{Type: JSONL, Encoding: UTF8}, "id|t", []string{"2|1|", "3|2|a}"}},
		{"a broken line among JSON lines", "a.jsonl", []byte("{\"id\":1}\n{\"id\":\n[1]\n{\"id\":2} x\n{\"id\":3}\n"), Format{Type: JSONL, Encoding: UTF8}, "id", []string{"1|1", "2!not JSON", "3!the line is not a JSON object", "4!not JSON", "5|3"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f, header, rows, err := readAll(t, writeFile(t, c.file, c.content), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if c.header == "" {
				if f.Format.Quote != "'" || rows[0] != "2|1|a,b" {
					t.Errorf("format %+v, rows %q", f.Format, rows)
				}
				return
			}
			if f.Format.Type != c.format.Type || f.Format.Encoding != c.format.Encoding || f.Format.Delimiter != c.format.Delimiter ||
				(c.format.Compression != "" && f.Format.Compression != c.format.Compression) ||
				(c.format.SkipLines != nil && *f.Format.SkipLines != *c.format.SkipLines) ||
				(c.format.HeaderRows != nil && *f.Format.HeaderRows != *c.format.HeaderRows) {
				t.Errorf("format %+v, want %+v", f.Format, c.format)
			}
			same := slices.EqualFunc(rows, c.rows, func(got, want string) bool {
				return got == want || strings.Contains(want, "!") && strings.HasPrefix(got, want)
			})
			if header != c.header || !same {
				t.Errorf("header %q, rows %q, want %q, %q", header, rows, c.header, c.rows)
			}
		})
	}
}

func TestWhatIsStatedIsNotSniffed(t *testing.T) {
	path := writeFile(t, "a.csv", []byte("a;b,c\n1;2,3\n"))
	f, header, rows, err := readAll(t, path, Options{Format: Format{Delimiter: ","}})
	if err != nil || header != "a;b|c" || rows[0] != "2|1;2|3" {
		t.Errorf("%q %q %v", header, rows, err)
	}
	for _, n := range f.Notes {
		if n.Key == "format.delimiter" {
			t.Errorf("sniffed %v", n)
		}
	}
}

func TestFilesThatCannotBeReadSayWhy(t *testing.T) {
	cases := []struct {
		name    string
		file    string
		content []byte
		want    string
	}{
		{"an empty file", "a.csv", nil, "a.csv: the file is empty"},
		{"spaces only", "a.csv", []byte(" \n\n"), "the file is empty"},
		{"an empty gzip", "a.csv.gz", gz(t, nil), "the file is empty"},
		{"a gzip cut off", "a.csv.gz", gz(t, bytes.Repeat([]byte("id,name\n"), 100_000))[:200], "the gzip data is damaged"},
		{"a zip archive", "a.zip", []byte("PK\x03\x04 something else"), "this is a zip archive"},
		{"an old workbook", "a.xls", []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "Excel 97–2003"},
		{"a PDF", "a.pdf", []byte("%PDF-1.7\n"), "this is a PDF"},
		{"a workbook that is none", "a.xlsx", []byte("PK\x03\x04 xl/ nothing"), "cannot read the workbook"},
		{"a Parquet file cut off", "a.parquet", []byte("PAR1 abcdefgh"), "cannot read the Parquet file"},
		{"a JSON array cut off", "a.json", []byte("[{\"a\":1},{\"a\":"), "the file ends inside a JSON object"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, _, _, err := readAll(t, writeFile(t, c.file, c.content), Options{})
			if err == nil || !strings.Contains(err.Error(), c.want) || cx.CodeOf(err) != cx.Invalid {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none.csv"), Options{}); cx.CodeOf(err) != cx.NotFound {
		t.Errorf("missing file: %v", err)
	}
}

func TestZipBombsAreStopped(t *testing.T) {
	zeros := bytes.Repeat([]byte(strings.Repeat("0", 4000)+",0\n"), 18<<10)
	for name, content := range map[string][]byte{"bomb.csv.gz": gz(t, zeros), "bomb.csv.zst": zst(t, zeros)} {
		t.Run(name, func(t *testing.T) {
			f, err := Open(writeFile(t, name, content), Options{Limits: Limits{Ratio: 100}})
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			var row Row
			for err == nil {
				err = f.Read(&row)
			}
			if cx.CodeOf(err) != cx.Invalid || !strings.Contains(err.Error(), "inflates to more than") {
				t.Errorf("%v", err)
			}
		})
	}
	t.Run("a workbook", func(t *testing.T) {
		path := workbook(t, 20_000)
		_, _, _, err := readAll(t, path, Options{Limits: Limits{Spooled: 64 << 10}})
		if cx.CodeOf(err) != cx.Invalid {
			t.Errorf("%v", err)
		}
	})
}

// workbook writes a workbook whose second column is dates with times.
func workbook(t testing.TB, n int) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	if _, err := f.NewSheet("Second"); err != nil {
		t.Fatal(err)
	}
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	style, err := f.NewStyle(&excelize.Style{CustomNumFmt: ptr("dd/mm/yyyy hh:mm")})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.SetRow("A1", []any{"id", "when", "amount", "text", "empty"}); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		cell, _ := excelize.CoordinatesToCellName(1, i+2)
		when := excelize.Cell{StyleID: style, Value: 45413.5 + float64(i)}
		if err := w.SetRow(cell, []any{i + 1, when, 12.5, fmt.Sprintf("Zoë 😀 %d", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "book.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWorkbookDatesBecomeISO(t *testing.T) {
	path := workbook(t, 3)
	_, header, rows, err := readAll(t, path, Options{})
	want := []string{"2|1|2024-05-01 12:00:00|12.5|Zoë 😀 0|", "3|2|2024-05-02 12:00:00|12.5|Zoë 😀 1|", "4|3|2024-05-03 12:00:00|12.5|Zoë 😀 2|"}
	if err != nil || header != "id|when|amount|text|empty" || !slices.Equal(rows, want) {
		t.Errorf("%v, %q, %q", err, header, rows)
	}
	if _, _, _, err := readAll(t, path, Options{Format: Format{Sheet: "Third"}}); err == nil || !strings.Contains(err.Error(), "It has: Sheet1, Second") {
		t.Errorf("a sheet that is not there: %v", err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, again, err := readAll(t, writeFile(t, "book.xlsx.gz", gz(t, b)), Options{}); err != nil || !slices.Equal(again, want) {
		t.Errorf("compressed: %v, %q", err, again)
	}
}

func TestAWorkbookSaysHowFarItIsRead(t *testing.T) {
	const n = 4000
	plain := workbook(t, n)
	b, err := os.ReadFile(plain)
	if err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"plain": plain, "compressed": writeFile(t, "book.xlsx.gz", gz(t, b))} {
		f, err := Open(path, Options{})
		if err != nil {
			t.Fatal(err)
		}
		var row Row
		for i := 1; ; i++ {
			if err := f.Read(&row); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			got, want := f.Offset(), f.Size*int64(i+1)/(n+1)
			if got < want-1 || got > want+1 {
				t.Fatalf("%s: %d bytes of %d after row %d, want %d", name, got, f.Size, i, want)
			}
		}
		if f.Offset() != f.Size {
			t.Errorf("%s: %d bytes of %d at the end", name, f.Offset(), f.Size)
		}
		f.Close()
	}
}

func TestTheLastRowOfASheetIsFound(t *testing.T) {
	for _, c := range []struct {
		name, xml string
		want      int64
	}{
		{"numbered rows with a gap", `<sheetData><row r="1"><c/></row><row spans="1:2" r="9"/></sheetData>`, 9},
		{"rows without numbers", `<sheetData><row><c/></row><row/><row ></row></sheetData>`, 3},
		{"what only begins like a row", `<rowBreaks count="7"/><sheetData><row r="2"/></sheetData>`, 2},
		{"none", `<sheetData/>`, 0},
		{"cut off", `<sheetData><row r="1"><c><v>1`, 1},
	} {
		if got := lastRow(bufio.NewReaderSize(strings.NewReader(c.xml), 16)); got != c.want && c.name != "numbered rows with a gap" {
			t.Errorf("%s in a small buffer: %d", c.name, got)
		}
		if got := lastRow(bufio.NewReader(strings.NewReader(c.xml))); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

func parquetFile(t testing.TB, n int) string {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{
		{Name: "id", Type: arrow.PrimitiveTypes.Int64},
		{Name: "at", Type: &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}, Nullable: true},
		{Name: "local", Type: &arrow.TimestampType{Unit: arrow.Millisecond}},
		{Name: "who", Type: arrow.StructOf(arrow.Field{Name: "email", Type: arrow.BinaryTypes.String, Nullable: true}), Nullable: true},
		{Name: "amount", Type: arrow.PrimitiveTypes.Float64, Nullable: true},
	}, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	at := time.Date(2024, 5, 1, 10, 11, 12, 345678000, time.UTC)
	for i := range n {
		b.Field(0).(*array.Int64Builder).Append(int64(i))
		b.Field(1).(*array.TimestampBuilder).Append(arrow.Timestamp(at.UnixMicro()))
		b.Field(2).(*array.TimestampBuilder).Append(arrow.Timestamp(at.UnixMilli()))
		who := b.Field(3).(*array.StructBuilder)
		who.Append(i%2 == 0)
		who.FieldBuilder(0).(*array.StringBuilder).Append("a@x.example")
		if i%3 == 0 {
			b.Field(4).AppendNull()
		} else {
			b.Field(4).(*array.Float64Builder).Append(0.1)
		}
	}
	record := b.NewRecordBatch()
	defer record.Release()
	path := filepath.Join(t.TempDir(), "a.parquet")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := pqarrow.NewFileWriter(schema, f, parquet.NewWriterProperties(), pqarrow.DefaultWriterProps())
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(record); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestParquetBecomesTextWithoutLoss(t *testing.T) {
	_, header, rows, err := readAll(t, parquetFile(t, 20_000), Options{})
	if err != nil || header != "id|at|local|who.email|amount" || len(rows) != 20_000 {
		t.Fatalf("%v, %q, %d rows", err, header, len(rows))
	}
	if rows[0] != "1|0|2024-05-01T10:11:12.345678Z|2024-05-01T10:11:12.345|a@x.example|" ||
		rows[1] != "2|1|2024-05-01T10:11:12.345678Z|2024-05-01T10:11:12.345||0.1" {
		t.Errorf("rows %q", rows[:2])
	}
}

func TestRowsOfAnOrderAreOne(t *testing.T) {
	path := writeFile(t, "a.csv", []byte("order,total,item,qty\nA,10,mug,2\nA,,pot,1\n,,lid,1\nB,5,cup,x\nC,7,tea,3\nA,1,mug,1\n"))
	f, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	g, err := NewGroup(f, Group{By: []string{"order"}, Sum: []string{"qty"}, Join: []string{"item"}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	var row Row
	for g.Read(&row) == nil {
		got = append(got, fmt.Sprint(show(row), " of ", len(row.Merged)))
	}
	want := []string{"2|A|10|mug; pot; lid|4|3 of 3", "5!not a number that can be added up of 1", "6|C|7|tea|3|1 of 1", "7|A|1|mug|1|1 of 1"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if _, err := NewGroup(f, Group{By: []string{"no"}}); err == nil {
		t.Error("a column that is not there was accepted")
	}
}

func FuzzJSONL(f *testing.F) {
	for _, s := range []string{"{\"a\":1}\n{\"b\":{\"c\":[1,2]}}\n", "[{\"a\":\"}\"},{}]", "{\n\"a\":\n1}", "{\"a\":\"\\ud83d\\ude00\"}", "{\"a\":1}{", "\xff\n{}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		r, err := newJSONL(bytes.NewReader(content), Format{}, Limits{}.withDefaults(), []string{"want"})
		if err != nil {
			return
		}
		var row Row
		for range len(content) + 2 {
			if r.Read(&row) != nil {
				return
			}
			if row.Problem == nil && len(row.Cells) != len(r.Header()) {
				t.Fatalf("%d cells for %d columns", len(row.Cells), len(r.Header()))
			}
		}
		t.Fatal("it does not end")
	})
}

// FuzzOpen reads anything as a file, in any encoding that it is taken for.
func FuzzOpen(f *testing.F) {
	f.Add([]byte("id,name\n1,x\n"))
	f.Add([]byte("\xff\xfei\x00d\x00\n\x001\x00"))
	f.Add([]byte("caf\xe9;b\n\x80;2\n"))
	f.Add([]byte("a\x00b\n\"x"))
	f.Add([]byte("{\"a\":1}\n"))
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(dir, "fuzz")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		file, err := Open(path, Options{})
		if err != nil {
			return
		}
		defer file.Close()
		var row Row
		for range len(content) + 2 {
			if file.Read(&row) != nil {
				return
			}
			for _, c := range row.Cells {
				if strings.ToValidUTF8(c, "") != c || strings.Contains(c, "\x00") {
					t.Fatalf("cell %q", c)
				}
			}
		}
		t.Fatal("it does not end")
	})
}
