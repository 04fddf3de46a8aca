package rows

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// readText reads delimited text with a header of width columns given by itself.
func readText(t testing.TB, text string, f Format) ([]string, []Row, error) {
	t.Helper()
	r, err := newCSV(strings.NewReader(text), f, Limits{}.withDefaults())
	if err != nil {
		return nil, nil, err
	}
	var all []Row
	for {
		var row Row
		if err := r.Read(&row); errors.Is(err, io.EOF) {
			return r.Header(), all, nil
		} else if err != nil {
			return r.Header(), all, err
		}
		all = append(all, row)
	}
}

func TestCSVRows(t *testing.T) {
	cases := []struct {
		name   string
		text   string
		format Format
		header string
		rows   []string // line|cell|cell… or line!reason
		err    string
	}{
		{name: "plain rows", text: "a,b\n1,2\n3,4\n", header: "a|b", rows: []string{"2|1|2", "3|3|4"}},
		{name: "no line end after the last row", text: "a,b\n1,2", header: "a|b", rows: []string{"2|1|2"}},
		{name: "CRLF line ends", text: "a,b\r\n1,2\r\n", header: "a|b", rows: []string{"2|1|2"}},
		{name: "CR line ends of an old Macintosh", text: "a,b\r1,2\r3,4\r", header: "a|b", rows: []string{"2|1|2", "3|3|4"}},
		{name: "a byte-order mark is not part of the first name", text: "\uFEFFa,b\n1,2\n", header: "a|b", rows: []string{"2|1|2"}},
		{name: "duplicate and empty headers get names", text: "a,,a,a\n1,2,3,4\n", header: "a|column_2|a (2)|a (3)", rows: []string{"2|1|2|3|4"}},
		{name: "a quoted cell holds delimiters and line ends", text: "a,b\n\"x,y\",\"p\r\nq\"\n5,6\n", header: "a|b", rows: []string{"2|x,y|p\nq", "4|5|6"}},
		{name: "a doubled quote is one", text: "a\n\"say \"\"hi\"\"\"\n", header: "a", rows: []string{`2|say "hi"`}},
		{name: "a quote in the middle of a plain cell stands for itself", text: "a,b\n5\" disk,x\n", header: "a|b", rows: []string{`2|5" disk|x`}},
		{name: "a bare quote in a quoted cell stands for itself", text: "a,b\n\"say \"hi\" now\",x\n", header: "a|b", rows: []string{`2|say "hi" now|x`}},
		{name: "a quote that never closes is an error with its line", text: "a,b\n1,2\n\"x,y\n3,4\n", header: "a|b", rows: []string{"2|1|2"}, err: "line 3: a quote in this row is never closed"},
		{name: "without quotes a quote is a character", text: "a,b\n\"x,y\n", format: Format{Quote: "none"}, header: "a|b", rows: []string{`2|"x|y`}},
		{name: "a short row is a problem", text: "a,b,c\n1,2\n3,4,5\n", header: "a|b|c", rows: []string{"2!the row has 2 cells, the header 3", "3|3|4|5"}},
		{name: "a long row is a problem", text: "a,b\n1,2,3\n", header: "a|b", rows: []string{"2!the row has 3 cells, the header 2"}},
		{name: "empty cells beyond the header are dropped", text: "a,b\n1,2,,\n", header: "a|b", rows: []string{"2|1|2"}},
		{name: "padding fills a short row and keeps the rest of a long one", text: "a,b\n1\n1,2,3\n", format: Format{Ragged: Pad}, header: "a|b", rows: []string{"2|1|", "3|1|2|+column_3=3"}},
		{name: "blank rows are passed over and counted as lines", text: "a,b\n\n,\n1,2\n", header: "a|b", rows: []string{"4|1|2"}},
		{name: "NULs are taken out", text: "a,b\n1\x002,3\n", header: "a|b", rows: []string{"2|12|3"}},
		{name: "bytes that are not UTF-8 are a problem of their row", text: "a,b\nx,caf\xe9\n1,2\n", header: "a|b", rows: []string{"2!not valid UTF-8: say in the mapping which encoding the file has", "3|1|2"}},
		{name: "Windows-1252", text: "a,b\ncaf\xe9,\x80 5\n", format: Format{Encoding: "windows-1252"}, header: "a|b", rows: []string{"2|café|€ 5"}},
		{name: "UTF-16 with a mark", text: "\xff\xfea\x00,\x00b\x00\n\x001\x00,\x00\x3d\xd8\x00\xde\n\x00", format: Format{Encoding: UTF16LE}, header: "a|b", rows: []string{"2|1|😀"}},
		{name: "emoji", text: "a\n👩‍👩‍👧 ok 😀\n", header: "a", rows: []string{"2|👩‍👩‍👧 ok 😀"}},
		{name: "lines ahead of the header are skipped", text: "Report of May\n\na,b\n1,2\n", format: Format{SkipLines: ptr(2)}, header: "a|b", rows: []string{"4|1|2"}},
		{name: "without a header the columns get numbers", text: "1,2\n3,4\n", format: Format{HeaderRows: ptr(0)}, header: "column_1|column_2", rows: []string{"1|1|2", "2|3|4"}},
		{name: "an empty file is an error", text: "", err: "the file is empty"},
		{name: "a header alone has no rows", text: "a,b\n", header: "a|b"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			header, rows, err := readText(t, c.text, c.format)
			if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
				t.Fatalf("error %v, want %q", err, c.err)
			}
			if got := strings.Join(header, "|"); got != c.header {
				t.Errorf("header %q, want %q", got, c.header)
			}
			var got []string
			for _, r := range rows {
				got = append(got, show(r))
			}
			if !slices.Equal(got, c.rows) {
				t.Errorf("rows\n%q, want\n%q", got, c.rows)
			}
		})
	}
}

func show(r Row) string {
	if r.Problem != nil {
		return fmt.Sprintf("%d!%s", r.Line, r.Problem.Reason)
	}
	s := fmt.Sprintf("%d|%s", r.Line, strings.Join(r.Cells, "|"))
	for i := 0; i < len(r.Extra); i += 2 {
		s += "|+" + r.Extra[i] + "=" + r.Extra[i+1]
	}
	return s
}

func ptr[T any](v T) *T { return &v }

func TestCellOfTenMegabytesIsRead(t *testing.T) {
	big := strings.Repeat("line of text\n", 800_000)
	_, rows, err := readText(t, "a,b\n\""+big+"\",1\nx,2\n", Format{})
	if err != nil || len(rows) != 2 || rows[0].Cells[0] != big || rows[1].Line != 800_003 {
		t.Fatalf("rows %d, error %v", len(rows), err)
	}
}

func TestRowLongerThanTheLimitIsAnErrorWithItsLine(t *testing.T) {
	r, err := newCSV(strings.NewReader("a\nok\n"+strings.Repeat("x", 3<<20)), Format{}, Limits{Row: 1 << 20}.withDefaults())
	if err != nil {
		t.Fatal(err)
	}
	var row Row
	if err := r.Read(&row); err != nil {
		t.Fatal(err)
	}
	var e *cx.Error
	if err := r.Read(&row); !errors.As(err, &e) || e.Place.Line != 3 || e.Code != cx.Invalid {
		t.Fatalf("error %v", err)
	}
}

// FuzzCSVAgainstStandardLibrary demands the rows of encoding/csv.
func FuzzCSVAgainstStandardLibrary(f *testing.F) {
	for _, s := range []string{"a,b\n1,2\n", "\"a\nb\",c\r\n\r\n\"x\"\"y\",z", "a\"b,\"c\"d\",e\n", "\r\n\r", "\"\"\n\",\"\n", ",\n\"\"", "a\rb\n\rc\r\r\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) || strings.Contains(text, "\x00") || strings.HasPrefix(text, "\uFEFF") || !strings.Contains(text, "\n") {
			return
		}
		zero := 0
		r, err := newCSV(iotest.OneByteReader(strings.NewReader(text)), Format{HeaderRows: &zero}, Limits{}.withDefaults())
		if err != nil {
			return
		}
		want := csv.NewReader(strings.NewReader(text))
		want.LazyQuotes, want.FieldsPerRecord = true, -1
		for {
			cells, err := r.record(nil)
			expected, wantErr := want.Read()
			if err != nil {
				if errors.Is(err, io.EOF) && wantErr != io.EOF {
					t.Fatalf("ended; want %q", expected)
				}
				return // an unclosed quote is an error of ours only
			}
			if wantErr != nil || !slices.Equal(cells, expected) {
				t.Fatalf("got %q, want %q (%v)", cells, expected, wantErr)
			}
		}
	})
}

func BenchmarkCSV(b *testing.B) {
	line := "1,2024-05-01 10:11:12,ABC123,call,phone,billing/invoice,solved,120,4.5,EUR,12.50,agent17,web,Berlin\n"
	text := "id,time,customer,kind,channel,reason,outcome,seconds,score,currency,amount,employee,device,city\n" + strings.Repeat(line, 100_000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		r, err := newCSV(strings.NewReader(text), Format{}, Limits{}.withDefaults())
		if err != nil {
			b.Fatal(err)
		}
		var row Row
		n := 0
		for r.Read(&row) == nil {
			n++
		}
		b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	}
}
