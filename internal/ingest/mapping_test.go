package ingest

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

const small = "source: shop\nkind: order\nstart: {column: when, order: ymd}\n"

func TestMappingErrorsNameTheLineAndTheRemedy(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"an unknown key has its line and the nearest name", small + "chanel: phone\n", `m.yaml:4: the mapping has no key "chanel". Did you mean "channel"?`},
		{"a key that is like none lists what is known", small + "xyzzyx: 1\n", "Known are: amount, attributes"},
		{"an unknown key inside a time", "source: s\nkind: order\nstart:\n  column: a\n  formt: dmy\n", `m.yaml:5: a time has no key "formt"`},
		{"a key that stands twice", small + "kind: event\n", `m.yaml:4: the key "kind" stands twice`},
		{"broken YAML has its line", "source: s\n  kind: [\n", "m.yaml:2: not YAML"},
		{"an empty file", "", "the mapping file is empty"},
		{"a list instead of keys", "- a\n", "m.yaml:1: the mapping is not a list of keys and values"},
		{"an unknown zone", small + "zone: Mars/Olympus\n", `m.yaml:4: "Mars/Olympus" is not a time zone`},
		{"a kind that is none", "source: s\nkind: purchase\nstart: t\n", `"purchase" is not a kind. Use one of: contact`},
		{"no kind", "source: s\nstart: t\n", "the mapping has no kind"},
		{"no start", "source: s\nkind: order\n", "the mapping has no start"},
		{"no source", "kind: order\nstart: t\n", "no usable source name"},
		{"a scale that is not declared", small + "score: {column: x, scale: nps}\n", `the scale "nps" is not declared`},
		{"a scale that cannot be", small + "scales:\n  - {name: nps, metric: nps, min: 1, max: 10}\n", "m.yaml:5: scale \"nps\": NPS is asked on 0 to 10"},
		{"a number that is none", small + "scales:\n  - {name: a, metric: csat, min: one, max: 5}\n", `"one" is not a number`},
		{"a condition that compares with words", small + "skip_when: {a: \">many\"}\n", "compares with something that is not a number"},
		{"a delimiter of two characters", small + "format: {delimiter: '::'}\n", `format delimiter: "::"`},
		{"an encoding that is none", small + "format: {encoding: klingon}\n", `format encoding: "klingon"`},
		{"a currency that is none", small + "amount: {column: a, currency: EURO}\n", `"EURO" is not a currency`},
		{"two parts of one name", small + "interactions:\n  - part: a\n  - part: a\n", `the same part name "a"`},
		{"a key without a kind", small + "customer:\n  - {namespace: a}\n", "a customer key has no kind"},
		{"a layout without a year", "source: s\nkind: order\nstart: {column: a, layout: \"15:04\"}\n", "does not say year, month and day"},
		{"an alias", small + "blank: &x [a]\nnobody: *x\n", "a single value is expected"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseMapping("m.yaml", []byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v\nwant …%s…", err, c.want)
			}
			var e *cx.Error
			if !errors.As(err, &e) || e.Code != cx.Invalid {
				t.Errorf("code %v", cx.CodeOf(err))
			}
		})
	}
}

func TestAllMistakesAreReportedAtOnce(t *testing.T) {
	_, err := ParseMapping("m.yaml", []byte(small+"chanel: a\nzone: Nowhere\nreasn: b\n"))
	if got := strings.Count(err.Error(), "m.yaml:"); got != 3 {
		t.Errorf("%d mistakes in %v", got, err)
	}
}

func TestMistakesWithinKeysAndBetweenThemAreToldTogether(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"keys, slug, kinds, layouts and scales", `source: My Desk
kind: {column: k, map: {a: purchase, b: chat}}
chanel: phone
start: {column: t, layout: "15:04"}
score: {column: s, scale: nps}
amount: {column: a, currency: EURO}
zone: Nowhere
`, `m.yaml:1: the mapping has no usable source name ("My Desk")
m.yaml:2: "purchase" is not a kind
m.yaml:2: "chat" is not a kind
m.yaml:3: the mapping has no key "chanel"
m.yaml:4: the layout "15:04" does not say year, month and day
m.yaml:5: the mapping: the scale "nps" is not declared
m.yaml:6: the mapping: "EURO" is not a currency
m.yaml:7: "Nowhere" is not a time zone`},
		{"each part has its lines", `source: desk
start: t
interactions:
  - part: a
    kind: purchase
  - part: b
  - part: a
    kind: order
`, `m.yaml:5: "purchase" is not a kind
m.yaml:6: interaction b has no kind
m.yaml:7: two interactions have the same part name "a"`},
		{"what parts inherit is told once", `source: desk
kind: purchase
start: t
interactions: [{part: a}, {part: b}]
`, `m.yaml:2: "purchase" is not a kind`},
		{"a misspelt key is not missing too", "sorce: desk\nkindd: order\nstart: t\n", `m.yaml:1: the mapping has no key "sorce"
m.yaml:2: the mapping has no key "kindd"`},
		{"a key that cannot be read is not missing too", "source: [desk]\nkind: order\nstart: {colum: t}\n", `m.yaml:1: a single value is expected here
m.yaml:3: a time has no key "colum"
m.yaml:3: a time has no column`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseMapping("m.yaml", []byte(c.text))
			if err == nil {
				t.Fatal("nothing is wrong")
			}
			told := strings.Split(err.Error(), "\n")
			want := strings.Split(c.want, "\n")
			for i := range max(len(told), len(want)) {
				if i >= len(told) || i >= len(want) || !strings.HasPrefix(told[i], want[i]) {
					t.Fatalf("got\n%v\nwant\n%s", err, c.want)
				}
			}
		})
	}
}

func TestWhatDoesNotFitTheFileIsToldTogether(t *testing.T) {
	m, err := ParseMapping("m.yaml", []byte("source: desk\nkind: order\nstart: opened\nend: closed\nreason: {column: whi}\nthread: case\n"))
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = Settle(m, []string{"opened", "closed", "why"}, []rows.Row{{Cells: []string{"01/02/2026", "03/02/2026", "x"}}})
	if err == nil {
		t.Fatal("it fits")
	}
	for _, want := range []string{`dates in the column "opened"`, `dates in the column "closed"`, `no column "whi". Did you mean "why"?`, `no column "case"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v does not say %s", err, want)
		}
	}
}

func TestEachMakesOnePartPerColumn(t *testing.T) {
	m, err := ParseMapping("m.yaml", []byte(small+`
scales: [{name: stars, metric: csat, min: 1, max: 5, satisfied_from: 4, not_applicable: 0}]
interactions:
  - each: [Food, Seat comfort]
    part: "{each}"
    kind: survey_answer
    touchpoint: "flight/{each}"
    when: {"{each}": "*"}
    score: {column: "{each}", scale: stars}
`))
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Interactions) != 2 || m.Interactions[1].Part != "Seat comfort" || m.Interactions[1].Score.Column != "Seat comfort" ||
		m.Interactions[1].When[0].Column != "Seat comfort" || m.Interactions[0].Touchpoint[0].Value != "flight/Food" {
		t.Errorf("parts %+v", m.Interactions)
	}
}

// exampleMappings are the mapping files that ship, and so exercise most keys.
func exampleMappings(t testing.TB) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(repoRoot(t), "examples", "*.mapping.yaml"))
	if err != nil || len(paths) == 0 {
		t.Fatal("no example mappings", err)
	}
	texts := map[string]string{}
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		texts[filepath.Base(p)] = string(b)
	}
	return texts
}

func TestWrittenMappingReadsBackAsItWas(t *testing.T) {
	for name, text := range exampleMappings(t) {
		t.Run(name, func(t *testing.T) {
			m, err := ParseMapping(name, []byte(text))
			if err != nil {
				t.Fatal(err)
			}
			again, err := ParseMapping("again", m.YAML())
			if err != nil {
				t.Fatalf("%v\n%s", err, m.YAML())
			}
			if diff := cmp.Diff(m, again); diff != "" {
				t.Errorf("%s\n%s", diff, m.YAML())
			}
		})
	}
}

func FuzzParseMapping(f *testing.F) {
	for _, text := range exampleMappings(f) {
		f.Add(text)
	}
	f.Add(small)
	f.Add("a: &a [*a]\n")
	f.Add(small + "customer: [{source_id: \"\"}]\nend: \"\"\n")
	f.Add(small + "dimensions:\n")
	f.Add(small + "interactions: [{}]\nreason: [{}]\n")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseMapping("m.yaml", []byte(text))
		if err != nil {
			return
		}
		written := m.YAML()
		again, err := ParseMapping("again", written)
		if err != nil {
			t.Fatalf("%v\n%s", err, written)
		}
		if string(again.YAML()) != string(written) {
			t.Fatalf("written twice, it differs:\n%s\n%s", written, again.YAML())
		}
	})
}

// repoRoot is the folder with go.mod.
func repoRoot(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above " + dir)
		}
		dir = parent
	}
}

// realData is a file of the shared data, which a clone of the repository lacks.
func realData(t testing.TB, path ...string) string {
	t.Helper()
	full := filepath.Join(append([]string{repoRoot(t), "..", "shared", "data"}, path...)...)
	if _, err := os.Stat(full); err != nil {
		t.Skip("the real data is not here: " + filepath.Join(path...))
	}
	return full
}

// TestManualIsRight reads the mappings that docs/mapping.md shows.
func TestManualIsRight(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(repoRoot(t), "docs", "mapping.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(b), "```yaml\n")[1:]
	if len(blocks) < 4 {
		t.Fatalf("%d examples", len(blocks))
	}
	for i, block := range blocks {
		text, _, _ := strings.Cut(block, "```")
		for key, line := range map[string]string{"source:": "source: manual\n", "kind:": "kind: event\n", "start:": "start: {column: t, order: ymd}\n"} {
			if !strings.Contains("\n"+text, "\n"+key) && !strings.Contains(text, "rows: people") {
				text += line
			}
		}
		if strings.Contains(text, "scale: stars") {
			text += "scales: [{name: stars, metric: csat, min: 1, max: 5, satisfied_from: 4}]\n"
		}
		if _, err := ParseMapping("mapping.md", []byte(text)); err != nil {
			t.Errorf("example %d: %v\n%s", i+1, err, text)
		}
	}
}

func TestAColumnThatHoldsNoDatesIsSaidToHoldNone(t *testing.T) {
	m, err := ParseMapping("m.yaml", []byte("source: desk\nkind: order\nstart: at\n"))
	if err != nil {
		t.Fatal(err)
	}
	settle := func(values ...string) error {
		var sample []rows.Row
		for _, v := range values {
			sample = append(sample, rows.Row{Cells: []string{v}})
		}
		_, _, err := Settle(m, []string{"at"}, sample)
		return err
	}
	if err := settle("2026-03-01 10:00", "2026-03-02 10:00", "nonsense"); err != nil {
		t.Errorf("one bad date of three: %v", err)
	}
	if err := settle("red", "blue"); err == nil || !strings.Contains(err.Error(), `does not hold dates: "red" is not a date`) {
		t.Errorf("words: %v", err)
	}
	if err := settle("2026-03-01", "red", "blue", "green"); err == nil || !strings.Contains(err.Error(), `"red" is not a date`) {
		t.Errorf("mostly words: %v", err)
	}
}
