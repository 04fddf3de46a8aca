package walk

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/declare"
)

func (r *reader) step(n declare.Node) cx.ScriptStep {
	var s cx.ScriptStep
	r.Fields(n, "a step of the script", map[string]func(declare.Node){
		"name": func(n declare.Node) {
			r.slug(&s.Name, "a step")(n)
			r.once("step", s.Name, n.Line)
			if s.Name == "end" {
				r.Problem(n.Line, `a step cannot be called "end"`).WithRemedy("Branches that say end lead out of the walk.")
			}
		},
		"do":         r.Text(&s.Do),
		"say":        r.Text(&s.Say),
		"touches":    r.slug(&s.Touches, "a step"),
		"ask":        func(n declare.Node) { s.Ask = r.answerKey(n) },
		"follow_ups": r.Texts(&s.FollowUps),
		"objections": func(n declare.Node) {
			r.Each(n, "objections", func(n declare.Node) {
				var o cx.Objection
				r.Fields(n, "an objection", map[string]func(declare.Node){"if": r.Text(&o.If), "say": r.Text(&o.Say)})
				r.both(n, "an objection", "if", o.If, "say", o.Say)
				s.Objections = append(s.Objections, o)
			})
		},
		"branches": func(n declare.Node) {
			r.Each(n, "branches", func(n declare.Node) {
				var b cx.Branch
				r.Fields(n, "a branch", map[string]func(declare.Node){"if": r.Text(&b.If), "go": r.Text(&b.Go)})
				r.both(n, "a branch", "if", b.If, "go", b.Go)
				s.Branches = append(s.Branches, b)
			})
		},
		"evidence": func(n declare.Node) {
			r.Each(n, "pieces of evidence", func(n declare.Node) { s.Evidence = append(s.Evidence, r.evidence(n)) })
		},
		"promises": func(n declare.Node) {
			r.Each(n, "promises", func(n declare.Node) { s.Promises = append(s.Promises, r.promise(n, s.Promises)) })
		},
		"wait":     r.Length(&s.Wait),
		"ends":     r.Yes(&s.Ends),
		"recorded": func(n declare.Node) { s.Recorded = r.recorded(n) },
	})
	if n.Kind != declare.Mapping {
		return s
	}
	if s.Name == "" {
		r.Problem(n.Line, "a step of the script has no name")
	}
	if strings.TrimSpace(s.Do) == "" {
		r.Problem(n.Line, "step %q does not say what to do", s.Name).WithRemedy("Write do: in one or two plain sentences.")
	}
	if s.Wait > 90*24*time.Hour {
		r.Problem(n.Line, "step %q waits longer than 90 days", s.Name).WithRemedy("Make it a walk of its own.")
	}
	return s
}

// answerKey reads a question with its known answers.
func (r *reader) answerKey(n declare.Node) *cx.AnswerKey {
	k := &cx.AnswerKey{By: cx.ByStaff}
	r.Fields(n, "a question", map[string]func(declare.Node){
		"question": r.Text(&k.Question),
		"topic":    r.slug(&k.Topic, "a topic"),
		"by": func(n declare.Node) {
			var by string
			r.Text(&by)(n)
			if k.By = cx.Answerer(by); k.By != cx.ByStaff && k.By != cx.ByWalker {
				r.Problem(n.Line, "%q cannot answer", by).WithRemedy("Write staff or walker.")
			}
		},
		"right": r.Texts(&k.Right), "partly": r.Texts(&k.Partly), "wrong": r.Texts(&k.Wrong), "source": r.Text(&k.Source),
	})
	if n.Kind == declare.Mapping && (k.Question == "" || len(k.Right) == 0) {
		r.Problem(n.Line, "a question needs its words and at least one right answer").
			WithRemedy("Write question: and right:; a ${variable} may stand for what only your company knows.")
	}
	return k
}

func (r *reader) evidence(n declare.Node) cx.EvidenceWanted {
	var e cx.EvidenceWanted
	r.Fields(n, "evidence", map[string]func(declare.Node){
		"kind": func(n declare.Node) {
			var kind string
			r.Text(&kind)(n)
			e.Kind = cx.EvidenceKind(kind)
			if !slices.Contains(cx.EvidenceKinds(), e.Kind) {
				r.Problem(n.Line, "%q is not a kind of evidence", kind).WithRemedy("Write photo, receipt, screenshot or voice.")
			}
		},
		"of": r.Text(&e.Of), "optional": r.Yes(&e.Optional),
	})
	if n.Kind == declare.Mapping && (e.Kind == "" || e.Of == "") {
		r.Problem(n.Line, "evidence needs a kind and what it is of")
	}
	return e
}

func (r *reader) promise(n declare.Node, before []cx.PromiseCheck) cx.PromiseCheck {
	var p cx.PromiseCheck
	r.Fields(n, "a promise", map[string]func(declare.Node){
		"name":    r.slug(&p.Name, "a promise"),
		"text":    r.Text(&p.Text),
		"journey": r.Text(&p.Journey),
		"within":  r.Length(&p.Within),
		"at_most": func(n declare.Node) {
			r.Text(&p.Limit)(n)
			if strings.Contains(p.Limit, "${") {
				return
			}
			amount, err := declare.ParseMoney(p.Limit)
			if err != nil {
				r.Wrong(n.Line, err)
			}
			p.AtMost = amount
		},
	})
	if n.Kind != declare.Mapping {
		return p
	}
	if p.Name == "" || p.Text == "" {
		r.Problem(n.Line, "a promise needs a name and a text: what was promised, as the customer reads it")
	}
	if slices.ContainsFunc(before, func(o cx.PromiseCheck) bool { return o.Name == p.Name }) {
		r.Problem(n.Line, "the step checks the promise %q twice", p.Name)
	}
	if p.Within > 0 && p.Limit != "" {
		r.Problem(n.Line, "promise %q has a time and a price", p.Name).WithRemedy("Make two of it, so that each can be kept or broken.")
	}
	return p
}

func (r *reader) both(n declare.Node, what, a, first, b, second string) {
	if n.Kind == declare.Mapping && (first == "" || second == "") {
		r.Problem(n.Line, "%s needs both %s: and %s:", what, a, b)
	}
}

func (r *reader) kind(line int, text string) cx.ScenarioKind {
	kind := cx.ScenarioKind(strings.ReplaceAll(text, " ", "_"))
	if !slices.Contains(cx.ScenarioKinds(), kind) {
		r.Problem(line, "%q is not a kind of scenario", text).WithRemedy("Write everyday, unusual_request, parity, stump or access.")
	}
	return kind
}

func (r *reader) practices(line int, ids []string) {
	for _, id := range ids {
		if !practice.MatchString(id) {
			r.Problem(line, "%q is not a practice", id).WithRemedy("They are W1 to W20.")
		}
	}
}

func (r *reader) slug(to *string, what string) func(declare.Node) {
	return func(n declare.Node) {
		r.Text(to)(n)
		r.slugs(n.Line, []string{*to}, what)
	}
}

func (r *reader) slugs(line int, names []string, what string) {
	for _, name := range names {
		if !slug.MatchString(name) {
			r.Problem(line, "%q is not a name for %s", name, what).WithRemedy("Use a–z, 0–9 and hyphens.")
		}
	}
}

func (r *reader) once(sort, name string, line int) {
	key := sort + " " + name
	if first, twice := r.lines[key]; twice {
		r.Problem(line, "there is a %s %q on line %d already", sort, name, first)
		return
	}
	r.lines[key] = line
}

func (r *reader) whole(line int, what, text string) int {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 1<<30 {
		r.Problem(line, "%s: %q is not a whole number", what, text)
		return 0
	}
	return n
}
