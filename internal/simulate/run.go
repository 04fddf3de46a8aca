package simulate

import (
	"bufio"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"time"
	_ "time/tzdata" // the company's zone must exist everywhere

	"golang.org/x/sync/errgroup"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// DefaultCustomers is the size of the demo company.
const DefaultCustomers = 4000

// MostCustomers is how many customers a year can be written for.
const MostCustomers = 10_000_000

// Config says what to simulate. Dir must exist or be creatable; files of the
// same names in it are replaced.
type Config struct {
	Customers int    // 0 = DefaultCustomers
	Seed      uint64 // the same seed and configuration write the same bytes
	// Start is the first day of the 52 weeks; only its date counts. Zero = so that
	// they end with the last Sunday before Now.
	Start time.Time
	Now   time.Time // needed only where Start is zero
	// Faults to plant, by name: nil = all, empty = none.
	Faults []string
	Dir    string
	// Progress is told, from one goroutine, how many customers are written.
	Progress func(done, total int64)
}

// perBatch is how many customers a worker writes at a time.
const perBatch = 256

// Run writes the exports, exposures, journey and mapping files and truth.json
// into Config.Dir, and returns the truth. On an error or a cancelled context the
// files it has begun are removed.
func Run(ctx context.Context, config Config) (Truth, error) {
	if config.Customers == 0 {
		config.Customers = DefaultCustomers
	}
	if config.Customers < 0 || config.Customers > MostCustomers {
		return Truth{}, cx.Errorf(cx.Invalid, "%d customers can't be simulated", config.Customers).
			WithRemedy("Ask for 1 to %d.", MostCustomers)
	}
	planted, err := chooseFaults(config.Faults)
	if err != nil {
		return Truth{}, err
	}
	cal, err := newCalendar(config.Start, config.Now)
	if err != nil {
		return Truth{}, err
	}
	if config.Dir == "" {
		return Truth{}, cx.Errorf(cx.Invalid, "there is no folder to write the company into").WithRemedy("Name one.")
	}
	if err := os.MkdirAll(config.Dir, 0o755); err != nil {
		return Truth{}, cx.Errorf(cx.Unavailable, "making the folder %s: %w", config.Dir, err).
			WithRemedy("Choose a folder that you may write to.")
	}
	books, err := openBooks(config.Dir)
	if err != nil {
		return Truth{}, err
	}
	total, err := books.fill(ctx, config, cal, planted)
	if closed := books.close(); err == nil {
		err = closed
	}
	if err == nil {
		var truth Truth
		truth, err = finish(config, cal, planted, total)
		if err == nil {
			return truth, nil
		}
	}
	books.remove()
	return Truth{}, err
}

// finish writes the files that need the totals.
func finish(config Config, cal *calendar, planted [faultCount]bool, total *batch) (Truth, error) {
	truth := Truth{
		Company: Company, Zone: Zone, Journey: JourneyName, Seed: config.Seed, Customers: config.Customers,
		From: cal.from, To: cal.to, Faults: []Fault{}, Decoys: decoys,
	}
	for s, name := range sheetFiles {
		truth.Files = append(truth.Files, File{name, total.rows[s]})
	}
	text, rows := total.expo.csv(cal)
	if err := writeFile(filepath.Join(config.Dir, ExposuresFile), []byte(text)); err != nil {
		return truth, err
	}
	truth.Files = append(truth.Files, File{ExposuresFile, rows})
	for _, name := range declared {
		text, err := declaration(name)
		if err != nil {
			return truth, cx.Errorf(cx.Internal, "reading the embedded %s: %w", name, err)
		}
		if err := writeFile(filepath.Join(config.Dir, name), text); err != nil {
			return truth, err
		}
	}
	for id, f := range faults {
		if !planted[id] {
			continue
		}
		truth.Faults = append(truth.Faults, Fault{
			Name: f.name, Title: f.title, From: cal.from.AddDate(0, 0, 7*f.week), To: cal.to, Steps: f.steps,
			Channel: f.channel, Segment: f.segment, Reason: f.reason, Magnitudes: f.magnitudes,
			Struck: total.struck[id], Expect: f.expect,
		})
	}
	return truth, truth.write(config.Dir)
}

// books are the open files that grow customer by customer.
type books struct {
	files [sheets]*os.File
	out   [sheets]*bufio.Writer
}

var sheetHeaders = [sheets]string{
	tickets: zendeskHeader, surveys: qualtricsHeader, orders: shopifyHeader, calls: callsHeader, cancellations: cancellationsHeader,
	invoices: invoicesHeader, payments: paymentsHeader, messages: messagesHeader,
}

func openBooks(dir string) (*books, error) {
	b := &books{}
	for s, name := range sheetFiles {
		f, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			_ = b.close() // the error that matters is err
			b.remove()
			return nil, writeError(name, err)
		}
		b.files[s], b.out[s] = f, bufio.NewWriterSize(f, 1<<18)
		if h := sheetHeaders[s]; h != "" {
			b.out[s].WriteString(h + "\n") // an error stays in the writer until it is flushed
		}
	}
	return b, nil
}

// fill lives through the year of every customer: workers make batches, which are
// written in order, a few at a time in memory.
func (b *books) fill(ctx context.Context, config Config, cal *calendar, planted [faultCount]bool) (*batch, error) {
	workers := runtime.GOMAXPROCS(0)
	idle := make(chan *generator, workers)
	for range workers {
		idle <- newGenerator(cal, config.Customers, config.Seed, planted)
	}
	spare := make(chan *batch, 2*workers+2) // written ones, to be filled again
	total := &batch{}
	queue := make(chan chan *batch, workers)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		done := int64(0)
		for made := range queue {
			part, ok := <-made
			if !ok {
				continue // cancelled
			}
			if err := b.write(part, total); err != nil {
				return err
			}
			select {
			case spare <- part:
			default:
			}
			if done++; config.Progress != nil {
				config.Progress(min(done*perBatch, int64(config.Customers)), int64(config.Customers))
			}
		}
		return nil
	})
	group.Go(func() error {
		defer close(queue)
		for first := 0; first < config.Customers; first += perBatch {
			made := make(chan *batch, 1)
			select {
			case <-ctx.Done():
				return ctx.Err()
			case queue <- made:
			}
			select {
			case <-ctx.Done():
				close(made)
				return ctx.Err()
			case g := <-idle:
				go func() {
					part := &batch{}
					select {
					case used := <-spare:
						part.reuse(used)
					default:
					}
					made <- g.batch(part, first, min(first+perBatch, config.Customers))
					close(made)
					idle <- g
				}()
			}
		}
		return nil
	})
	err := group.Wait()
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		err = cx.Errorf(cx.Unavailable, "writing the company was stopped: %w", err)
	}
	return total, err
}

// batch lives through the year of the customers first … last−1 and fills part with it.
func (g *generator) batch(part *batch, first, last int) *batch {
	g.out = part
	if first == 0 {
		g.previews()
	}
	for i := first; i < last; i++ {
		g.customer(i)
	}
	return g.out
}

func (b *books) write(part, total *batch) error {
	for s := range sheets {
		if _, err := b.out[s].Write(part.bytes[s]); err != nil {
			return writeError(sheetFiles[s], err)
		}
		total.rows[s] += part.rows[s]
	}
	for f := range total.struck {
		total.struck[f] += part.struck[f]
	}
	total.expo.add(&part.expo)
	return nil
}

func (b *books) close() error {
	var first error
	for s, f := range b.files {
		if f == nil {
			continue
		}
		err := b.out[s].Flush()
		if closed := f.Close(); err == nil {
			err = closed
		}
		if err != nil && first == nil {
			first = writeError(sheetFiles[s], err)
		}
	}
	return first
}

func (b *books) remove() {
	for _, f := range b.files {
		if f != nil {
			_ = os.Remove(f.Name()) // what is left is only untidy
		}
	}
}

func writeFile(name string, text []byte) error {
	if err := os.WriteFile(name, text, 0o644); err != nil {
		return writeError(name, err)
	}
	return nil
}

func writeError(name string, err error) error {
	return cx.Errorf(cx.Unavailable, "writing %s: %w", filepath.Base(name), err).
		WithRemedy("Check that the disk has room and that you may write to the folder.")
}
