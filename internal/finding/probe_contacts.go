package finding

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

const (
	// leastRise is how many contacts more per order or invoice are worth a finding,
	// and leastRatio how many times as many there must be at least.
	leastRise  = .005
	leastRatio = 1.25
)

// per is something that contacts are counted per.
type per struct {
	name        string // in the plural
	now, before int64
}

// told is a reason's contacts now and before.
type told struct {
	reason      string
	now, before cases
}

// rise is by how much contacts rose beyond what they are counted per: a log ratio of
// two Poisson rates with its variance (Rothman, Greenland & Lash 2008), half a contact
// added to each so that none before is no infinity.
func (r told) rise(of per) (log, variance float64) {
	k1, k0 := float64(r.now.once.n)+.5, float64(r.before.once.n)+.5
	log = math.Log(k1/k0) - math.Log(float64(of.now)/float64(of.before))
	return log, 1/k1 + 1/k0 + 1/float64(of.now) + 1/float64(of.before)
}

// probeContacts tests about which reasons customers contact us more than before, per
// order and per invoice, and against how contacts about the other reasons changed. It
// must be more by every one of these measures: growth and seasons raise contacts with
// orders or with each other. A customer counts once a week. It is asked once, not for
// each journey.
func probeContacts(ctx context.Context, p *probes, t turn) error {
	if !p.first {
		return nil
	}
	traffic, err := p.passes.everything(ctx, p.window)
	if err != nil {
		return err
	}
	measures := p.denominators(traffic.Kinds, t)
	if len(measures) == 0 {
		p.withheld++
		return nil
	}
	owners, err := p.stepsOfReasons(ctx)
	if err != nil {
		return err
	}
	var all []told
	for _, reason := range keysOf(traffic.Contacts) {
		r := told{reason: reason}
		for stretch, c := range traffic.Contacts[reason] {
			if p.passes.in(stretch, t.recent) {
				r.now = r.now.plus(casesOf(c))
			}
			if p.passes.in(stretch, t.before) {
				r.before = r.before.plus(casesOf(c))
			}
		}
		all = append(all, r)
	}
	for _, r := range all {
		if r.reason == "" {
			continue
		}
		if r.now.once.n < leastGroup {
			p.withheld++
			continue
		}
		p.testRise(t, r, all, measures, owners[r.reason])
	}
	return nil
}

// denominators are what the facts hold of orders and invoices, now and before.
func (p *probes) denominators(kinds map[cx.Kind][]int64, t turn) []per {
	var out []per
	for _, of := range []struct {
		kind cx.Kind
		name string
	}{{cx.Order, "orders"}, {cx.Invoice, "invoices"}} {
		d := per{name: of.name}
		for stretch, n := range kinds[of.kind] {
			if p.passes.in(stretch, t.recent) {
				d.now += n
			}
			if p.passes.in(stretch, t.before) {
				d.before += n
			}
		}
		if d.now >= leastGroup && d.before >= leastGroup {
			out = append(out, d)
		}
	}
	return out
}

func (p *probes) testRise(t turn, r told, all []told, measures []per, step string) {
	log, variance, z := math.Inf(1), 0.0, math.Inf(1)
	weakest := func(l, v float64) {
		if l/math.Sqrt(v) < z {
			log, variance, z = l, v, l/math.Sqrt(v)
		}
	}
	for _, m := range measures {
		weakest(r.rise(m))
	}
	var others []float64
	for _, o := range all {
		if o.reason != r.reason && o.reason != "" && o.now.once.n >= leastOthers && o.before.once.n >= leastOthers {
			l, _ := o.rise(measures[0])
			others = append(others, l)
		}
	}
	if len(others) > 0 {
		slices.Sort(others)
		l, v := r.rise(measures[0])
		weakest(l-others[len(others)/2], v)
	}
	of := measures[0]
	rate := float64(r.now.once.n) / float64(of.now)
	low := log - statistics.Z*math.Sqrt(variance)
	c := rateBeyond(rate, log, variance)
	q := p.params(t.recent)
	q.Journey, q.By = "", "reason"
	s := p.test(step, "reason="+r.reason, c, r.now.all.n, float64(of.now), leastRise, q)
	s.window = t.recent
	p.fades(t, "\x00"+r.reason, harmed{r.now.once.n, of.now}, r.before.rateOf(of))
	if low < math.Log(leastRatio) {
		p.mute(len(p.suspicions) - 1)
	}
	s.title = fmt.Sprintf("More contacts about “%s”: %s per 100 %s, %s before", r.reason, perHundred(r.now.all.n, of.now), of.name, perHundred(r.before.all.n, of.before))
	s.why = fmt.Sprintf("%d contacts to %d %s since %s, %d to %d before; at least %.1f times as many, also against the change of other reasons, a customer counted once a week.",
		r.now.all.n, of.now, of.name, p.since(t), r.before.all.n, of.before, math.Exp(low))
}

// rateOf is how many of the cases there were before, per what they are counted per.
func (c cases) rateOf(of per) float64 { return float64(c.once.n) / float64(of.before) }

func perHundred(k, n int64) string { return fmt.Sprintf("%.1f", 100*float64(k)/float64(n)) }
