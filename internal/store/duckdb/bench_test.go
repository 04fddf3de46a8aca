package duckdb

import (
	"context"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// BenchmarkImport imports a million facts, imports them again, and streams them.
func BenchmarkImport(b *testing.B) {
	const rows, batch = 1_000_000, 32 << 10
	ctx := context.Background()
	for b.Loop() {
		s, err := Open(ctx, filepath.Join(b.TempDir(), "facts.duckdb"), Options{}, nil)
		if err != nil {
			b.Fatal(err)
		}
		load := func(id cx.ImportID) ingest.Applied {
			im, err := s.BeginImport(ctx, id, ingest.Header{Source: "bench"})
			if err != nil {
				b.Fatal(err)
			}
			facts := make([]ingest.Fact, 0, batch)
			for i := range rows {
				facts = append(facts, benchFact(i))
				if len(facts) == batch || i == rows-1 {
					if err := im.Append(ctx, facts); err != nil {
						b.Fatal(err)
					}
					facts = facts[:0]
				}
			}
			applied, err := im.Commit(ctx, ingest.LedgerNote{})
			if err != nil {
				b.Fatal(err)
			}
			return applied
		}
		metric := func(name string, fn func()) {
			began := time.Now()
			fn()
			b.ReportMetric(rows/time.Since(began).Seconds(), name+"-rows/s")
		}
		metric("first", func() { load(1) })
		metric("again", func() { load(2) })
		metric("sort", func() {
			if err := s.Refresh(ctx); err != nil {
				b.Fatal(err)
			}
		})
		stream := func(want question.Want) func() {
			return func() {
				n := 0
				err := s.Sequences(ctx, question.Filter{}, want, func(q question.Sequence) error { n += len(q.Customer); return nil })
				if err != nil || n != rows {
					b.Fatal(n, err)
				}
			}
		}
		metric("stream", stream(question.Want{}))
		metric("stream-ids", stream(question.Want{ID: true, Thread: true, End: true}))
		metric("undo", func() {
			if _, err := s.UndoImport(ctx, 1); err != nil {
				b.Fatal(err)
			}
		})
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func benchFact(i int) ingest.Fact {
	var id cx.InteractionID
	binary.BigEndian.PutUint64(id[:], uint64(i)*0x9e3779b97f4a7c15)
	start := time.Unix(1_700_000_000+int64(i)*20, 0)
	return ingest.Fact{
		ID: id, Content: uint64(i), Row: int64(i), Profile: cx.ProfileID(1 + uint64(i)*0x9e3779b97f4a7c15>>40%25_000),
		Signature: cx.Signature{Source: "bench", Voice: cx.VoiceCustomer, Kind: cx.Contact, Channel: "phone", Reason: fmt.Sprint("reason ", i%40)},
		Start:     start, End: start.Add(time.Minute), Precision: cx.ToTheSecond, Thread: int64(i / 3), Dimensions: map[string]string{"region": []string{"north", "south", "east"}[i%3]},
	}
}
