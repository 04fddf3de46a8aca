package question

import (
	"bufio"
	"context"
	"encoding/csv"
	"hash/fnv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// sharedData is the folder of real data beside the repository; the test is skipped
// where it is absent.
func sharedData(t *testing.T, path ...string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if filepath.Dir(dir) == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	file := filepath.Join(append([]string{filepath.Dir(dir), "shared", "data"}, path...)...)
	if _, err := os.Stat(file); err != nil {
		t.Skipf("needs the real data %s, which is not here", filepath.Join(path...))
	}
	return file
}

// bankCalls reads a month of the bank's phone log.
func bankCalls(t *testing.T, name string) []fact {
	t.Helper()
	file, err := os.Open(sharedData(t, "anonymous_bank", name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var calls []fact
	customer := func(name string) int64 { // some ids went through a spreadsheet: "6.02E+11"
		n, err := strconv.ParseInt(name, 10, 64)
		if err != nil {
			h := fnv.New64a()
			h.Write([]byte(name))
			return int64(h.Sum64() >> 1)
		}
		return n
	}
	lines := bufio.NewScanner(file)
	lines.Scan()
	for lines.Scan() {
		c := strings.Split(strings.TrimRight(lines.Text(), "\r"), "\t")
		if len(c) < 17 {
			continue
		}
		number := func(i int) int64 {
			n, err := strconv.ParseInt(strings.TrimSpace(c[i]), 10, 64)
			if err != nil {
				t.Fatalf("%s: %v", c[1], err)
			}
			return n
		}
		start, err := time.Parse("060102 15:04:05", c[5]+" "+c[6])
		if err != nil {
			t.Fatal(err)
		}
		waited := start.Add(time.Duration(number(8)+number(11)) * time.Second)
		call := fact{
			Customer: customer(strings.TrimSpace(c[2])), Start: start, End: waited,
			Signature: cx.Signature{Source: "bank", Voice: cx.VoiceCustomer, Kind: cx.Contact, Channel: "phone", Reason: strings.TrimSpace(c[4])},
			Dims:      map[string]string{"priority": strings.TrimSpace(c[3])},
			queued:    time.Duration(number(11)) * time.Second,
		}
		switch strings.TrimSpace(c[12]) {
		case "AGENT":
			call.FirstHuman = waited
		case "HANG":
			call.Censored = true
		}
		calls = append(calls, call)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return calls
}

// The figures were computed with R and Python peers on the same file.
func TestBankCallsGiveTheKnownAnswers(t *testing.T) {
	january, february := bankCalls(t, "january.txt"), bankCalls(t, "february.txt")
	for _, c := range []struct {
		name                     string
		calls                    []fact
		waits                    int64
		median, p90              float64
		repeated, followed       int64
		all, unidentifiedPercent float64
	}{
		{"January alone", append([]fact(nil), january...), 31359, 22, 149, 6636, 11333, 31599, 57.5},
		{"January and February", append(append([]fact(nil), january...), february...), 64425, 24, 169, 14101, 23739, 64943, 58.1},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, facts := context.Background(), newSliceFacts(c.calls)
			wait, err := AskTimeToPerson(ctx, facts, Params{})
			if err != nil {
				t.Fatal(err)
			}
			row := wait.Rows[0]
			if row.Contacts != c.waits || row.Wait.Median.Value != c.median || row.Wait.P90.Value != c.p90 {
				t.Errorf("time to a person: median %g s, p90 %g s of %d calls", row.Wait.Median.Value, row.Wait.P90.Value, row.Contacts)
			}
			again, err := AskRepeatContact(ctx, facts, Params{Days: 7})
			if err != nil {
				t.Fatal(err)
			}
			if r := again.Rows[0]; r.Repeated != c.repeated || r.Contacts != c.followed {
				t.Errorf("%d of %d calls came again within 7 days, want %d of %d", r.Repeated, r.Contacts, c.repeated, c.followed)
			}
			if again.Scanned != int64(c.all) {
				t.Errorf("%d calls scanned", again.Scanned)
			}
			for _, left := range again.LeftOut {
				if left.Reason == unidentified {
					if got := 100 * float64(left.Count) / c.all; got < c.unidentifiedPercent-.05 || got >= c.unidentifiedPercent+.05 {
						t.Errorf("%.2f %% of calls without a customer, want %g", got, c.unidentifiedPercent)
					}
				}
			}
		})
	}
}

// The answers of each stage were counted by hand (a Python script over the file);
// the intervals are the formula of nps.go worked out apart.
func TestVerbatimsGiveTheKnownNPSByStage(t *testing.T) {
	file, err := os.Open(sharedData(t, "nps_verbatim", "nps_verbatim.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var answers []fact
	for i, c := range rows[1:] {
		at, err := time.Parse("02/01/2006 15:04", c[0])
		if err != nil {
			t.Fatal(err)
		}
		answer := fact{Customer: int64(i + 1), Start: at, Signature: cx.Signature{Kind: cx.SurveyAnswer, Touchpoint: c[1]}}
		if score, err := strconv.ParseFloat(c[3], 64); err == nil { // 32 rows have words only
			answer.Score, answer.Scale = score, 1
		}
		answers = append(answers, answer)
	}
	facts := newSliceFacts(answers)
	facts.scales = map[int16]cx.Scale{1: {Name: "nps", Metric: cx.NPS, Max: 10}}
	answer, err := AskNPS(context.Background(), facts, Params{By: "touchpoint"})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]struct {
		promoters, detractors, n int64
		low, nps, high           float64
	}{
		"Equipment Received": {39, 170, 231, -65.79247123878686, -56.70995670995671, -46.1733407270251},
		"First Payment":      {307, 638, 1130, -34.25733084713109, -29.292035398230087, -24.17161884395452},
		"Order":              {341, 437, 962, -15.583939728120056, -9.97920997920998, -4.312433328874763},
		"Service in Use":     {3, 26, 30, -92.28944775500251, -76.66666666666667, -47.10449163893686},
	}
	if len(answer.Rows) != len(want) || answer.Scanned != 2353 {
		t.Fatalf("%d stages, %d answers", len(answer.Rows), answer.Scanned)
	}
	for _, row := range answer.Rows {
		w := want[row.Group.Name]
		if row.Positive != w.promoters || row.Negative != w.detractors || row.Answers != w.n {
			t.Errorf("%s: %d promoters, %d detractors of %d", row.Group.Name, row.Positive, row.Negative, row.Answers)
		}
		for what, pair := range map[string][2]float64{"nps": {row.Score.Value, w.nps}, "low": {row.Score.Interval.Low, w.low}, "high": {row.Score.Interval.High, w.high}} {
			if math.Abs(pair[0]-pair[1]) > 1e-9 {
				t.Errorf("%s: %s is %g, want %g", row.Group.Name, what, pair[0], pair[1])
			}
		}
	}
}

// Each session is one search, message and booking at most; the funnel of a visitor
// within a week is counted naively beside it.
func TestSessionsGiveTheFunnelOfTheirVisitors(t *testing.T) {
	file, err := os.Open(sharedData(t, "airbnb_sessions", "airbnb-session-data.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	reader := csv.NewReader(file)
	reader.Comma, reader.LazyQuotes = '|', true
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	visitors := map[string]int64{}
	var facts []fact
	for _, c := range rows[1:] {
		at, err := time.Parse(time.DateTime, c[6])
		if err != nil {
			t.Fatal(err)
		}
		if visitors[c[0]] == 0 {
			visitors[c[0]] = int64(len(visitors) + 1)
		}
		for i, step := range []string{"search", "message", "booking"} {
			if c[8+i] == "1" { // in a session, which has one time, they come in this order
				facts = append(facts, fact{
					Customer: visitors[c[0]], Start: at,
					Signature: cx.Signature{Kind: cx.Event, Touchpoint: step, Channel: c[4]},
				})
			}
		}
	}
	world := newSliceFacts(facts).withJourney(cx.Journey{
		Name: "buy", Attempt: cx.Attempt{By: cx.AttemptByGap, Gap: 30 * 24 * time.Hour},
		Stages: []cx.Stage{{Name: "book", Steps: []cx.Step{{Name: "search"}, {Name: "message"}, {Name: "booking"}}}},
	})
	p := Params{Journey: "buy", Within: 7 * 24 * time.Hour}
	n := newNaive(world, p)
	reached := map[string]int64{}
	for _, a := range n.attempts(p.Within) {
		if n.counted(a, p.Within) {
			for step := range a.reached {
				reached[step]++
			}
		}
	}
	answer, err := AskFunnel(context.Background(), world, p)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range answer.Rows {
		if row.Reached != reached[row.Step] || row.Reached == 0 {
			t.Errorf("%d reached %s, counted naively %d", row.Reached, row.Step, reached[row.Step])
		}
		t.Logf("%s: reached %d, continued %d, share %.3f", row.Step, row.Reached, row.Continued, row.Share.Value)
	}
}
