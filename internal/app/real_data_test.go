package app_test

import (
	"context"
	"log/slog"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/firsthand-cx/firsthand/internal/app"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// open opens a new data folder.
func open(t *testing.T) *app.App {
	t.Helper()
	return openAt(t, t.TempDir())
}

// quiet logs warnings with the test.
func quiet(t *testing.T) *slog.Logger {
	return slog.New(slog.NewTextHandler(testWriter{t}, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

func openAt(t *testing.T, dir string) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{Dir: dir, Log: quiet(t), Memory: "512MiB"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(b []byte) (int, error) {
	w.t.Log(string(b))
	return len(b), nil
}

// realData is a folder of the public data that stands beside the repository.
func realData(t *testing.T, folder string) string {
	t.Helper()
	dir := filepath.Join(repoRoot(t), "..", "shared", "data", folder)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the public data set %s is not beside the repository", folder)
	}
	return dir
}

// bring imports files with an example mapping and saves the example journey.
func bring(t *testing.T, a *app.App, example string, files ...string) {
	t.Helper()
	root := repoRoot(t)
	mapping := read(t, filepath.Join(root, "examples", example+".mapping.yaml"))
	for _, file := range files {
		if _, err := a.ImportFile(t.Context(), file, mapping); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.SaveJourney(t.Context(), example+".journey.yaml", read(t, filepath.Join(root, "examples", example+".journey.yaml"))); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func ask(t *testing.T, a *app.App, name, params string) question.Table {
	t.Helper()
	v, err := url.ParseQuery(params)
	if err != nil {
		t.Fatal(err)
	}
	table, err := a.Ask(context.Background(), name, v)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// cell is a row's number in a column.
func cell(t *testing.T, table question.Table, row int, column string) float64 {
	t.Helper()
	for i, c := range table.Columns {
		if c.Name == column && row < len(table.Rows) && table.Rows[row][i].Number != nil {
			return *table.Rows[row][i].Number
		}
	}
	t.Fatalf("%s has no number in row %d, column %s: %+v", table.Question, row, column, table)
	return 0
}

// TestTheBanksKnownAnswers holds the whole way, from the bank's file to the answer,
// against figures computed with R and Python (Mandelbaum's Anonymous Bank, 1999).
func TestTheBanksKnownAnswers(t *testing.T) {
	dir := realData(t, "anonymous_bank")
	a := open(t)
	january, february := filepath.Join(dir, "january.txt"), filepath.Join(dir, "february.txt")

	bring(t, a, "anonymous_bank", january)
	checkBank(t, a, bank{calls: 31359, median: 22, p90: 149, again: 6636, of: 11333})

	bring(t, a, "anonymous_bank", january) // the same file again changes nothing
	checkBank(t, a, bank{calls: 31359, median: 22, p90: 149, again: 6636, of: 11333})

	bring(t, a, "anonymous_bank", february)
	checkAnswerable(t, a, map[question.AnswerState]int{question.AnswerYes: 6, question.AnswerNo: 9})
	checkBank(t, a, bank{calls: 64425, median: 24, p90: 169, again: 14101, of: 23739})
}

type bank struct{ calls, median, p90, again, of float64 }

func checkBank(t *testing.T, a *app.App, want bank) {
	t.Helper()
	wait := ask(t, a, "time_to_person", "")
	again := ask(t, a, "repeat_contact", "days=7")
	got := bank{
		calls: cell(t, wait, 0, "contacts"), median: cell(t, wait, 0, "median"), p90: cell(t, wait, 0, "p90"),
		again: cell(t, again, 0, "repeated"), of: cell(t, again, 0, "contacts"),
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for _, table := range []question.Table{wait, again} {
		left := int64(0)
		for _, l := range table.LeftOut {
			left += l.Count
		}
		if table.Included+left != table.Scanned {
			t.Errorf("%s: %d counted and %d left out are not the %d looked at", table.Question, table.Included, left, table.Scanned)
		}
	}
}

// TestSurveysByStage holds NPS by stage against counts made with Python's csv
// module: promoters and detractors of every stage of a telecom company's survey.
func TestSurveysByStage(t *testing.T) {
	dir := realData(t, "nps_verbatim")
	a := open(t)
	bring(t, a, "nps_verbatim", filepath.Join(dir, "nps_verbatim.csv"))
	checkAnswerable(t, a, map[question.AnswerState]int{question.AnswerYes: 1, question.AnswerNo: 9})

	table := ask(t, a, "nps", "by=step")
	want := map[string][3]float64{ // answers, promoters, detractors
		"I order": {962, 341, 437}, "My equipment arrives": {231, 39, 170},
		"I pay for the first time": {1130, 307, 638}, "It is in use": {30, 3, 26},
	}
	got := map[string][3]float64{}
	for i, row := range table.Rows {
		answers, promoters, detractors := cell(t, table, i, "answers"), cell(t, table, i, "positive"), cell(t, table, i, "negative")
		got[row[0].Text] = [3]float64{answers, promoters, detractors}
		if nps := 100 * (promoters - detractors) / answers; math.Abs(cell(t, table, i, "nps")-nps) > 1e-9 {
			t.Errorf("%s: the NPS is %v, want %v", row[0].Text, cell(t, table, i, "nps"), nps)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestVisitorsFunnel holds the funnel against a walk over the file in Python: attempts
// of a visitor begin anew after 7 days away; all of a session has one time.
func TestVisitorsFunnel(t *testing.T) {
	dir := realData(t, "airbnb_sessions")
	a := open(t)
	bring(t, a, "airbnb_sessions", filepath.Join(dir, "airbnb-session-data.txt"))
	checkAnswerable(t, a, map[question.AnswerState]int{question.AnswerYes: 1, question.AnswerNo: 9})
	checkReached(t, ask(t, a, "funnel", ""), 1173, 470, 100, 48)
	checkReached(t, ask(t, a, "funnel", "within=720h"), 1129, 466, 112, 59)
	if got := cell(t, ask(t, a, "traffic", ""), 0, "customers"); got != 630 {
		t.Errorf("%v visitors, want 630", got)
	}
}

// TestTicketsToTheirClosing holds the help desk's log: 21,348 events of 4,580 cases
// (4TU 10.4121/uuid:0c60edf1), and the way of each case within 60 days, walked in
// Python.
func TestTicketsToTheirClosing(t *testing.T) {
	dir := realData(t, "helpdesk_italy")
	a := open(t)
	bring(t, a, "helpdesk_italy", filepath.Join(dir, "finale.csv"))
	checkAnswerable(t, a, map[question.AnswerState]int{question.AnswerYes: 1, question.AnswerNo: 9})

	var events float64
	traffic := ask(t, a, "traffic", "by=step")
	for i := range traffic.Rows {
		events += cell(t, traffic, i, "interactions")
	}
	if events != 21348 {
		t.Errorf("%v events at the steps, want 21,348", events)
	}
	funnel := ask(t, a, "funnel", "within=1440h")
	checkReached(t, funnel, 4450, 4159, 1115, 130, 4153, 4147)
	for i, hours := range map[int]float64{0: 17.006, 1: 43.932, 4: 722.007} { // medians
		if got := cell(t, funnel, i, "median") / 3600; math.Abs(got-hours) > .01 {
			t.Errorf("the median after step %d is %.3f h, want %v h", i, got, hours)
		}
	}
}

// checkReached holds the steps' counts.
func checkReached(t *testing.T, funnel question.Table, want ...float64) {
	t.Helper()
	var got []float64
	for i := range funnel.Rows {
		got = append(got, cell(t, funnel, i, "reached"))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestComplaintsByChannelAndDay holds a file whose dates could be read both ways.
func TestComplaintsByChannelAndDay(t *testing.T) {
	dir := realData(t, "comcast")
	a := open(t)
	bring(t, a, "comcast", filepath.Join(dir, "Comcast_telecom_complaints_data.csv"))
	checkAnswerable(t, a, map[question.AnswerState]int{question.AnswerYes: 1, question.AnswerNo: 9})
	for _, c := range []struct {
		name, params string
		rows         map[string]float64
	}{
		{"by channel", "by=channel", map[string]float64{"phone": 1119, "web_form": 1105}},
		{"the day of the outcry", "from=2015-06-24T04:00:00Z&to=2015-06-25T04:00:00Z", map[string]float64{"all": 218}},
		{"June", "from=2015-06-01T04:00:00Z&to=2015-07-01T04:00:00Z", map[string]float64{"all": 1046}},
	} {
		t.Run(c.name, func(t *testing.T) {
			table := ask(t, a, "traffic", c.params)
			got := map[string]float64{}
			for i, row := range table.Rows {
				got[row[0].Text] = cell(t, table, i, "contacts")
			}
			if diff := cmp.Diff(c.rows, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
