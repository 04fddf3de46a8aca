package question

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// saysFailed are outcomes and touchpoints that say by themselves that something failed
// the customer, where a step does not declare what is broken.
var saysFailed = regexp.MustCompile(`(?i)(?:\b|_)(fail(ed|ure)?|error|den(ied|y)|declined|reject(ed)?|refused|late|overdue|lost|damaged|wrong|missing|bounced|unavailable|timed? ?out|crash(ed)?|unsolved|unresolved|abandoned|blocked|broken|fehlgeschlagen|abgelehnt|verspätet|beschädigt|verloren)(?:\b|_)`)

// breakAt is a step that broke for a customer: when it was known, and for which reason
// where what broke was a contact (−1 = it was none).
type breakAt struct {
	at     int64
	step   int16
	reason int32
	id     cx.InteractionID // where somebody seeks contacts
}

// chargedKey is what contacts are counted by.
type chargedKey struct {
	month  int32
	step   int16 // −1 = not known
	reason int32
	how    Charged
}

// stepAndReason is a pair whose contacts may follow the step's breaks.
type stepAndReason struct {
	step   int16
	reason int32
}

// upstreamFold goes through each customer's history in order of time. It charges each
// contact to what broke before it, and learns at once which contacts follow which breaks.
type upstreamFold struct {
	s  *scope
	by string
	// seek, where set, is told of each contact that counts, by its time and what it is
	// charged to as far as nothing is learnt.
	seek   func(id cx.InteractionID, at int64, key chargedKey, because breakAt)
	window int64
	judge  *standardFold
	month  *grouping

	reasonOf []int32
	reasons  []string
	claimed  []int16 // by reason: the step that names it, −1 = none
	failed   []bool  // by signature
	stepAt   []int16 // by signature, −1 = none
	promises [][]cx.Promise
	walks    [][]int64 // by step: when walks failed there, in order
	ruled    map[cx.InteractionID]int16
	ruledOn  map[int32]int16 // by reason

	follows map[stepAndReason]bool // nil = not learnt yet

	// Of the customer at hand.
	customer, first, last int64
	breaks                []breakAt // the latest of each step and reason, in order of time
	pending               []breakAt // promises that run out later, in order of time …
	due                   int       // … of which so many are known
	open                  breakAt   // the latest break that was no contact
	exposed               []int64   // by step: time with open there
	touched               []int16
	asked                 map[stepAndReason]int64 // contacts with open at the step
	asks                  map[int32]int64         // contacts by reason that no step names

	pairs  map[stepAndReason]*statistics.RateStrata
	ratios map[stepAndReason]Estimate
	counts map[chargedKey]int64
	tally  tally
}

func newUpstreamFold(ctx context.Context, s *scope) (*upstreamFold, error) {
	f := &upstreamFold{
		s: s, window: int64(upstreamDays(s.p)) * day, month: clockGrouping("month", s.zone),
		judge: &standardFold{s: s, business: s.businessClock()}, exposed: make([]int64, len(s.steps)),
		asked: map[stepAndReason]int64{}, asks: map[int32]int64{}, pairs: map[stepAndReason]*statistics.RateStrata{}, counts: map[chargedKey]int64{},
	}
	var err error
	if f.judge.scales, err = s.facts.Scales(ctx); err != nil {
		return nil, err
	}
	came, err := s.facts.SignaturesAsCame(ctx)
	if err != nil {
		return nil, err
	}
	var reasons int
	f.reasonOf, reasons = numberReasons(s.signatures)
	f.reasons, f.claimed = make([]string, reasons+1), slices.Repeat([]int16{-1}, reasons+1)
	for _, step := range s.steps {
		f.promises = append(f.promises, step.Promises)
	}
	for i, sig := range s.signatures {
		f.stepAt, f.failed = append(f.stepAt, int16(s.stepOf[i])-1), append(f.failed, false)
		reason := f.reasonOf[i]
		f.reasons[reason] = sig.Reason
		if f.claimed[reason] < 0 && sig.Reason != "" {
			f.claimed[reason] = int16(slices.IndexFunc(s.steps, func(st cx.Step) bool { return cx.OneFits(st.ContactsAbout, sig.Reason, came[i].Reason) }))
		}
		if at := f.stepAt[i]; at >= 0 {
			f.failed[i] = fails(s.steps[at], sig, came[i])
		}
	}
	if err := f.readWalks(ctx); err != nil {
		return nil, err
	}
	return f, f.readRulings(ctx, came)
}

// fails reports whether interactions with a signature failed the customer at their step.
func fails(step cx.Step, sig, came cx.Signature) bool {
	if len(step.Broken) == 0 {
		return saysFailed.MatchString(came.Outcome) || saysFailed.MatchString(sig.Outcome) || sig.Kind == cx.Event && saysFailed.MatchString(came.Touchpoint)
	}
	return slices.ContainsFunc(step.Broken, func(m cx.Match) bool { return m.Holds(sig, came) })
}

func (f *upstreamFold) readWalks(ctx context.Context) error {
	f.walks = make([][]int64, len(f.s.steps))
	walked, err := f.s.facts.WalkSteps(ctx, cx.Period{})
	for _, w := range walked {
		if w.Journey != f.s.journey.Name || w.Done != cx.StepBlocked && (w.Kept == nil || *w.Kept) {
			continue
		}
		if at := f.stepNamed(w.At); at >= 0 {
			f.walks[at] = append(f.walks[at], w.Started.UnixMicro())
		}
	}
	return err
}

// readRulings turns what people said into steps; a step that the journey has no more is
// none. A ruling on a reason that was renamed since holds for what it is called now, as
// long as nobody rules on that.
func (f *upstreamFold) readRulings(ctx context.Context, came []cx.Signature) error {
	f.ruled, f.ruledOn = map[cx.InteractionID]int16{}, map[int32]int16{}
	rulings, err := f.s.facts.Rulings(ctx, f.s.journey.Name)
	for _, r := range rulings {
		step := f.stepNamed(r.Step)
		if r.Contact != (cx.InteractionID{}) {
			f.ruled[r.Contact] = step
			continue
		}
		if at := slices.Index(f.reasons, r.Reason); at >= 0 {
			f.ruledOn[int32(at)] = step
			continue
		}
		for i, s := range came[:len(f.reasonOf)] {
			if _, ruled := f.ruledOn[f.reasonOf[i]]; s.Reason == r.Reason && !ruled {
				f.ruledOn[f.reasonOf[i]] = step
			}
		}
	}
	return err
}

func (f *upstreamFold) stepNamed(name string) int16 {
	return int16(slices.IndexFunc(f.s.steps, func(s cx.Step) bool { return s.Name == name }))
}

// run reads all that is known until as of: pairs are learnt from everybody, contacts
// are counted where the period and the filter hold them.
// A customer other than 0 is the only one that is looked at.
func (f *upstreamFold) run(ctx context.Context, customer cx.CustomerID) error {
	f.customer = -1
	stream := f.s.filter(func(sig int32) bool { return f.s.signatures[sig].Kind == cx.Contact || f.stepAt[sig] >= 0 }, 0, 0)
	stream.Period, stream.Customer = cx.Period{To: time.UnixMicro(f.s.asOf + 1).UTC()}, customer
	want := Want{ID: f.seek != nil || len(f.ruled) > 0, End: true, FirstHuman: true, Score: true, Continues: true, Dims: f.s.wantDims()}
	if err := f.s.fold(ctx, stream, want, f.take); err != nil {
		return err
	}
	f.finish()
	return nil
}

func (f *upstreamFold) take(b *Sequence, i int) {
	if b.Customer[i] != f.customer {
		f.finish()
		f.customer, f.first = b.Customer[i], b.Start[i]
	}
	start, sig := b.Start[i], b.Signature[i]
	f.last = start
	contact := f.s.signatures[sig].Kind == cx.Contact
	f.advance(start)
	if contact {
		f.contact(b, i)
	}
	if f.customer == 0 || f.stepAt[sig] < 0 {
		return
	}
	broken := breakAt{start, f.stepAt[sig], -1, idAt(b, i)}
	if contact {
		broken.reason = f.reasonOf[sig]
	}
	if at, ok := f.brokeAt(b, i); ok {
		broken.at = at
		f.broke(broken)
	}
}

// brokeAt says when an interaction broke its step, if it did: at once, or when the first
// of the promises that it missed ran out.
func (f *upstreamFold) brokeAt(b *Sequence, i int) (at int64, ok bool) {
	sig, start := b.Signature[i], b.Start[i]
	if f.failed[sig] {
		return start, true
	}
	kind := f.s.signatures[sig].Kind
	if scale, scored := f.judge.scales[b.Scale[i]]; scored && kind == cx.SurveyAnswer {
		if _, low, reason := class(scale, b.Score[i]); low && reason == "" {
			return start, true
		}
	}
	for _, q := range f.promises[f.stepAt[sig]] {
		met, reason := f.judge.judge(q, kind, b, i)
		if met || reason != "" {
			continue
		}
		ran := start
		switch {
		case q.Measure == cx.ScoreAtLeast:
		case q.Business:
			ran = f.judge.business.After(start, q.Within.Microseconds())
		default:
			ran += q.Within.Microseconds()
		}
		if !ok || ran < at {
			at, ok = ran, true
		}
	}
	return at, ok
}

// broke notes a break, which may come to be known later.
func (f *upstreamFold) broke(b breakAt) {
	if b.at <= f.last {
		f.known(b)
		return
	}
	later := f.pending[f.due:]
	at, _ := slices.BinarySearchFunc(later, b, func(a, b breakAt) int { return cmp.Or(cmp.Compare(a.at, b.at), -1) })
	f.pending = slices.Insert(f.pending, f.due+at, b)
}

// advance makes known what ran out until an instant, and forgets what is too old.
func (f *upstreamFold) advance(now int64) {
	for f.due < len(f.pending) && f.pending[f.due].at < now {
		f.known(f.pending[f.due])
		f.due++
	}
	if f.due > len(f.pending)/2 { // so that moving the rest costs no more than what came
		f.pending, f.due = slices.Delete(f.pending, 0, f.due), 0
	}
	old := 0
	for old < len(f.breaks) && f.breaks[old].at < now-f.window {
		old++
	}
	f.breaks = slices.Delete(f.breaks, 0, old)
}

// known makes a break the latest of its step and reason.
func (f *upstreamFold) known(b breakAt) {
	f.breaks = slices.DeleteFunc(f.breaks, func(o breakAt) bool { return o.step == b.step && o.reason == b.reason })
	f.breaks = append(f.breaks, b)
	if b.reason < 0 {
		f.close(b.at)
		f.open = b
	}
}

// close adds up the time for which the break at hand was the latest, until an instant.
func (f *upstreamFold) close(now int64) {
	if f.open.at == 0 {
		return
	}
	if f.exposed[f.open.step] == 0 {
		f.touched = append(f.touched, f.open.step)
	}
	f.exposed[f.open.step] += max(1, min(now, f.open.at+f.window)-f.open.at)
	f.open = breakAt{}
}

// contact charges one contact.
func (f *upstreamFold) contact(b *Sequence, i int) {
	start, sig := b.Start[i], b.Signature[i]
	counts := f.s.inPeriod(start) && f.s.held(sig, dimsAt(b, i))
	if b.Continues[i] {
		if counts {
			f.tally.drop("continues another contact")
		}
		return
	}
	reason := f.reasonOf[sig]
	step, how, because := f.charge(reason, start, idAt(b, i))
	if f.claimed[reason] < 0 && f.customer != 0 {
		f.asks[reason]++
		if f.follower(start) {
			f.asked[stepAndReason{f.open.step, reason}]++
		}
	}
	if !counts {
		return
	}
	f.tally.use()
	key := chargedKey{step: step, reason: reason, how: how}
	if f.by == "owner" {
		key.month = f.month.at(start)
	}
	f.counts[key]++
	if f.seek != nil {
		f.seek(b.ID[i], start, key, because)
	}
}

// follower reports whether the latest break that was no contact is recent.
func (f *upstreamFold) follower(now int64) bool {
	return f.open.at != 0 && now-f.open.at <= f.window
}

// charge says which step a contact is charged to, how that is known, and by which break.
func (f *upstreamFold) charge(reason int32, now int64, id cx.InteractionID) (step int16, how Charged, because breakAt) {
	if step, ruled := f.ruled[id]; ruled {
		return step, ChargedRuled, because
	}
	if step, ruled := f.ruledOn[reason]; ruled {
		return step, ChargedRuled, because
	}
	claimed := f.claimed[reason]
	for i := len(f.breaks) - 1; i >= 0; i-- {
		b := f.breaks[i]
		if b.reason > 0 && b.reason == reason || b.reason < 0 && b.step == claimed {
			return b.step, ChargedSeen, b
		}
	}
	switch {
	case claimed >= 0:
		at, _ := slices.BinarySearch(f.walks[claimed], now-f.window)
		if at < len(f.walks[claimed]) && f.walks[claimed][at] <= now {
			return claimed, ChargedWalk, because
		}
		return claimed, ChargedByReason, because
	case f.follower(now):
		return f.open.step, ChargedFollows, f.open
	}
	return -1, ChargedToNobody, because
}

// finish learns from a customer's whole history.
func (f *upstreamFold) finish() {
	if f.customer > 0 {
		f.advance(f.s.asOf + 1)
		f.close(f.s.asOf)
		all := f.s.asOf - f.first
		for _, step := range f.touched {
			exposed := min(f.exposed[step], all)
			for reason, n := range f.asks {
				pair := stepAndReason{step, reason}
				strata := f.pairs[pair]
				if strata == nil {
					strata = &statistics.RateStrata{}
					f.pairs[pair] = strata
				}
				a := f.asked[pair]
				strata.Add(a, float64(exposed)/float64(day), n-a, float64(all-exposed)/float64(day))
			}
		}
	}
	for _, step := range f.touched {
		f.exposed[step] = 0
	}
	f.touched, f.breaks, f.pending, f.due, f.open = f.touched[:0], f.breaks[:0], f.pending[:0], 0, breakAt{}
	clear(f.asks)
	clear(f.asked)
}

// leastRatio is from which rate ratio on a contact is more likely than not due to the
// break before it.
const leastRatio = 2

// learn says which pairs count, once everything was read.
func (f *upstreamFold) learn() map[stepAndReason]bool {
	f.ratios = map[stepAndReason]Estimate{}
	follows := map[stepAndReason]bool{}
	var p []float64
	var tested []stepAndReason
	for pair, strata := range f.pairs {
		ratio, interval, chance, ok := strata.Ratio()
		if !ok || strata.Exposed < f.s.least {
			continue
		}
		f.ratios[pair] = Estimate{Value: ratio, Interval: Interval(interval), N: strata.Exposed, Shown: true}
		p, tested = append(p, chance), append(tested, pair)
	}
	for i, q := range statistics.BenjaminiHochberg(p) {
		follows[tested[i]] = q < .05 && f.ratios[tested[i]].Interval.Low > leastRatio
	}
	return follows
}

// settled is what a contact counts as now that it is known which pairs count.
func (f *upstreamFold) settled(key chargedKey) chargedKey {
	if key.how == ChargedFollows && !f.follows[stepAndReason{key.step, key.reason}] {
		key.step, key.how = -1, ChargedToNobody
	}
	return key
}
