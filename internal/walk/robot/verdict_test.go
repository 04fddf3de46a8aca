package robot_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/walk/robot"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/browser"
)

func well() browser.Recording {
	return browser.Recording{Outcome: browser.Completed, Steps: []browser.StepRecord{{Number: 1, What: "go", Result: browser.StepDone, Timing: browser.Timing{Page: 100}}}}
}

func failed(step int, fault browser.Fault) browser.Recording {
	return browser.Recording{Outcome: browser.Failed, FailedStep: step, Fault: fault, Reason: "the button is covered"}
}

var (
	broken  = browser.Recording{Outcome: browser.Infrastructure, Fault: browser.OurRobot}
	refused = browser.Recording{Outcome: browser.Refused, Reason: "two orders a day are the most"}
)

func TestAVerdictIsWhatEnoughWalksAgreeOn(t *testing.T) {
	theirs, unclear, ours := failed(3, browser.TheirSite), failed(3, browser.CannotTell), failed(3, browser.OurRobot)
	for name, c := range map[string]struct {
		walks   []browser.Recording
		outcome robot.Outcome
		fault   browser.Fault
		says    string
	}{
		"all went well":                             {[]browser.Recording{well(), well()}, robot.WentWell, "", "2 of 2 walks"},
		"one hiccup is forgiven":                    {[]browser.Recording{well(), theirs, well()}, robot.WentWell, "", "2 of 3 walks"},
		"the site fails twice":                      {[]browser.Recording{theirs, well(), theirs}, robot.WentBadly, browser.TheirSite, "failed at step 3 in 2 of 3 walks: the button is covered"},
		"the site fails, each time elsewhere":       {[]browser.Recording{theirs, failed(4, browser.TheirSite)}, robot.WentBadly, browser.TheirSite, "not always at the same step"},
		"one failure decides nothing":               {[]browser.Recording{theirs}, robot.Undecided, browser.CannotTell, "cannot tell"},
		"an element is missing each time":           {[]browser.Recording{unclear, unclear}, robot.Undecided, browser.CannotTell, "the recording is out of date"},
		"the recording is wrong":                    {[]browser.Recording{ours, ours}, robot.Undecided, browser.OurRobot, "Our robot could not"},
		"each walk says something else":             {[]browser.Recording{well(), theirs, unclear}, robot.Undecided, browser.CannotTell, "cannot tell"},
		"a robot that broke counts for nothing":     {[]browser.Recording{broken, well(), broken, well()}, robot.WentWell, "", "2 of 2 walks"},
		"a robot that broke is no bad experience":   {[]browser.Recording{broken, broken, theirs}, robot.Undecided, browser.CannotTell, "cannot tell"},
		"a robot that always breaks says nothing":   {[]browser.Recording{broken, broken}, robot.Undecided, browser.OurRobot, "says nothing about the site"},
		"a guard that ended it is no failure of it": {[]browser.Recording{refused}, robot.Refused, "", "two orders a day"},
	} {
		t.Run(name, func(t *testing.T) {
			v := robot.Judge(robot.TwoOfThree, c.walks)
			if v.Outcome != c.outcome || v.Fault != c.fault || !strings.Contains(v.Text, c.says) {
				t.Errorf("%s, %s: %s", v.Outcome, v.Fault, v.Text)
			}
		})
	}
}

func TestSpeedIsJudgedByTheMedian(t *testing.T) {
	page := func(lcp float64) browser.Recording {
		r := well()
		rating := "good"
		if lcp > 4000 {
			rating = "poor"
			r.Findings = []browser.Finding{{Kind: browser.Slow, Text: "slow"}}
		}
		r.Pages = []browser.PageRecord{{URL: "http://shop.example/?visit=1", Vitals: map[string]browser.Vital{"LCP": {Value: lcp, Rating: rating}}}}
		r.Steps[0].Timing.Page = browser.Millis(lcp)
		return r
	}
	slow := func(v robot.Verdict) bool {
		return slices.ContainsFunc(v.Findings, func(f robot.Repeated) bool { return f.Kind == browser.Slow })
	}
	once := robot.Judge(robot.TwoOfThree, []browser.Recording{page(1000), page(9000), page(1200)})
	if slow(once) || once.Pages[0].Vitals["LCP"].Value != 1200 || once.Steps[0].Median != 1200 || once.Steps[0].Most != 9000 {
		t.Errorf("one slow walk of three makes the page slow: %+v", once)
	}
	if !slices.ContainsFunc(once.Praise, func(p string) bool { return strings.Contains(p, "quick") }) {
		t.Errorf("a quick page is not praised: %v", once.Praise)
	}
	if often := robot.Judge(robot.TwoOfThree, []browser.Recording{page(1000), page(9000), page(8000)}); !slow(often) {
		t.Errorf("two slow walks of three make no slow page: %+v", often)
	}
}

func TestFindingsThatComeAndGoAreToldApart(t *testing.T) {
	with := func(kinds ...browser.Kind) browser.Recording {
		r := well()
		for _, k := range kinds {
			r.Findings = append(r.Findings, browser.Finding{Kind: k, Step: 1, Text: string(k)})
		}
		return r
	}
	v := robot.Judge(robot.TwoOfThree, []browser.Recording{with(browser.Exception, browser.HTTPError), with(browser.Exception), with(browser.Exception)})
	if len(v.Findings) != 1 || v.Findings[0].Walks != 3 || len(v.Sometimes) != 1 || v.Sometimes[0].Kind != browser.HTTPError {
		t.Errorf("%+v", v)
	}
}

func TestVerdictsObeyTheirLaws(t *testing.T) {
	outcomes := []browser.Recording{well(), failed(2, browser.TheirSite), failed(2, browser.CannotTell), failed(2, browser.OurRobot), broken}
	rapid.Check(t, func(t *rapid.T) {
		of := rapid.IntRange(1, 9).Draw(t, "of")
		rule := robot.Rule{Need: of/2 + 1, Of: of}
		if err := rule.Check(); err != nil {
			t.Fatal(err)
		}
		walks := rapid.SliceOfN(rapid.SampledFrom(outcomes), 0, of).Draw(t, "walks")
		v := robot.Judge(rule, walks)
		if v.Well+v.Badly+v.Unclear != v.Walks || v.Walks+v.Broken != len(walks) {
			t.Fatalf("the walks do not add up: %+v", v)
		}
		if v.Outcome == robot.WentBadly && v.Badly < rule.Need || v.Outcome == robot.WentWell && v.Well < rule.Need {
			t.Fatalf("too few walks decide: %+v", v)
		}
		shuffled := rapid.Permutation(walks).Draw(t, "in another order")
		if w := robot.Judge(rule, shuffled); w.Outcome != v.Outcome || w.Fault != v.Fault {
			t.Fatalf("the order of the walks decides: %s, %s", v.Outcome, w.Outcome)
		}
		more := robot.Judge(rule, append(slices.Clone(walks), broken))
		if more.Outcome != v.Outcome || more.Fault != v.Fault && len(walks) > 0 {
			t.Fatalf("a robot that broke changed the verdict from %s to %s", v.Outcome, more.Outcome)
		}
	})
}

// played plays recordings in order.
type played struct{ walks []browser.Recording }

func (p *played) Walk(context.Context, browser.Walk) (browser.Recording, error) {
	r := p.walks[0]
	p.walks = p.walks[1:]
	return r, nil
}

func TestNoMoreIsWalkedThanIsNeeded(t *testing.T) {
	theirs := failed(1, browser.TheirSite)
	for name, c := range map[string]struct {
		walks []browser.Recording
		want  int
	}{
		"two that agree are enough":            {[]browser.Recording{well(), well(), well()}, 2},
		"two that differ need a third":         {[]browser.Recording{well(), theirs, theirs}, 3},
		"a robot that broke walks once more":   {[]browser.Recording{broken, well(), well()}, 3},
		"a robot that always breaks gives up":  {slices.Repeat([]browser.Recording{broken}, 10), 6},
		"a guard that ended it is not pressed": {[]browser.Recording{refused, well()}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, all, err := robot.Run(t.Context(), &played{c.walks}, robot.TwoOfThree, func(int) (browser.Walk, error) { return browser.Walk{}, nil })
			if err != nil || len(all) != c.want {
				t.Errorf("%d walks, %v", len(all), err)
			}
		})
	}
	for _, wrong := range []robot.Rule{{0, 3}, {1, 2}, {4, 3}, {2, 4}, {20, 39}} {
		if wrong.Check() == nil {
			t.Errorf("%+v is taken for a rule", wrong)
		}
	}
}
