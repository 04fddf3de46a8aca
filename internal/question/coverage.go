package question

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"
)

// Coverage is what is there: of each source, month by month, and for each question.
type Coverage struct {
	Sources   []SourceCoverage `json:"sources"`
	Months    []MonthsOf       `json:"months"`
	Questions []Answerable     `json:"questions"`
}

// SourceCoverage is what a source has brought of customers' interactions, how much of
// it carries what questions ask for, and whether it still comes.
type SourceCoverage struct {
	Source       string    `json:"source"`
	State        Freshness `json:"state"`
	Imports      int       `json:"imports"`
	Imported     time.Time `json:"imported,omitzero"` // last
	First        time.Time `json:"first,omitzero"`    // start of the first and the newest interaction
	Newest       time.Time `json:"newest,omitzero"`
	Age          int       `json:"age_days"`       // of the newest interaction
	Usual        int       `json:"usual_gap_days"` // 0 = no rhythm is known
	Interactions int64     `json:"interactions"`
	Identified   int64     `json:"identified"`
	Reason       int64     `json:"with_reason"`
	Channel      int64     `json:"with_channel"`
	Outcome      int64     `json:"with_outcome"`
	Score        int64     `json:"with_score"`
	Words        int64     `json:"with_words"`
}

// Freshness says whether a source keeps its own rhythm.
type Freshness string

const (
	Fresh    Freshness = "fresh"
	Stale    Freshness = "stale"
	NoRhythm Freshness = "no rhythm yet"
)

// StaleRule says when a source is stale, in words.
const StaleRule = "A source is stale once its newest interaction is three times as old as usual. Usual is the longer of two: the median gap between the days on which it was imported, and the gap that nine in ten of its days with data keep to the day before. With imports on fewer than three days no rhythm is known."

const (
	staleAfter  = 3 // usual gaps
	leastImport = 3 // days with imports that make a rhythm
)

// Imported says that a source was imported.
type Imported struct {
	Source string
	At     time.Time
}

// MonthsOf is how much a source brought of one kind, month by month.
type MonthsOf struct {
	Source string       `json:"source"`
	Kind   string       `json:"kind"`
	Months []MonthCount `json:"months"` // all of the data's, in order of time
}

// MonthCount is one month. Hole: nothing came, where a month usually brings so much that
// this is no chance.
type MonthCount struct {
	Month string `json:"month"` // 2026-03
	Count int64  `json:"count"`
	Hole  bool   `json:"hole,omitempty"`
}

// leastUsual is how many a month must usually bring for an empty one to be a hole: of
// independent events with this mean, none come in 1 of 20,000 months (Poisson).
const leastUsual = 10

// Coverage says what is there at an instant, given when sources were imported.
func (s *Stock) Coverage(imports []Imported, now time.Time) Coverage {
	today := localDay(now.UnixMicro(), s.zone)
	return Coverage{Sources: s.sources(imports, today), Months: s.months(today), Questions: s.Answerable()}
}

// sources are in order of their names; what is dated after today makes no rhythm.
func (s *Stock) sources(imports []Imported, today int64) []SourceCoverage {
	of := map[string]*SourceCoverage{}
	at := func(source string) *SourceCoverage {
		if of[source] == nil {
			of[source] = &SourceCoverage{Source: source}
		}
		return of[source]
	}
	imported, happened := map[string][]int64{}, map[string][]int64{}
	for _, i := range imports {
		c := at(i.Source)
		c.Imports++
		if i.At.After(c.Imported) {
			c.Imported = i.At
		}
		imported[i.Source] = append(imported[i.Source], localDay(i.At.UnixMicro(), s.zone))
	}
	for key, days := range s.Days {
		for on := range days {
			if d := on.Unix() / 86400; d <= today {
				happened[key.Source] = append(happened[key.Source], d)
			}
		}
	}
	for _, h := range s.Holdings {
		c := at(h.Signature.Source)
		c.add(h)
	}
	out := make([]SourceCoverage, 0, len(of))
	for source, c := range of {
		c.keepRhythm(distinct(imported[source]), distinct(happened[source]), today)
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b SourceCoverage) int { return strings.Compare(a.Source, b.Source) })
	return out
}

func (c *SourceCoverage) add(h Holding) {
	if c.First.IsZero() || h.First.Before(c.First) {
		c.First = h.First
	}
	if h.Last.After(c.Newest) {
		c.Newest = h.Last
	}
	c.Interactions += h.N
	for _, part := range []struct {
		count *int64
		has   bool
	}{
		{&c.Identified, h.Has(Identified)},
		{&c.Reason, h.Signature.Reason != ""},
		{&c.Channel, h.Signature.Channel != ""},
		{&c.Outcome, h.Signature.Outcome != ""},
		{&c.Score, h.Scored},
		{&c.Words, h.Has(Worded)},
	} {
		if part.has {
			*part.count += h.N
		}
	}
}

// keepRhythm holds a source's silence against its own gaps; see StaleRule. All are
// numbers of local days.
func (c *SourceCoverage) keepRhythm(imported, happened []int64, today int64) {
	c.State = NoRhythm
	if len(happened) == 0 {
		return
	}
	c.Age = int(max(0, today-happened[len(happened)-1]))
	if len(imported) < leastImport {
		return
	}
	usual := max(1, nearestRank(gaps(imported), .5), nearestRank(gaps(happened), .9))
	c.Usual, c.State = int(usual), Fresh
	if c.Age >= staleAfter*c.Usual {
		c.State = Stale
	}
}

// distinct sorts days and keeps each once.
func distinct(days []int64) []int64 {
	slices.Sort(days)
	return slices.Compact(days)
}

func gaps(days []int64) []int64 {
	var out []int64
	for i := 1; i < len(days); i++ {
		out = append(out, days[i]-days[i-1])
	}
	slices.Sort(out)
	return out
}

// nearestRank is the smallest of sorted values that a share of them do not exceed.
func nearestRank(sorted []int64, share float64) int64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[max(1, int(math.Ceil(share*float64(len(sorted)))))-1]
}

// months lays out what came over all months that have data. The first and the last
// month of all are whole only by chance, and a source's begins when it began: holes are
// looked for in between. What is dated after today is in none.
func (s *Stock) months(today int64) []MonthsOf {
	counts := map[SourceKind]map[string]int64{}
	first, last := "", ""
	for of, days := range s.Days {
		counts[of] = map[string]int64{}
		for on, n := range days {
			if on.Unix()/86400 > today {
				continue
			}
			month := on.Format("2006-01")
			counts[of][month] += n
			if first == "" || month < first {
				first = month
			}
			last = max(last, month)
		}
	}
	all := monthsBetween(first, last)
	out := make([]MonthsOf, 0, len(counts))
	for of, byMonth := range counts {
		m := MonthsOf{Source: of.Source, Kind: of.Kind.String(), Months: make([]MonthCount, len(all))}
		var some []int64
		for _, n := range byMonth {
			some = append(some, n)
		}
		slices.Sort(some)
		usually, begun := nearestRank(some, .5), false
		for i, month := range all {
			n := byMonth[month]
			m.Months[i] = MonthCount{month, n, begun && n == 0 && month != last && usually >= leastUsual}
			begun = begun || n > 0
		}
		out = append(out, m)
	}
	slices.SortFunc(out, func(a, b MonthsOf) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.Kind, b.Kind))
	})
	return out
}

// mostMonths bounds what one wrong date can make of a strip: the months before are left
// out of it.
const mostMonths = 120

func monthsBetween(first, last string) []string {
	at, err := time.Parse("2006-01", last)
	var out []string
	for err == nil && len(out) < mostMonths && at.Format("2006-01") >= first {
		out = append(out, at.Format("2006-01"))
		at = at.AddDate(0, -1, 0)
	}
	slices.Reverse(out)
	return out
}
