package rows

import (
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// xlsxReader streams one sheet of a workbook. Cells are read raw, so that
// nothing is lost to a display format, except that columns which a display
// format shows as dates are turned from Excel's day numbers into
// "2006-01-02 15:04:05". Which columns those are is learnt from the first rows.
type xlsxReader struct {
	book     *excelize.File
	rows     *excelize.Rows
	path     string
	size     int64 // as stored
	limit    int64 // bytes of the sheet that may be counted
	total    int64 // number of the last row
	format   Format
	header   []string
	preamble [][]string
	dates    map[int]bool
	date1904 bool
	line     int64
	closers  []func()
}

// dateRows is how many rows are looked at for date columns.
const dateRows = 200

func openXLSX(path string, f Format, limits Limits) (Reader, error) {
	r := &xlsxReader{format: f, dates: map[int]bool{}, limit: limits.Spooled, total: unknownLength}
	name := path
	if f.Compression == Gzip || f.Compression == Zstd {
		tmp, remove, err := spool(path, f.Compression, limits)
		if err != nil {
			return nil, err
		}
		r.closers = append(r.closers, remove)
		name = tmp.Name()
	}
	if stat, err := os.Stat(path); err == nil {
		r.size = stat.Size()
	}
	r.path = name
	if err := r.open(name, limits); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

func (r *xlsxReader) open(path string, limits Limits) error {
	// What unzips beyond 32 MiB goes to temporary files, not to memory.
	book, err := excelize.OpenFile(path, excelize.Options{UnzipSizeLimit: limits.Spooled, UnzipXMLSizeLimit: 32 << 20, RawCellValue: true})
	if err != nil {
		return cx.Errorf(cx.Invalid, "cannot read the workbook: %w", err).
			WithRemedy("Save it again as .xlsx without a password, or as CSV.")
	}
	r.book = book
	r.closers = append(r.closers, func() { book.Close() })
	if props, err := book.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		r.date1904 = *props.Date1904
	}
	if r.format.Sheet == "" {
		r.format.Sheet = book.GetSheetName(0)
	}
	if i, err := book.GetSheetIndex(r.format.Sheet); err != nil || i < 0 {
		return cx.Errorf(cx.Invalid, "the workbook has no sheet %q", r.format.Sheet).
			WithRemedy("It has: %s.", strings.Join(book.GetSheetList(), ", "))
	}
	if err := r.findDates(); err != nil {
		return err
	}
	if r.rows, err = book.Rows(r.format.Sheet); err != nil {
		return cx.Errorf(cx.Invalid, "cannot read the sheet %q: %w", r.format.Sheet, err)
	}
	r.closers = append(r.closers, func() { r.rows.Close() })
	return r.readHeader()
}

// findDates compares raw cells with displayed ones: a number that is displayed
// like a date is a date.
func (r *xlsxReader) findDates() error {
	raw, err := r.book.Rows(r.format.Sheet)
	if err != nil {
		return cx.Errorf(cx.Invalid, "cannot read the sheet %q: %w", r.format.Sheet, err)
	}
	defer raw.Close()
	shown, err := r.book.Rows(r.format.Sheet)
	if err != nil {
		return cx.Errorf(cx.Invalid, "cannot read the sheet %q: %w", r.format.Sheet, err)
	}
	defer shown.Close()
	for range dateRows {
		if !raw.Next() || !shown.Next() {
			return nil
		}
		values, err1 := raw.Columns(excelize.Options{RawCellValue: true})
		texts, err2 := shown.Columns(excelize.Options{RawCellValue: false})
		if err1 != nil || err2 != nil {
			return nil
		}
		for i := range min(len(values), len(texts)) {
			if _, err := strconv.ParseFloat(values[i], 64); err == nil && values[i] != texts[i] && shownAsDate(texts[i]) {
				r.dates[i] = true
			}
		}
	}
	return nil
}

// shownAsDate reports whether a displayed number is a date or a time rather than
// an amount, a percentage or a fraction.
func shownAsDate(s string) bool {
	if strings.Count(s, ":") >= 1 {
		return true
	}
	for _, sep := range []string{"-", "/", ".", " "} {
		if parts := strings.Split(strings.TrimSpace(s), sep); len(parts) == 3 {
			for _, p := range parts {
				if p == "" {
					return false
				}
			}
			return true
		}
	}
	return false
}

func (r *xlsxReader) readHeader() error {
	for range r.format.skipLines() {
		if _, err := r.next(); err != nil {
			return emptyFile(err)
		}
	}
	n := r.format.headerRows()
	for i := range max(n, 1) {
		cells, err := r.next()
		for err == nil && i == 0 && blank(cells) {
			cells, err = r.next()
		}
		if err != nil {
			return emptyFile(err)
		}
		switch {
		case n == 0:
			r.header = columnNames(make([]string, len(cells)))
			return r.rewind()
		case i == 0:
			r.header = columnNames(cells)
		default:
			r.preamble = append(r.preamble, cells)
		}
	}
	return nil
}

// rewind starts the sheet again, behind the lines to skip.
func (r *xlsxReader) rewind() error {
	r.rows.Close()
	rows, err := r.book.Rows(r.format.Sheet)
	if err != nil {
		return cx.Errorf(cx.Invalid, "cannot read the sheet %q: %w", r.format.Sheet, err)
	}
	r.rows, r.line = rows, 0
	for range r.format.skipLines() {
		if _, err := r.next(); err != nil {
			return emptyFile(err)
		}
	}
	return nil
}

func (r *xlsxReader) next() ([]string, error) {
	if !r.rows.Next() {
		if err := r.rows.Error(); err != nil {
			return nil, cx.Errorf(cx.Invalid, "the sheet is damaged: %w", err).At(cx.Place{Line: int(r.line + 1)})
		}
		return nil, io.EOF
	}
	r.line++
	cells, err := r.rows.Columns(excelize.Options{RawCellValue: true})
	if err != nil {
		return nil, cx.Errorf(cx.Invalid, "the sheet is damaged: %w", err).At(cx.Place{Line: int(r.line)})
	}
	return cells, nil
}

func (r *xlsxReader) Header() []string     { return r.header }
func (r *xlsxReader) Preamble() [][]string { return r.preamble }

// Offset takes the rows to be spread evenly over the file: how far a workbook's own
// reader has come in the archive is not known.
func (r *xlsxReader) Offset() int64 {
	if r.total == unknownLength {
		r.total = sheetLength(r.path, r.format.Sheet, r.limit)
	}
	if r.total == 0 {
		return 0
	}
	return int64(float64(r.size) * min(1, float64(r.line)/float64(r.total)))
}

// unknownLength is that of a sheet whose rows were not counted yet: a preview needs
// no count.
const unknownLength = -1

func (r *xlsxReader) Close() error {
	for i := len(r.closers) - 1; i >= 0; i-- {
		r.closers[i]()
	}
	r.closers = nil
	return nil
}

func (r *xlsxReader) Read(row *Row) error {
	for {
		cells, err := r.next()
		if err != nil {
			return err
		}
		if blank(cells) {
			continue
		}
		row.Line, row.Problem, row.Extra, row.Merged = r.line, nil, row.Extra[:0], row.Merged[:0]
		row.Cells = append(row.Cells[:0], cells...)
		for i := range row.Cells {
			if r.dates[i] {
				row.Cells[i] = r.date(row.Cells[i])
			}
		}
		if !cleanse(row) {
			return nil
		}
		fit(row, len(r.header), true) // a sheet does not store empty cells at a row's end
		return nil
	}
}

// date turns a day number into a time; what is none stays as it is.
func (r *xlsxReader) date(s string) string {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || v < 0 || v > 2958466 { // the year 10000
		return s
	}
	if v < 1 { // a time of day
		return time.Unix(0, 0).UTC().Add(time.Duration(v*86400+0.5) * time.Second).Format("15:04:05")
	}
	t, err := excelize.ExcelDateToTime(v, r.date1904)
	if err != nil {
		return s
	}
	t = t.Round(time.Millisecond)
	if v == float64(int64(v)) {
		return t.Format("2006-01-02")
	}
	return strings.TrimSuffix(t.Format("2006-01-02 15:04:05.000"), ".000")
}
