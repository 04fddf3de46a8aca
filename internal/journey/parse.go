package journey

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Parse reads a journey file. file names it in messages. When something is wrong
// it returns Problems: every problem with its line and its remedy, not just the
// first.
func Parse(file string, text []byte) (cx.Journey, error) {
	root, err := parseTree(file, text)
	if err != nil {
		return cx.Journey{}, err
	}
	r := &reader{file: file}
	j := r.journey(root)
	if len(r.problems) == 0 {
		r.check(j)
	}
	if len(r.problems) > 0 {
		slices.SortStableFunc(r.problems, func(a, b *cx.Error) int { return a.Place.Line - b.Place.Line })
		return cx.Journey{}, r.problems
	}
	return j, nil
}

// reader walks the tree and gathers problems; lines remembers where named things
// stand, for the checks that need the whole journey.
type reader struct {
	file     string
	problems Problems
	lines    map[string]int
	hours    cx.Hours
}

func (r *reader) problem(line int, format string, args ...any) *cx.Error {
	e := cx.Errorf(cx.Invalid, format, args...).At(cx.Place{File: r.file, Line: line})
	r.problems = append(r.problems, e)
	return e
}

func (r *reader) wrong(line int, err error) {
	e := *cx.AsError(err)
	r.problems = append(r.problems, e.At(cx.Place{File: r.file, Line: line}))
}

// fieldsOf hands each field of a mapping to the reader of its name.
func (r *reader) fieldsOf(n node, what string, readers map[string]func(node)) {
	if n.kind != mapping {
		r.problem(n.line, "%s: names with values are expected, here is %s", what, n.kind)
		return
	}
	known := make([]string, 0, len(readers))
	for name := range readers {
		known = append(known, name)
	}
	slices.Sort(known)
	for _, f := range n.fields {
		read, ok := readers[f.name]
		if !ok {
			r.problem(f.line, "%s has no %q", what, f.name).WithRemedy("%s", didYouMean(f.name, known))
			continue
		}
		if f.value.kind == null {
			r.problem(f.line, "%s: %q has no value", what, f.name).WithRemedy("Give it one, or leave the line out.")
			continue
		}
		read(f.value)
	}
}

func (r *reader) text(to *string) func(node) {
	return func(n node) {
		if n.kind != scalar {
			r.problem(n.line, "one value is expected, here is %s", n.kind)
			return
		}
		*to = n.text
	}
}

// texts reads one value or a list of them.
func (r *reader) texts(to *[]string) func(node) {
	return func(n node) {
		switch n.kind {
		case scalar:
			*to = []string{n.text}
		case sequence:
			for _, item := range n.items {
				if item.kind != scalar {
					r.problem(item.line, "a list of values is expected, here is %s", item.kind)
					continue
				}
				*to = append(*to, item.text)
			}
			if len(n.items) == 0 {
				r.problem(n.line, "the list is empty").WithRemedy("Leave the line out where anything will do.")
			}
		default:
			r.problem(n.line, "a value or a list of values is expected, here is %s", n.kind)
		}
	}
}

func (r *reader) each(n node, what string, read func(node)) {
	if n.kind != sequence {
		r.problem(n.line, "%s are a list: begin each with a hyphen", what)
		return
	}
	for _, item := range n.items {
		read(item)
	}
}

func (r *reader) money(to *cx.Money) func(node) {
	return func(n node) {
		var text string
		r.text(&text)(n)
		m, err := parseMoney(text)
		if err != nil {
			r.wrong(n.line, err)
			return
		}
		*to = m
	}
}

func (r *reader) yes(to *bool) func(node) {
	return func(n node) {
		switch strings.ToLower(n.text) {
		case "true", "yes":
			*to = true
		case "false", "no":
			*to = false
		default:
			r.problem(n.line, "%q: yes or no is expected", n.text)
		}
	}
}

func (r *reader) journey(n node) cx.Journey {
	var j cx.Journey
	r.lines = map[string]int{}
	if n.kind == mapping {
		// Business hours first: promises in business days need them.
		for _, f := range n.fields {
			if f.name == "business_hours" {
				j.Hours = r.businessHours(f.value)
				r.hours = j.Hours
			}
		}
	}
	r.fieldsOf(n, "a journey", map[string]func(node){
		"name":                func(n node) { r.text(&j.Name)(n); r.lines["journey"] = n.line },
		"title":               r.text(&j.Title),
		"attempt":             func(n node) { j.Attempt = r.attempt(n) },
		"cost_per_contact":    r.money(&j.CostPerContact),
		"lost_customer_value": r.money(&j.LostCustomerValue),
		"business_hours":      func(node) {},
		"stages": func(n node) {
			r.each(n, "stages", func(n node) { j.Stages = append(j.Stages, r.stage(n)) })
		},
		"personas": func(n node) {
			r.each(n, "personas", func(n node) { j.Personas = append(j.Personas, r.persona(n)) })
		},
	})
	if j.Title == "" {
		j.Title = titleOf(j.Name)
	}
	return j
}

func (r *reader) attempt(n node) cx.Attempt {
	var a cx.Attempt
	if n.kind == scalar { // attempt: thread
		a.By = cx.AttemptBy(n.text)
	} else {
		var by, gap string
		r.fieldsOf(n, "attempt", map[string]func(node){
			"by":  r.text(&by),
			"gap": r.text(&gap),
		})
		a.By = cx.AttemptBy(by)
		if gap != "" {
			length, business, err := parseLength(gap, cx.Hours{})
			switch {
			case err != nil:
				r.wrong(n.line, err)
			case business:
				r.problem(n.line, "the gap between two attempts is in calendar time, not in business hours")
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
		r.problem(n.line, "an attempt by thread has no gap").WithRemedy("Take out the gap, or write by: gap.")
	case a.By == cx.AttemptByGap && a.Gap > 0:
	case a.By == cx.AttemptByGap:
		r.problem(n.line, "an attempt by gap needs the gap").WithRemedy(`Write how long a customer must be away before a new attempt begins, such as gap: "30 min".`)
	default:
		r.problem(n.line, "%q does not say what one attempt is", a.By).WithRemedy("Write thread (an order, case or session number) or gap (with its length).")
	}
	return a
}

func (r *reader) businessHours(n node) cx.Hours {
	h := cx.Hours{To: 24 * time.Hour}
	var days, holidays []string
	clock := func(to *time.Duration) func(node) {
		return func(n node) {
			d, err := parseClock(n.text)
			if err != nil {
				r.wrong(n.line, err)
				return
			}
			*to = d
		}
	}
	r.fieldsOf(n, "business_hours", map[string]func(node){
		"days": r.texts(&days), "from": clock(&h.From), "to": clock(&h.To), "holidays": r.texts(&holidays),
	})
	if len(days) == 0 {
		days = []string{"mon-sun"}
	}
	for _, text := range days {
		list, err := parseDays(text)
		if err != nil {
			r.wrong(n.line, err)
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
		r.problem(n.line, "business hours end (%s) before they begin (%s)", formatClock(h.To), formatClock(h.From)).
			WithRemedy(`Hours run within one day; "24:00" is its end.`)
	}
	for _, day := range holidays {
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			r.problem(n.line, "%q is not a date", day).WithRemedy("Write it like 2026-12-25.")
			continue
		}
		h.Holidays = append(h.Holidays, day)
	}
	slices.Sort(h.Holidays)
	h.Holidays = slices.Compact(h.Holidays)
	return h
}

func (r *reader) stage(n node) cx.Stage {
	var s cx.Stage
	r.fieldsOf(n, "a stage", map[string]func(node){
		"name":  func(n node) { r.text(&s.Name)(n); r.named("stage", s.Name, n.line) },
		"title": r.text(&s.Title),
		"steps": func(n node) { r.each(n, "steps", func(n node) { s.Steps = append(s.Steps, r.step(n)) }) },
	})
	if s.Name == "" && n.kind == mapping {
		r.problem(n.line, "a stage has no name")
	}
	if len(s.Steps) == 0 && n.kind == mapping {
		r.problem(n.line, "stage %q has no steps", s.Name)
	}
	if s.Title == "" {
		s.Title = titleOf(s.Name)
	}
	return s
}

func (r *reader) step(n node) cx.Step {
	var s cx.Step
	r.fieldsOf(n, "a step", map[string]func(node){
		"name":         func(n node) { r.text(&s.Name)(n); r.named("step", s.Name, n.line) },
		"title":        r.text(&s.Title),
		"match":        func(n node) { s.Match = r.matches(n) },
		"optional":     r.yes(&s.Optional),
		"owner":        r.text(&s.Owner),
		"contributors": r.texts(&s.Contributors),
		"promises": func(n node) {
			r.each(n, "promises", func(n node) { s.Promises = append(s.Promises, r.promise(n)) })
		},
	})
	if n.kind == mapping {
		if s.Name == "" {
			r.problem(n.line, "a step has no name")
		}
		if len(s.Match) == 0 {
			r.problem(n.line, "step %q matches nothing", s.Name).WithRemedy("Give it match: with at least one rule, such as channel: phone.")
		}
	}
	if s.Title == "" {
		s.Title = titleOf(s.Name)
	}
	return s
}

// matches reads one rule or a list of rules.
func (r *reader) matches(n node) []cx.Match {
	if n.kind == mapping {
		n = node{kind: sequence, line: n.line, items: []node{n}}
	}
	var out []cx.Match
	r.each(n, "match rules", func(n node) {
		var m cx.Match
		r.fieldsOf(n, "a match rule", map[string]func(node){
			"source": r.texts(&m.Source), "kind": r.texts(&m.Kind), "initiator": r.texts(&m.Initiator), "channel": r.texts(&m.Channel),
			"touchpoint": r.texts(&m.Touchpoint), "reason": r.texts(&m.Reason), "outcome": r.texts(&m.Outcome),
		})
		for _, kind := range m.Kind {
			if _, err := cx.ParseKind(kind); err != nil {
				r.problem(n.line, "%q is not a kind of interaction", kind).WithRemedy("%s", didYouMean(kind, cx.KindWords()))
			}
		}
		for _, who := range m.Initiator {
			if _, err := cx.ParseInitiator(who); err != nil {
				r.wrong(n.line, err)
			}
		}
		for _, values := range ruleFields(m) {
			for _, v := range *values.values {
				if strings.Contains(strings.TrimSuffix(v, "*"), "*") {
					r.problem(n.line, "%q: a star stands at the end of a value only", v)
				}
			}
		}
		out = append(out, m)
	})
	return out
}

func (r *reader) persona(n node) cx.Persona {
	p := cx.Persona{Where: map[string][]string{}}
	r.fieldsOf(n, "a persona", map[string]func(node){
		"name":  func(n node) { r.text(&p.Name)(n); r.named("persona", p.Name, n.line) },
		"title": r.text(&p.Title),
		"where": func(n node) {
			if n.kind != mapping {
				r.problem(n.line, "where: dimensions with their values are expected, here is %s", n.kind)
				return
			}
			for _, f := range n.fields {
				var values []string
				r.texts(&values)(f.value)
				p.Where[f.name] = values
			}
		},
	})
	if n.kind == mapping {
		if p.Name == "" {
			r.problem(n.line, "a persona has no name")
		}
		if len(p.Where) == 0 {
			r.problem(n.line, "persona %q has no rule", p.Name).WithRemedy("Say under where: which dimension has which values.")
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
		r.problem(line, "%q is not a name for a %s", name, sort).WithRemedy("Use a–z, 0–9 and hyphens; the title may say it as you like.")
		return
	}
	key := sort + " " + name
	if first, twice := r.lines[key]; twice {
		r.problem(line, "there is a %s %q on line %d already", sort, name, first)
		return
	}
	r.lines[key] = line
}

// check is about the journey as a whole.
func (r *reader) check(j cx.Journey) {
	if !slug.MatchString(j.Name) {
		r.problem(max(1, r.lines["journey"]), "the journey's name %q is not a name", j.Name).
			WithRemedy("Write name: with a–z, 0–9 and hyphens.")
	}
	if j.Attempt.By == "" {
		r.problem(1, "the journey does not say what one attempt is").WithRemedy(`Write attempt: thread, or attempt: {by: gap, gap: 7 days}.`)
	}
	if len(j.Stages) == 0 {
		r.problem(1, "the journey has no stages")
	}
	if n := len(j.Steps()); n > maxSteps {
		r.problem(1, "the journey has %d steps; at most %d fit on a map", n, maxSteps)
	}
	for i, s := range j.Steps() {
		for _, before := range j.Steps()[:i] {
			if len(before.Match) > 0 && covers(before.Match, s.Match) {
				r.problem(r.lines["step "+s.Name], "step %q can never match: %q before it takes everything that it would", s.Name, before.Name).
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
