package question

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// parity — Is everybody treated alike?
//
// Plain words: the same walk is walked at the same time by somebody known to be
// connected, by an ordinary customer and by one posing as the best. For each of the
// two others against the ordinary one: how time, treatment, feeling, outcome, solved
// and promises kept differ, and whether that is more than chance.
//
// Formula: differences within pairs: arm − ordinary. Times and scores: Wilcoxon's
// signed-rank test and the Hodges–Lehmann pseudo-median with its interval. Yes/no:
// McNemar's exact test and Newcombe's interval for pairs. Where pairs are missing but
// each arm has at least 5 walks of a scenario: Mann–Whitney with the Hodges–Lehmann
// shift, and Fisher's exact test. Corrected over all rows (Benjamini–Hochberg). "No gap"
// is said only after two one-sided tests at 5 % (the 90 % interval lies within the
// margin): 10 points of a share, half a point of feeling, a fifth of the ordinary
// walk's median time.
// Unit: the measure's. Smallest sample: 6 pairs; without pairs 5 walks of each arm. With
// fewer pairs no difference, however large, is below chance at 5 %.
//
// Pitfalls: scores are the whole walk's. A difference is of these scenarios, places and
// days, not of all customers: group_gap asks those. Walks whose pair is incomplete are
// left out where there are pairs enough, so that unlike days are not compared.
//
// Source: Wilcoxon 1945; Hodges & Lehmann 1963; McNemar 1947; Newcombe 1998; Mann &
// Whitney 1947; Fisher 1935; Schuirmann 1987; Benjamini & Hochberg 1995.
const parityVersion = 1

const (
	leastPairs    = 6
	leastUnpaired = 5
)

// GapVerdict says what a comparison of two groups can tell.
type GapVerdict string

const (
	Gap       GapVerdict = "treated differently"
	SmallGap  GapVerdict = "a difference within the margin"
	NoGap     GapVerdict = "no gap"
	GapUnsure GapVerdict = "cannot tell"
)

// tooFewPairs is the verdict of a row that is withheld.
var tooFewPairs = GapVerdict(fmt.Sprintf("too few: %d pairs are needed, or %d walks of each", leastPairs, leastUnpaired))

// ParityRow is one measure of one arm against the ordinary one.
type ParityRow struct {
	Scenario   Group // Name "" = pairs of all scenarios together
	Arm        string
	Reference  string
	Measure    string
	Unit       string
	Paired     bool
	Pairs      int64 // complete, with the measure on both sides
	Walks      int64 // that the row rests on
	Typical    float64
	Ordinary   float64 // medians, or shares of yes
	Difference Estimate
	Margin     float64
	P, Q       float64
	Verdict    GapVerdict

	at90 statistics.Interval
}

// AskParity answers parity.
func AskParity(ctx context.Context, facts Facts, p Params) (Answer[ParityRow], error) {
	return runParity(ctx, facts, p, nil)
}

func parity() Definition {
	return askedOfWalks(Definition{
		Name: "parity", Title: "Is everybody treated alike?",
		Takes:    []Ingredient{parityWalks},
		Formula:  "differences between the arms of parity walks, within pairs",
		Unit:     "the measure's own",
		Smallest: "6 pairs; without pairs 5 walks of each arm",
		Pitfalls: "It is about these scenarios, places and days. “No gap” is said only where the whole 90 % interval lies within the margin: 10 points, half a point of feeling, a fifth of the ordinary time.",
		Source:   "Wilcoxon 1945, Hodges & Lehmann 1963, McNemar 1947, Newcombe 1998, Mann & Whitney 1947, Fisher 1935; equivalence: Schuirmann 1987; Benjamini & Hochberg 1995",
		Needs:    []string{"step"},
	}, runParity, func(Params) []Column {
		return []Column{
			{Name: "scenario", Title: "Scenario", Unit: "text"},
			{Name: "compared", Title: "Compared", Unit: "text"},
			{Name: "measure", Title: "Measure", Unit: "text"},
			{Name: "difference", Title: "Difference", Help: "The first less the second, in the middle (Hodges–Lehmann); of yes/no measures, of their shares."},
			{Name: "verdict", Title: "Verdict", Unit: "text"},
			{Name: "first", Title: "First"},
			{Name: "second", Title: "Second"},
			{Name: "pairs", Title: "Pairs", Unit: "count"},
			{Name: "walks", Title: "Walks", Unit: "count"},
			{Name: "how", Title: "How compared", Unit: "text"},
			{Name: "q", Title: "q", Help: "How likely a difference this large is chance, corrected for many comparisons (Benjamini–Hochberg)."},
		}
	}, func(_ Params, r ParityRow) []Cell {
		scenario := Cell{Text: r.Scenario.Title}
		difference := estimateCell(r.Difference, "")
		difference.Unit = r.Unit
		how := "walk by walk"
		if r.Paired {
			how = "in pairs"
		}
		first, second := Cell{Withheld: true, N: r.Walks}, Cell{Withheld: true, N: r.Walks}
		if r.Difference.Shown {
			first, second = Cell{Number: &r.Typical, Unit: r.Unit}, Cell{Number: &r.Ordinary, Unit: r.Unit}
		}
		return []Cell{
			scenario, textCell(r.Arm + " − " + r.Reference), textCell(r.Measure), difference, textCell(string(r.Verdict)), first, second,
			countCell(r.Pairs, ""), countCell(r.Walks, evidence("walks", r.name())), textCell(how), numberIf(r.Q, r.Difference.Shown),
		}
	})
}

// name tells a row from all others: over all scenarios one arm may stand against several.
func (r ParityRow) name() string {
	return rowOf(r.Scenario.Name, r.Arm+"/"+r.Reference+"/"+r.Measure)
}

// wholeWalk is a walk with what its steps say together.
type wholeWalk struct {
	first         cx.WalkStep
	seconds, felt float64
	feelings      int
	kept          *bool // every promise that it checked
}

// measure is something by which walks are compared; ok is false where a walk has none.
type measure struct {
	name, unit string
	yes        bool // yes or no
	of         func(w *wholeWalk) (value float64, ok bool)
	margin     func(reference float64) float64
}

func fixed(margin float64) func(float64) float64 { return func(float64) float64 { return margin } }

func yesNo(b *bool) (float64, bool) {
	if b == nil {
		return 0, false
	}
	if *b {
		return 1, true
	}
	return 0, true
}

// measures are in the order in which they are shown: treatment first.
var measures = []measure{
	{"treatment", "share", false, func(w *wholeWalk) (float64, bool) { return w.first.Treatment.Share() }, fixed(.1)},
	{"time", "seconds", false, func(w *wholeWalk) (float64, bool) { return w.seconds, true }, func(ordinary float64) float64 { return ordinary / 5 }},
	{"feeling", "score", false, func(w *wholeWalk) (float64, bool) { return w.felt / float64(max(1, w.feelings)), w.feelings > 0 }, fixed(.5)},
	{"outcome", "share", false, func(w *wholeWalk) (float64, bool) { return w.first.Outcome.Share() }, fixed(.1)},
	{"solved", "share", true, func(w *wholeWalk) (float64, bool) { return yesNo(w.first.Solved) }, fixed(.1)},
	{"promises kept", "share", true, func(w *wholeWalk) (float64, bool) { return yesNo(w.kept) }, fixed(.1)},
}

// wholeWalks puts the steps of each walk together, in the order of their first steps.
func wholeWalks(steps []cx.WalkStep, of func(cx.WalkStep) bool) []*wholeWalk {
	var walks []*wholeWalk
	at := map[int64]*wholeWalk{}
	for _, step := range steps {
		if !of(step) {
			continue
		}
		w := at[step.Walk]
		if w == nil {
			w = &wholeWalk{first: step}
			at[step.Walk] = w
			walks = append(walks, w)
		}
		w.seconds += step.Seconds
		if step.Felt.Valid() {
			w.felt += float64(step.Felt)
			w.feelings++
		}
		if step.Kept != nil {
			kept := *step.Kept && (w.kept == nil || *w.kept)
			w.kept = &kept
		}
	}
	return walks
}

// scenarioArms is the walks of one scenario's arms.
type scenarioArms struct {
	byArm map[string][]*wholeWalk
	pairs map[int64]map[string]*wholeWalk
}

func runParity(ctx context.Context, facts Facts, p Params, c *walkCollector) (Answer[ParityRow], error) {
	s, err := newWalkScope(ctx, facts, p, leastPairs, []string{""}, c)
	if err != nil {
		return Answer[ParityRow]{}, err
	}
	s.least = max(s.least, leastPairs)
	walks := wholeWalks(s.steps, func(step cx.WalkStep) bool { return step.Arm != "" })
	scenarios := map[string]*scenarioArms{}
	for _, w := range walks {
		a := scenarios[w.first.Scenario]
		if a == nil {
			a = &scenarioArms{map[string][]*wholeWalk{}, map[int64]map[string]*wholeWalk{}}
			scenarios[w.first.Scenario] = a
		}
		a.byArm[w.first.Arm] = append(a.byArm[w.first.Arm], w)
		if pair := w.first.Pair; pair != 0 {
			if a.pairs[pair] == nil {
				a.pairs[pair] = map[string]*wholeWalk{}
			}
			a.pairs[pair][w.first.Arm] = w // one that was walked again counts once, as last walked
		}
	}
	used := map[int64]bool{}
	rows := []ParityRow{}
	together := map[[2]string][][2]*wholeWalk{} // pairs of all scenarios, by arm and reference
	for _, name := range slices.Sorted(maps.Keys(scenarios)) {
		a := scenarios[name]
		reference := referenceArm(a)
		for _, arm := range slices.Sorted(maps.Keys(a.byArm)) {
			if arm == reference {
				continue
			}
			pairs := a.complete(arm, reference)
			key := [2]string{arm, reference}
			together[key] = append(together[key], pairs...)
			compared := comparison{scope: s, group: Group{Name: name, Title: topicWords(name)}, arm: arm, reference: reference, pairs: pairs, used: used}
			if len(pairs) < leastPairs {
				compared.first, compared.second = a.byArm[arm], a.byArm[reference]
			}
			rows = append(rows, compared.rows()...)
		}
	}
	if len(scenarios) > 1 {
		for _, key := range slices.SortedFunc(maps.Keys(together), func(a, b [2]string) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) }) {
			compared := comparison{scope: s, group: Group{Title: "all scenarios"}, arm: key[0], reference: key[1], pairs: together[key], used: used}
			rows = append(rows, compared.rows()...)
		}
	}
	judgeGaps(rows)
	var t tally
	for _, w := range walks {
		if used[w.first.Walk] {
			t.use()
		} else {
			t.drop("without the other walk of its pair")
		}
	}
	return walkAnswer(s, &t, parityVersion, rows), nil
}

// referenceArm is what the others are held against: the ordinary customer, else the
// last by name.
func referenceArm(a *scenarioArms) string {
	if a.byArm["ordinary"] != nil {
		return "ordinary"
	}
	arms := slices.Sorted(maps.Keys(a.byArm))
	return arms[len(arms)-1]
}

// complete lists the pairs in which both arms were walked, in order.
func (a *scenarioArms) complete(arm, reference string) [][2]*wholeWalk {
	var out [][2]*wholeWalk
	for _, pair := range slices.Sorted(maps.Keys(a.pairs)) {
		if one, other := a.pairs[pair][arm], a.pairs[pair][reference]; one != nil && other != nil {
			out = append(out, [2]*wholeWalk{one, other})
		}
	}
	return out
}

// comparison is one arm against another: in pairs, or, where first and second are
// given, walk by walk if there are enough of them.
type comparison struct {
	scope          *walkScope
	group          Group
	arm, reference string
	pairs          [][2]*wholeWalk
	first, second  []*wholeWalk
	used           map[int64]bool
}

func (c comparison) rows() []ParityRow {
	unpaired := len(c.first) >= leastUnpaired && len(c.second) >= leastUnpaired
	var rows []ParityRow
	for _, m := range measures {
		row := ParityRow{
			Scenario: c.group, Arm: c.arm, Reference: c.reference, Measure: m.name, Unit: m.unit, Paired: !unpaired, P: 1, Q: 1, Verdict: tooFewPairs,
		}
		if unpaired {
			c.unpaired(m, &row)
		} else {
			c.paired(m, &row)
		}
		if row.Walks > 0 {
			rows = append(rows, row)
		}
	}
	return rows
}

func (c comparison) take(row *ParityRow, w *wholeWalk) {
	row.Walks++
	c.used[w.first.Walk] = true
	step := w.first
	step.Step = "" // the whole walk
	c.scope.note("walks", row.name(), step)
}

func (c comparison) paired(m measure, row *ParityRow) {
	var first, second, differences []float64
	var table statistics.Pairs
	for _, pair := range c.pairs {
		a, ok := m.of(pair[0])
		b, okToo := m.of(pair[1])
		if !ok || !okToo {
			continue
		}
		row.Pairs++
		c.take(row, pair[0])
		c.take(row, pair[1])
		first, second, differences = append(first, a), append(second, b), append(differences, a-b)
		switch {
		case a > 0 && b > 0:
			table.YesYes++
		case a > 0:
			table.YesNo++
		case b > 0:
			table.NoYes++
		default:
			table.NoNo++
		}
	}
	row.Difference.N = row.Pairs
	if row.Pairs == 0 {
		return
	}
	var interval statistics.Interval
	ok := true
	if m.yes {
		row.Typical, row.Ordinary = mean(first), mean(second)
		row.Difference.Value, interval = table.Difference(.95)
		_, row.at90 = table.Difference(.90)
		row.P = table.McNemar()
	} else {
		row.Typical, row.Ordinary = statistics.Count(first).Median(), statistics.Count(second).Median()
		row.Difference.Value, interval, ok = statistics.PseudoMedian(differences, .95)
		_, row.at90, _ = statistics.PseudoMedian(differences, .90)
		row.P = statistics.SignedRank(differences).P
	}
	c.finish(m, row, interval, ok && row.Pairs >= c.scope.least)
}

func (c comparison) unpaired(m measure, row *ParityRow) {
	values := func(walks []*wholeWalk) (out []float64) {
		for _, w := range walks {
			if v, ok := m.of(w); ok {
				c.take(row, w)
				out = append(out, v)
			}
		}
		return out
	}
	first, second := values(c.first), values(c.second)
	for _, pair := range c.pairs {
		_, ok := m.of(pair[0])
		if _, okToo := m.of(pair[1]); ok && okToo {
			row.Pairs++
		}
	}
	row.Difference.N = row.Walks
	if len(first) == 0 || len(second) == 0 {
		return
	}
	var interval statistics.Interval
	ok := true
	if m.yes {
		row.Typical, row.Ordinary = mean(first), mean(second)
		k1, n1, k2, n2 := count(first), int64(len(first)), count(second), int64(len(second))
		row.Difference.Value, interval = statistics.ShareDifference(k1, n1, k2, n2, .95)
		_, row.at90 = statistics.ShareDifference(k1, n1, k2, n2, .90)
		row.P = statistics.Fisher(k1, n1, k2, n2)
	} else {
		a, b := statistics.Count(first), statistics.Count(second)
		row.Typical, row.Ordinary = a.Median(), b.Median()
		row.Difference.Value, interval, ok = statistics.Shift(a, b, .95)
		_, row.at90, _ = statistics.Shift(a, b, .90)
		row.P = statistics.MannWhitney(a, b).P
	}
	c.finish(m, row, interval, ok && len(first) >= leastUnpaired && len(second) >= leastUnpaired)
}

func (c comparison) finish(m measure, row *ParityRow, interval statistics.Interval, shown bool) {
	row.Difference.Interval, row.Difference.Shown = Interval(interval), shown
	row.Margin = m.margin(math.Abs(row.Ordinary))
}

// judgeGaps corrects for many comparisons and says what each of them can tell.
func judgeGaps(rows []ParityRow) {
	var p []float64
	var tested []int
	for i, row := range rows {
		if row.Difference.Shown {
			p, tested = append(p, row.P), append(tested, i)
		}
	}
	for i, q := range statistics.BenjaminiHochberg(p) {
		row := &rows[tested[i]]
		row.Q = q
		row.Verdict = gapVerdict(q, statistics.Equivalent(row.at90, row.Margin))
	}
}

func gapVerdict(q float64, equivalent bool) GapVerdict {
	switch {
	case q <= .05 && equivalent:
		return SmallGap
	case q <= .05:
		return Gap
	case equivalent:
		return NoGap
	}
	return GapUnsure
}

func mean(values []float64) float64 {
	var m statistics.Moments
	for _, v := range values {
		m.Add(v)
	}
	return m.Mean()
}

func count(yes []float64) (n int64) {
	for _, v := range yes {
		if v > 0 {
			n++
		}
	}
	return n
}
