package walk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

func TestTheLibraryIsValidAndComplete(t *testing.T) {
	all, err := walk.Library()
	if err != nil {
		t.Fatal(err)
	}
	kinds, practices := map[cx.ScenarioKind]int{}, map[string]bool{}
	seen := map[string]bool{}
	for _, s := range all {
		kinds[s.Kind]++
		for _, p := range s.Practices {
			if s.Kind == cx.Everyday {
				practices[p] = true
			}
			practices[string(s.Kind)+" "+p] = true
		}
		if seen[s.ID] || s.Version == 0 || len(s.Practices) == 0 || s.Persona == "" || len(s.Script) < 3 || len(s.Criteria) < 4 {
			t.Errorf("%s is thin or twice there", s.ID)
		}
		seen[s.ID] = true
		values := map[string]string{}
		for _, v := range s.Variables {
			if v.Example == "" && v.Default == "" {
				t.Errorf("%s: %s has no example", s.ID, v.Name)
			}
			values[v.Name] = v.Example
		}
		filled, missing, err := walk.Fill(s, values)
		if err != nil || len(missing) > 0 {
			t.Errorf("%s cannot be filled in with its own examples: %v %v", s.ID, missing, err)
		}
		for _, step := range filled.Script {
			if step.Ask == nil {
				continue
			}
			if grade, ok := walk.Grade(*step.Ask, "It is "+step.Ask.Right[0]+", I think."); !ok || grade != cx.AnswerRight {
				t.Errorf("%s: the right answer to %q is graded %q", s.ID, step.Ask.Question, grade)
			}
		}
		if s.TimeLimit > time.Hour {
			t.Errorf("%s takes longer than an hour", s.ID)
		}
		if !slices.ContainsFunc(s.Criteria, func(c cx.Criterion) bool { return c.Kind == cx.Treatment }) {
			t.Errorf("%s does not look at treatment", s.ID)
		}
	}
	for _, p := range []string{"W1", "W2", "W3", "W6", "W7", "W8", "W9", "W10", "unusual_request W12", "parity W13", "stump W14", "access W17"} {
		if !practices[p] {
			t.Errorf("nothing walks %s", p)
		}
	}
	for _, k := range cx.ScenarioKinds() {
		if kinds[k] < 3 {
			t.Errorf("%d scenarios are of kind %s", kinds[k], k)
		}
	}
}
