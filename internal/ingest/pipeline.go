package ingest

import (
	"context"
	"errors"
	"io"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

// batch is what goes from reading and mapping to the stores at a time.
type batch struct {
	interactions []cx.Interaction
	facts        []Fact
	people       []PersonRow // instead, of a file of people
	keys         [][]cx.PersonKey
	profiles     []cx.ProfileID // of the keys, once linked
}

// size is how many interactions, or people, the batch holds.
func (b *batch) size() int { return len(b.interactions) + len(b.people) }

func (b *batch) reset() {
	clear(b.interactions) // let go of the strings
	clear(b.people)
	b.interactions, b.facts, b.people, b.keys = b.interactions[:0], b.facts[:0], b.people[:0], b.keys[:0]
}

// batchesUnderWay bounds memory: it does not grow with the file.
const batchesUnderWay = 3

// stage is what is done with each batch in turn.
type stage func(ctx context.Context, b *batch) error

// run reads and maps the file in one goroutine, and each stage works in one of its
// own: while one batch is stored, the next is linked and the one after it is read.
func (im *Importer) run(ctx context.Context, req Request, p *plan, summary *Summary, stages ...stage) error {
	group, ctx := errgroup.WithContext(ctx)
	ready, free := make(chan *batch), make(chan *batch, batchesUnderWay)
	for range batchesUnderWay {
		free <- &batch{}
	}
	r := &producer{im: im, req: req, plan: p, summary: summary, rejects: &rejectsWriter{header: p.header, more: p.file.Format.Type == rows.JSONL || p.file.Format.Ragged == rows.Pad || isRejectsFile(req.Path)}}
	if !req.DryRun {
		r.rejects.path = req.Rejects
	}
	group.Go(func() error {
		defer close(ready)
		return r.produce(ctx, free, ready)
	})
	from := (<-chan *batch)(ready)
	for _, work := range stages {
		in, out := from, make(chan *batch)
		group.Go(func() error {
			defer close(out)
			return pass(ctx, in, out, work)
		})
		from = out
	}
	group.Go(func() error {
		for b := range from {
			b.reset()
			free <- b
		}
		return nil
	})
	err := group.Wait()
	if err == nil && summary.Interactions == 0 && summary.Rejected > 0 && summary.Rejected == summary.Read {
		err = nothingReadable(summary, r.first)
	}
	if err != nil {
		r.rejects.discard()
		return err
	}
	p.warnings(summary, &r.seen)
	summary.RejectsFile, err = r.rejects.close()
	return err
}

// pass does a stage's work on batches as they come and hands them on in order.
func pass(ctx context.Context, from <-chan *batch, to chan<- *batch, work stage) error {
	for b := range from {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := work(ctx, b); err != nil {
			return err
		}
		select {
		case to <- b:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// producer reads, maps and makes facts. The counts of the summary that it keeps
// are its own until run returns.
type producer struct {
	im      *Importer
	req     Request
	plan    *plan
	summary *Summary
	rejects *rejectsWriter
	first   *Reject
	seen    identified

	began, told time.Time
}

func (r *producer) produce(ctx context.Context, free <-chan *batch, ready chan<- *batch) error {
	names := newPseudonyms(r.im.Key, r.plan.mapping.Source)
	r.began = r.im.Now()
	var row rows.Row
	for done := false; !done; {
		var b *batch
		select {
		case b = <-free:
		case <-ctx.Done():
			return ctx.Err()
		}
		for b.size() < BatchRows {
			if r.summary.Read%1024 == 0 {
				if err := ctx.Err(); err != nil {
					return err
				}
				r.tell()
			}
			err := r.plan.file.Read(&row)
			if errors.Is(err, io.EOF) {
				done = true
				break
			}
			if err != nil {
				return err
			}
			if err := r.row(&row, b); err != nil {
				return err
			}
		}
		for i := range b.interactions {
			x := &b.interactions[i]
			b.facts = append(b.facts, names.fact(x))
			b.keys = append(b.keys, x.Keys)
			r.seen.add(x)
		}
		for i := range b.people {
			b.keys = append(b.keys, b.people[i].Keys)
		}
		if b.size() == 0 {
			continue
		}
		select {
		case ready <- b:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (r *producer) row(row *rows.Row, b *batch) error {
	r.summary.Read++
	before := b.size()
	var reject *Reject
	if r.plan.mapping.OfPeople() {
		b.people, reject = r.plan.mapper.MapPerson(row, b.people)
	} else {
		b.interactions, reject = r.plan.mapper.Map(row, b.interactions)
		r.summary.Interactions += int64(b.size() - before)
	}
	switch {
	case reject != nil:
		reject.File = r.req.Name
		r.summary.Rejected++
		r.summary.Reasons[reason(reject)]++
		if r.first == nil {
			r.first = reject
		}
		return r.rejects.write(reject)
	case b.size() == before:
		r.summary.Skipped++
	}
	return nil
}

func reason(r *Reject) string {
	if r.Column == "" {
		return r.Reason
	}
	return r.Column + ": " + r.Reason
}

// tell reports progress, at most four times a second.
func (r *producer) tell() {
	if r.req.Progress == nil {
		return
	}
	now := r.im.Now()
	if now.Sub(r.told) < 250*time.Millisecond {
		return
	}
	r.told = now
	p := Progress{Rows: r.summary.Read, Bytes: r.plan.file.Offset(), Size: r.plan.file.Size, Elapsed: now.Sub(r.began)}
	if s := p.Elapsed.Seconds(); s > 0 {
		p.PerSec = float64(p.Rows) / s
		if p.Bytes > 0 && p.Bytes < p.Size {
			p.Left = time.Duration(float64(p.Elapsed) * float64(p.Size-p.Bytes) / float64(p.Bytes))
		}
	}
	r.req.Progress(p)
}

// writer links and stores batches.
type writer struct {
	im      *Importer
	id      cx.ImportID
	source  string
	facts   FactsImport
	summary *Summary
	people  crowd // of a file of people
}

// link finds the profile of each row.
func (w *writer) link(ctx context.Context, b *batch) error {
	b.profiles = append(b.profiles[:0], make([]cx.ProfileID, len(b.keys))...)
	return w.im.Linker.Resolve(ctx, w.id, w.source, b.keys, b.profiles)
}

// write stores a linked batch's vault rows and its facts. What belongs to somebody
// who was erased is left out of both.
func (w *writer) write(ctx context.Context, b *batch) error {
	if len(b.people) > 0 {
		return w.writePeople(ctx, b)
	}
	v := VaultBatch{Threads: map[int64]string{}, Employees: map[int64]string{}}
	kept := b.facts[:0]
	people := gathered{at: map[cx.ProfileID]int{}}
	for i := range b.facts {
		f, x, profile := b.facts[i], &b.interactions[i], b.profiles[i]
		if profile == cx.ErasedProfile {
			w.summary.Erased++
			continue
		}
		if profile == 0 {
			w.summary.Unidentified++
		}
		f.Profile = profile
		kept = append(kept, f)
		if len(x.Texts) > 0 {
			v.Texts = append(v.Texts, VaultText{Interaction: f.ID, Profile: profile, Texts: x.Texts})
		}
		if len(x.Attributes) > 0 {
			v.Attributes = append(v.Attributes, VaultAttributes{Interaction: f.ID, Profile: profile, Attributes: x.Attributes})
		}
		if x.Person != nil && profile > 0 {
			people.add(VaultPerson{Profile: profile, Person: *x.Person})
		}
		if f.Thread != 0 {
			v.Threads[f.Thread] = x.Thread
		}
		if f.Employee != 0 {
			v.Employees[f.Employee] = x.Employee
		}
	}
	b.facts, v.People = kept, people.list
	// The two stores do not wait for each other: the vault's rows are durable long
	// before the facts are committed.
	both, ctx := errgroup.WithContext(ctx)
	both.Go(func() error { return w.im.Vault.WriteBatch(ctx, w.id, v) })
	both.Go(func() error { return w.facts.Append(ctx, kept) })
	return both.Wait()
}
