package ingest

import (
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Exposure is a denominator: how many customers there were, were invited, got an
// invoice or a message in a period. Without it there is no rate of the silent.
type Exposure struct {
	Period  cx.Period
	What    string // customers, invited, invoices or messages
	Segment string // "" = everybody
	Count   int64
}

// exposed are the counts that a question can use.
var exposed = []string{"customers", "invited", "invoices", "messages"}

// exposureHeader is what an exposures file begins with; a fourth column, segment,
// may follow.
var exposureHeader = []string{"period", "population", "count"}

// ReadExposures reads an exposures file: period (a month such as 2026-03, or a day),
// population (customers, invited, invoices, messages), count. ok is false when the
// header is another one: then it is not such a file. Periods are of the company's zone.
func ReadExposures(name string, r io.Reader, zone *time.Location) (list []Exposure, ok bool, err error) {
	lines := csv.NewReader(r)
	lines.FieldsPerRecord = -1
	lines.TrimLeadingSpace = true
	header, err := lines.Read()
	if err != nil || len(header) < 3 {
		return nil, false, nil // whatever it is, it is not this
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	for i, h := range header {
		header[i] = strings.ToLower(strings.TrimSpace(h))
	}
	if !slices.Equal(header[:3], exposureHeader) {
		return nil, false, nil
	}
	for {
		record, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return list, true, nil
		}
		line, _ := lines.FieldPos(0)
		if err != nil {
			return nil, true, cx.Errorf(cx.Invalid, "this line is not CSV: %w", err).At(cx.Place{File: name, Line: line})
		}
		e, err := exposureOf(record, zone)
		if err != nil {
			var known *cx.Error
			if errors.As(err, &known) {
				known.Place.File, known.Place.Line = name, line
			}
			return nil, true, err
		}
		list = append(list, e)
	}
}

func exposureOf(record []string, zone *time.Location) (Exposure, error) {
	if len(record) < 3 {
		return Exposure{}, cx.Errorf(cx.Invalid, "this line has %d cells, not 3", len(record)).WithRemedy("Write period, population and count.")
	}
	var e Exposure
	var err error
	period := strings.TrimSpace(record[0])
	if e.Period.From, err = time.ParseInLocation("2006-01", period, zone); err == nil {
		e.Period.To = e.Period.From.AddDate(0, 1, 0)
	} else if e.Period.From, err = time.ParseInLocation(time.DateOnly, period, zone); err == nil {
		e.Period.To = e.Period.From.AddDate(0, 0, 1)
	} else {
		return e, cx.Errorf(cx.Invalid, "%q is not a month or day", period).WithRemedy("Write 2026-03 or 2026-03-31.").At(cx.Place{Column: "period"})
	}
	e.Period.From, e.Period.To = e.Period.From.UTC(), e.Period.To.UTC()
	e.What = strings.ToLower(strings.TrimSpace(record[1]))
	if !slices.Contains(exposed, e.What) {
		return e, cx.Errorf(cx.Invalid, "%q is not a population that a question uses", record[1]).
			WithRemedy("Use %s.", strings.Join(exposed, ", ")).At(cx.Place{Column: "population"})
	}
	e.Count, err = strconv.ParseInt(strings.TrimSpace(record[2]), 10, 64)
	if err != nil || e.Count < 0 {
		return e, cx.Errorf(cx.Invalid, "%q is not a count", record[2]).WithRemedy("Write a whole number.").At(cx.Place{Column: "count"})
	}
	if len(record) > 3 {
		e.Segment = strings.TrimSpace(record[3])
	}
	return e, nil
}
