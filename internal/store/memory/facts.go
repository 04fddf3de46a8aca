// Package memory is the naive reference that every engine must equal: facts and
// vault as plain slices and maps, each answer computed from scratch by the
// plainest reading of what the ports say. It is for tests and for reading; it
// keeps nothing.
//
// Start reading at facts.go; fold.go says which version of an interaction is
// current, fetch.go and fetch_<name>.go are the twins of the named fetches.
package memory

import (
	"bytes"
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/journey"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

var (
	_ question.Facts = (*Facts)(nil)
	_ ingest.Facts   = (*Facts)(nil)
	_ identity.Facts = (*Facts)(nil)
	_ journey.Facts  = (*Facts)(nil)
)

// Facts is the facts as a list of imports.
type Facts struct {
	zone *time.Location

	mu           sync.Mutex
	imports      []imported // in the order in which they were applied
	customers    map[cx.ProfileID]cx.CustomerID
	signatures   []cx.Signature // in the words that came
	called       map[[2]string]called
	sets         []map[string]string
	scales       []cx.Scale
	scaleOf      map[scaleKey]int16
	journeys     map[string]matched
	exposures    []Exposure
	walkSteps    []walk.StepFact
	testProfiles []cx.ProfileID
	rulings      []cx.Ruling
}

type imported struct {
	id     cx.ImportID
	source string
	rows   []row // one for each interaction: repeats within the file are gone
}

type scaleKey struct {
	source string
	scale  cx.Scale
}

type matched struct {
	journey cx.Journey
	version int32
	steps   []uint16
	highest int32 // signature number that was looked at
}

// Exposure is a denominator, as the fetches see it.
type Exposure struct {
	From, To         time.Time
	Population, What string
	Count            int64
}

// NewFacts makes empty facts of a company in a zone (nil = UTC).
func NewFacts(zone *time.Location) *Facts {
	if zone == nil {
		zone = time.UTC
	}
	return &Facts{
		zone: zone, customers: map[cx.ProfileID]cx.CustomerID{}, signatures: make([]cx.Signature, 1), called: map[[2]string]called{},
		sets: []map[string]string{{}}, scales: make([]cx.Scale, 1), scaleOf: map[scaleKey]int16{}, journeys: map[string]matched{},
	}
}

// BeginImport opens an import.
func (f *Facts) BeginImport(_ context.Context, id cx.ImportID, h ingest.Header) (ingest.FactsImport, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(h.Scales)) {
		key := scaleKey{h.Source, h.Scales[name]}
		if f.scaleOf[key] == 0 {
			f.scaleOf[key] = int16(len(f.scales))
			f.scales = append(f.scales, key.scale)
		}
	}
	return &factsImport{facts: f, id: id, header: h}, nil
}

type factsImport struct {
	facts  *Facts
	id     cx.ImportID
	header ingest.Header
	staged []ingest.Fact
	over   bool
}

func (im *factsImport) Append(_ context.Context, batch []ingest.Fact) error {
	if im.over {
		return cx.Errorf(cx.Internal, "import %d is over", im.id)
	}
	for _, fact := range batch {
		if _, ok := im.header.Scales[fact.Scale]; fact.Scale != "" && !ok {
			return cx.Errorf(cx.Invalid, "row %d has a score on scale %q, which the mapping does not declare", fact.Row, fact.Scale)
		}
		fact.Dimensions = maps.Clone(fact.Dimensions)
		im.staged = append(im.staged, fact)
	}
	return nil
}

// Commit applies the import by counting what each row is to the current version.
func (im *factsImport) Commit(context.Context, ingest.LedgerNote) (ingest.Applied, error) {
	var applied ingest.Applied
	if im.over {
		return applied, cx.Errorf(cx.Internal, "import %d is over", im.id)
	}
	im.over = true
	f := im.facts
	f.mu.Lock()
	defer f.mu.Unlock()
	winner := map[cx.InteractionID]int{}
	for i, fact := range im.staged {
		before, repeated := winner[fact.ID]
		if repeated {
			applied.Repeated++
		}
		if !repeated || !fact.Version.Before(im.staged[before].Version) {
			winner[fact.ID] = i
		}
	}
	current := f.fold()
	brought := imported{id: im.id, source: im.header.Source}
	for i, fact := range im.staged {
		if winner[fact.ID] != i {
			continue
		}
		r := f.row(im.id, im.header, fact)
		brought.rows = append(brought.rows, r)
		there, known := current[fact.ID]
		switch {
		case !known:
			applied.New++
		case unchanged(there, r):
			applied.Unchanged++
		case older(there, r):
			applied.Older++
		default:
			applied.Superseding++
		}
	}
	f.imports = append(f.imports, brought)
	return applied, nil
}

func (im *factsImport) Rollback() error { im.over = true; return nil }

// UndoImport folds again as if the import had never been.
func (f *Facts) UndoImport(_ context.Context, id cx.ImportID) (ingest.Undone, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var undone ingest.Undone
	at := slices.IndexFunc(f.imports, func(im imported) bool { return im.id == id })
	if at < 0 {
		return undone, cx.Errorf(cx.NotFound, "import %d was never applied, or is undone already", id)
	}
	before := f.fold()
	f.imports = slices.Delete(f.imports, at, at+1)
	after := f.fold()
	for interaction, was := range before {
		is, still := after[interaction]
		switch {
		case still && unchanged(was, is): // somebody else brought the same
		case still:
			undone.Removed++
			undone.Restored++
		default:
			undone.Removed++
		}
	}
	return undone, nil
}

// Mirror brings profile → customer in line with the vault.
func (f *Facts) Mirror(_ context.Context, customers map[cx.ProfileID]cx.CustomerID) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	maps.Copy(f.customers, customers)
	return nil
}

// EraseProfiles removes the interactions of profiles from every import.
func (f *Facts) EraseProfiles(_ context.Context, profiles []cx.ProfileID) (removed int64, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	current := f.fold()
	before := len(current)
	f.rulings = slices.DeleteFunc(f.rulings, func(r cx.Ruling) bool {
		return slices.Contains(profiles, cx.ProfileID(current[r.Contact].Profile)) && (r.Contact != cx.InteractionID{})
	})
	for i := range f.imports {
		f.imports[i].rows = slices.DeleteFunc(f.imports[i].rows, func(r row) bool {
			return r.Profile != 0 && slices.Contains(profiles, cx.ProfileID(r.Profile))
		})
	}
	for _, p := range profiles {
		delete(f.customers, p)
	}
	return int64(before - len(f.fold())), nil
}

// Sequences streams the filtered interactions in (customer, time, id) order, the
// unidentified last, a few at a time so that callers meet batch borders.
func (f *Facts) Sequences(ctx context.Context, filter question.Filter, want question.Want, batch func(question.Sequence) error) error {
	const few = 3
	rows := f.Visible(filter)
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(uint64(a.Customer-1), uint64(b.Customer-1)), // 0 becomes the greatest
			cmp.Compare(a.Start, b.Start), bytes.Compare(a.ID[:], b.ID[:]))
	})
	for part := range slices.Chunk(rows, few) {
		if err := ctx.Err(); err != nil {
			return cx.Errorf(cx.Unavailable, "read sequences: %w", err)
		}
		var q question.Sequence
		for _, r := range part {
			q.Customer, q.Start, q.Signature = append(q.Customer, r.Customer), append(q.Start, r.Start), append(q.Signature, r.Signature)
			if want.ID {
				q.ID = append(q.ID, r.ID)
			}
			if want.End {
				q.End = append(q.End, r.End)
			}
			if want.FirstHuman {
				q.FirstHuman, q.Censored = append(q.FirstHuman, r.FirstHuman), append(q.Censored, r.Censored)
			}
			if want.Thread {
				q.Thread = append(q.Thread, r.Thread)
			}
			if want.Score {
				q.Score, q.Scale = append(q.Score, r.Score), append(q.Scale, r.Scale)
			}
			if want.Dims {
				q.Dims = append(q.Dims, r.Dims)
			}
			if want.Employee {
				q.Employee = append(q.Employee, r.Employee)
			}
			if want.Row {
				q.Row = append(q.Row, r.FileRow)
			}
			if want.Continues {
				q.Continues = append(q.Continues, r.Parent != cx.InteractionID{})
			}
		}
		if err := batch(q); err != nil {
			return err
		}
	}
	return nil
}

// Signatures is the dictionary of coded fields, in the words that they are called by.
func (f *Facts) Signatures(context.Context) ([]cx.Signature, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := make([]cx.Signature, len(f.signatures))
	for i := range out {
		out[i] = f.shown(int32(i))
	}
	return out, nil
}

// SignaturesAsCame is the same dictionary in the words of the sources.
func (f *Facts) SignaturesAsCame(context.Context) ([]cx.Signature, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.signatures), nil
}

// DimensionSets is the dictionary of dimension sets; index 0 is the empty one.
func (f *Facts) DimensionSets(context.Context) ([]map[string]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.sets), nil
}

// Scales lists the scales by their number.
func (f *Facts) Scales(context.Context) (map[int16]cx.Scale, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := map[int16]cx.Scale{}
	for n, s := range f.scales[1:] {
		out[int16(n+1)] = s
	}
	return out, nil
}

// Span is the first and the last start of all customers' interactions.
func (f *Facts) Span(context.Context) (cx.Period, error) {
	var span cx.Period
	for _, r := range f.Visible(question.Filter{}) {
		at := time.UnixMicro(r.Start).UTC()
		if span.From.IsZero() || at.Before(span.From) {
			span.From = at
		}
		if at.After(span.To) {
			span.To = at
		}
	}
	return span, nil
}

// Zone is the company's zone.
func (f *Facts) Zone() *time.Location { return f.zone }

// PutExposures adds denominators.
func (f *Facts) PutExposures(list ...Exposure) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.exposures = append(f.exposures, list...)
}
