package robot

import (
	"cmp"
	"fmt"
	"maps"
	"net/url"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/walk/robot/browser"
)

// Outcome is what the walks agree on.
type Outcome string

// The outcomes.
const (
	WentWell  Outcome = "went_well"
	WentBadly Outcome = "went_badly"
	Refused   Outcome = "refused" // a guard against harm ended it
	Undecided Outcome = "undecided"
)

// Verdict is what several walks of one errand come to.
type Verdict struct {
	Outcome Outcome `json:"outcome"`
	// Fault is whose doing it was: of a walk that went badly their site; of one that is
	// undecided the robot, or nobody can tell.
	Fault browser.Fault `json:"fault,omitempty"`
	// Text says it in a sentence.
	Text string `json:"text"`
	// Walks are those that count; Well, Badly and Unclear add up to it. Broken ones,
	// where the robot broke, are beside it.
	Walks   int `json:"walks"`
	Well    int `json:"well"`
	Badly   int `json:"badly"`
	Unclear int `json:"unclear"`
	Broken  int `json:"broken"`
	// FailedStep is where most walks that failed did, 1-based.
	FailedStep int    `json:"failed_step,omitempty"`
	Reason     string `json:"reason,omitempty"`

	Findings  []Repeated `json:"findings"`  // in as many walks as the rule needs
	Sometimes []Repeated `json:"sometimes"` // in fewer
	Steps     []StepTime `json:"steps"`
	Pages     []PageTime `json:"pages"`
	Praise    []string   `json:"praise"`

	decided bool
}

// Repeated is a finding with the number of walks that it was in.
type Repeated struct {
	browser.Finding
	Walks int `json:"walks"`
}

// StepTime is the page's time of one step over the walks that did it.
type StepTime struct {
	Number int            `json:"number"`
	What   string         `json:"what"`
	Walks  int            `json:"walks"`
	Median browser.Millis `json:"median_ms"`
	Least  browser.Millis `json:"least_ms"`
	Most   browser.Millis `json:"most_ms"`
}

// PageTime is the median of each web vital of a page.
type PageTime struct {
	URL    string                   `json:"url"`
	Vitals map[string]browser.Vital `json:"vitals"`
}

// Judge comes to a verdict over walks of one errand.
func Judge(rule Rule, all []browser.Recording) Verdict {
	v := Verdict{Findings: []Repeated{}, Sometimes: []Repeated{}, Praise: []string{}}
	var counted []browser.Recording
	failures := map[failure]int{}
	var refusal string
	robots := 0
	for _, r := range all {
		if r.Outcome == browser.Infrastructure {
			v.Broken++
			continue
		}
		counted = append(counted, r)
		switch {
		case r.Outcome == browser.Completed || r.Outcome == browser.StoppedDry:
			v.Well++
		case r.Outcome == browser.Refused:
			v.Unclear++
			refusal = r.Reason
		case r.Fault == browser.TheirSite:
			v.Badly++
			failures[failure{r.FailedStep, r.Fault}]++
		default:
			v.Unclear++
			failures[failure{r.FailedStep, r.Fault}]++
			if r.Fault == browser.OurRobot {
				robots++
			}
		}
	}
	v.Walks = len(counted)
	where := mostly(failures)
	for _, r := range counted {
		if r.Outcome == browser.Failed && r.FailedStep == where.step && r.Fault == where.fault {
			v.FailedStep, v.Reason = r.FailedStep, r.Reason
		}
	}
	v.conclude(rule, refusal, robots, failures[where])
	v.repeat(rule, counted)
	v.time(rule, counted)
	v.praise(counted)
	return v
}

// failure is where and by whom; walks that fail elsewhere each time agree on nothing.
type failure struct {
	step  int
	fault browser.Fault
}

func mostly(failures map[failure]int) failure {
	keys := slices.SortedFunc(maps.Keys(failures), func(a, b failure) int {
		return cmp.Or(failures[b]-failures[a], a.step-b.step, cmp.Compare(a.fault, b.fault))
	})
	if len(keys) == 0 {
		return failure{}
	}
	return keys[0]
}

func (v *Verdict) conclude(rule Rule, refusal string, robots, together int) {
	of := func(n int) string { return fmt.Sprintf("%d of %d walks", n, v.Walks) }
	v.decided = true
	switch {
	case refusal != "":
		v.Outcome, v.Reason, v.Text = Refused, refusal, "The walk was ended so that it does no harm: "+refusal+"."
	case v.Well >= rule.Need:
		v.Outcome, v.Text = WentWell, fmt.Sprintf("It went well in %s.", of(v.Well))
		if v.Well == v.Walks {
			v.FailedStep, v.Reason = 0, ""
		}
	case v.Badly >= rule.Need && together >= rule.Need:
		v.Outcome, v.Fault = WentBadly, browser.TheirSite
		v.Text = fmt.Sprintf("It failed at step %d in %s: %s.", v.FailedStep, of(together), v.Reason)
	case v.Badly >= rule.Need:
		v.Outcome, v.Fault = WentBadly, browser.TheirSite
		v.Text = fmt.Sprintf("It failed in %s, not always at the same step; first at step %d: %s.", of(v.Badly), v.FailedStep, v.Reason)
	case robots >= rule.Need:
		v.Outcome, v.Fault = Undecided, browser.OurRobot
		v.Text = fmt.Sprintf("Our robot could not walk it in %s: %s.", of(robots), v.Reason)
	case v.Walks == 0:
		v.Outcome, v.Fault, v.decided = Undecided, browser.OurRobot, false
		v.Text = "Our robot broke each time; this says nothing about the site."
	case v.Unclear >= rule.Need && together >= rule.Need:
		v.Outcome, v.Fault = Undecided, browser.CannotTell
		v.Text = fmt.Sprintf("It stopped at step %d in %s, and we cannot tell whether the site changed for the worse or the recording is out of date: %s.", v.FailedStep, of(together), v.Reason)
	default:
		v.Outcome, v.Fault, v.decided = Undecided, browser.CannotTell, v.Walks >= rule.Of
		v.Text = fmt.Sprintf("We cannot tell: it went well in %d of %d walks.", v.Well, v.Walks)
	}
}

// repeat counts in how many walks each finding was. What is slow is judged by time.
func (v *Verdict) repeat(rule Rule, walks []browser.Recording) {
	type key struct {
		kind browser.Kind
		step int
		text string
	}
	at := map[key]int{}
	var all []Repeated
	for _, r := range walks {
		seen := map[key]bool{}
		for _, f := range r.Findings {
			k := key{f.Kind, f.Step, f.Text}
			if f.Kind == browser.Slow || seen[k] {
				continue
			}
			seen[k] = true
			if i, ok := at[k]; ok {
				all[i].Walks++
				continue
			}
			at[k] = len(all)
			all = append(all, Repeated{f, 1})
		}
	}
	for _, f := range all {
		if f.Walks >= min(rule.Need, len(walks)) {
			v.Findings = append(v.Findings, f)
		} else {
			v.Sometimes = append(v.Sometimes, f)
		}
	}
}

// thresholds of good and poor, as Google publishes them (web.dev/vitals).
var thresholds = map[string]struct {
	good, poor float64
	says       string
}{
	"LCP":  {2500, 4000, "the main thing is seen after %.1f s"},
	"INP":  {200, 500, "the page answers a touch after %.1f s"},
	"CLS":  {0.1, 0.25, "the page jumps about by %.2f"},
	"FCP":  {1800, 3000, "something is seen after %.1f s"},
	"TTFB": {800, 1800, "the server's first word comes after %.1f s"},
}

func (v *Verdict) time(rule Rule, walks []browser.Recording) {
	if len(walks) == 0 {
		return
	}
	longest := slices.MaxFunc(walks, func(a, b browser.Recording) int { return len(a.Steps) - len(b.Steps) })
	for i, s := range longest.Steps {
		var times []float64
		for _, r := range walks {
			if i < len(r.Steps) && r.Steps[i].Result == browser.StepDone {
				times = append(times, float64(r.Steps[i].Timing.Page))
			}
		}
		if len(times) == 0 {
			continue
		}
		v.Steps = append(v.Steps, StepTime{
			Number: s.Number, What: s.What, Walks: len(times), Median: browser.Millis(median(times)),
			Least: browser.Millis(slices.Min(times)), Most: browser.Millis(slices.Max(times)),
		})
	}
	vitals, steps := map[string]map[string][]float64{}, map[string]int{}
	var order []string
	for _, r := range walks {
		for _, p := range r.Pages {
			at := place(p.URL)
			if vitals[at] == nil {
				vitals[at], steps[at] = map[string][]float64{}, p.Step
				order = append(order, at)
			}
			for name, vital := range p.Vitals {
				vitals[at][name] = append(vitals[at][name], vital.Value)
			}
		}
	}
	for _, at := range order {
		page := PageTime{URL: at, Vitals: map[string]browser.Vital{}}
		for _, name := range slices.Sorted(maps.Keys(vitals[at])) {
			t, known := thresholds[name]
			if !known {
				continue
			}
			vital := browser.Vital{Value: median(vitals[at][name]), Rating: "good"}
			switch {
			case vital.Value > t.poor:
				vital.Rating = "poor"
				shown := vital.Value
				if name != "CLS" {
					shown /= 1000
				}
				v.Findings = append(v.Findings, Repeated{browser.Finding{
					Kind: browser.Slow, Step: steps[at], URL: at, Count: 1, Text: fmt.Sprintf(t.says, shown) + fmt.Sprintf(", by the median of %d", len(vitals[at][name])),
				}, len(vitals[at][name])})
			case vital.Value > t.good:
				vital.Rating = "needs-improvement"
			}
			page.Vitals[name] = vital
		}
		v.Pages = append(v.Pages, page)
	}
}

// place is an address without what differs from visit to visit.
func place(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	u.RawQuery, u.Fragment = "", ""
	return u.String()
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// praise says what went well: only what was looked at, and was so in every walk.
func (v *Verdict) praise(walks []browser.Recording) {
	if len(walks) == 0 {
		return
	}
	if v.Well == len(walks) {
		v.Praise = append(v.Praise, fmt.Sprintf("The whole errand can be done, %d of %d times.", v.Well, len(walks)))
	}
	found := map[browser.Kind]bool{}
	for _, f := range append(slices.Clone(v.Findings), v.Sometimes...) {
		if !f.Minor {
			found[f.Kind] = true
		}
	}
	var phones, judged, fast int
	for _, r := range walks {
		for _, p := range r.Pages {
			if p.Mobile != nil {
				phones++
			}
			if p.Accessibility != nil {
				judged++
			}
		}
	}
	quick := true
	for _, p := range v.Pages {
		if lcp, ok := p.Vitals["LCP"]; ok {
			fast++
			quick = quick && lcp.Rating == "good"
		}
	}
	if fast > 0 && quick {
		v.Praise = append(v.Praise, fmt.Sprintf("The pages are quick: on all %d the main thing is seen within 2.5 seconds.", fast))
	}
	none := func(kinds ...browser.Kind) bool {
		return !slices.ContainsFunc(kinds, func(k browser.Kind) bool { return found[k] })
	}
	if phones > 0 && none(browser.NoViewport, browser.ZoomBlocked, browser.Overflow, browser.TinyTargets, browser.SmallText, browser.Overlay) {
		v.Praise = append(v.Praise, "The pages are friendly to phones: they fit, can be read, tapped and zoomed.")
	}
	if judged > 0 && none(browser.Inaccessible) {
		v.Praise = append(v.Praise, "No serious accessibility rule is broken.")
	}
	if none(browser.HTTPError, browser.RequestFailed, browser.ConsoleError, browser.Exception) && v.Well > 0 {
		v.Praise = append(v.Praise, "Nothing failed behind the scenes.")
	}
}
