package walk

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/declare"
)

// Problems are all the things that are wrong with a file, in the order of lines.
type Problems = declare.Problems

// Parse reads a scenario file. file names it in messages. When something is wrong it
// returns Problems: all of them, each with its line and remedy.
func Parse(file string, text []byte) (cx.Scenario, error) {
	root, err := declare.Parse(file, text)
	if err != nil {
		return cx.Scenario{}, err
	}
	r := &reader{Reader: declare.Reader{File: file}, lines: map[string]int{}}
	s := r.scenario(root)
	r.check(root.Line, s)
	if err := r.Err(); err != nil {
		return cx.Scenario{}, err
	}
	return s, nil
}

type reader struct {
	declare.Reader
	lines map[string]int // where named things stand
}

func (r *reader) scenario(n declare.Node) cx.Scenario {
	s := cx.Scenario{TimeLimit: 30 * time.Minute}
	var version, kind, guards string
	r.Fields(n, "a scenario", map[string]func(declare.Node){
		"id":         func(n declare.Node) { r.Text(&s.ID)(n); r.lines["id"] = n.Line },
		"version":    r.Text(&version),
		"title":      r.Text(&s.Title),
		"kind":       func(n declare.Node) { r.Text(&kind)(n); s.Kind = r.kind(n.Line, kind) },
		"practices":  func(n declare.Node) { r.Texts(&s.Practices)(n); r.practices(n.Line, s.Practices) },
		"persona":    r.Text(&s.Persona),
		"journey":    r.slug(&s.Journey, "a journey"),
		"touches":    func(n declare.Node) { r.Texts(&s.Touches)(n); r.slugs(n.Line, s.Touches, "a step") },
		"channel":    r.Text(&s.Channel),
		"brief":      r.Text(&s.Brief),
		"never":      r.Texts(&s.Never),
		"bring":      r.Texts(&s.Bring),
		"time_limit": r.Length(&s.TimeLimit),
		"cost_limit": r.Money(&s.CostLimit),
		"recording":  r.Text(&s.Recording),
		"robot":      func(n declare.Node) { r.lines["robot"] = n.Line; s.Robot = r.robot(n) },
		"guards":     r.Text(&guards),
		"variables": func(n declare.Node) {
			r.Each(n, "variables", func(n declare.Node) { s.Variables = append(s.Variables, r.variable(n)) })
		},
		"arms": func(n declare.Node) {
			r.Each(n, "arms", func(n declare.Node) { s.Arms = append(s.Arms, r.arm(n)) })
		},
		"script": func(n declare.Node) {
			r.lines["script"] = n.Line
			r.Each(n, "steps of the script", func(n declare.Node) { s.Script = append(s.Script, r.step(n)) })
		},
		"criteria": func(n declare.Node) {
			r.lines["criteria"] = n.Line
			r.Each(n, "criteria", func(n declare.Node) { s.Criteria = append(s.Criteria, r.criterion(n)) })
		},
	})
	if version != "" {
		s.Version = int32(r.whole(n.Line, "version", version))
	}
	if guards != "" {
		s.Guards = int64(r.whole(n.Line, "guards", guards))
	}
	return s
}

func (r *reader) variable(n declare.Node) cx.Variable {
	var v cx.Variable
	r.Fields(n, "a variable", map[string]func(declare.Node){
		"name": func(n declare.Node) {
			r.Text(&v.Name)(n)
			if !variableName.MatchString(v.Name) {
				r.Problem(n.Line, "%q is not a name for a variable", v.Name).WithRemedy("Use a–z, 0–9 and _, beginning with a letter.")
			}
			r.once("variable", v.Name, n.Line)
		},
		"means": r.Text(&v.Means), "example": r.Text(&v.Example), "default": r.Text(&v.Default), "secret": r.Yes(&v.Secret),
	})
	if n.Kind == declare.Mapping && v.Means == "" {
		r.Problem(n.Line, "variable %q does not say what it means", v.Name).WithRemedy("Write means: in words that the one who fills it in understands.")
	}
	return v
}

func (r *reader) arm(n declare.Node) cx.Arm {
	var a cx.Arm
	r.Fields(n, "an arm", map[string]func(declare.Node){
		"name":  func(n declare.Node) { r.slug(&a.Name, "an arm")(n); r.once("arm", a.Name, n.Line) },
		"brief": r.Text(&a.Brief),
	})
	if n.Kind == declare.Mapping && (a.Name == "" || a.Brief == "") {
		r.Problem(n.Line, "an arm needs a name and a brief: what only this walker is told")
	}
	return a
}

func (r *reader) criterion(n declare.Node) cx.Criterion {
	var c cx.Criterion
	var kind string
	r.Fields(n, "a criterion", map[string]func(declare.Node){
		"name": func(n declare.Node) { r.slug(&c.Name, "a criterion")(n); r.once("criterion", c.Name, n.Line) },
		"kind": func(n declare.Node) {
			r.Text(&kind)(n)
			if c.Kind = cx.CriterionKind(kind); c.Kind != cx.Treatment && c.Kind != cx.Outcome {
				r.Problem(n.Line, "%q is not a kind of criterion", kind).WithRemedy("Write treatment (how the customer was treated) or outcome (what came of it).")
			}
		},
		"text": r.Text(&c.Text),
		"step": func(n declare.Node) { r.Text(&c.Step)(n); r.lines["criterion step "+c.Name] = n.Line },
	})
	if n.Kind == declare.Mapping && (c.Name == "" || c.Kind == "" || c.Text == "") {
		r.Problem(n.Line, "a criterion needs a name, a kind and a text").
			WithRemedy("The text is behaviour that anybody there would see or not see: “They said their name.”")
	}
	return c
}

// check is about the scenario as a whole.
func (r *reader) check(line int, s cx.Scenario) {
	need := func(what, text, remedy string) {
		if strings.TrimSpace(text) == "" {
			r.Problem(line, "the scenario has no %s", what).WithRemedy("%s", remedy)
		}
	}
	if !slug.MatchString(s.ID) {
		r.Problem(max(line, r.lines["id"]), "the scenario's id %q is not a name", s.ID).WithRemedy("Write id: with a–z, 0–9 and hyphens.")
	}
	need("title", s.Title, "Write title: as you would say it to a friend.")
	need("kind", string(s.Kind), "Write kind: everyday, unusual_request, parity, stump or access.")
	need("channel", s.Channel, "Write channel: such as web, phone, e-mail, chat, shop or post.")
	need("brief", s.Brief, "Write brief: what the walker must know before they begin.")
	if len(s.Script) == 0 {
		r.Problem(max(line, r.lines["script"]), "the scenario has no script").WithRemedy("Write script: with at least one step.")
	}
	if len(s.Script) > maxSteps {
		r.Problem(r.lines["script"], "the script has %d steps; nobody walks more than %d", len(s.Script), maxSteps)
	}
	treatment := slices.ContainsFunc(s.Criteria, func(c cx.Criterion) bool { return c.Kind == cx.Treatment })
	outcome := slices.ContainsFunc(s.Criteria, func(c cx.Criterion) bool { return c.Kind == cx.Outcome })
	if !treatment || !outcome {
		r.Problem(max(line, r.lines["criteria"]), "the scenario needs criteria of both kinds").
			WithRemedy("At least one is of kind treatment and one of kind outcome.")
	}
	if s.Kind == cx.Parity && len(s.Arms) < 2 {
		r.Problem(line, "a parity walk compares at least two arms").WithRemedy("Write arms: such as connected, ordinary and best.")
	}
	if s.Kind != cx.Parity && len(s.Arms) > 0 {
		r.Problem(line, "only a parity walk has arms").WithRemedy("Write kind: parity, or take the arms out.")
	}
	r.checkSteps(s)
	r.checkRobot(s)
	r.checkVariables(line, s)
}

func (r *reader) checkSteps(s cx.Scenario) {
	for i, step := range s.Script {
		at := r.lines["step "+step.Name]
		for _, b := range step.Branches {
			if b.Go == "end" {
				continue
			}
			if _, to, ok := s.Step(b.Go); !ok {
				r.Problem(at, "step %q leads to %q, which is not there", step.Name, b.Go).WithRemedy("%s", declare.DidYouMean(b.Go, append(stepNames(s), "end")))
			} else if to <= i {
				r.Problem(at, "step %q leads back to %q: a walk would never end", step.Name, b.Go).WithRemedy("Branches lead to later steps.")
			}
		}
	}
	for _, c := range s.Criteria {
		if _, _, ok := s.Step(c.Step); c.Step != "" && !ok {
			r.Problem(r.lines["criterion step "+c.Name], "criterion %q is about step %q, which is not there", c.Name, c.Step).
				WithRemedy("%s", declare.DidYouMean(c.Step, stepNames(s)))
		}
	}
	for name := range unreachable(s) {
		r.Problem(r.lines["step "+name], "nothing leads to step %q", name).WithRemedy("The step before it ends the walk; let a branch lead here.")
	}
}

// unreachable are the steps that no way through the script leads to.
func unreachable(s cx.Scenario) map[string]bool {
	reached := map[int]bool{0: true}
	for i, step := range s.Script { // branches lead forward, so once through is enough
		if !reached[i] {
			continue
		}
		if !step.Ends {
			reached[i+1] = true
		}
		for _, b := range step.Branches {
			if _, to, ok := s.Step(b.Go); ok {
				reached[to] = true
			}
		}
	}
	out := map[string]bool{}
	for i, step := range s.Script {
		if !reached[i] {
			out[step.Name] = true
		}
	}
	return out
}

// checkVariables holds what the words use against what is declared.
func (r *reader) checkVariables(line int, s cx.Scenario) {
	used := map[string]bool{}
	for _, text := range texts(&s) {
		for _, m := range variableUse.FindAllStringSubmatch(*text, -1) {
			used[m[1]] = true
		}
	}
	declared := map[string]bool{}
	names := make([]string, 0, len(s.Variables))
	for _, v := range s.Variables {
		declared[v.Name] = true
		names = append(names, v.Name)
		if !used[v.Name] && s.Recording == "" {
			r.Problem(r.lines["variable "+v.Name], "variable %q is declared and not used", v.Name).WithRemedy("Write ${%s} where it belongs, or take it out.", v.Name)
		}
	}
	for _, name := range sorted(used) {
		if !declared[name] {
			remedy := "Declare it under variables: with what it means."
			if len(names) > 0 {
				remedy = declare.DidYouMean(name, names) + " Or declare it under variables:."
			}
			r.Problem(line, "${%s} is used and not declared", name).WithRemedy("%s", remedy)
		}
	}
}

const maxSteps = 40

var (
	slug         = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	practice     = regexp.MustCompile(`^W([1-9]|1[0-9]|20)$`)
	variableName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	variableUse  = regexp.MustCompile(`\$\{([^}]*)\}`)
)

func stepNames(s cx.Scenario) []string {
	names := make([]string, len(s.Script))
	for i, step := range s.Script {
		names[i] = step.Name
	}
	return names
}

func sorted(set map[string]bool) []string {
	out := make([]string, 0, len(set))
	for k := range set {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}
