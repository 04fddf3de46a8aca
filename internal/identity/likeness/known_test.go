package likeness

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestKnownDuplicatesAreFound holds the default settings, without any example to
// learn from, against public data whose truth is known.
func TestKnownDuplicatesAreFound(t *testing.T) {
	for _, k := range []struct {
		name  string
		read  func(t *testing.T) (*Table, []string)
		least float64
	}{
		{"FEBRL 3, with its number", func(t *testing.T) (*Table, []string) { return febrl3(t, true) }, .999},
		{"FEBRL 3, without it", func(t *testing.T) (*Table, []string) { return febrl3(t, false) }, .99},
		{"Splink's fake 1000", fake1000, .96},
	} {
		t.Run(k.name, func(t *testing.T) {
			table, truth := k.read(t)
			r, err := Link(context.Background(), table, Options{})
			if err != nil {
				t.Fatal(err)
			}
			precision, recall, f1 := judge(table.Len(), r.Joined, truth)
			t.Logf("precision %.4f, recall %.4f, F1 %.4f; %d pairs compared, %d doubtful", precision, recall, f1, r.Compared, len(r.Doubtful))
			if f1 < k.least || precision < .999 {
				t.Errorf("F1 is %.4f and precision %.4f, less than %g and .999", f1, precision, k.least)
			}
		})
	}
}

// dataFile finds a public file beside the repository, or where DATA_SETS says.
func dataFile(t *testing.T, parts ...string) string {
	t.Helper()
	root := os.Getenv("DATA_SETS")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	path := filepath.Join(append([]string{root}, parts...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the public data are not here (%s): set DATA_SETS to their folder", path)
	}
	return path
}

func readCSV(t *testing.T, path string) (at map[string]int, rows [][]string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.TrimLeadingSpace = true
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at = map[string]int{}
	for i, name := range all[0] {
		at[strings.TrimSpace(name)] = i
	}
	return at, all[1:]
}

func febrl3(t *testing.T, withNumber bool) (*Table, []string) {
	at, rows := readCSV(t, dataFile(t, "febrl", "dataset3.csv"))
	table := NewTable()
	var truth []string
	for _, row := range rows {
		of := func(name string) string { return strings.TrimSpace(row[at[name]]) }
		r := Record{
			FirstName: of("given_name"), LastName: of("surname"), BirthDate: of("date_of_birth"),
			Street: of("street_number") + " " + of("address_1"), City: of("suburb"), Postcode: of("postcode"),
		}
		if withNumber {
			r.Number = of("soc_sec_id")
		}
		table.Add(r)
		truth = append(truth, strings.Split(of("rec_id"), "-")[1])
	}
	table.Seal()
	return table, truth
}

func fake1000(t *testing.T) (*Table, []string) {
	at, rows := readCSV(t, dataFile(t, "splink_fake1000", "fake_1000.csv"))
	table := NewTable()
	var truth []string
	for _, row := range rows {
		table.Add(Record{
			FirstName: row[at["first_name"]], LastName: row[at["surname"]], BirthDate: row[at["dob"]],
			City: row[at["city"]], Email: row[at["email"]],
		})
		truth = append(truth, row[at["cluster"]])
	}
	table.Seal()
	return table, truth
}

// groups gives each record the smallest one that it is joined with.
func groups(n int, joined []Pair) []int {
	root := make([]int, n)
	for i := range root {
		root[i] = i
	}
	find := func(r int) int {
		for root[r] != r {
			root[r] = root[root[r]]
			r = root[r]
		}
		return r
	}
	for _, p := range joined {
		a, b := find(int(p.A)), find(int(p.B))
		root[max(a, b)] = min(a, b)
	}
	for i := range root {
		root[i] = find(i)
	}
	return root
}

// judge counts pairs of records: of those joined, how many are right, and of those
// that are one person, how many are joined.
func judge(n int, joined []Pair, truth []string) (precision, recall, f1 float64) {
	of := groups(n, joined)
	right, made, there := 0, 0, 0
	for a := range n {
		for b := a + 1; b < n; b++ {
			same, ours := truth[a] == truth[b], of[a] == of[b]
			if same {
				there++
			}
			if ours {
				made++
			}
			if same && ours {
				right++
			}
		}
	}
	return float64(right) / float64(max(1, made)), float64(right) / float64(max(1, there)), 2 * float64(right) / float64(max(1, made+there))
}
