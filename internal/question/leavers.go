package question

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// leavers — Why do customers leave?
//
// Plain words: three views. Without a split: the reasons that leavers give, in six kinds.
// By reason: what leavers had contacted us about shortly before, and how much more often
// people leave after such a contact than at other times. By anything else: how long
// customers of each group stay.
//
// Formula: a customer leaves with their first cancellation that they began themselves; a
// cancellation that the system made (a payment failed) ends what is seen of them. They
// are seen from their first interaction on until they leave or until as of. Who was first
// seen as they left was never seen as a customer: how long they stayed is not known, so
// they are in the stated reasons and neither in a time nor in a rate. Stated: the
// reasons of cancellations in the period, sorted into better offer, fed up with service,
// no longer needed, price, moved, unknown; Wilson. Observed: rate ratio in the period =
// (leavers within 30 days after a contact for the reason ÷ customers' time within 30 days
// after one) ÷ (leavers ÷ time otherwise), interval on the log scale. Staying:
// Kaplan–Meier with log-log intervals of the customers who began in the period (those
// who had stayed until it began would flatter); q tests each group against all others by
// the log-rank test.
// Unit: share of leavers; ratio; share of customers. Smallest sample: 10 leavers;
// 10 customers in a group.
//
// Pitfalls: a contact before leaving need not be why they leave: importance is not cause.
// Who fell silent without cancelling is counted as a customer still. Customers older than
// the data seem younger than they are. A reason that is not stated stays unknown.
//
// Source: Kaplan & Meier 1958; Mantel 1966 (log-rank); rate ratio of person-time: Rothman,
// Greenland & Lash 2008, chapter 14; Wilson 1927.
const leaversVersion = 2

// leaverWindow is how long a contact may lie before leaving to be looked at.
const leaverWindow = 30 * day

// Kinds of stated reasons.
const (
	betterOffer  = "better_offer"
	fedUp        = "fed_up"
	notNeeded    = "not_needed"
	price        = "price"
	moved        = "moved"
	unknownCause = "unknown"
)

var statedTitles = map[string]string{
	betterOffer: "A better offer elsewhere", fedUp: "Fed up with service or product", notNeeded: "No longer needed",
	price: "Price", moved: "Moved away, or died", unknownCause: "Unknown",
}

// statedKinds sorts the words of sources, the first that fits.
var statedKinds = []struct {
	kind  string
	words *regexp.Regexp
}{
	{betterOffer, regexp.MustCompile(`(?i)competit|switch|better (offer|device)|other provider|higher download|more data|konkurr|anbieterwechsel`)},
	{price, regexp.MustCompile(`(?i)price|expensive|cost|charge|\bfee|teuer|preis|prix|prezzo`)},
	{moved, regexp.MustCompile(`(?i)\bmov(e|ed|ing)\b|relocat|deceased|umzug|verstorben|déménag`)},
	{notNeeded, regexp.MustCompile(`(?i)unused|no longer|not need|don.?t need|no use|nicht mehr|brauch`)},
	{fedUp, regexp.MustCompile(`(?i)service|quality|attitude|support|expert|dissatisf|reliab|complex|missing|feature|bug|fault|outage|delay|late|promise|unzufrieden|limited|lack`)},
}

func statedKind(reason string) string {
	for _, k := range statedKinds {
		if k.words.MatchString(reason) {
			return k.kind
		}
	}
	return unknownCause
}

// LeaversRow is one row of any of the three views.
type LeaversRow struct {
	Group     Group
	Customers int64 // who were seen; 0 in the views of reasons
	Leavers   int64
	Share     Estimate // of all leavers
	Stayed    Estimate // median time as a customer of the leavers (stated), until half have left (staying): seconds
	Open      bool     // Stayed's upper bound, or all of it, lies beyond what was seen
	After     [3]Estimate
	Ratio     Estimate // observed: of rates
	P, Q      float64
	Curve     *Curve // of staying

	tested bool
}

func (r LeaversRow) curve() *Curve { return r.Curve }

// stayedFor are the times after which the share of customers still there is told.
var stayedFor = [3]int64{90 * day, 365 * day, 730 * day}

// AskLeavers answers leavers.
func AskLeavers(ctx context.Context, facts Facts, p Params) (Answer[LeaversRow], error) {
	return runLeavers(ctx, facts, p, nil)
}

func leavers() Definition {
	return asked(Definition{
		Name: "leavers", Title: "Why do customers leave?",
		Takes:    []Ingredient{leavings},
		Fuller:   []Ingredient{reasonedLeavings},
		Formula:  "stated: cancellations by kind of reason ÷ all; by reason: rate of leaving within 30 days after a contact for it ÷ rate otherwise; else Kaplan–Meier of staying by group",
		Unit:     "share of leavers; ratio of rates; share of customers",
		Smallest: "10 leavers; 10 customers in a group",
		Pitfalls: "A contact before leaving need not be why they leave: importance is not cause. Who fell silent without cancelling counts as still there. Customers older than the data seem younger than they are; who was first seen as they left has no time.",
		Source:   "Kaplan & Meier 1958; log-rank: Mantel 1966; rate ratio: Rothman, Greenland & Lash 2008; Wilson 1927; Benjamini & Hochberg 1995",
		Needs:    []string{"by"},
	}, runLeavers, leaversColumns, leaversCells)
}

func leaversColumns(p Params) []Column {
	switch p.By {
	case "":
		return []Column{
			{Name: "group", Title: "They say", Unit: "text"},
			{Name: "leavers", Title: "Left", Unit: "count"},
			{Name: "share", Title: "Of all who left", Unit: "share"},
			{Name: "stayed", Title: "Half had been with us for", Unit: "seconds"},
		}
	case "reason":
		return []Column{
			{Name: "group", Title: "Had contacted us about", Unit: "text"},
			{Name: "leavers", Title: "Left within 30 days", Unit: "count"},
			{Name: "share", Title: "Of all who left", Unit: "share"},
			{Name: "ratio", Title: "Times as often as otherwise", Unit: "", Help: "How often customers leave within 30 days after such a contact, beside how often they leave at other times."},
			qColumn(),
		}
	}
	return []Column{
		groupColumn(p),
		{Name: "customers", Title: "Customers", Unit: ""},
		{Name: "leavers", Title: "Left", Unit: "count"},
		{Name: "after_90_days", Title: "Still there after 90 days", Unit: "share"},
		{Name: "after_1_year", Title: "After a year", Unit: "share"},
		{Name: "after_2_years", Title: "After two years", Unit: "share"},
		{Name: "stayed", Title: "Half have left after", Unit: "seconds"},
		qColumn(),
	}
}

func leaversCells(p Params, r LeaversRow) []Cell {
	more := evidence("left", r.Group.Name)
	stayed := estimateCell(r.Stayed, "")
	if r.Open && !r.Stayed.Shown && r.Customers > 0 {
		stayed = Cell{Text: "not reached", N: r.Customers}
	}
	switch p.By {
	case "":
		return []Cell{groupCell(r.Group), countCell(r.Leavers, more), estimateCell(r.Share, more), stayed}
	case "reason":
		return []Cell{groupCell(r.Group), countCell(r.Leavers, more), estimateCell(r.Share, more), estimateCell(r.Ratio, more), numberIf(r.Q, r.tested)}
	}
	return []Cell{
		groupCell(r.Group), countCell(r.Customers, ""), countCell(r.Leavers, more), estimateCell(r.After[0], ""), estimateCell(r.After[1], ""),
		estimateCell(r.After[2], ""), stayed, numberIf(r.Q, r.tested),
	}
}

type leaversFold struct {
	s        *scope
	c        *collector
	leaves   []bool // by signature: the customer cancels
	ends     []bool // the system does
	stated   []string
	contact  []bool
	reasonOf []int32
	names    []string

	all, left int64 // customers; leavers
	unseen    int64 // leavers first seen as they left
	kinds     map[string]*statedCount
	waits     []*statistics.Waits // by group
	exposed   []exposedTime       // by reason
	time      float64             // customers' time in all, in days
	until     []int64             // by reason, of the customer at hand: exposed until
	touched   []int32
	tally     tally
}

type statedCount struct {
	n      int64
	stayed []int64
}

type exposedTime struct {
	leavers int64
	time    float64
}

func runLeavers(ctx context.Context, facts Facts, p Params, c *collector) (Answer[LeaversRow], error) {
	s, err := newScope(ctx, facts, p, needs{splits: []string{"", "reason", "step", "channel", "touchpoint", "persona", "dimension", "month", "week"}, least: 10})
	if err != nil {
		return Answer[LeaversRow]{}, err
	}
	f := newLeaversFold(s, c)
	if err := f.run(ctx); err != nil {
		return Answer[LeaversRow]{}, err
	}
	rows, notes := f.rows()
	return answer(s, &f.tally, leaversVersion, rows, notes), nil
}

func newLeaversFold(s *scope, c *collector) *leaversFold {
	f := &leaversFold{s: s, c: c, kinds: map[string]*statedCount{}}
	var reasons int
	f.reasonOf, reasons = numberReasons(s.signatures)
	f.names, f.exposed, f.until = make([]string, reasons+1), make([]exposedTime, reasons+1), make([]int64, reasons+1)
	for i, sig := range s.signatures {
		cancels := sig.Kind == cx.Cancellation
		f.leaves = append(f.leaves, cancels && sig.Initiator == cx.ByCustomer)
		f.ends = append(f.ends, cancels && sig.Initiator != cx.ByCustomer)
		f.contact = append(f.contact, sig.Kind == cx.Contact)
		f.stated = append(f.stated, statedKind(sig.Reason))
		f.names[f.reasonOf[i]] = sig.Reason
	}
	return f
}

func (f *leaversFold) run(ctx context.Context) error {
	s := f.s
	// A customer is seen from their first interaction on, also before the period.
	stream := s.filter(func(int32) bool { return true }, 0, 0)
	stream.Period.From = time.Time{}
	return s.histories(ctx, stream, Want{ID: f.c != nil, Dims: s.wantDims()}, f.nobody, f.customer)
}

func (f *leaversFold) nobody(b *Sequence, i int) {
	if f.s.inPeriod(b.Start[i]) && f.s.held(b.Signature[i], dimsAt(b, i)) {
		f.tally.drop(unidentified)
	}
}

// customer looks at one customer from their first interaction that the filter holds.
func (f *leaversFold) customer(h *history) {
	first, held := -1, int64(0)
	for i, start := range h.start {
		if f.s.held(h.signature[i], h.dims[i]) {
			if first < 0 {
				first = i
			}
			held += one(f.s.inPeriod(start))
		}
	}
	if first < 0 {
		return
	}
	end, leaver, gone := min(f.s.asOf, f.s.to-1), -1, false
	for i := first; i < len(h.start) && h.start[i] <= end; i++ {
		if sig := h.signature[i]; f.leaves[sig] || f.ends[sig] {
			end, gone = h.start[i], true
			if f.leaves[sig] {
				leaver = i
			}
			break
		}
	}
	byReasons := f.s.p.By == "" || f.s.p.By == "reason"
	unseen := gone && end == h.start[first]
	switch {
	case end < max(h.start[first], f.s.from): // gone before the period began
		f.tally.dropMany("after they left, or before the period", held)
		return
	case !byReasons && h.start[first] < f.s.from:
		f.tally.dropMany("of customers who began before the period", held)
		return
	case !byReasons && unseen:
		f.tally.dropMany(firstSeenLeaving, held)
		return
	}
	f.tally.scanned += held
	f.tally.included += held
	f.all++
	group := f.s.group.of(h.signature[first], h.dims[first], h.start[first])
	waitsAt(&f.waits, group).Add(end-h.start[first], leaver < 0)
	f.expose(h, first, end, leaver)
	if leaver < 0 {
		return
	}
	f.left++
	f.unseen += one(unseen)
	kind := f.stated[h.signature[leaver]]
	if f.kinds[kind] == nil {
		f.kinds[kind] = &statedCount{}
	}
	f.kinds[kind].n++
	if !unseen {
		f.kinds[kind].stayed = append(f.kinds[kind].stayed, end-h.start[first])
	}
	switch f.s.p.By {
	case "":
		f.note(kind, h, leaver)
		f.note("", h, leaver)
		f.noteSaid(h, leaver)
	case "reason":
	default:
		f.note(f.s.group.groups[group].Name, h, leaver)
	}
}

func (f *leaversFold) note(row string, h *history, leaver int) {
	if f.c != nil {
		f.c.note("left", row, h.start[leaver], h.id[leaver])
	}
}

// noteSaid notes what a leaver may have said of it: their cancellation, and what they
// asked or answered within 30 days before.
func (f *leaversFold) noteSaid(h *history, leaver int) {
	if f.c == nil {
		return
	}
	for i := leaver; i >= 0 && h.start[i] >= h.start[leaver]-leaverWindow; i-- {
		if kind := f.s.signatures[h.signature[i]].Kind; i == leaver || kind == cx.Contact || kind == cx.SurveyAnswer {
			f.c.note("said", "", h.start[i], h.id[i])
		}
	}
}

// expose adds up for each reason the time within 30 days after a contact for it.
func (f *leaversFold) expose(h *history, first int, end int64, leaver int) {
	f.time += float64(end-max(h.start[first], f.s.from)) / float64(day)
	f.touched = f.touched[:0]
	for i := first; i < len(h.start) && h.start[i] < end; i++ {
		reason := f.reasonOf[h.signature[i]]
		if !f.contact[h.signature[i]] || reason == 0 {
			continue
		}
		if !slices.Contains(f.touched, reason) {
			f.touched, f.until[reason] = append(f.touched, reason), h.start[i]
		}
		from, to := max(f.until[reason], h.start[i], f.s.from), min(h.start[i]+leaverWindow, end)
		f.exposed[reason].time += float64(max(0, to-from)) / float64(day)
		f.until[reason] = max(f.until[reason], h.start[i]+leaverWindow)
	}
	if leaver < 0 {
		return
	}
	for _, reason := range f.touched {
		if f.until[reason] >= end {
			f.exposed[reason].leavers++
			if f.s.p.By == "reason" {
				f.note(f.names[reason], h, leaver)
			}
		}
	}
}

// firstSeenLeaving says of whom nothing was seen until they left.
const firstSeenLeaving = "of customers first seen as they left"

// unseenNote says how many leavers an answer can tell no time of, after the notes before.
func (f *leaversFold) unseenNote(notes ...string) []string {
	if f.unseen == 0 {
		return notes
	}
	return append(notes, fmt.Sprintf("%s of %s who left were first seen as they left: how long they had been customers is not known, and they count in no time and no rate.", grouped(f.unseen), grouped(f.left)))
}

func (f *leaversFold) rows() ([]LeaversRow, []string) {
	switch f.s.p.By {
	case "":
		return f.statedRows(), f.unseenNote(
			fmt.Sprintf("%s of %s customers left.", grouped(f.left), grouped(f.all)),
			"What they say is what the source holds; without a stated reason it stays unknown. What came before: split by reason. How long they stay: split by persona, channel or another dimension.",
		)
	case "reason":
		return f.observedRows(), f.unseenNote("A contact before leaving need not be why they left: importance is not cause.")
	}
	rows, note := f.stayingRows()
	return rows, []string{note, "A customer is seen from their first interaction in the data; who fell silent without cancelling counts as still there. Who was first seen as they left is in no curve."}
}

func (f *leaversFold) statedRows() []LeaversRow {
	rows := []LeaversRow{}
	for kind, count := range f.kinds {
		slices.Sort(count.stayed)
		rows = append(rows, LeaversRow{
			Group: Group{Name: kind, Title: statedTitles[kind]}, Leavers: count.n,
			Share: share(count.n, f.left, f.s.least), Stayed: elapsedQuantile(count.stayed, .5, f.s.least),
		})
	}
	sortLeavers(rows)
	return rows
}

func (f *leaversFold) observedRows() []LeaversRow {
	rows := []LeaversRow{}
	for reason, e := range f.exposed {
		if e.leavers == 0 {
			continue
		}
		row := LeaversRow{Group: same(f.names[reason]), Leavers: e.leavers, Share: share(e.leavers, f.left, f.s.least), P: 1, Q: 1}
		other, rest := f.left-f.unseen-e.leavers, f.time-e.time
		row.Ratio.N = e.leavers
		if e.time > 0 && other > 0 && rest > 0 {
			value, interval, p := statistics.RateRatio(e.leavers, e.time, other, rest)
			row.tested = e.leavers >= 5 && f.left >= f.s.least
			row.Ratio.Value, row.Ratio.Interval, row.Ratio.Shown, row.P = value, Interval(interval), row.tested, p
		}
		rows = append(rows, row)
	}
	correctLeavers(rows)
	slices.SortFunc(rows, func(a, b LeaversRow) int {
		if a.Ratio.Shown != b.Ratio.Shown {
			return int(one(b.Ratio.Shown) - one(a.Ratio.Shown))
		}
		if a.Ratio.Shown && a.Ratio.Interval.Low != b.Ratio.Interval.Low {
			return int(math.Copysign(1, b.Ratio.Interval.Low-a.Ratio.Interval.Low))
		}
		return compareLeavers(a, b)
	})
	return rows
}

func correctLeavers(rows []LeaversRow) {
	var p []float64
	var tested []*LeaversRow
	for i := range rows {
		if rows[i].tested {
			p, tested = append(p, rows[i].P), append(tested, &rows[i])
		}
	}
	for i, q := range statistics.BenjaminiHochberg(p) {
		tested[i].Q = q
	}
}

func sortLeavers(rows []LeaversRow) { slices.SortFunc(rows, compareLeavers) }

func compareLeavers(a, b LeaversRow) int {
	if a.Leavers != b.Leavers {
		return int(max(-1, min(1, b.Leavers-a.Leavers)))
	}
	if a.Group.Name < b.Group.Name {
		return -1
	}
	return 1
}
