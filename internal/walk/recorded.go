package walk

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/recorder"
)

// OfRecording asks for a scenario that is made of a recording.
type OfRecording struct {
	Recording string            `json:"recording"`
	Title     string            `json:"title,omitempty"`   // "" = the recording's
	Profile   string            `json:"profile,omitempty"` // "" = phone where a phone's screen was recorded
	Network   string            `json:"network,omitempty"`
	Values    map[string]string `json:"values,omitempty"` // of its variables; kept as the company's
}

// ScenarioOfRecording makes the smallest scenario by which robots, and people, walk a
// recording: a step for each page. Made again of the same recording it is a new version.
func (r *Room) ScenarioOfRecording(ctx context.Context, in OfRecording, by string) (cx.Scenario, error) {
	f, _, err := r.Recording(ctx, in.Recording)
	if err != nil {
		return cx.Scenario{}, err
	}
	flow, err := recorder.Parse(f.Name, []byte(f.JSON))
	if err != nil {
		return cx.Scenario{}, err
	}
	title := cmp.Or(strings.TrimSpace(in.Title), flow.Title)
	id := slugOf(title)
	if old, err := r.Scenario(ctx, id); err == nil && recordingName(old.Recording) != f.Name {
		return cx.Scenario{}, cx.Errorf(cx.Conflict, "there is another scenario %q", id).WithRemedy("Give this one another title.")
	}
	s, err := r.SaveScenario(ctx, id+".yaml", []byte(written(id, title, f.Name, in, flow)), by)
	if err != nil || len(in.Values) == 0 {
		return s, err
	}
	values, err := r.Values(ctx)
	if err != nil {
		return s, err
	}
	maps.Copy(values, in.Values)
	return s, r.SetValues(ctx, values)
}

// WalkDaily plans a scenario for robots, each day, and lets the first walk begin now. A
// plan that does so already stays as it is.
func (r *Room) WalkDaily(ctx context.Context, id, by string) (p Plan, first Assignment, err error) {
	s, err := r.Scenario(ctx, id)
	if err != nil {
		return p, first, err
	}
	plans, err := r.Plans(ctx)
	if err != nil {
		return p, first, err
	}
	i := slices.IndexFunc(plans, func(p Plan) bool {
		return p.Robot && !p.Paused && p.Schedule.Often == Daily && len(p.Scenarios) == 1 && p.Scenarios[0] == id
	})
	if i >= 0 {
		p = plans[i] // saved again, it lays what a changed scenario asks for
	} else {
		p = Plan{Name: s.Title + ", each day", Scenarios: []string{id}, Robot: true, Schedule: Schedule{Often: Daily, From: 6, To: 22}}
	}
	if p, _, err = r.SavePlan(ctx, p, by); err != nil {
		return p, first, err
	}
	first, err = r.Assign(ctx, Ask{Scenario: id, Robot: true}, by)
	return p, first, err
}

// secretName tells variables that stand for what nobody should see.
var secretName = regexp.MustCompile(`(?i)pass|secret|token|pin$|card|cvc|cvv`)

// written is a scenario file. Values are written as JSON, which YAML reads.
func written(id, title, recording string, in OfRecording, flow recorder.Flow) string {
	quoted := func(s string) string { text, _ := json.Marshal(s); return string(text) }
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# Made of the recording %s. Change what you like: the recording stays as it is.", recording)
	line("id: %s\ntitle: %s\nkind: everyday\nchannel: web", id, quoted(title))
	line("brief: %s", quoted("Do on the website what was recorded: "+title+"."))
	line("recording: %s", recording)
	if in.Profile == "" && slices.ContainsFunc(flow.Steps, func(s recorder.Step) bool { return s.Type == recorder.SetViewport && s.Screen.Mobile }) {
		in.Profile = "phone" // a recording holds the screen of a phone, not that it says to be one
	}
	if in.Profile != "" || in.Network != "" {
		line("robot:")
		if in.Profile != "" {
			line("  profile: %s", in.Profile)
		}
		if in.Network != "" {
			line("  network: %s", in.Network)
		}
	}
	if names := flow.Variables(); len(names) > 0 {
		line("variables:")
		for _, name := range names {
			secret := ""
			if secretName.MatchString(name) {
				secret = ", secret: yes"
			}
			line("  - {name: %s, means: %s%s}", name, quoted("what the recording enters or opens as "+name), secret)
		}
	}
	line("script:")
	for i, part := range pagesOf(flow) {
		line("  - name: page-%d\n    do: %s\n    recorded: %d-%d", i+1, quoted(doing(flow.Steps[part.From-1:part.To])), part.From, part.To)
	}
	line("criteria:")
	line("  - {name: unhindered, kind: treatment, text: Nothing lay over what I wanted to touch.}")
	line("  - {name: works, kind: outcome, text: It can be done from beginning to end.}")
	return b.String()
}

// pagesOf cuts a recording after each step that leads to another page.
func pagesOf(flow recorder.Flow) []cx.RecordedSteps {
	var parts []cx.RecordedSteps
	from := 1
	for i, s := range flow.Steps {
		leads := s.Type == recorder.Navigate || len(s.Expected) > 0
		// The last part takes what is left: a script has so many steps at most.
		if last := i+1 == len(flow.Steps); last || leads && len(parts) < maxSteps-1 {
			parts = append(parts, cx.RecordedSteps{From: from, To: i + 1})
			from = i + 2
		}
	}
	return parts
}

// doing says in words what steps do, as far as a person needs it.
func doing(steps []recorder.Step) string {
	var words []string
	for _, s := range steps {
		if s.Type != recorder.SetViewport && s.Type != recorder.KeyUp {
			words = append(words, s.Words(false))
		}
	}
	text := strings.Join(words, "; ")
	if runes := []rune(text); len(runes) > 400 {
		text = string(runes[:400]) + "…"
	}
	if text == "" {
		return "Open the browser."
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
