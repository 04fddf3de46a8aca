package ingest

import (
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// times sets an interaction's times and what follows from them.
func (m *Mapper) times(s *spec, x *cx.Interaction) {
	t, precision, found := m.timeOf(s.start, time.Time{})
	if !found {
		if m.refused == nil {
			m.refuse(s.start[0].name, m.cell(s.start[0].column), "the start is empty")
		}
		return
	}
	x.Start, x.Precision = t, precision
	if t, _, ok := m.timeOf(s.version, x.Start); ok {
		x.Version = t
	}
	if t, _, ok := m.timeOf(s.end, x.Start); ok {
		x.End = m.notBefore(s.end, t, x)
	}
	if t, _, ok := m.timeOf(s.firstHuman, x.Start); ok {
		x.FirstHuman = m.notBefore(s.firstHuman, t, x)
	}
	x.Censored = m.anyHolds(s.censored)
}

// notBefore refuses an end before the start. Where only the date and a clock time
// are known, an earlier clock time is one after midnight.
func (m *Mapper) notBefore(fields []timeField, t time.Time, x *cx.Interaction) time.Time {
	if !t.Before(x.Start) {
		return t
	}
	f := m.chosen(fields)
	if f.clock != absent && x.Start.Sub(t) < 24*time.Hour {
		return t.AddDate(0, 0, 1)
	}
	if x.Precision == cx.ToTheDay && x.Start.Sub(t) < 24*time.Hour {
		return x.Start
	}
	name, value := f.name, m.cell(f.column)
	if len(f.plus) > 0 {
		name, value = strings.Join(f.plusNames, " + "), t.Sub(x.Start).String()
	}
	m.refuse(name, value, "before the start")
	return t
}

// chosen is the first of several time fields that has a value.
func (m *Mapper) chosen(fields []timeField) *timeField {
	for i := range fields {
		if f := &fields[i]; m.has(f) {
			return f
		}
	}
	return &fields[0]
}

func (m *Mapper) has(f *timeField) bool {
	if len(f.when) > 0 && !m.holds(f.when) {
		return false
	}
	if f.name != "" {
		v := m.cell(f.column)
		return v != "" && !zeroDate(v)
	}
	for _, c := range f.plus {
		if m.cell(c) != "" {
			return true
		}
	}
	return false
}

// zeroDate is how databases write "no date".
func zeroDate(s string) bool { return strings.HasPrefix(s, "0000-00-00") }

// timeOf is the first of several time fields that has a value.
func (m *Mapper) timeOf(fields []timeField, start time.Time) (t time.Time, p cx.TimePrecision, found bool) {
	for i := range fields {
		f := &fields[i]
		if !m.has(f) {
			continue
		}
		t, p = start, cx.ToTheSecond
		if f.name != "" {
			if t, p, found = m.readTime(f); !found {
				return t, p, false
			}
		}
		for j, c := range f.plus {
			v := m.cell(c)
			if v == "" {
				continue
			}
			d, ok := parseDuration(v, f.unit, m.decimal)
			if !ok {
				m.refuse(f.plusNames[j], v, "not a duration")
				return t, p, false
			}
			t = t.Add(d)
		}
		return t, p, true
	}
	return t, p, false
}

func (m *Mapper) readTime(f *timeField) (t time.Time, p cx.TimePrecision, ok bool) {
	raw := m.cell(f.column)
	var reason string
	if clock := m.cell(f.clock); clock != "" {
		if t, reason = f.reader.readWithClock(raw, clock); reason == "not a time of day" {
			m.refuse(m.header[f.clock], clock, reason)
		}
		p = cx.ToTheSecond
	} else {
		t, p, reason = f.reader.read(raw)
	}
	if reason != "" {
		m.refuse(f.name, raw, reason)
	}
	return t, p, reason == ""
}
