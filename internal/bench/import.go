package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/firsthand-cx/firsthand/internal/store/baseline"
)

// factsOnly maps no person, no text: what is left is reading, coding and storing.
const factsOnly = `source: bench
id: id
start: started
end: ended
first_human: answered
kind: contact
channel: {column: channel}
touchpoint: {column: touchpoint}
reason: {column: reason}
outcome: {column: outcome}
employee: agent
attributes: none
dimensions:
  region: region
`

// whole maps everything: people are linked, texts kept, orders threaded.
const whole = `source: bench
id: id
start: started
end: ended
first_human: answered
kind: contact
channel: {column: channel}
touchpoint: {column: touchpoint}
reason: {column: reason}
outcome: {column: outcome}
employee: agent
thread: ticket
customer:
  - source_id: customer
  - email: email
texts: [comment]
dimensions:
  region: region
`

var (
	benchReasons  = []string{"invoice", "delivery", "repair", "order", "promo", "other"}
	benchChannels = []string{"phone", "email", "chat", "web"}
	benchWords    = []string{"the", "parcel", "never", "came", "invoice", "wrong", "again", "nobody", "answered", "thank", "you", "router", "code", "still", "waiting"}
)

const (
	benchLayout = "2006-01-02 15:04:05"
	benchYear   = 365 * 24 * time.Hour
)

var benchStart = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

// customersOf is how many customers n contacts are of.
func customersOf(n int) int { return max(n/40, 1) }

// comment is eight words of one in four, and nothing of the others.
func comment(rng *rand.Rand) string {
	text := ""
	if rng.IntN(4) == 0 {
		for range 8 {
			text += benchWords[rng.IntN(len(benchWords))] + " "
		}
	}
	return text
}

// writeCSV writes n contacts, 14 columns, in order of time.
func writeCSV(path string, n int) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	w := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprintln(w, "id,customer,email,started,ended,answered,channel,touchpoint,reason,outcome,agent,ticket,comment,region")
	rng := rand.New(rand.NewPCG(1, 2))
	step := benchYear / time.Duration(n)
	for i := range n {
		c := rng.IntN(customersOf(n))
		start := benchStart.Add(time.Duration(i) * step)
		answered := start.Add(time.Duration(rng.ExpFloat64()*3600) * time.Second)
		fmt.Fprintf(w, "%d,%d,c%d@example.org,%s,%s,%s,%s,t%d,%s,%s,a%d,k%d,%s,r%d\n", i, c, c,
			start.Format(benchLayout), answered.Add(10*time.Minute).Format(benchLayout), answered.Format(benchLayout),
			benchChannels[rng.IntN(4)], rng.IntN(8), benchReasons[rng.IntN(6)], [2]string{"solved", "open"}[rng.IntN(2)],
			rng.IntN(50), i/3, comment(rng), rng.IntN(6))
	}
	return w.Flush()
}

// imports times the import of a file against DuckDB reading it into a table.
//
// What bounds it is the processors: a row of the whole import costs about 7 µs of
// their time on the machine of the first figures, and all of them are busy until the
// facts are committed. Of that, reading, mapping and the keyed hashes take a quarter;
// staging the facts and sorting them into their tables a third (DuckDB sees each row
// twice, so that the import is one thing); people a twentieth; the vault's rows and
// their three indexes, which SQLite makes alone on one processor at the end, a
// quarter; the rest is the upload's copy and the collector. read_csv takes 2.6 µs.
func (b *bench) imports(ctx context.Context) error {
	b.printf("rows · DuckDB read_csv rows/s · ours facts only: rows/s, ratio · ours whole: rows/s, ratio, peak MiB\n")
	for _, n := range b.rows {
		csv := filepath.Join(b.dir, fmt.Sprintf("import-%d.csv", n))
		if err := writeCSV(csv, n); err != nil {
			return err
		}
		base, err := median(3, func() (time.Duration, error) {
			return baseline.ReadCSV(ctx, csv, filepath.Join(b.dir, "baseline.duckdb"))
		})
		if err != nil {
			return err
		}
		facts, _, err := b.importOnce(ctx, csv, factsOnly)
		if err != nil {
			return err
		}
		all, most, err := b.importOnce(ctx, csv, whole)
		if err != nil {
			return err
		}
		perSecond := func(d time.Duration) float64 { return float64(n) / d.Seconds() }
		b.printf("%d · %.0f · %.0f, %.2f · %.0f, %.2f, %d\n", n, perSecond(base),
			perSecond(facts), base.Seconds()/facts.Seconds(), perSecond(all), base.Seconds()/all.Seconds(), most)
		if err := os.Remove(csv); err != nil {
			return err
		}
	}
	return nil
}

// importOnce imports into a new folder and throws it away.
func (b *bench) importOnce(ctx context.Context, csv, mapping string) (took time.Duration, most int64, err error) {
	dir := filepath.Join(b.dir, "import")
	defer os.RemoveAll(dir)
	a, err := b.open(ctx, dir)
	if err != nil {
		return 0, 0, err
	}
	defer a.Close()
	most, err = peak(func() error {
		began := time.Now()
		_, err := a.ImportFile(ctx, csv, mapping)
		took = time.Since(began)
		return err
	})
	return took, most, err
}
