package rows

import "github.com/firsthand-cx/firsthand/internal/cx"

// Format is how a file is written. The zero value of a field means "as
// sniffed", so that a mapping file states only what was sniffed wrongly.
type Format struct {
	Type        string   // csv, jsonl, xlsx, parquet, mbox; csv stands for any delimited text
	Compression string   // none, gz, zst
	Encoding    string   // utf-8, utf-16le, utf-16be, windows-1252, iso-8859-1 or another name of the WHATWG list
	Delimiter   string   // one byte, or "tab"
	Quote       string   // one byte, or "none"
	SkipLines   *int     // lines ahead of the header that are not data
	HeaderRows  *int     // 0: the columns have no names and become column_1, column_2, …
	Ragged      string   // reject (default) or pad: what to do with rows shorter or longer than the header
	Sheet       string   // of a workbook; default the first
	Expand      []string // columns whose cells hold JSON: its fields become columns of their own
}

// The words of Format's closed lists.
const (
	CSV     = "csv"
	JSONL   = "jsonl"
	XLSX    = "xlsx"
	Parquet = "parquet"
	Mbox    = "mbox"

	Gzip = "gz"
	Zstd = "zst"
	None = "none"

	UTF8    = "utf-8"
	UTF16LE = "utf-16le"
	UTF16BE = "utf-16be"

	Reject = "reject"
	Pad    = "pad"
)

// Over returns f with the fields that correction states put in place.
func (f Format) Over(correction Format) Format {
	set := func(dst *string, s string) {
		if s != "" {
			*dst = s
		}
	}
	set(&f.Type, correction.Type)
	set(&f.Compression, correction.Compression)
	set(&f.Encoding, correction.Encoding)
	set(&f.Delimiter, correction.Delimiter)
	set(&f.Quote, correction.Quote)
	set(&f.Ragged, correction.Ragged)
	set(&f.Sheet, correction.Sheet)
	if correction.Expand != nil {
		f.Expand = correction.Expand
	}
	if correction.SkipLines != nil {
		f.SkipLines = correction.SkipLines
	}
	if correction.HeaderRows != nil {
		f.HeaderRows = correction.HeaderRows
	}
	return f
}

// Check says what is wrong with a format, or nil.
func (f Format) Check() error {
	bad := func(field, value, remedy string) error {
		return cx.Errorf(cx.Invalid, "format %s: %q is not one that can be read", field, value).WithRemedy("%s", remedy)
	}
	if !oneOf(f.Type, "", CSV, JSONL, XLSX, Parquet, Mbox) {
		return bad("type", f.Type, "Use csv, jsonl, xlsx, parquet or mbox.")
	}
	if !oneOf(f.Compression, "", None, Gzip, Zstd) {
		return bad("compression", f.Compression, "Use none, gz or zst.")
	}
	if !oneOf(f.Ragged, "", Reject, Pad) {
		return bad("ragged", f.Ragged, "Use reject or pad.")
	}
	if _, err := f.delimiter(); err != nil {
		return bad("delimiter", f.Delimiter, `Use one character such as "," or ";", or the word tab.`)
	}
	if _, err := f.quote(); err != nil {
		return bad("quote", f.Quote, `Use one character such as '"', or the word none.`)
	}
	if _, err := decoderOf(f.Encoding); err != nil {
		return bad("encoding", f.Encoding, "Use utf-8, utf-16le, utf-16be, windows-1252, iso-8859-1, or another name that web browsers know.")
	}
	if n := f.SkipLines; n != nil && (*n < 0 || *n > 1000) {
		return cx.Errorf(cx.Invalid, "format skip_lines: %d is not between 0 and 1000", *n)
	}
	if n := f.HeaderRows; n != nil && (*n < 0 || *n > 10) {
		return cx.Errorf(cx.Invalid, "format header_rows: %d is not between 0 and 10", *n)
	}
	return nil
}

func (f Format) delimiter() (byte, error) {
	switch f.Delimiter {
	case "":
		return ',', nil
	case "tab", "\\t":
		return '\t', nil
	}
	if len(f.Delimiter) != 1 || f.Delimiter == "\n" || f.Delimiter == "\r" || f.Delimiter == `"` || f.Delimiter[0] >= 0x80 {
		return 0, cx.Errorf(cx.Invalid, "%q is not a delimiter", f.Delimiter)
	}
	return f.Delimiter[0], nil
}

func (f Format) quote() (byte, error) {
	switch f.Quote {
	case "":
		return '"', nil
	case None:
		return 0, nil
	}
	d, _ := f.delimiter()
	if len(f.Quote) != 1 || f.Quote == "\n" || f.Quote == "\r" || f.Quote[0] >= 0x80 || f.Quote[0] == d {
		return 0, cx.Errorf(cx.Invalid, "%q is not a quote", f.Quote)
	}
	return f.Quote[0], nil
}

func (f Format) headerRows() int {
	if f.HeaderRows == nil {
		return 1
	}
	return *f.HeaderRows
}

func (f Format) skipLines() int {
	if f.SkipLines == nil {
		return 0
	}
	return *f.SkipLines
}

func oneOf(s string, words ...string) bool {
	for _, w := range words {
		if s == w {
			return true
		}
	}
	return false
}

// Limits bound what a file may make this process do.
type Limits struct {
	Row      int64 // bytes of one row; default 64 MiB
	Inflated int64 // bytes that a compressed file may become; default 256 GiB
	// Ratio is how many bytes one compressed byte may become, once 64 MiB have
	// come out; default 500. Real exports stay below 100.
	Ratio int64
	// Spooled is how much of a compressed workbook or Parquet file may be put
	// on disk, which these formats need, and how much a workbook may unzip to;
	// default 4 GiB.
	Spooled int64
}

func (l Limits) withDefaults() Limits {
	if l.Row == 0 {
		l.Row = 64 << 20
	}
	if l.Inflated == 0 {
		l.Inflated = 256 << 30
	}
	if l.Ratio == 0 {
		l.Ratio = 500
	}
	if l.Spooled == 0 {
		l.Spooled = 4 << 30
	}
	return l
}
