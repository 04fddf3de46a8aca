// Package robot judges what robots met. One walk proves little: a network hiccups,
// a page is deployed just now. So an errand is walked several times, and a Verdict
// says what N of M walks agree on: that it went well, that the site failed, that
// the robot did, or that nobody can tell yet. Speed is judged by the median.
//
// Package browser walks; recorder reads recordings; guard keeps robots from harm.
// Start reading at Run.
package robot

import (
	"context"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/browser"
)

// Rule is how many walks of how many must agree.
type Rule struct{ Need, Of int }

// TwoOfThree is the usual rule.
var TwoOfThree = Rule{Need: 2, Of: 3}

// Check refuses rules that could decide for both sides, or never.
func (r Rule) Check() error {
	if r.Of < 1 || r.Of > 25 || r.Need < 1 || r.Need > r.Of || 2*r.Need <= r.Of {
		return cx.Errorf(cx.Invalid, "%d of %d walks cannot decide", r.Need, r.Of).WithRemedy("More than half must agree, of at most 25: 2 of 3 is usual.")
	}
	return nil
}

// Walker walks once; a *browser.Browser is one.
type Walker interface {
	Walk(ctx context.Context, w browser.Walk) (browser.Recording, error)
}

// Run walks an errand until the walks agree or there are enough, and judges them.
// Each walk is made by next, which is told its number from 1: evidence and markers
// differ. A walk that the robot broke is walked again, at most as often as the rule has walks.
func Run(ctx context.Context, walker Walker, rule Rule, next func(run int) (browser.Walk, error)) (Verdict, []browser.Recording, error) {
	if err := rule.Check(); err != nil {
		return Verdict{}, nil, err
	}
	var all []browser.Recording
	counted := 0
	for run := 1; counted < rule.Of && run <= 2*rule.Of; run++ {
		w, err := next(run)
		if err != nil {
			return Verdict{}, all, err
		}
		r, err := walker.Walk(ctx, w)
		if err != nil {
			return Verdict{}, all, err
		}
		all = append(all, r)
		if r.Outcome != browser.Infrastructure {
			counted++
		}
		if v := Judge(rule, all); v.decided {
			return v, all, nil
		}
	}
	return Judge(rule, all), all, nil
}
