package finding

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

const (
	// leastMonthly is by how much the share of customers whose problem returns every
	// month must exceed the share that would by chance.
	leastMonthly = .02
	// leastReturning is how many customers it must be.
	leastReturning = 10
)

// probeMonthlyProblem tests for which reasons more customers contact us month after
// month than would if each one's contacts had fallen into the months by chance, and by
// more than for the other reasons: who calls all the time makes no excess over chance,
// and who calls by the calendar about everything none over the other reasons. It is
// asked once, not for each journey.
func probeMonthlyProblem(ctx context.Context, p *probes) error {
	if !p.first {
		return nil
	}
	q := question.Params{Period: cx.Period{To: p.window.now.To}, By: "reason"}
	a, err := question.AskMonthlyProblem(ctx, p.facts, q)
	if err != nil {
		return err
	}
	owners, err := p.stepsOfReasons(ctx)
	if err != nil {
		return err
	}
	reasons := make([]returning, len(a.Rows))
	for i, r := range a.Rows {
		reasons[i] = returning{harmed{r.Monthly, r.Could}, r.Chance, r.Customers}
	}
	for i, r := range a.Rows {
		if r.Customers < leastGroup || r.Monthly < leastReturning {
			p.withheld++
			continue
		}
		c := comparison{excess: reasons[i].beyond(), low: reasons[i].low(), p: r.P}
		c = c.weaker(reasons[i].beyondOthers(slices.Delete(slices.Clone(reasons), i, i+1)))
		s := p.test(owners[r.Group.Name], segmentOf("reason", r.Group), c, r.Customers, float64(r.Customers), leastMonthly, q)
		s.window = question.MonthsLookedAt(p.window.now.To, p.facts.Zone())
		s.title = fmt.Sprintf("The same customers contact us about “%s” every month: %d do, %.0f would by chance", r.Group.Title, r.Monthly, r.Chance)
		s.why = fmt.Sprintf("%d of %d who asked did so in at least three of four months, with %d contacts. By chance: had each one's contacts fallen into the months at random.",
			r.Monthly, r.Customers, r.Contacts)
	}
	return nil
}

// returning is how many customers' problem returns every month (k) of those with enough
// contacts for it (n), how many it would be by chance, and how many asked at all.
type returning struct {
	harmed
	chance float64
	asked  int64
}

// beyond is the share of those who asked beyond chance, low its lower bound.
func (r returning) beyond() float64 { return (float64(r.k) - r.chance) / float64(max(1, r.asked)) }

func (r returning) low() float64 {
	return (statistics.Wilson(r.k, r.n).Low*float64(r.n) - r.chance) / float64(max(1, r.asked))
}

func (r returning) variance() float64 {
	could := float64(r.n) / float64(max(1, r.asked))
	return could * could * r.harmed.variance()
}

// beyondOthers holds a reason against the median of the others, so that another one's own
// trouble does not hide it; a median varies π/2 times as much as a mean.
func (r returning) beyondOthers(others []returning) comparison {
	var beyond []float64
	var rest returning
	for _, o := range others {
		if o.asked >= leastOthers {
			beyond = append(beyond, o.beyond())
			rest = returning{rest.plus(o.harmed), rest.chance + o.chance, rest.asked + o.asked}
		}
	}
	if len(beyond) == 0 {
		return compared(r.beyond(), r.variance())
	}
	slices.Sort(beyond)
	return compared(r.beyond()-beyond[len(beyond)/2], r.variance()+rest.variance()*math.Pi/2)
}
