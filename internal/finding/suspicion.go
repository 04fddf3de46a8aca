package finding

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// suspicion is one tested hypothesis: that customers fare worse somewhere than they
// should.
type suspicion struct {
	key   cx.FindingKey
	title string
	why   string

	exposed float64 // customers (or attempts, contacts) in the window to whom it could happen
	excess  float64 // share of them harmed beyond the reference
	low     float64 // lower bound of the excess, 95 %
	least   float64 // the smallest lower bound worth anybody's time
	n       int64
	p       float64 // one-sided: of so much or more by chance

	owner    string
	cost     cx.Money
	evidence question.Params // the answer that shows it
	window   cx.Period       // that exposed counts; zero = the run's
}

// discoveryRate is the share of false discoveries that a run accepts, per question.
const discoveryRate = .05

// discoveries keeps the suspicions that stand after Benjamini–Hochberg within each
// question and that are big enough to matter; tests that found nothing count too,
// since they were asked. It sets q alongside.
func discoveries(all []suspicion) ([]suspicion, map[cx.FindingKey]float64) {
	byQuestion := map[string][]int{}
	for i, s := range all {
		byQuestion[s.key.Question] = append(byQuestion[s.key.Question], i)
	}
	q := map[cx.FindingKey]float64{}
	var kept []suspicion
	for _, indexes := range byQuestion {
		p := make([]float64, len(indexes))
		for i, at := range indexes {
			p[i] = all[at].p
		}
		for i, adjusted := range statistics.BenjaminiHochberg(p) {
			s := all[indexes[i]]
			if adjusted > discoveryRate || s.low < s.least {
				continue
			}
			if was, twice := q[s.key]; twice { // two tests of one key: the surer one speaks
				if was <= adjusted {
					continue
				}
				kept = slices.DeleteFunc(kept, func(k suspicion) bool { return k.key == s.key })
			}
			q[s.key] = adjusted
			kept = append(kept, s)
		}
	}
	slices.SortFunc(kept, func(a, b suspicion) int { return compareKeys(a.key, b.key) })
	return kept, q
}

func compareKeys(a, b cx.FindingKey) int {
	return cmp.Or(strings.Compare(a.Question, b.Question), strings.Compare(a.Journey, b.Journey), strings.Compare(a.Step, b.Step),
		strings.Compare(a.Persona, b.Persona), strings.Compare(a.Segment, b.Segment))
}

// month is the mean length of a month.
const month = 365.25 / 12 * 24 * float64(time.Hour)

// finding makes a suspicion a finding of a window.
func (s suspicion) finding(q float64, window cx.Period, zone *time.Location) cx.Finding {
	if !s.window.From.IsZero() {
		window = s.window
	}
	months := float64(window.To.Sub(window.From)) / month
	f := cx.Finding{
		Key: s.key, State: cx.FindingOpen, Title: s.title, Why: s.why,
		CustomersPerMonth: s.exposed / months, Excess: s.excess, ExcessLower: s.low, N: s.n, P: s.p, Q: q,
		From: window.From, To: window.To, Owner: s.owner, Evidence: evidenceOf(s, zone),
	}
	f.Severity = f.CustomersPerMonth * f.ExcessLower
	if s.cost.Currency != "" && s.cost.Minor > 0 {
		f.Severity *= float64(s.cost.Minor)
		f.Priced, f.Currency = true, s.cost.Currency
	}
	return f
}

func evidenceOf(s suspicion, zone *time.Location) string {
	v := s.evidence.Values(zone)
	out := url.Values{"question": {s.key.Question}}
	for name, values := range v {
		out[name] = values
	}
	return out.Encode()
}
