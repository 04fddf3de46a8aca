package journey

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/declare"
)

// Parse reads a journey file. file names it in messages. When something is wrong
// it returns Problems: every problem with its line and its remedy, not just the
// first.
func Parse(file string, text []byte) (cx.Journey, error) {
	root, err := declare.Parse(file, text)
	if err != nil {
		return cx.Journey{}, err
	}
	r := &reader{Reader: declare.Reader{File: file}}
	j := r.journey(root)
	if len(r.Problems) == 0 {
		r.check(j)
	}
	if err := r.Err(); err != nil {
		return cx.Journey{}, err
	}
	return j, nil
}

// Problems are all the things that are wrong with a file, in the order of lines.
type Problems = declare.Problems

// reader walks the tree; lines remembers where named things stand, for the checks
// that need the whole journey.
type reader struct {
	declare.Reader
	lines map[string]int
	hours cx.Hours
}

func (r *reader) journey(n declare.Node) cx.Journey {
	var j cx.Journey
	r.lines = map[string]int{}
	if n.Kind == declare.Mapping {
		// Business hours first: promises in business days need them.
		for _, f := range n.Fields {
			if f.Name == "business_hours" {
				j.Hours = r.businessHours(f.Value)
				r.hours = j.Hours
			}
		}
	}
	r.Fields(n, "a journey", map[string]func(declare.Node){
		"name":                func(n declare.Node) { r.Text(&j.Name)(n); r.lines["journey"] = n.Line },
		"title":               r.Text(&j.Title),
		"attempt":             func(n declare.Node) { j.Attempt = r.attempt(n) },
		"cost_per_contact":    r.Money(&j.CostPerContact),
		"lost_customer_value": r.Money(&j.LostCustomerValue),
		"business_hours":      func(declare.Node) {},
		"stages": func(n declare.Node) {
			r.Each(n, "stages", func(n declare.Node) { j.Stages = append(j.Stages, r.stage(n)) })
		},
		"personas": func(n declare.Node) {
			r.Each(n, "personas", func(n declare.Node) { j.Personas = append(j.Personas, r.persona(n)) })
		},
	})
	if j.Title == "" {
		j.Title = titleOf(j.Name)
	}
	return j
}

func (r *reader) attempt(n declare.Node) cx.Attempt {
	var a cx.Attempt
	if n.Kind == declare.Scalar { // attempt: thread
		a.By = cx.AttemptBy(n.Text)
	} else {
		var by, gap string
		r.Fields(n, "attempt", map[string]func(declare.Node){
			"by":  r.Text(&by),
			"gap": r.Text(&gap),
		})
		a.By = cx.AttemptBy(by)
		if gap != "" {
			length, business, err := declare.ParseLength(gap, cx.Hours{})
			switch {
			case err != nil:
				r.Wrong(n.Line, err)
			case business:
				r.Problem(n.Line, "the gap between two attempts is in calendar time, not in business hours")
			}
			a.Gap = length
			if by == "" {
				a.By = cx.AttemptByGap
			}
		}
	}
	switch {
	case a.By == cx.AttemptByThread && a.Gap == 0:
	case a.By == cx.AttemptByThread:
		r.Problem(n.Line, "an attempt by thread has no gap").WithRemedy("Take out the gap, or write by: gap.")
	case a.By == cx.AttemptByGap && a.Gap > 0:
	case a.By == cx.AttemptByGap:
		r.Problem(n.Line, "an attempt by gap needs the gap").WithRemedy(`Write how long a customer must be away before a new attempt begins, such as gap: "30 min".`)
	default:
		r.Problem(n.Line, "%q does not say what one attempt is", a.By).WithRemedy("Write thread (an order, case or session number) or gap (with its length).")
	}
	return a
}

func (r *reader) businessHours(n declare.Node) cx.Hours {
	h := cx.Hours{To: 24 * time.Hour}
	var days, holidays []string
	clock := func(to *time.Duration) func(declare.Node) {
		return func(n declare.Node) {
			d, err := declare.ParseClock(n.Text)
			if err != nil {
				r.Wrong(n.Line, err)
				return
			}
			*to = d
		}
	}
	r.Fields(n, "business_hours", map[string]func(declare.Node){
		"days": r.Texts(&days), "from": clock(&h.From), "to": clock(&h.To), "holidays": r.Texts(&holidays),
	})
	if len(days) == 0 {
		days = []string{"mon-sun"}
	}
	for _, text := range days {
		list, err := declare.ParseDays(text)
		if err != nil {
			r.Wrong(n.Line, err)
			continue
		}
		for _, d := range list {
			if !slices.Contains(h.Days, d) {
				h.Days = append(h.Days, d)
			}
		}
	}
	slices.Sort(h.Days)
	if h.To <= h.From {
		r.Problem(n.Line, "business hours end (%s) before they begin (%s)", declare.FormatClock(h.To), declare.FormatClock(h.From)).
			WithRemedy(`Hours run within one day; "24:00" is its end.`)
	}
	for _, day := range holidays {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			r.Problem(n.Line, "%q is not a date", day).WithRemedy("Write it like 2026-12-25.")
			continue
		}
		h.Holidays = append(h.Holidays, day)
	}
	slices.Sort(h.Holidays)
	h.Holidays = slices.Compact(h.Holidays)
	return h
}

func (r *reader) stage(n declare.Node) cx.Stage {
	var s cx.Stage
	r.Fields(n, "a stage", map[string]func(declare.Node){
		"name":  func(n declare.Node) { r.Text(&s.Name)(n); r.named("stage", s.Name, n.Line) },
		"title": r.Text(&s.Title),
		"steps": func(n declare.Node) {
			r.Each(n, "steps", func(n declare.Node) { s.Steps = append(s.Steps, r.step(n)) })
		},
	})
	if s.Name == "" && n.Kind == declare.Mapping {
		r.Problem(n.Line, "a stage has no name")
	}
	if len(s.Steps) == 0 && n.Kind == declare.Mapping {
		r.Problem(n.Line, "stage %q has no steps", s.Name)
	}
	if s.Title == "" {
		s.Title = titleOf(s.Name)
	}
	return s
}

func (r *reader) step(n declare.Node) cx.Step {
	var s cx.Step
	r.Fields(n, "a step", map[string]func(declare.Node){
		"name":         func(n declare.Node) { r.Text(&s.Name)(n); r.named("step", s.Name, n.Line) },
		"title":        r.Text(&s.Title),
		"match":        func(n declare.Node) { s.Match = r.matches(n) },
		"optional":     r.Yes(&s.Optional),
		"owner":        r.Text(&s.Owner),
		"contributors": r.Texts(&s.Contributors),
		"walk_every":   func(n declare.Node) { s.WalkEvery = r.walkEvery(n) },
		"broken":       func(n declare.Node) { s.Broken = r.matches(n) },
		"contacts_about": func(n declare.Node) {
			r.Texts(&s.ContactsAbout)(n)
			r.claim(s.ContactsAbout, n.Line)
		},
		"promises": func(n declare.Node) {
			r.Each(n, "promises", func(n declare.Node) { s.Promises = append(s.Promises, r.promise(n)) })
		},
	})
	if n.Kind == declare.Mapping {
		if s.Name == "" {
			r.Problem(n.Line, "a step has no name")
		}
		if len(s.Match) == 0 {
			r.Problem(n.Line, "step %q matches nothing", s.Name).WithRemedy("Give it match: with at least one rule, such as channel: phone.")
		}
	}
	if s.Title == "" {
		s.Title = titleOf(s.Name)
	}
	return s
}

// walkEvery reads how often a step ought to be walked, in whole days.
func (r *reader) walkEvery(n declare.Node) time.Duration {
	length, business, err := declare.ParseLength(n.Text, cx.Hours{})
	switch {
	case err != nil:
		r.Wrong(n.Line, err)
	case business || length < 24*time.Hour || length%(24*time.Hour) != 0:
		r.Problem(n.Line, "a step is walked every so many days, not every %q", n.Text).WithRemedy("Write it like 30 days.")
	}
	return length
}

// matches reads one rule or a list of rules.
func (r *reader) matches(n declare.Node) []cx.Match {
	if n.Kind == declare.Mapping {
		n = declare.Node{Kind: declare.Sequence, Line: n.Line, Items: []declare.Node{n}}
	}
	var out []cx.Match
	r.Each(n, "match rules", func(n declare.Node) {
		var m cx.Match
		r.Fields(n, "a match rule", map[string]func(declare.Node){
			"source": r.Texts(&m.Source), "kind": r.Texts(&m.Kind), "initiator": r.Texts(&m.Initiator), "channel": r.Texts(&m.Channel),
			"touchpoint": r.Texts(&m.Touchpoint), "reason": r.Texts(&m.Reason), "outcome": r.Texts(&m.Outcome),
		})
		for _, kind := range m.Kind {
			if _, err := cx.ParseKind(kind); err != nil {
				r.Problem(n.Line, "%q is not a kind of interaction", kind).WithRemedy("%s", declare.DidYouMean(kind, cx.KindWords()))
			}
		}
		for _, who := range m.Initiator {
			if _, err := cx.ParseInitiator(who); err != nil {
				r.Wrong(n.Line, err)
			}
		}
		for _, values := range ruleFields(m) {
			r.stars(*values.values, n.Line)
		}
		out = append(out, m)
	})
	return out
}

func (r *reader) stars(values []string, line int) {
	for _, v := range values {
		if strings.Contains(strings.TrimSuffix(v, "*"), "*") {
			r.Problem(line, "%q: a star stands at the end of a value only", v)
		}
	}
}

// claim checks that the contacts about a reason are charged to one step only.
func (r *reader) claim(reasons []string, line int) {
	r.stars(reasons, line)
	for _, reason := range reasons {
		key := "reason " + strings.ToLower(reason)
		if first, twice := r.lines[key]; twice {
			r.Problem(line, "contacts about %q are charged to the step on line %d already", reason, first).
				WithRemedy("Keep the reason with the one step that causes these contacts.")
			continue
		}
		r.lines[key] = line
	}
}

func (r *reader) persona(n declare.Node) cx.Persona {
	p := cx.Persona{Where: map[string][]string{}}
	r.Fields(n, "a persona", map[string]func(declare.Node){
		"name":  func(n declare.Node) { r.Text(&p.Name)(n); r.named("persona", p.Name, n.Line) },
		"title": r.Text(&p.Title),
		"where": func(n declare.Node) {
			if n.Kind != declare.Mapping {
				r.Problem(n.Line, "where: dimensions with their values are expected, here is %s", n.Kind)
				return
			}
			for _, f := range n.Fields {
				var values []string
				r.Texts(&values)(f.Value)
				p.Where[f.Name] = values
			}
		},
	})
	if n.Kind == declare.Mapping {
		if p.Name == "" {
			r.Problem(n.Line, "a persona has no name")
		}
		if len(p.Where) == 0 {
			r.Problem(n.Line, "persona %q has no rule", p.Name).WithRemedy("Say under where: which dimension has which values.")
		}
	}
	if p.Title == "" {
		p.Title = titleOf(p.Name)
	}
	return p
}

var slug = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// named checks the name of a stage, step or persona and that nothing of its sort has it.
func (r *reader) named(sort, name string, line int) {
	if !slug.MatchString(name) {
		r.Problem(line, "%q is not a name for a %s", name, sort).WithRemedy("Use a–z, 0–9 and hyphens; the title may say it as you like.")
		return
	}
	key := sort + " " + name
	if first, twice := r.lines[key]; twice {
		r.Problem(line, "there is a %s %q on line %d already", sort, name, first)
		return
	}
	r.lines[key] = line
}

// check is about the journey as a whole.
func (r *reader) check(j cx.Journey) {
	if !slug.MatchString(j.Name) {
		r.Problem(max(1, r.lines["journey"]), "the journey's name %q is not a name", j.Name).
			WithRemedy("Write name: with a–z, 0–9 and hyphens.")
	}
	if j.Attempt.By == "" {
		r.Problem(1, "the journey does not say what one attempt is").WithRemedy(`Write attempt: thread, or attempt: {by: gap, gap: 7 days}.`)
	}
	if len(j.Stages) == 0 {
		r.Problem(1, "the journey has no stages")
	}
	if n := len(j.Steps()); n > maxSteps {
		r.Problem(1, "the journey has %d steps; at most %d fit on a map", n, maxSteps)
	}
	for i, s := range j.Steps() {
		for _, before := range j.Steps()[:i] {
			if len(before.Match) > 0 && covers(before.Match, s.Match) {
				r.Problem(r.lines["step "+s.Name], "step %q can never match: %q before it takes everything that it would", s.Name, before.Name).
					WithRemedy("Put the narrower step first.")
				break
			}
		}
	}
}

const maxSteps = 200

// titleOf makes words of a name: "first-payment" → "First payment".
func titleOf(name string) string {
	words := strings.ReplaceAll(name, "-", " ")
	if words == "" {
		return ""
	}
	return strings.ToUpper(words[:1]) + words[1:]
}
