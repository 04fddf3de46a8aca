package question

import (
	"context"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// group_gap — Do some customers wait longer than others?
//
// Plain words: for each group of customers (a segment, a channel, a month …) against
// all the others: how long they waited, until a person answered or until they gave up,
// and how many gave up.
//
// Formula: waits in whole seconds, answered and given up alike. Difference of waits:
// Hodges–Lehmann shift with its interval; test: Mann–Whitney, ties corrected. Gave up:
// odds ratio with its logit interval; test: Fisher's exact one up to 1,000 contacts,
// beyond that the pooled score test. Both corrected over the rows
// (Benjamini–Hochberg). "No gap" in waits is said only where the 90 % interval of the
// shift lies within a fifth of the others' median (two one-sided tests).
// Unit: seconds; odds ratio. Smallest sample: 10 contacts in the group and as many
// others.
//
// Pitfalls: it compares groups as they are: other reasons, other hours. A wait that was
// given up is as long as it was borne, so a group that gives up soon seems served fast:
// look at both. time_to_person treats them as censored. What goes on, or was over
// without a person and not abandoned, is left out.
//
// Source: Mann & Whitney 1947; Hodges & Lehmann 1963; Woolf 1955; Fisher 1935;
// Schuirmann 1987; Benjamini & Hochberg 1995.
const groupGapVersion = 1

// GroupGapRow is one group against all the others.
type GroupGapRow struct {
	Group     Group
	Contacts  int64
	Abandoned int64
	Median    Estimate
	Others    float64 // their median wait
	Shift     Estimate
	Test      statistics.RankTest
	Q         float64
	Verdict   GapVerdict
	Share     Estimate // who gave up
	Odds      Estimate // of giving up, against the others
	OddsP     float64
	OddsQ     float64
}

// AskGroupGap answers group_gap.
func AskGroupGap(ctx context.Context, facts Facts, p Params) (Answer[GroupGapRow], error) {
	return runGroupGap(ctx, facts, p, nil)
}

func groupGap() Definition {
	return asked(Definition{
		Name: "group_gap", Title: "Do some customers wait longer than others?",
		Takes:    []Ingredient{waitedContacts},
		Fuller:   []Ingredient{answeredContacts},
		Formula:  "waits, and the share that gave up, of each group against all the others",
		Unit:     "seconds; odds ratio",
		Smallest: "10 contacts in the group and among the others",
		Pitfalls: "Groups differ in more than this: reasons, hours. Who gives up soon seems served fast, so look at both. Split by dimension:<name> to compare segments of customers.",
		Source:   "Mann & Whitney 1947; Hodges & Lehmann 1963; odds ratio: Woolf 1955; equivalence: Schuirmann 1987; Benjamini & Hochberg 1995",
		Needs:    []string{"by"},
	}, runGroupGap, func(p Params) []Column {
		p.By = gapSplit(p)
		return []Column{
			groupColumn(p),
			{Name: "contacts", Title: "Contacts", Unit: "count"},
			{Name: "median", Title: "Median wait", Unit: "seconds"},
			{Name: "others", Title: "The others", Unit: "seconds"},
			{Name: "shift", Title: "Difference", Unit: "seconds", Help: "In the middle of all comparisons of one with one of the others (Hodges–Lehmann)."},
			{Name: "verdict", Title: "Verdict", Unit: "text"},
			{Name: "q", Title: "q", Help: "How likely a difference this large is chance, corrected for many comparisons (Benjamini–Hochberg)."},
			{Name: "abandoned", Title: "Gave up", Unit: "count"},
			{Name: "abandoned_share", Title: "Share that gave up", Unit: "share"},
			{Name: "odds_ratio", Title: "Odds of giving up", Help: "Against the others: 2 means twice the odds."},
			{Name: "odds_q", Title: "q of giving up"},
		}
	}, func(_ Params, r GroupGapRow) []Cell {
		row := r.Group.Name
		return []Cell{
			groupCell(r.Group), countCell(r.Contacts, evidence("contacts", row)), estimateCell(r.Median, evidence("contacts", row)), numberIf(r.Others, r.Shift.Shown),
			estimateCell(r.Shift, evidence("contacts", row)), textCell(string(r.Verdict)), numberIf(r.Q, r.Shift.Shown),
			countCell(r.Abandoned, evidence("abandoned", row)), estimateCell(r.Share, evidence("abandoned", row)),
			estimateCell(r.Odds, evidence("abandoned", row)), numberIf(r.OddsQ, r.Odds.Shown),
		}
	})
}

// gapSplit is by channel unless asked otherwise: one group has nothing to differ from.
func gapSplit(p Params) string {
	if p.By == "" {
		return "channel"
	}
	return p.By
}

// groupWaits are the waits of one group, by whole seconds.
type groupWaits struct {
	seconds   map[int64]int
	n, gaveUp int64
}

func runGroupGap(ctx context.Context, facts Facts, p Params, c *collector) (Answer[GroupGapRow], error) {
	p.By = gapSplit(p)
	s, err := newScope(ctx, facts, p, needs{kinds: []cx.Kind{cx.Contact}, splits: everySplit, least: 10})
	if err != nil {
		return Answer[GroupGapRow]{}, err
	}
	var t tally
	var groups []groupWaits
	err = s.fold(ctx, s.single(), Want{ID: c != nil, End: true, FirstHuman: true, Dims: s.wantDims()}, func(b *Sequence, i int) {
		start, sig, dims := b.Start[i], b.Signature[i], dimsAt(b, i)
		if !s.inPeriod(start) || !s.held(sig, dims) {
			return
		}
		waited, reached, reason := waitForPerson(start, b.End[i], b.FirstHuman[i], b.Censored[i], s)
		if reason == "" && !reached && (b.End[i] == NoTime || b.End[i] > s.known || b.FirstHuman[i] != NoTime) {
			reason = "still waiting"
		}
		if reason != "" {
			t.drop(reason)
			return
		}
		t.use()
		group := s.group.of(sig, dims, start)
		g := counterAt(&groups, group)
		if g.seconds == nil {
			g.seconds = map[int64]int{}
		}
		g.seconds[waited/1e6]++
		g.n++
		name := s.group.groups[group].Name
		c.note("contacts", name, start, idAt(b, i))
		if !reached {
			g.gaveUp++
			c.note("abandoned", name, start, idAt(b, i))
		}
	})
	if err != nil {
		return Answer[GroupGapRow]{}, err
	}
	return answer(s, &t, groupGapVersion, groupGapRows(s, groups), nil), nil
}

func groupGapRows(s *scope, groups []groupWaits) []GroupGapRow {
	var all groupWaits
	all.seconds = map[int64]int{}
	for _, g := range groups {
		all.n, all.gaveUp = all.n+g.n, all.gaveUp+g.gaveUp
		for second, k := range g.seconds {
			all.seconds[second] += k
		}
	}
	rows := []GroupGapRow{}
	for _, g := range s.group.order(func(g int32) int64 { return counterAt(&groups, g).n }) {
		rows = append(rows, groupGapRow(s, s.group.groups[g], groups[g], all))
	}
	correctGaps(rows)
	return rows
}

func groupGapRow(s *scope, group Group, own, all groupWaits) GroupGapRow {
	others := groupWaits{seconds: map[int64]int{}, n: all.n - own.n, gaveUp: all.gaveUp - own.gaveUp}
	for second, k := range all.seconds {
		if k -= own.seconds[second]; k > 0 {
			others.seconds[second] = k
		}
	}
	a, b := own.counted(), others.counted()
	row := GroupGapRow{
		Group: group, Contacts: own.n, Abandoned: own.gaveUp, Others: b.Median(), Q: 1, OddsP: 1, OddsQ: 1, Verdict: "too few to tell",
		Share: share(own.gaveUp, own.n, s.least), Test: statistics.MannWhitney(a, b),
	}
	row.Median = own.median(s.least)
	enough := own.n >= s.least && others.n >= s.least
	shift, interval, ok := statistics.Shift(a, b, .95)
	row.Shift = Estimate{Value: shift, Interval: Interval(interval), N: own.n, Shown: ok && enough}
	if enough {
		ratio, interval := statistics.OddsRatio(own.gaveUp, own.n, others.gaveUp, others.n)
		row.Odds = Estimate{Value: ratio, Interval: Interval(interval), N: own.n, Shown: all.gaveUp > 0 && all.gaveUp < all.n}
		if row.OddsP = statistics.Fisher(own.gaveUp, own.n, others.gaveUp, others.n); all.n > 1000 {
			row.OddsP, _ = statistics.TwoShares(own.gaveUp, own.n, others.gaveUp, others.n)
		}
	}
	if row.Shift.Shown {
		_, at90, _ := statistics.Shift(a, b, .90)
		row.Verdict = GapUnsure
		if statistics.Equivalent(at90, row.Others/5) {
			row.Verdict = NoGap // unless it turns out to be more than chance
		}
	}
	return row
}

func (g groupWaits) counted() statistics.Counted {
	seconds := make([]int64, 0, len(g.seconds))
	for second := range g.seconds {
		seconds = append(seconds, second)
	}
	slices.Sort(seconds)
	var c statistics.Counted
	for _, second := range seconds {
		c.Values, c.Counts = append(c.Values, float64(second)), append(c.Counts, g.seconds[second])
	}
	return c
}

// median is the group's median wait with the interval of its order statistics.
func (g groupWaits) median(least int64) Estimate {
	c := g.counted()
	e := Estimate{Value: c.Median(), N: g.n, Shown: g.n >= least}
	low, high, ok := c.MedianInterval()
	e.Interval = Interval{low, high}
	e.Shown = e.Shown && ok
	return e
}

func correctGaps(rows []GroupGapRow) {
	var waits, odds []float64
	var waited, gaveUp []int
	for i, row := range rows {
		if row.Shift.Shown {
			waits, waited = append(waits, row.Test.P), append(waited, i)
		}
		if row.Odds.Shown {
			odds, gaveUp = append(odds, row.OddsP), append(gaveUp, i)
		}
	}
	for i, q := range statistics.BenjaminiHochberg(waits) {
		row := &rows[waited[i]]
		row.Q, row.Verdict = q, gapVerdict(q, row.Verdict == NoGap)
	}
	for i, q := range statistics.BenjaminiHochberg(odds) {
		rows[gaveUp[i]].OddsQ = q
	}
}
