package question

import (
	"bufio"
	"context"
	"hash/fnv"
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
