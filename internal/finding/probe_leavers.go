package finding

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

const (
	// leastLeaving is how much likelier leaving within 30 days must be, and leastLeavers
	// how many must have left.
	leastLeaving = .02
	leastLeavers = 10
	leavingDays  = 30
)

// speaksOfLeaving recognises reasons that are leaving itself and not what it came from.
var speaksOfLeaving = regexp.MustCompile(`(?i)cancel|terminat|leaving|churn|close.account|kündig|kuendig|résili|resili|disdett|opzeg|\bbaja\b`)

// probeLeavers tests after contacts about which reasons customers leave more often than
// at other times, and more often than after contacts about other things: who contacts us
// at all may leave more often. Both must hold, so the weaker speaks (Berger 1982). The
// longest stretch is looked at, since few leave in a week; a customer leaves once. It is
// asked once, not for each journey.
func probeLeavers(ctx context.Context, p *probes) error {
	if !p.first {
		return nil
	}
	q := question.Params{Period: p.window.now, By: "reason"}
	if n := len(p.window.turns); n > 0 {
		q.Period = p.window.turns[n-1].recent
	}
	all, after, err := question.LeavingStrata(ctx, p.facts, q)
	if err != nil {
		return err
	}
	owners, err := p.stepsOfReasons(ctx)
	if err != nil {
		return err
	}
	var contacted question.Leaving // about anything but leaving
	after = slices.DeleteFunc(after, func(l question.Leaving) bool { return speaksOfLeaving.MatchString(l.Reason) })
	for _, l := range after {
		contacted.Leavers, contacted.Days = contacted.Leavers+l.Leavers, contacted.Days+l.Days
	}
	for _, l := range after {
		if l.Leavers < leastLeavers || l.Days < leavingDays*leastGroup || contacted.Days-l.Days < leavingDays*leastGroup {
			p.withheld++
			continue
		}
		times, least, c := leavesMore(l, all)
		timesOthers, _, others := leavesMore(l, contacted)
		s := p.test(owners[l.Reason], "reason="+l.Reason, c.weaker(others), l.Leavers, l.Days/leavingDays, leastLeaving, q)
		s.window = q.Period
		if p.journey.LostCustomerValue.Minor > 0 {
			s.cost = p.journey.LostCustomerValue
		}
		s.title = fmt.Sprintf("After contacting us about “%s”, customers leave %.0f times as often as otherwise", l.Reason, times)
		s.why = fmt.Sprintf("%d left within %d days after such a contact: %.0f times as often as at other times (at least %.1f), and %.0f times as often as after contacts about other things. It need not be why they left.",
			l.Leavers, leavingDays, times, least, timesOthers)
	}
	return nil
}

// leavesMore holds leaving after a contact against leaving at all other times among all:
// the ratio of rates with its lower bound, and the difference of the shares that leave
// within the days, tested by the exact binomial test (Rothman, Greenland & Lash 2008,
// chapter 14). Where nobody else left, one is taken to have, so that the ratio is finite.
func leavesMore(after, all question.Leaving) (ratio, least float64, c comparison) {
	rest, restDays := max(1, all.Leavers-after.Leavers), all.Days-after.Days
	ratio, interval, p := statistics.RateRatio(after.Leavers, after.Days, rest, restDays)
	here, there := leavingDays/after.Days, leavingDays/restDays
	c = compared(float64(after.Leavers)*here-float64(rest)*there, float64(after.Leavers)*here*here+float64(rest)*there*there)
	c.p = oneSided(ratio-1, p)
	return ratio, interval.Low, c
}
