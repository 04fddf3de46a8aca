package memory

import (
	"maps"
	"slices"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// Row is one interaction as the named fetches see it: the columns of visible.
// Times are microseconds since 1970 UTC, question.NoTime = null; in numbers that
// may be null, 0 is null.
type Row struct {
	ID         cx.InteractionID
	Import     cx.ImportID
	FileRow    int64
	Customer   int64 // 0 = unidentified
	Profile    int64
	Start      int64
	End        int64
	FirstHuman int64
	Precision  cx.TimePrecision
	Censored   bool
	Signature  int32
	Dims       int32
	Thread     int64
	Parent     cx.InteractionID
	Employee   int64
	Score      float64
	Scale      int16 // 0 = no score
	Amount     cx.Money
	Quantity   float64
	HasText    bool
	Language   string
}

// row is a Row with what decides which version counts.
type row struct {
	Row
	content uint64
	version time.Time
}

// fold finds the current version of every interaction by going through the
// imports in their order.
func (f *Facts) fold() map[cx.InteractionID]row {
	current := map[cx.InteractionID]row{}
	for _, im := range f.imports {
		for _, r := range im.rows {
			there, known := current[r.ID]
			if !known || !unchanged(there, r) && !older(there, r) {
				current[r.ID] = r
			}
		}
	}
	return current
}

// unchanged: the same words at the same version.
func unchanged(there, r row) bool {
	return there.content == r.content && there.version.Equal(r.version)
}

// older: both say when they were made, and r is the older one.
func older(there, r row) bool {
	return !there.version.IsZero() && !r.version.IsZero() && r.version.Before(there.version)
}

// Visible is the current interactions of customers that pass the filter.
func (f *Facts) Visible(filter question.Filter) []Row {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []Row
	for _, r := range f.fold() {
		v := r.Row
		v.Customer = v.Profile
		if c := f.customers[cx.ProfileID(v.Profile)]; c != 0 {
			v.Customer = int64(c)
		}
		if f.passes(filter, v) {
			out = append(out, v)
		}
	}
	return out
}

func (f *Facts) passes(filter question.Filter, r Row) bool {
	set := f.sets[r.Dims]
	switch {
	case f.signatures[r.Signature].Voice != cx.VoiceCustomer,
		slices.Contains(f.testProfiles, cx.ProfileID(r.Profile)),
		!filter.Period.Holds(time.UnixMicro(r.Start)),
		filter.Signatures != nil && !slices.Contains(filter.Signatures, r.Signature),
		filter.Customer != 0 && int64(filter.Customer) != r.Customer:
		return false
	}
	if v, ok := set[filter.Dimension]; filter.Dimension != "" && (!ok || v != filter.Value) {
		return false
	}
	if filter.Persona != nil {
		for name, values := range filter.Persona.Where {
			if v, ok := set[name]; !ok || !slices.Contains(values, v) {
				return false
			}
		}
	}
	return true
}

// row numbers a fact's words.
func (f *Facts) row(id cx.ImportID, h ingest.Header, fact ingest.Fact) row {
	r := row{content: fact.Content, version: fact.Version, Row: Row{
		ID: fact.ID, Import: id, FileRow: fact.Row, Profile: int64(fact.Profile), Start: fact.Start.UnixMicro(),
		End: micros(fact.End), FirstHuman: micros(fact.FirstHuman), Precision: fact.Precision, Censored: fact.Censored,
		Thread: fact.Thread, Parent: fact.Parent, Employee: fact.Employee, Amount: fact.Amount, Quantity: fact.Quantity,
		HasText: fact.HasText, Language: fact.Language,
	}}
	if fact.Amount.Currency == "" {
		r.Amount = cx.Money{}
	}
	if fact.Scale != "" {
		r.Score, r.Scale = fact.Score, f.scaleOf[scaleKey{h.Source, h.Scales[fact.Scale]}]
	}
	sig := fact.Signature
	for sig.ID = 1; int(sig.ID) < len(f.signatures) && f.signatures[sig.ID] != sig; sig.ID++ {
	}
	if int(sig.ID) == len(f.signatures) {
		f.signatures = append(f.signatures, sig)
	}
	r.Signature = sig.ID
	n := slices.IndexFunc(f.sets, func(set map[string]string) bool { return maps.Equal(set, fact.Dimensions) })
	if n < 0 {
		n = len(f.sets)
		f.sets = append(f.sets, fact.Dimensions)
	}
	r.Dims = int32(n)
	return r
}

func micros(t time.Time) int64 {
	if t.IsZero() {
		return question.NoTime
	}
	return t.UnixMicro()
}
