package question

import (
	"cmp"
	"context"
	"maps"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// naiveBreak is a step that broke for a customer, literally.
type naiveBreak struct {
	customer int64
	at       time.Time
	late     bool // known only when a promise ran out
	place    int  // of the fact
	step     string
	contact  bool
	reason   string
}

// lowScore reports whether an answer of the drawn world is a bad one.
func lowScore(f fact) bool {
	switch f.Scale {
	case 1:
		return f.Score <= 6
	case 2:
		return f.Score >= 1 && f.Score < 4
	case 3:
		return f.Score >= 1 && f.Score < 5
	}
	return false
}

// breaks lists what broke at the steps of the drawn journey.
func (n naive) breaks() (all []naiveBreak) {
	for i, f := range n.world.facts {
		step := f.Signature.Touchpoint
		if step == "elsewhere" || f.Customer == 0 || f.Start.After(n.asOf) {
			continue
		}
		b := naiveBreak{f.Customer, f.Start, false, i, step, f.Signature.Kind == cx.Contact, f.Signature.Reason}
		failed := f.Signature.Outcome == "failed"
		if step == "search" {
			failed = f.Signature.Kind == cx.Event && f.Signature.Channel == "phone"
		}
		if failed || f.Signature.Kind == cx.SurveyAnswer && lowScore(f) {
			all = append(all, b)
			continue
		}
		human, end := n.known(f.FirstHuman), n.known(f.End)
		over := f.Censored || end.IsZero() && !f.End.IsZero()
		lasted := end
		if end.IsZero() {
			lasted = n.asOf
		}
		switch {
		case step == "look" && b.contact && !lasted.Before(f.Start) && (human.IsZero() || !human.Before(f.Start)):
			until := human
			if human.IsZero() {
				until = lasted
			}
			if until.Sub(f.Start) > 6*time.Hour {
				b.at, b.late = f.Start.Add(6*time.Hour), true
				all = append(all, b)
			}
		case step == "pay" && !lasted.Before(f.Start) && (over || !end.IsZero()):
			hours := n.world.journeys["buy"].Hours
			if naiveBusiness(hours, f.Start, lasted) > 12*time.Hour {
				due := f.Start
				for naiveBusiness(hours, f.Start, due.Add(time.Hour)) <= 12*time.Hour {
					due = due.Add(time.Hour)
				}
				b.at, b.late = due, true
				all = append(all, b)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b naiveBreak) int {
		if a.late != b.late && a.at.Equal(b.at) {
			if b.late {
				return -1
			}
			return 1
		}
		return a.at.Compare(b.at)
	})
	return all
}

// before are the breaks of a contact's customer that were known when it began, within a window.
func before(all []naiveBreak, customer int64, place int, start time.Time, window time.Duration) (out []naiveBreak) {
	for _, b := range all {
		known := b.at.Before(start) || !b.late && b.place < place
		if b.customer == customer && known && b.at.Sub(start) <= 0 && start.Sub(b.at) <= window {
			out = append(out, b)
		}
	}
	return out
}

func TestUpstreamEqualsItsNaiveReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		world, p := drawWorld(t), drawParams(t)
		p.By = rapid.SampledFrom([]string{"", "owner", "reason"}).Draw(t, "by")
		p.MinRows = 1
		n := newNaive(world, p)
		window := time.Duration(p.Days) * 24 * time.Hour
		ruledOn := map[string]string{}
		ruled := map[cx.InteractionID]string{}
		for i, f := range world.facts {
			if f.Signature.Kind == cx.Contact && rapid.IntRange(0, 7).Draw(t, "ruled") == 0 {
				step := rapid.SampledFrom([]string{"search", "", "gone"}).Draw(t, "to")
				ruled[world.facts[i].id] = step
				world.rulings = append(world.rulings, cx.Ruling{Contact: f.id, Step: step})
			}
		}
		if rapid.Bool().Draw(t, "a reason is ruled on") {
			ruledOn["delivery"] = "look"
			world.rulings = append(world.rulings, cx.Ruling{Reason: "delivery", Step: "look"})
		}
		breaks := n.breaks()
		follows := naiveFollows(n, breaks, window)
		owners := map[string]string{"look": "shop", "pay": "finance", "search": "(no owner)", "-": "Not known"}
		titles := map[string]string{"-": "Not known"}
		learnt, err := LearnUpstream(context.Background(), world, p)
		if err != nil {
			t.Fatal(err)
		}
		want := map[[4]string]int64{}
		var scanned, continued int64
		for i, f := range world.facts {
			if f.Signature.Kind != cx.Contact || f.Start.After(n.asOf) || !n.asked(f) {
				continue
			}
			scanned++
			if f.Continues {
				continued++
				continue
			}
			reason := f.Signature.Reason
			step, how := "-", "not_known"
			var seen, last naiveBreak
			for _, b := range before(breaks, f.Customer, i, f.Start, window) {
				if b.contact && b.reason != "" && b.reason == reason || !b.contact && b.step == "pay" && reason == "invoice" {
					seen = b
				}
				if !b.contact {
					last = b
				}
			}
			walked := slices.ContainsFunc(world.walks, func(w cx.WalkStep) bool {
				return w.Journey == "buy" && w.At == "pay" && (w.Done == cx.StepBlocked || w.Kept != nil && !*w.Kept) &&
					!w.Started.After(f.Start) && !w.Started.Before(f.Start.Add(-window))
			})
			said, isRuled := ruled[f.id]
			if about, on := ruledOn[reason]; !isRuled && on {
				said, isRuled = about, true
			}
			switch {
			case isRuled:
				how = "overruled"
				if _, known := world.journeys["buy"].Step(said); known {
					step = said
				}
			case f.Customer != 0 && seen.step != "":
				step, how = seen.step, "seen"
			case reason == "invoice" && walked:
				step, how = "pay", "walk"
			case reason == "invoice":
				step, how = "pay", "by_reason"
			case f.Customer != 0 && last.step != "" && follows[[2]string{last.step, reason}]:
				step, how = last.step, "follows"
			}
			if i%4 == 0 {
				one, err := learnt.ChargeContact(context.Background(), world, p, f.id, cx.CustomerID(f.Customer), f.Start, reason)
				if err != nil || cmp.Or(one.Step, "-") != step || one.How.String() != how {
					t.Fatalf("contact %d alone is charged %+v, reference %s to %s; %v", i, one, how, step, err)
				}
			}
			key := [4]string{"", "", step, how}
			switch p.By {
			case "owner":
				key = [4]string{f.Start.Format("2006-01"), owners[step], "", how}
			case "reason":
				key[1] = reason
				if reason == "" {
					key[1] = "-"
				}
			}
			want[key]++
		}
		answer, err := AskUpstream(context.Background(), world, p)
		if err != nil {
			t.Fatal(err)
		}
		got := map[[4]string]int64{}
		for _, r := range answer.Rows {
			for how, k := range r.Charged {
				if k == 0 {
					continue
				}
				key := [4]string{r.Month, r.Reason.Name, r.Step.Name, Charged(how).String()}
				if p.By == "owner" {
					key[1], key[2] = r.Owner, ""
				}
				got[key] += k
			}
			if title, ok := titles[r.Step.Name]; ok && r.Step.Title != title {
				t.Fatalf("step %q is called %q", r.Step.Name, r.Step.Title)
			}
		}
		if !maps.Equal(want, got) || answer.Scanned != scanned || answer.Scanned-answer.Included != continued {
			t.Fatalf("%v of %d (%d used), reference %v of %d (%d continue)", got, answer.Scanned, answer.Included, want, scanned, continued)
		}
	})
}

// naiveFollows says which pairs of step and reason count, by the textbook's formula.
func naiveFollows(n naive, breaks []naiveBreak, window time.Duration) map[[2]string]bool {
	type sums struct{ above, below, v, exposed float64 }
	all := map[[2]string]sums{}
	for customer := int64(1); customer <= 4; customer++ {
		var first time.Time
		var own []naiveBreak
		for _, f := range n.world.facts {
			if f.Customer == customer && (f.Signature.Kind == cx.Contact || f.Signature.Touchpoint != "elsewhere") && first.IsZero() && !f.Start.After(n.asOf) {
				first = f.Start
			}
		}
		for _, b := range breaks {
			if b.customer == customer && !b.contact && (!b.late || b.at.Before(n.asOf.Add(time.Microsecond))) {
				own = append(own, b)
			}
		}
		exposed := map[string]float64{}
		for i, b := range own {
			end := n.asOf
			if i+1 < len(own) {
				end = own[i+1].at
			}
			exposed[b.step] += float64(max(time.Microsecond, min(end.Sub(b.at), window)))
		}
		a, m := map[[2]string]float64{}, map[string]float64{}
		for i, f := range n.world.facts {
			if f.Customer != customer || f.Signature.Kind != cx.Contact || f.Continues || f.Start.After(n.asOf) || f.Signature.Reason == "invoice" {
				continue
			}
			m[f.Signature.Reason]++
			var last naiveBreak
			for _, b := range before(breaks, customer, i, f.Start, window) {
				if !b.contact {
					last = b
				}
			}
			if last.step != "" {
				a[[2]string{last.step, f.Signature.Reason}]++
			}
		}
		total := float64(n.asOf.Sub(first))
		for step, time := range exposed {
			time = min(time, total)
			for reason, k := range m {
				if time <= 0 || total-time <= 0 {
					continue
				}
				pair := [2]string{step, reason}
				s := all[pair]
				s.above += a[pair] * (total - time) / total
				s.below += (k - a[pair]) * time / total
				s.v += k * time / total * (total - time) / total
				s.exposed += a[pair]
				all[pair] = s
			}
		}
	}
	out := map[[2]string]bool{}
	tested := naiveRatios{}
	for pair, s := range all {
		if s.above > 0 && s.below > 0 && s.exposed >= 1 {
			tested.add(pair, s.above/s.below, s.v/(s.above*s.below))
		}
	}
	for _, pair := range tested.found() {
		out[pair] = true
	}
	return out
}

// naiveRatios are rate ratios with the variances of their logarithms.
type naiveRatios struct {
	pairs []([2]string)
	low   []float64
	p     []float64
}

func (r *naiveRatios) add(pair [2]string, ratio, variance float64) {
	deviation := math.Sqrt(variance)
	r.pairs = append(r.pairs, pair)
	r.low = append(r.low, math.Exp(math.Log(ratio)-1.959963984540054*deviation))
	r.p = append(r.p, math.Erfc(math.Abs(math.Log(ratio))/deviation/math.Sqrt2))
}

// found are the pairs with a lower bound above two and q below .05: q is the smallest of
// p·m/rank from the pair's rank on.
func (r *naiveRatios) found() (out [][2]string) {
	for i := range r.pairs {
		q := 1.0
		for j := range r.pairs {
			if r.p[j] < r.p[i] {
				continue
			}
			rank := 0
			for _, p := range r.p {
				if p <= r.p[j] {
					rank++
				}
			}
			q = min(q, r.p[j]*float64(len(r.p))/float64(rank))
		}
		if q < .05 && r.low[i] > 2 {
			out = append(out, r.pairs[i])
		}
	}
	return out
}
