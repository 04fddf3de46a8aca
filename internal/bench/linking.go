package bench

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/identity/likeness"
)

// linking times finding who is one person among written people, and says how well it
// was found: pairs joined that are right, and pairs of one person that are joined.
func (b *bench) linking(ctx context.Context) error {
	for _, n := range b.profiles {
		if err := b.linkStored(ctx, n); err != nil {
			return err
		}
	}
	b.printf("\nthe arithmetic alone\n")
	b.printf("profiles · read and blocked · linked · peak MiB · pairs compared · precision · recall · F1 · doubtful · load\n")
	for _, n := range b.profiles {
		if err := b.link(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// peopleMapping maps what writePeople writes.
const peopleMapping = `source: bench
kind: event
start: {column: at, order: ymd}
customer: [{source_id: id}]
person: {first_name: first, last_name: last, birth_date: {column: born, order: ymd}, street: street, city: city, postcode: postcode, email: email, phone: phone}
`

// linkStored imports written people and links them through the stores: read from the
// vault, links, customers and reasons written to it; then once more with nothing new.
func (b *bench) linkStored(ctx context.Context, n int) error {
	dir := filepath.Join(b.dir, "linking")
	defer os.RemoveAll(dir)
	path := dir + ".csv"
	defer os.Remove(path)
	if err := writePeopleCSV(path, n); err != nil {
		return err
	}
	a, err := b.open(ctx, dir)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.NoLinking(ctx); err != nil {
		return err
	}
	began := time.Now()
	if _, err := a.ImportFile(ctx, path, peopleMapping); err != nil {
		return err
	}
	imported := time.Since(began)
	var run identity.LikenessRun
	most, err := peak(func() error {
		var err error
		run, err = a.LinkPeople(ctx, false)
		return err
	})
	if err != nil {
		return err
	}
	b.printf("%d profiles through the stores: imported in %s, linked in %s, peak %d MiB; %d pairs compared, %d links, %d doubtful; load %s\n",
		n, imported.Round(time.Millisecond), run.Took.Round(time.Millisecond), most, run.Compared, run.Links, run.Doubtful, load())
	return nil
}

func writePeopleCSV(path string, n int) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
	}()
	w := csv.NewWriter(f)
	rows := [][]string{{"at", "id", "first", "last", "born", "street", "city", "postcode", "email", "phone"}}
	writePeople(n, 1, func(p writtenPerson) {
		r := p.Record
		rows = append(rows, []string{"2026-01-01", strconv.Itoa(len(rows)), r.FirstName, r.LastName, r.BirthDate, r.Street, r.City, r.Postcode, r.Email, r.Phone})
	})
	return w.WriteAll(rows)
}

func (b *bench) link(ctx context.Context, n int) error {
	var truth []int
	var made likeness.Result
	var readied, linked time.Duration
	most, err := peak(func() error {
		began := time.Now()
		t := likeness.NewTable()
		writePeople(n, 1, func(w writtenPerson) {
			t.Add(w.Record)
			truth = append(truth, w.truth)
		})
		t.Seal()
		readied = time.Since(began)
		var err error
		made, err = likeness.Link(ctx, t, likeness.Options{Seed: 1})
		linked = time.Since(began) - readied
		return err
	})
	if err != nil {
		return err
	}
	precision, recall, f1 := pairwise(truth, made.Joined)
	b.printf("%d · %s · %s · %d · %d · %.4f · %.4f · %.4f · %d · %s\n", n, readied.Round(time.Millisecond), linked.Round(time.Millisecond),
		most, made.Compared, precision, recall, f1, len(made.Doubtful), load())
	return nil
}

// pairwise holds joined pairs, and all that follow from them, against the truth. It
// counts by groups, so that it costs no square.
func pairwise(truth []int, joined []likeness.Pair) (precision, recall, f1 float64) {
	root := make([]int, len(truth))
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
		root[find(int(p.A))] = find(int(p.B))
	}
	type both struct{ truth, ours int }
	people, groups, cells := map[int]int64{}, map[int]int64{}, map[both]int64{}
	for i, t := range truth {
		people[t]++
		groups[find(i)]++
		cells[both{t, find(i)}]++
	}
	right, made, there := pairsOf(cells), pairsOf(groups), pairsOf(people)
	return right / max(1, made), right / max(1, there), 2 * right / max(1, made+there)
}

func pairsOf[K comparable](sizes map[K]int64) float64 {
	var sum int64
	for _, n := range sizes {
		sum += n * (n - 1) / 2
	}
	return float64(sum)
}
