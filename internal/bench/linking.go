package bench

import (
	"context"
	"time"

	"github.com/firsthand-cx/firsthand/internal/identity/likeness"
)

// linking times finding who is one person among written people, and says how well it
// was found: pairs joined that are right, and pairs of one person that are joined.
func (b *bench) linking(ctx context.Context) error {
	b.printf("profiles · read and blocked · linked · peak MiB · pairs compared · precision · recall · F1 · doubtful · load\n")
	for _, n := range b.profiles {
		if err := b.link(ctx, n); err != nil {
			return err
		}
	}
	return nil
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
