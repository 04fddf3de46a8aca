package finding

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// probe tests what one question says.
type probe struct {
	question string
	run      func(context.Context, *probes) error       // over the window; may be nil
	change   func(context.Context, *probes, turn) error // over each turn; may be nil
}

// probeList lists every probe, in the order in which they run.
func probeList() []probe {
	return []probe{
		{question: "standard_met", run: probePromises},
		{question: "funnel", change: probeFunnel},
		{question: "drop_then_contact", run: probeDropThenContact},
		{question: "repeat_contact", run: probeRepeatContact},
		{question: "time_to_person", run: probeWeekdays, change: probeAbandoning},
		{question: "response_time", run: probeSlowDays, change: probeSlower},
		{question: "contacts_by_reason", change: probeContacts},
		{question: "nps", change: probeScore(cx.NPS)},
		{question: "csat", change: probeScore(cx.CSAT)},
		{question: "ces", change: probeScore(cx.CES)},
		{question: "monthly_problem", run: probeMonthlyProblem},
		{question: "first_contact_resolution", run: probeFirstContact},
		{question: "effort", run: probeEffort},
		{question: "leavers", run: probeLeavers},
		{question: "tail_off", run: probeTailOff},
		{question: "directly_follows", change: probeProcess},
		{question: "cadence", run: probeCadence},
		{question: "invoice_contacts", change: probeInvoices},
	}
}

// probes is what probes share while they look at one journey.
type probes struct {
	facts    question.Facts
	window   window
	journey  cx.Journey
	passes   *passes
	first    bool // the first journey: questions without steps are asked once
	question string
	splits   []string // by what groups are told apart: dimension:<name>, the usable ones

	tries  map[string][]tried // of the question being probed, by step
	latest map[string]harmed  // in the shortest turn, by step and group

	suspicions []suspicion
	withheld   int
}

// runProbe runs one probe over the window and over every turn, and lets the loudest
// test of each step speak.
func (p *probes) runProbe(ctx context.Context, pr probe) error {
	p.question, p.tries, p.latest = pr.question, map[string][]tried{}, map[string]harmed{}
	if pr.run != nil {
		if err := pr.run(ctx, p); err != nil {
			return err
		}
	}
	if pr.change != nil {
		for _, t := range p.window.turns {
			if err := pr.change(ctx, p, t); err != nil {
				return err
			}
		}
	}
	for _, step := range keysOf(p.tries) {
		p.loudest(p.tries[step])
	}
	return nil
}

// testChange tests a change over a turn against the others' and by itself. A change
// that is over counts as tested only: in the latest weeks at least half of it must be
// left. So does one that is gone once like is held against like.
func (p *probes) testChange(t turn, c *changed, least float64, exposed float64) *suspicion {
	tested := turned(c.now, c.before)
	result := grewWorse(tested, c.others)
	c.beyond = result.excess
	result = result.andItself(tested)
	q := p.params(t.recent)
	q.Step, q.By = c.step, c.split
	if c.by != "" {
		q.By = c.by
	}
	s := p.test(c.step, c.segment, result, c.now.all.n, exposed, least, q)
	name := c.step + "\x00" + c.segment
	p.fades(t, name, c.now.once, tested.before.share())
	if s.low >= s.least && c.within != nil {
		for _, other := range c.within() {
			if !other.holds() {
				p.mute(len(p.suspicions) - 1)
				break
			}
		}
	}
	s.window = t.recent
	p.tries[c.step] = append(p.tries[c.step], tried{index: len(p.suspicions) - 1, z: zOf(result)})
	return s
}

// fades notes how it is in the latest weeks, and mutes the test made last where less than
// half of a longer stretch's rise over before is left in them.
func (p *probes) fades(t turn, name string, now harmed, before float64) {
	if t == p.window.turns[0] {
		p.latest[name] = now
	} else if last, ok := p.latest[name]; ok && last.share()-before < (now.share()-before)/2 {
		p.mute(len(p.suspicions) - 1)
	}
}

// Dimensions with more values than this are names rather than groups.
const mostValues = 12

// readDimensions finds the declared dimensions that split customers into a few groups.
func (p *probes) readDimensions(ctx context.Context) error {
	sets, err := p.facts.DimensionSets(ctx)
	if err != nil {
		return fmt.Errorf("reading the dimensions: %w", err)
	}
	values := map[string]map[string]bool{}
	for _, set := range sets {
		for name, value := range set {
			if values[name] == nil {
				values[name] = map[string]bool{}
			}
			values[name][value] = true
		}
	}
	for name, of := range values {
		if len(of) >= 2 && len(of) <= mostValues {
			p.splits = append(p.splits, "dimension:"+name)
		}
	}
	sort.Strings(p.splits)
	return nil
}

// params are a question's parameters for a period of this journey.
func (p *probes) params(period cx.Period) question.Params {
	return question.Params{Period: period, Journey: p.journey.Name}
}

// test adds a tested suspicion: the comparison, of n cases, for a step (may be "")
// and a segment; it is reported when its lower bound reaches least.
func (p *probes) test(step, segment string, c comparison, n int64, exposed float64, least float64, shown question.Params) *suspicion {
	key := cx.FindingKey{Question: p.question, Journey: p.journey.Name, Step: step, Segment: segment}
	if persona, ok := strings.CutPrefix(segment, "persona="); ok {
		key.Segment, key.Persona = "", persona
	}
	s := suspicion{
		key: key,
		n:   n, p: c.p, excess: c.excess, low: c.low, least: least, exposed: exposed,
		cost: p.journey.CostPerContact, evidence: shown,
	}
	if st, ok := p.journey.Step(step); ok {
		s.owner = st.Owner
	}
	p.suspicions = append(p.suspicions, s)
	return &p.suspicions[len(p.suspicions)-1]
}

// title is a step's title, for sentences.
func (p *probes) title(step string) string {
	if s, ok := p.journey.Step(step); ok && s.Title != "" {
		return s.Title
	}
	return step
}

// segmentOf names a group of a split for a finding's key: "channel=phone",
// "weekday=Monday", "device=phone".
func segmentOf(by string, g question.Group) string {
	name := strings.TrimPrefix(by, "dimension:")
	value := g.Name
	if by == "weekday" {
		value = g.Title
	}
	return name + "=" + value
}

// where says a segment in a sentence: "channel=phone" → ", channel phone".
func where(segment string) string {
	if segment == "" {
		return ""
	}
	if day, ok := strings.CutPrefix(segment, "weekday="); ok {
		return " on " + day + "s"
	}
	return ", " + strings.Replace(segment, "=", " ", 1)
}

// unnamed is the group of what lacks the thing that an answer is split by.
const unnamed = "-"

// tried is one group's test, before the loudest of a step is chosen.
type tried struct {
	index int // in suspicions
	z     float64
	rest  harmed // the others, where that matters
}

// loudest keeps the strongest of the groups that stand out at one step and makes the
// others count as tested only. Groups of different dimensions overlap (the young are
// on phones), so that one fault lights up several: the strongest speaks for it. An
// independent second one comes forward when the first is mended.
func (p *probes) loudest(tries []tried) (best int, any bool) {
	best = -1
	for i, t := range tries {
		s := p.suspicions[t.index]
		if s.low >= s.least && (best < 0 || t.z > tries[best].z) {
			best = i
		}
	}
	for i, t := range tries {
		if i != best {
			p.mute(t.index)
		}
	}
	return best, best >= 0
}

// mute keeps a test in the count and out of the findings.
func (p *probes) mute(index int) { p.suspicions[index].least = math.Inf(1) }

func zOf(c comparison) float64 {
	if half := c.excess - c.low; half > 0 {
		return c.excess / half
	}
	return 0
}

func percent(share float64) string {
	if v := math.Abs(share) * 100; v < 10 {
		return fmt.Sprintf("%.1f %%", share*100)
	}
	return fmt.Sprintf("%.0f %%", share*100)
}

func points(share float64) string { return fmt.Sprintf("%.1f points", share*100) }

// since says when a turn's weeks began.
func (p *probes) since(t turn) string {
	return t.recent.From.In(p.facts.Zone()).Format("2 January 2006")
}

// changeSplits are what a change over time may be special to.
func (p *probes) changeSplits() []string {
	splits := []string{"channel"}
	if len(p.journey.Personas) > 0 {
		splits = append(splits, "persona")
	}
	return append(splits, p.splits...)
}

// most is the share of a step's cases from which on a group is the step itself:
// what stands out then is the step, not the group.
const most = .9

// isAll reports whether a group is nearly everything.
func isAll(group, all harmed) bool { return float64(group.n) >= most*float64(all.n) }

func keysOf[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func weekdayIsOver(p cx.Period) bool { return p.To.Sub(p.From) >= 14*24*time.Hour }
