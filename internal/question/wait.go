package question

import (
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// Wait is how long customers waited, in seconds, by Kaplan and Meier: those who
// were not answered count with the time that they did wait.
type Wait struct {
	Median Estimate
	P90    Estimate
	// MedianOpen and P90Open say that the interval's upper bound lies beyond what
	// was seen; Interval.High is then the value itself.
	MedianOpen bool
	P90Open    bool
	Mixed      bool  // several channels meet: neither is shown
	N          int64 // waits
	Answered   int64
}

// leastAnswered is how many answered waits a wait's figures need.
const leastAnswered = 5

// newWait estimates a wait from what was collected (microseconds).
func newWait(w *statistics.Waits, least int64) Wait {
	curve := w.Survival()
	out := Wait{N: curve.N, Answered: curve.Events}
	out.Median, out.MedianOpen = waitQuantile(curve, 0.5, least)
	out.P90, out.P90Open = waitQuantile(curve, 0.9, least)
	return out
}

func waitQuantile(curve statistics.Survival, q float64, least int64) (e Estimate, open bool) {
	const second = 1e6
	time, low, high, open, ok := curve.Quantile(q)
	e = Estimate{Value: float64(time) / second, N: curve.N, Shown: ok && curve.Events >= least}
	if !ok {
		return e, true
	}
	if open {
		high = time
	}
	e.Interval = Interval{Low: float64(low) / second, High: float64(high) / second}
	return e, open
}

// waitCells are a median and a p90.
func waitCells(w Wait, evidence string) []Cell {
	return []Cell{waitCell(w, w.Median, w.MedianOpen, evidence), waitCell(w, w.P90, w.P90Open, evidence)}
}

// waitCell is one quantile. It is withheld where too few were answered; where
// enough were, but the share was not reached before the waits ran out, or where several channels meet, it says so.
// An interval without an upper end isn't drawn.
func waitCell(w Wait, e Estimate, open bool, evidence string) Cell {
	switch {
	case w.Mixed:
		return Cell{Text: "several channels"}
	case !e.Shown && w.Answered < leastAnswered:
		return Cell{N: w.Answered, Withheld: true, Evidence: evidence}
	case !e.Shown:
		return Cell{Text: "not reached", N: e.N, Evidence: evidence}
	}
	c := estimateCell(e, evidence)
	if open {
		c.Interval = nil
	}
	return c
}

func waitsAt(waits *[]*statistics.Waits, group int32) *statistics.Waits {
	for int(group) >= len(*waits) {
		*waits = append(*waits, &statistics.Waits{})
	}
	return (*waits)[group]
}

// nobodyAnswers is said where no wait ends with a person: whether nobody answered or
// nobody wrote it down can't be told, and a share of 0 would say that it can.
const nobodyAnswers = "No contact here says when a person first answered, so nobody knows how long it took, or whether anybody did."

// unanswered leaves out all that was counted, where the waits show no answer at all.
func (t *tally) unanswered(waits []*statistics.Waits) bool {
	for _, w := range waits {
		if w != nil && w.Events > 0 {
			return false
		}
	}
	used := t.included
	t.included, t.scanned = 0, t.scanned-used
	t.dropMany("nobody's first answer is recorded", used)
	return true
}
