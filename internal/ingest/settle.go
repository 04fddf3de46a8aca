package ingest

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// Settle fills in what a mapping leaves to be sniffed from a file's first rows:
// the order of day and month of each time column, and the decimal sign. It says
// what it found and which key of the mapping corrects it. A date that could be
// read both ways is an error, not a guess; so is a column that the file lacks. All
// are told at once.
func Settle(m Mapping, header []string, sample []rows.Row) (Mapping, []rows.Note, error) {
	s := settler{header: header, sample: sample, blank: m.Blank, orders: map[string]string{}}
	m.Spec = s.spec(m.Spec)
	m.Interactions = slices.Clone(m.Interactions)
	for i := range m.Interactions {
		m.Interactions[i] = s.spec(m.Interactions[i])
	}
	if err := errors.Join(append(s.errs, missingColumns(m, header)...)...); err != nil {
		return m, s.notes, err
	}
	if m.Decimal == "" {
		var why string
		m.Decimal, why = s.decimal(m)
		if why != "" {
			s.notes = append(s.notes, rows.Note{Key: "decimal", Value: strconv.Quote(m.Decimal), Why: why})
		}
	}
	return m, s.notes, nil
}

// Misfits says in what a mapping does not fit a file: what Settle would, as far as
// the file can be read with it.
func Misfits(path string, m Mapping, limits rows.Limits) error {
	f, err := OpenRows(path, m, limits)
	if err != nil {
		return nil // the mapping's own mistakes come first
	}
	defer f.Close()
	sample, err := rows.Sample(f, sampleRows)
	if err != nil {
		return nil
	}
	_, _, err = Settle(m, f.Header(), sample)
	return err
}

// missingColumns are the columns that a mapping names and the file lacks.
func missingColumns(m Mapping, header []string) []error {
	var errs []error
	if m.Missing == ignoreMissing {
		return nil
	}
	for _, name := range m.Columns() {
		if !slices.Contains(header, name) {
			errs = append(errs, missingColumn(name, header))
		}
	}
	return errs
}

type settler struct {
	header []string
	sample []rows.Row
	blank  []string // the mapping's words for an empty cell
	orders map[string]string
	notes  []rows.Note
	errs   []error
}

func (s *settler) spec(spec Spec) Spec {
	for _, list := range []*[]Time{&spec.Version, &spec.Start, &spec.End, &spec.FirstHuman, &spec.Person.Born} {
		*list = slices.Clone(*list)
		for i := range *list {
			t := &(*list)[i]
			if t.Column != "" && t.Order == "" && t.Layout == "" {
				t.Order = s.order(t.Column)
			}
		}
	}
	return spec
}

func (s *settler) order(column string) string {
	if order, ok := s.orders[column]; ok {
		return order
	}
	values := s.values(column)
	order, why := sniffOrder(values)
	switch {
	case order != "":
		s.notes = append(s.notes, rows.Note{Key: "order of " + column, Value: order, Why: why})
	case len(values) == 0: // nothing to read yet: any order will do until there is
		order = ymd
	case strings.HasSuffix(why, noDate):
		s.errs = append(s.errs, cx.Errorf(cx.Invalid, "the column %q does not hold dates: %s", column, why).
			At(cx.Place{Column: column}).
			WithRemedy("Name the column that says when it happened, or say how its dates are written: {column: %s, layout: \"02.01.2006 15:04\"} or an order.", column))
	default:
		s.errs = append(s.errs, cx.Errorf(cx.Invalid, "the dates in the column %q can be read in more than one way (%s)", column, why).
			At(cx.Place{Column: column}).
			WithRemedy("Write {column: %s, order: dmy} for day before month, order: mdy for month before day, or a layout.", column))
	}
	s.orders[column] = order
	return order
}

// values are the column's values in the sample that are not empty.
func (s *settler) values(column string) []string {
	i := slices.Index(s.header, column)
	if i < 0 {
		return nil
	}
	var values []string
	for _, row := range s.sample {
		if i < len(row.Cells) {
			if v := strings.TrimSpace(row.Cells[i]); v != "" && !zeroDate(v) && !slices.Contains(s.blank, v) {
				values = append(values, v)
			}
		}
	}
	return values
}

// noDate ends the reason for which a column has no order at all.
const noDate = "is not a date"

// sniffOrder finds the order in which dates are written; "" and a reason where
// more than one is possible, or none.
func sniffOrder(values []string) (order, why string) {
	if len(values) == 0 {
		return "", "the column is empty"
	}
	if order, why := sniffEpoch(values); order != "" {
		return order, why
	}
	fits := map[string]int{}
	first := map[string]string{} // what an order cannot read
	none := ""                   // what no order can
	var dates []string           // that some order can read
	for _, v := range values {
		read := false
		for _, order := range []string{ymd, dmy, mdy} {
			if _, reason := parseWall(v, order); reason == "" {
				fits[order]++
				read = true
			} else if first[order] == "" {
				first[order] = v
			}
		}
		switch {
		case read:
			dates = append(dates, v)
		case none == "":
			none = v
		}
	}
	// A few bad dates do not hide the order of the others.
	best := max(fits[ymd], fits[dmy], fits[mdy])
	if bad := len(values) - best; best == 0 || bad > max(1, len(values)/5) && none != "" {
		return "", fmt.Sprintf("%q %s", none, noDate)
	}
	values = dates // what is no date in any order says nothing about the order
	var possible []string
	for _, order := range []string{ymd, dmy, mdy} {
		if fits[order] == best {
			possible = append(possible, order)
		}
	}
	switch {
	case len(possible) == 1:
		for _, other := range []string{dmy, mdy, ymd} {
			if other != possible[0] && first[other] != "" {
				return possible[0], fmt.Sprintf("%q can only be read so", first[other])
			}
		}
		return possible[0], ""
	case yearFirst(values):
		return ymd, "the year comes first"
	case monthsNamed(values):
		return dmy, "months are named"
	case strings.Count(values[0], ".") >= 2 && !slices.Equal(possible, []string{ymd, mdy}):
		return dmy, "dates with dots are written day first"
	case compactSix(values) && slices.Contains(possible, ymd):
		return ymd, "six digits are written year first"
	}
	return "", fmt.Sprintf("%q is one day in the order %s and another in %s", values[0], possible[0], possible[1])
}

func sniffEpoch(values []string) (order, why string) {
	width := len(values[0])
	for _, v := range values {
		f, err := strconv.ParseFloat(v, 64)
		whole, _, fractional := strings.Cut(v, ".")
		if err != nil || f <= 0 {
			return "", ""
		}
		if len(whole) == 5 && f > 20_000 && f < 80_000 {
			width = 5
			continue
		}
		if len(whole) != len(strings.Split(values[0], ".")[0]) || len(whole) < 10 || fractional && len(whole) != 10 {
			return "", ""
		}
		width = len(whole)
	}
	switch width {
	case 5:
		return excel, "numbers around 40000 are Excel's days"
	case 10:
		return epochS, "ten digits are seconds since 1970"
	case 13:
		return epochMS, "thirteen digits are milliseconds since 1970"
	case 16:
		return epochUS, "sixteen digits are microseconds since 1970"
	}
	return "", ""
}

func yearFirst(values []string) bool {
	for _, v := range values {
		_, n := digits(v)
		if n == 8 || n == 14 || n == 12 {
			if year, _ := digits(v[:4]); year >= 1900 && year <= 2200 {
				continue
			}
		}
		if n != 4 {
			return false
		}
	}
	return true
}

func monthsNamed(values []string) bool {
	for _, v := range values {
		if !strings.ContainsFunc(v, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }) {
			return false
		}
		named := false
		for _, word := range strings.FieldsFunc(v, func(r rune) bool { return r < 0x80 && !isLetter(byte(r)) }) {
			named = named || monthNumber(word) > 0
		}
		if !named {
			return false
		}
	}
	return true
}

func compactSix(values []string) bool {
	for _, v := range values {
		if _, n := digits(v); n != 6 {
			return false
		}
	}
	return true
}

// decimal finds the decimal sign of the columns that are read as numbers.
func (s *settler) decimal(m Mapping) (sign, why string) {
	for _, column := range numberColumns(m) {
		for _, v := range s.values(column) {
			_, point := parseDecimal(v, '.')
			_, comma := parseDecimal(v, ',')
			switch {
			case comma && !point:
				return ",", fmt.Sprintf("%q in %s", v, column)
			case point && !comma:
				return ".", fmt.Sprintf("%q in %s", v, column)
			}
		}
	}
	return ".", ""
}

// numberColumns are the columns that a mapping reads as numbers.
func numberColumns(m Mapping) []string {
	var names []string
	for _, s := range m.parts() {
		if s.Amount != nil {
			names = append(names, s.Amount.Column)
		}
		if s.Score != nil {
			names = append(names, s.Score.Column)
		}
		for _, c := range s.Quantity {
			names = append(names, c.Column)
		}
		for _, list := range [][]Time{s.Start, s.End, s.FirstHuman} {
			for _, t := range list {
				names = append(names, t.Plus...)
			}
		}
	}
	return names
}
