package question

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// attempt is one try at a journey: everything of one thread, or of one customer
// without a longer gap, as the journey declares. It begins with its first
// interaction at the journey's first required step and is over a window later. What
// happened at the same instant (a session's clicks in a file that has one time for
// all, days without a time) is taken in the order of the journey's steps.
type attempt struct {
	customer int64
	entry    int64 // start of its first interaction at the first required step
	last     int64 // start of its last interaction that is no contact; entry where all are
	group    int32 // of the entry
	outside  string
	furthest int                // position in required of the last required step reached
	reached  []int64            // by step; NoTime = not reached
	ids      []cx.InteractionID // of the interactions that reached the steps
	lastID   cx.InteractionID
	counted  int64 // its interactions in the period
}

// Reasons for which an interaction of the journey isn't in an answer.
const (
	noStep        = "at no step of the journey"
	noThread      = "without the thread that keys the journey's attempts"
	beforeEntry   = "before the journey's first step"
	afterWindow   = "after its attempt's time was over"
	beganBefore   = "its attempt began before the period"
	beganOutside  = "its attempt began outside the filter"
	attemptWindow = 7 * 24 * time.Hour
)

// attempts follows the attempts of one customer after the other. Steps are taken
// strictly in order: a required step counts once all required ones before it were
// reached, an optional one once the required ones before it were.
type attempts struct {
	s        *scope
	window   int64
	settle   int64 // what must be known of the time after an attempt, beside it
	gap      int64 // 0 = by thread
	required []int // steps
	position []int // by step: how many required steps come before it
	keepIDs  bool
	tally    *tally
	over     func(a *attempt) // called once for every attempt that the answer counts

	customer int64
	lastSeen int64              // by gap: the customer's last interaction in the journey
	run      *attempt           // by gap: the attempt of the present run
	threads  map[int64]*attempt // by thread: nil once it is over
	purgeAt  int
	spare    []*attempt
	instant  []happening // of one customer at one instant, not taken yet
}

func newAttempts(s *scope, window time.Duration, keepIDs bool, t *tally, over func(*attempt)) (*attempts, error) {
	w := &attempts{s: s, window: window.Microseconds(), keepIDs: keepIDs, tally: t, over: over, customer: -1, purgeAt: 1 << 12}
	for i, step := range s.steps {
		w.position = append(w.position, len(w.required))
		if !step.Optional {
			w.required = append(w.required, i)
		}
	}
	if len(w.required) == 0 {
		return nil, cx.Errorf(cx.Invalid, "journey %q has no step that must be taken", s.p.Journey).
			WithRemedy("Declare at least one step without optional: true.")
	}
	if s.journey.Attempt.By == cx.AttemptByGap {
		w.gap = max(1, s.journey.Attempt.Gap.Microseconds())
	} else {
		w.threads = map[int64]*attempt{}
	}
	return w, nil
}

// happening is one interaction at a step of the journey.
type happening struct {
	customer, thread, start int64
	signature, dims         int32
	step                    int // index in the journey's steps
	contact                 bool
	id                      cx.InteractionID
}

// take takes the next interaction of the stream.
func (w *attempts) take(h happening) {
	if n := len(w.instant); n > 0 && (w.instant[n-1].start != h.start || w.instant[n-1].customer != h.customer) {
		w.takeInstant()
	}
	w.instant = append(w.instant, h)
}

// takeInstant takes what happened at one instant. The stream orders it by id, which
// says nothing and differs between installations; so do the numbers of signatures
// and dimension sets, and at one step their words decide.
func (w *attempts) takeInstant() {
	if len(w.instant) > 1 {
		slices.SortStableFunc(w.instant, func(a, b happening) int {
			if a.step != b.step || a.signature == b.signature && a.dims == b.dims {
				return cmp.Compare(a.step, b.step)
			}
			return cmp.Compare(w.words(a), w.words(b))
		})
	}
	for _, h := range w.instant {
		w.follow(h)
	}
	w.instant = w.instant[:0]
}

// words are what is known of a happening apart from who and when.
func (w *attempts) words(h happening) string {
	var set map[string]string
	if int(h.dims) < len(w.s.sets) {
		set = w.s.sets[h.dims]
	}
	signature := w.s.signatures[h.signature]
	signature.ID = 0 // a number of this installation
	return fmt.Sprint(signature, set)
}

func (w *attempts) follow(h happening) {
	inPeriod := w.s.inPeriod(h.start)
	if h.customer != w.customer {
		w.finishAll()
		w.customer = h.customer
	}
	switch {
	case w.gap > 0 && h.customer == 0:
		w.drop(inPeriod, unidentified)
		return
	case w.gap == 0 && h.thread == 0:
		w.drop(inPeriod, noThread)
		return
	}
	a, begun := w.find(h)
	if !begun {
		if h.step != w.required[0] {
			w.drop(inPeriod, beforeEntry)
			return
		}
		a = w.begin(h)
	} else if a == nil || h.start > a.entry+w.window {
		w.drop(inPeriod, afterWindow)
		return
	}
	if inPeriod {
		a.counted++
	}
	// A contact may be a step of the journey too. It is what drop_then_contact looks
	// for, so it can't be the moment after which one is looked for.
	if a.last == NoTime || !h.contact {
		a.last, a.lastID = h.start, h.id
	}
	w.advance(a, h)
}

func (w *attempts) drop(inPeriod bool, reason string) {
	if inPeriod {
		w.tally.drop(reason)
	}
}

// find is the attempt that an interaction belongs to. begun is false where none has
// begun; a nil attempt that has begun is over.
func (w *attempts) find(h happening) (a *attempt, begun bool) {
	if w.gap > 0 {
		if w.run != nil && h.start-w.lastSeen > w.gap {
			w.finish(w.run)
			w.run = nil
		}
		w.lastSeen = h.start
		return w.run, w.run != nil
	}
	a, begun = w.threads[h.thread]
	return a, begun
}

func (w *attempts) begin(h happening) *attempt {
	var a *attempt
	if n := len(w.spare); n > 0 {
		a, w.spare = w.spare[n-1], w.spare[:n-1]
	} else {
		a = &attempt{reached: make([]int64, len(w.s.steps))}
		if w.keepIDs {
			a.ids = make([]cx.InteractionID, len(w.s.steps))
		}
	}
	for i := range a.reached {
		a.reached[i] = NoTime
	}
	*a = attempt{
		customer: h.customer, entry: h.start, last: NoTime, reached: a.reached, ids: a.ids, furthest: -1,
		group: w.s.group.of(h.signature, h.dims, h.start),
	}
	switch {
	case !w.s.inPeriod(h.start): // those that begin after the period count for nothing
		a.outside = beganBefore
	case !w.s.held(h.signature, h.dims):
		a.outside = beganOutside
	case h.start+w.window+w.settle > w.s.asOf:
		a.outside = notOver
	}
	if w.gap > 0 {
		w.run = a
		return a
	}
	w.threads[h.thread] = a
	if h.customer == 0 && len(w.threads) > w.purgeAt {
		w.purge(h.start)
	}
	return a
}

func (w *attempts) advance(a *attempt, h happening) {
	reach := false
	if w.s.steps[h.step].Optional {
		reach = a.reached[h.step] == NoTime && a.furthest >= w.position[h.step]-1
	} else if w.position[h.step] == a.furthest+1 {
		a.furthest++
		reach = true
	}
	if reach {
		a.reached[h.step] = h.start
		if a.ids != nil {
			a.ids[h.step] = h.id
		}
	}
}

// finish hands an attempt over, or leaves its interactions out.
func (w *attempts) finish(a *attempt) {
	if a.outside != "" {
		w.tally.dropMany(a.outside, a.counted)
	} else {
		w.tally.scanned += a.counted
		w.tally.included += a.counted
		w.over(a)
	}
	w.spare = append(w.spare, a)
}

// purge lets go of the attempts of unidentified visitors that are over, whose
// threads come in time order and would otherwise all be kept until the end.
func (w *attempts) purge(now int64) {
	open := 0
	for thread, a := range w.threads {
		if a == nil {
			continue
		}
		if a.entry+w.window < now {
			w.finish(a)
			w.threads[thread] = nil
		} else {
			open++
		}
	}
	w.purgeAt = len(w.threads) + max(1<<12, open)
}

// endCustomer finishes the attempts of the customer at hand.
func (w *attempts) endCustomer() {
	w.takeInstant()
	w.finishAll()
}

func (w *attempts) finishAll() {
	if w.run != nil {
		w.finish(w.run)
		w.run = nil
	}
	if len(w.threads) > 0 {
		open := make([]*attempt, 0, len(w.threads))
		for _, a := range w.threads {
			if a != nil {
				open = append(open, a)
			}
		}
		// In the order of time, so that the same facts give the same answer.
		slices.SortFunc(open, func(a, b *attempt) int { return cmp.Compare(a.entry, b.entry) })
		for _, a := range open {
			w.finish(a)
		}
		clear(w.threads)
	}
}

// dropUnmatched counts the period's interactions at no step of the journey, without
// streaming them.
func (s *scope) dropUnmatched(ctx context.Context, t *tally, unmatched func(signature int32) bool) error {
	f := s.filter(unmatched, 0, 0)
	if len(f.Signatures) == 0 && f.Signatures != nil {
		return nil
	}
	return s.facts.Rows(ctx, "volume", f, nil, func(scan func(...any) error) error {
		var signature int32
		var count int64
		if err := scan(&signature, &count); err != nil {
			return err
		}
		t.dropMany(noStep, count)
		return nil
	})
}
