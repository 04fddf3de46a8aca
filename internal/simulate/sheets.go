package simulate

import (
	"strconv"
	"time"
)

// batch is what a run of customers adds to each file, with its counts.
type batch struct {
	bytes  [sheets][]byte
	rows   [sheets]int64
	struck [faultCount]int64
	expo   exposures
}

// reuse takes over the memory of a batch that has been written.
func (b *batch) reuse(used *batch) {
	for s := range used.bytes {
		b.bytes[s] = used.bytes[s][:0]
	}
}

// row is one row of a CSV under construction. Cells are quoted where they need
// it (RFC 4180).
type row struct {
	buf   []byte
	first bool
}

func (b *batch) open(s sheet) row { return row{b.bytes[s], true} }

func (b *batch) close(s sheet, r row) {
	b.bytes[s] = append(r.buf, '\n')
	b.rows[s]++
}

func (r *row) comma() {
	if !r.first {
		r.buf = append(r.buf, ',')
	}
	r.first = false
}

func (r *row) text(s string) {
	r.comma()
	quote := false
	for i := range len(s) {
		if c := s[i]; c == ',' || c == '"' || c == '\n' || c == '\r' {
			quote = true
			break
		}
	}
	if !quote {
		r.buf = append(r.buf, s...)
		return
	}
	r.buf = append(r.buf, '"')
	for i := range len(s) {
		if s[i] == '"' {
			r.buf = append(r.buf, '"')
		}
		r.buf = append(r.buf, s[i])
	}
	r.buf = append(r.buf, '"')
}

func (r *row) texts(cells ...string) {
	for _, c := range cells {
		r.text(c)
	}
}

// blanks leaves n cells empty.
func (r *row) blanks(n int) {
	for range n {
		r.comma()
	}
}

func (r *row) int(n int64) { r.comma(); r.buf = strconv.AppendInt(r.buf, n, 10) }

// money writes cents as an amount.
func (r *row) money(cents int) { r.comma(); r.buf = appendMoney(r.buf, cents) }

func appendMoney(b []byte, cents int) []byte {
	b = strconv.AppendInt(b, int64(cents/100), 10)
	return append(b, '.', byte('0'+cents/10%10), byte('0'+cents%10))
}

func (r *row) time(t int64, zone *time.Location, layout string) {
	r.comma()
	r.buf = time.Unix(t, 0).In(zone).AppendFormat(r.buf, layout)
}
