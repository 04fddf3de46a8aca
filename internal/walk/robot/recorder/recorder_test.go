package recorder_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/recorder"
)

// steps is a recording of these steps, each on its own line from line 3 on.
func steps(all ...string) string {
	return "{\"title\": \"a walk\",\n\"steps\": [\n" + strings.Join(all, ",\n") + "\n]}"
}

const everyStep = `
{"type":"setViewport","width":390,"height":844,"deviceScaleFactor":3,"isMobile":true,"hasTouch":true,"isLandscape":false}
{"type":"navigate","url":"http://shop.example/","assertedEvents":[{"type":"navigation","url":"http://shop.example/","title":"Shop"}]}
{"type":"click","selectors":[["aria/Add"],["#add"],"text/Add"],"offsetX":1.5,"offsetY":2,"deviceType":"touch","button":"primary","duration":60}
{"type":"doubleClick","target":"main","frame":[0,1],"selectors":[["my-card","button"]],"offsetX":1,"offsetY":1,"timeout":700}
{"type":"hover","selectors":["pierce/#menu"]}
{"type":"change","selectors":["xpath///input"],"value":""}
{"type":"keyDown","key":"Tab"}
{"type":"keyUp","key":"Tab"}
{"type":"scroll","x":0,"y":40}
{"type":"scroll","selectors":["#list"],"y":40}
{"type":"waitForElement","selectors":[".row"],"operator":"==","count":2,"visible":false,"properties":{"className":"a"},"attributes":{"id":"b"}}
{"type":"waitForExpression","expression":"true","frame":[0]}
{"type":"emulateNetworkConditions","download":1000,"upload":500,"latency":40}
{"type":"close","target":"http://shop.example/popup"}
{"type":"customStep","name":"somebody.else","parameters":{"a":1}}
{"type":"customStep","name":"firsthand.expectPrice","parameters":{"amount":19.9,"selectors":[["#total"]]}}`

func TestEveryStepTypeIsRead(t *testing.T) {
	flow, err := recorder.Parse("walk.json", []byte(steps(strings.Split(strings.TrimSpace(everyStep), "\n")...)))
	if err != nil {
		t.Fatal(err)
	}
	want := []recorder.Step{
		{Type: recorder.SetViewport, Screen: recorder.Screen{Width: 390, Height: 844, DeviceScaleFactor: 3, Mobile: true, Touch: true}},
		{Type: recorder.Navigate, URL: "http://shop.example/", Expected: []recorder.Navigation{{URL: "http://shop.example/", Title: "Shop"}}},
		{
			Type: recorder.Click, Selectors: []recorder.Selector{{"aria/Add"}, {"#add"}, {"text/Add"}},
			Pointer: recorder.Pointer{Device: "touch", Button: "primary", OffsetX: 1.5, OffsetY: 2, Duration: 60 * time.Millisecond},
		},
		{
			Type: recorder.DoubleClick, Target: "main", Frame: []int{0, 1}, Selectors: []recorder.Selector{{"my-card", "button"}},
			Pointer: recorder.Pointer{OffsetX: 1, OffsetY: 1}, Timeout: 700 * time.Millisecond,
		},
		{Type: recorder.Hover, Selectors: []recorder.Selector{{"pierce/#menu"}}},
		{Type: recorder.Change, Selectors: []recorder.Selector{{"xpath///input"}}},
		{Type: recorder.KeyDown, Key: "Tab"},
		{Type: recorder.KeyUp, Key: "Tab"},
		{Type: recorder.Scroll, Y: 40},
		{Type: recorder.Scroll, Selectors: []recorder.Selector{{"#list"}}, Y: 40},
		{Type: recorder.WaitForElement, Selectors: []recorder.Selector{{".row"}}, Wait: recorder.ElementWait{
			Operator: "==", Count: 2, Gone: true, Properties: map[string]any{"className": "a"}, Attributes: map[string]string{"id": "b"},
		}},
		{Type: recorder.WaitForExpression, Script: "true", Frame: []int{0}},
		{Type: recorder.EmulateNetworkConditions, Network: recorder.Network{Download: 1000, Upload: 500, Latency: 40}},
		{Type: recorder.Close, Target: "http://shop.example/popup"},
		{Type: recorder.CustomStep, Name: "somebody.else", Params: map[string]any{"a": 1.0}},
		{
			Type: recorder.CustomStep, Name: recorder.ExpectPrice, Selectors: []recorder.Selector{{"#total"}},
			Params: map[string]any{"amount": 19.9, "selectors": []any{[]any{"#total"}}}, Expect: &recorder.Expectation{Name: recorder.ExpectPrice, Least: 19.9, Most: 19.9},
		},
	}
	for i := range want {
		want[i].Line = i + 3
	}
	if diff := cmp.Diff(want, flow.Steps); diff != "" {
		t.Error(diff)
	}
}

func TestEachMistakeSaysItsStepAndWhatToDo(t *testing.T) {
	click := func(more string) string {
		return `{"type":"click","selectors":["#a"],"offsetX":1,"offsetY":1` + more + `}`
	}
	for name, c := range map[string]struct{ text, want string }{
		"not JSON":                          {"{\n\"title\": nope", "w.json:2: this is not JSON"},
		"cut short":                         {`{"title": "a", "steps": [`, "this is not JSON"},
		"something after it":                {steps() + "{}", "something follows"},
		"not an object":                     {`[]`, "a recording is an object"},
		"no title":                          {`{"steps": []}`, `"title" is missing`},
		"no steps":                          {`{"title": "a"}`, "there is no list of steps"},
		"steps that are no list":            {`{"title": "a", "steps": {}}`, "there is no list of steps"},
		"a step that is text":               {steps(`"click"`), "w.json:3: step 1: a step is an object"},
		"a step without a type":             {steps(`{}`), `step 1: "type" is missing`},
		"a type that there is not":          {steps(`{"type":"tap"}`), `step 1: there is no step type "tap". The types are change, click`},
		"the second step's mistake":         {steps(click(""), `{"type":"hover"}`), `w.json:4: step 2 (hover): "selectors" are missing. Write`},
		"no offset":                         {steps(`{"type":"click","selectors":["#a"],"offsetY":1}`), `"offsetX" is missing`},
		"an offset that is text":            {steps(`{"type":"click","selectors":["#a"],"offsetX":"1","offsetY":1}`), `"offsetX" is a number, here is text`},
		"an unknown button":                 {steps(click(`,"button":"left"`)), `"button" is one of primary`},
		"an unknown device":                 {steps(click(`,"deviceType":"nose"`)), `"deviceType" is one of mouse`},
		"a timeout of nothing":              {steps(click(`,"timeout":0`)), "a timeout is between 1 and 30000"},
		"a timeout beyond all patience":     {steps(click(`,"timeout":1e300`)), "a timeout is between 1 and 30000"},
		"a timeout that is text":            {steps(click(`,"timeout":"5 s"`)), `"timeout" is a number`},
		"no selector in the list":           {steps(`{"type":"hover","selectors":[]}`), "there is no selector"},
		"a selector that is a number":       {steps(`{"type":"hover","selectors":[5]}`), "selector 1 is text or a list of texts, here is a number"},
		"a chain with an empty part":        {steps(`{"type":"hover","selectors":[["a","aria/"]]}`), "selector 1 has a part that is not text, or is empty"},
		"a frame that is text":              {steps(`{"type":"hover","selectors":["a"],"frame":["0"]}`), `"frame" holds whole numbers`},
		"a target that is a number":         {steps(`{"type":"close","target":1}`), `"target" is text`},
		"an asserted event that is unknown": {steps(click(`,"assertedEvents":[{"type":"sound"}]`)), `there is no asserted event "sound"`},
		"an unknown key":                    {steps(`{"type":"keyDown","key":"Any"}`), `there is no key "Any"`},
		"a change without a value":          {steps(`{"type":"change","selectors":["a"]}`), `"value" is missing`},
		"half a viewport":                   {steps(`{"type":"setViewport","width":390.5,"height":844}`), `"width" is a whole number`},
		"an unknown operator":               {steps(`{"type":"waitForElement","selectors":["a"],"operator":">"}`), `"operator" is one of >=`},
		"half an element":                   {steps(`{"type":"waitForElement","selectors":["a"],"count":1.5}`), `"count" is a whole number`},
		"an attribute that is a number":     {steps(`{"type":"waitForElement","selectors":["a"],"attributes":{"id":1}}`), `"id" is text`},
		"a misspelt step of ours":           {steps(`{"type":"customStep","name":"firsthand.expectPrize","parameters":{}}`), "there is no step of ours"},
		"a price without an amount":         {steps(`{"type":"customStep","name":"firsthand.expectPrice","parameters":{"selectors":["#a"]}}`), `a price is "amount"`},
		"a parameter that is misspelt":      {steps(`{"type":"customStep","name":"firsthand.expectText","parameters":{"text":"a","selector":"#a"}}`), `has no parameter "selector"`},
		"nesting without end":               {strings.Repeat("[", 5000), "nests deeper"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := recorder.Parse("w.json", []byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v\ndoes not say %q", err, c.want)
			}
			if cx.CodeOf(err) != cx.Invalid {
				t.Errorf("its code is %s", cx.CodeOf(err))
			}
			var all recorder.Mistakes
			if !errors.As(err, &all) {
				t.Fatalf("%T is no Mistakes", err)
			}
			for _, m := range all {
				if m.Remedy == "" {
					t.Errorf("%q has no remedy", m.Text)
				}
			}
		})
	}
}

func TestAllMistakesAreToldAtOnceInOrder(t *testing.T) {
	_, err := recorder.Parse("w.json", []byte(steps(`{"type":"hover"}`, `{"type":"nope"}`, `{"type":"navigate"}`)))
	var all recorder.Mistakes
	if !errors.As(err, &all) || len(all) != 3 {
		t.Fatalf("%v", err)
	}
	for i, m := range all {
		if m.Place.Line != i+3 {
			t.Errorf("mistake %d is on line %d", i+1, m.Place.Line)
		}
	}
}

func TestVariablesAreBoundAndSecretsNeverShown(t *testing.T) {
	flow, err := recorder.Parse("w.json", []byte(steps(
		`{"type":"navigate","url":"http://${host}/login?u=${user}"}`,
		`{"type":"change","selectors":["#${field}"],"value":"${password}"}`,
		"{\"type\":\"waitForExpression\",\"expression\":\"`${location}` != ''\"}",
		`{"type":"customStep","name":"firsthand.expectText","parameters":{"text":"Hello ${user}"}}`)))
	if err != nil {
		t.Fatal(err)
	}
	if got := flow.Variables(); !slices.Equal(got, []string{"field", "host", "password", "user"}) {
		t.Fatalf("variables are %v", got)
	}
	if _, err := flow.Bind(map[string]recorder.Variable{"host": {Value: "h"}}); err == nil || !strings.Contains(err.Error(), "field, password, user") {
		t.Fatalf("missing variables: %v", err)
	}
	values := map[string]recorder.Variable{
		"host": {Value: "shop.example"}, "user": {Value: "${password}"}, "field": {Value: "pw"}, "password": {Value: "s3cr3t &ü", Secret: true},
	}
	bound, err := flow.Bind(values)
	if err != nil {
		t.Fatal(err)
	}
	if got := bound.Steps[0].URL; got != "http://shop.example/login?u=${password}" {
		t.Errorf("a variable's value was searched for variables: %s", got)
	}
	if s := bound.Steps[1]; s.Selectors[0][0] != "#pw" || s.Value != "s3cr3t &ü" || !s.Secret {
		t.Errorf("%+v", s)
	}
	if flow.Steps[1].Value != "${password}" || flow.Steps[1].Selectors[0][0] != "#${field}" {
		t.Error("binding changed the flow that it was given")
	}
	for _, leak := range []string{"pw is s3cr3t &ü!", "GET /?p=s3cr3t+%26%C3%BC", "/s3cr3t%20&%C3%BC"} {
		if masked := bound.Mask(leak); strings.Contains(masked, "s3cr3t") {
			t.Errorf("%q shows the secret", masked)
		}
	}
	if shown := fmt.Sprintf("%v %s", values, values["password"]); strings.Contains(shown, "s3cr3t") {
		t.Errorf("%q shows the secret", shown)
	}
	values["password"] = recorder.Variable{Value: "abc", Secret: true}
	if _, err := flow.Bind(values); err == nil || !strings.Contains(err.Error(), "could not be hidden") {
		t.Errorf("a secret too short to hide: %v", err)
	}
}

func TestPricesAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]float64{
		"Total: 1 234,50 €": 1234.5, "$1,234.50": 1234.5, "1.234,50 EUR": 1234.5, "CHF 1’234.50": 1234.5, "19.90": 19.9, "19,90 €": 19.9,
		"1,234": 1234, "1.234": 1234, "0.125": 0.125, "12,5 %": 12.5, "You save -5.00": -5, "-$5.00": -5, "SKU-500": 500, "2 x 19.90": 2,
		"19.90 2 pieces": 19.9, "1,234,567": 1234567, "7": 7, "1.2345": 1.2345, "1 234 567,1": 1234567.1,
	} {
		if got, ok := recorder.ParsePrice(text); !ok || got != want {
			t.Errorf("%q is read as %v, not %v", text, got, want)
		}
	}
	if _, ok := recorder.ParsePrice("free"); ok {
		t.Error("a price was found where none is")
	}
}

func TestNoMaskedTextHoldsASecret(t *testing.T) {
	flow, err := recorder.Parse("w.json", []byte(steps(`{"type":"change","selectors":["a"],"value":"${a}${b}"}`)))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.StringMatching(`[a-z]{4,8}`).Draw(t, "a"), rapid.StringMatching(`[a-z]{4,8}`).Draw(t, "b")
		bound, err := flow.Bind(map[string]recorder.Variable{"a": {Value: a, Secret: true}, "b": {Value: b, Secret: true}})
		if err != nil {
			t.Fatal(err)
		}
		masked := bound.Mask(rapid.String().Draw(t, "before") + a + rapid.String().Draw(t, "between") + b)
		if strings.Contains(masked, a) || strings.Contains(masked, b) {
			t.Fatalf("%q holds %q or %q", masked, a, b)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(steps(strings.Split(strings.TrimSpace(everyStep), "\n")...)))
	for _, s := range strings.Split(strings.TrimSpace(everyStep), "\n") {
		f.Add([]byte(steps(s)))
	}
	f.Add([]byte(`{"title":"${a}","timeout":5,"steps":[{"type":"change","selectors":["${b}"],"value":"${c}"}]}`))
	f.Add([]byte(`{"title":"a","steps":[{"type":"click","selectors":["aria/Place order"],"offsetX":1,"offsetY":1}]}`))
	f.Add([]byte("{\"title\":\"\xff\",\"steps\":[null,{\"type\":\"click\",\"type\":\"hover\"}]}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		flow, err := recorder.Parse("f.json", text)
		if err != nil {
			var all recorder.Mistakes
			if !errors.As(err, &all) || len(all) == 0 {
				t.Fatalf("%v is not told as mistakes", err)
			}
			return
		}
		values := map[string]recorder.Variable{}
		for _, name := range flow.Variables() {
			values[name] = recorder.Variable{Value: "s3cr3t", Secret: true}
		}
		bound, err := flow.Bind(values)
		if err != nil {
			t.Fatal(err)
		}
		_ = flow.Secrets("f.json")
		if step := flow.LooksLikeOrder(); step > 0 {
			marked, err := recorder.MarkOrder("f.json", text, step)
			if err != nil {
				t.Fatal(err)
			}
			again, err := recorder.Parse("f.json", marked)
			if err != nil || len(again.Steps) != len(flow.Steps)+1 || again.Steps[step-1].Expect == nil {
				t.Fatalf("marking an order spoilt the recording: %v", err)
			}
		}
		if len(bound.Steps) != len(flow.Steps) || len(bound.Variables()) > 0 && !strings.Contains(string(text), "$") {
			t.Fatal("binding changed the steps")
		}
	})
}
