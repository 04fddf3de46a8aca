package walk

import (
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Draft writes a scenario that would reproduce a finding: go to its step as its
// customers do, and see whether it happens. It is a file to be read, filled in and
// saved; journey is the finding's, or the zero journey.
func Draft(f cx.Finding, journey cx.Journey) []byte {
	where := "the step " + f.Key.Step
	if step, ok := journey.Step(f.Key.Step); ok && step.Title != "" {
		where = "“" + step.Title + "”"
	}
	if f.Key.Step == "" {
		where = "the place that the finding names"
	}
	channel := "web"
	if by, ok := strings.CutPrefix(f.Key.Segment, "channel="); ok && by != "" {
		channel = by
	}
	type m = map[string]any
	step := func(name, do string) m {
		s := m{"name": name, "do": do}
		if f.Key.Step != "" && slug.MatchString(f.Key.Step) {
			s["touches"] = f.Key.Step
		}
		return s
	}
	try := step("try", "Go on from there and do what you came for. Write down what happens, word for word.")
	try["evidence"] = []m{{"kind": "screenshot", "of": "what you see when it happens, or when it does not", "optional": true}}
	out := m{
		"id": fmt.Sprintf("finding-%d", f.ID), "title": "Does it still happen? " + sentence(f.Title), "kind": string(cx.Everyday),
		"channel": channel, "guards": f.ID, "time_limit": "20 minutes",
		"brief": fmt.Sprintf("Customers have trouble at %s: %s\nWalk there as they do and see whether you meet the same.", where, sentence(f.Title)),
		"script": []m{
			step("arrive", "Come to "+where+" as a customer would, from the beginning."), try,
			step("ask-for-help", "If you are stuck, look for help once, as a customer would, and say what you need."),
		},
		"criteria": []m{
			{"name": "told-what-happens", "kind": "treatment", "text": "I was told what was happening and what I could do, without having to ask."},
			{"name": "treated-with-patience", "kind": "treatment", "text": "Nobody, and nothing on the page, made it my mistake."},
			{"name": "does-not-happen", "kind": "outcome", "text": "What the finding says did not happen to me.", "step": "try"},
		},
	}
	if f.Key.Persona != "" {
		out["persona"] = f.Key.Persona
	}
	if slug.MatchString(f.Key.Journey) {
		out["journey"] = f.Key.Journey
	}
	text, err := yaml.Marshal(out)
	if err != nil { // maps of texts always can be written
		return nil
	}
	return text
}

// sentence is a title without what a scenario file takes for a variable.
func sentence(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(s, "${", "$ {"))
}
