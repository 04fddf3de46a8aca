package question

import (
	"context"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Facts is the door to an engine. It has two leaves: Rows for group-by questions
// (a named fetch is one .sql file per engine), and Sequences, the one ordered
// stream over which sequence questions fold in Go, the same fold for every engine.
// Both show customers' interactions only; walks are never in a customer figure.
type Facts interface {
	// Rows runs the named fetch over the filtered interactions and calls row for
	// each result row; scan copies its columns, as database/sql's Rows.Scan does.
	Rows(ctx context.Context, fetch string, f Filter, args Args, row func(scan func(dest ...any) error) error) error
	// Sequences streams the filtered interactions, all of a customer together and
	// in time order (ties by id); the unidentified come last, as customer 0, in
	// time order. It calls batch with slices that are reused: copy what you keep.
	Sequences(ctx context.Context, f Filter, want Want, batch func(Sequence) error) error
	// Signatures is the dictionary of coded fields, indexed by number (index 0 unused).
	Signatures(ctx context.Context) ([]cx.Signature, error)
	// SignaturesAsCame is the same in the words of the sources, before anybody renamed one.
	SignaturesAsCame(ctx context.Context) ([]cx.Signature, error)
	// DimensionSets is the dictionary of dimension sets, indexed by number; index 0
	// is the empty set. Personas and dimension:<name> come down to it.
	DimensionSets(ctx context.Context) ([]map[string]string, error)
	// Steps maps a journey's current version onto signatures:
	// index = signature number, value = 1 + index in Journey.Steps(), 0 = no step.
	Steps(ctx context.Context, journey string) ([]uint16, error)
	// Journey is the current version of a journey.
	Journey(ctx context.Context, name string) (cx.Journey, error)
	// Rulings lists what people said that contacts of a journey are charged to, and did
	// not take back.
	Rulings(ctx context.Context, journey string) ([]cx.Ruling, error)
	// Scales lists the scales by their number.
	Scales(ctx context.Context) (map[int16]cx.Scale, error)
	// WalkSteps lists the steps of walks that count and began in a period, by time, walk
	// and order. A walk is no interaction: it is in no other leaf.
	WalkSteps(ctx context.Context, p cx.Period) ([]cx.WalkStep, error)
	// Span is the first start and the last start of all customers' interactions.
	Span(ctx context.Context) (cx.Period, error)
	// Zone is the company's zone, for days, weeks and business hours.
	Zone() *time.Location
}

// Filter restricts the interactions that a question sees. Empty fields don't.
type Filter struct {
	Period     cx.Period
	Signatures []int32 // only these; nil = all. Channel, step, kind and reason come down to it.
	Persona    *cx.Persona
	Dimension  string
	Value      string
	Customer   cx.CustomerID // one customer's; 0 = all
}

// Args are the named parameters of a fetch beyond the filter.
type Args map[string]any

// Want asks Sequences for columns beyond customer, time and signature.
type Want struct {
	ID         bool
	End        bool
	FirstHuman bool // with Censored
	Thread     bool
	Score      bool // with Scale
	Dims       bool
	Employee   bool
	Continues  bool
	Row        bool
}

// Sequence is a batch of consecutive interactions in columns; all slices have the
// same length, unwanted ones are nil. Times are microseconds since 1970 UTC.
type Sequence struct {
	Customer   []int64 // 0 = unidentified
	Start      []int64
	Signature  []int32
	ID         []cx.InteractionID
	End        []int64 // NoTime = null
	FirstHuman []int64 // NoTime = null
	Censored   []bool
	Thread     []int64 // 0 = none
	Score      []float64
	Scale      []int16 // 0 = no score
	Dims       []int32 // number of the dimension set
	Employee   []int64
	Row        []int64 // where it stands in its file: the order of what happened at one instant
	Continues  []bool  // it is part of another: a transfer, a reopening, an answer
}

// NoTime stands for a null time in a Sequence.
const NoTime = int64(-1 << 63)
