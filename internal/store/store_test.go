package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/question"
)

func TestAnImportIsCommittedAskedAndUndone(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, t.TempDir(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	h := ingest.Header{
		Source: "desk", File: "tickets.csv", Started: time.Now(),
		Scales: map[string]cx.Scale{"nps": {Name: "nps", Metric: cx.NPS, Max: 10}},
	}
	id, err := s.Vault.BeginImport(ctx, h)
	if err != nil {
		t.Fatal(err)
	}
	people := identity.New(s.Vault, s.Facts, time.Now)
	keys := [][]cx.PersonKey{
		{{Kind: cx.KeySourceID, Namespace: "desk", Value: "1"}, {Kind: cx.KeyEmail, Value: "a@example.org"}},
		{{Kind: cx.KeySourceID, Namespace: "desk", Value: "2"}, {Kind: cx.KeyEmail, Value: "a@example.org"}},
		nil,
	}
	profiles := make([]cx.ProfileID, 3)
	if err := people.Resolve(ctx, id, "desk", keys, profiles); err != nil {
		t.Fatal(err)
	}
	im, err := s.Facts.BeginImport(ctx, id, h)
	if err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	var batch []ingest.Fact
	var words ingest.VaultBatch
	for i := range 3 {
		f := ingest.Fact{
			ID: cx.InteractionID{0x80, byte(i)}, Content: uint64(i) | 1<<63, Row: int64(i), Profile: profiles[i],
			Signature: cx.Signature{Source: "desk", Voice: cx.VoiceCustomer, Initiator: cx.ByCustomer, Kind: cx.Contact, Channel: "phone"},
			Start:     start.Add(-time.Duration(i) * time.Hour), Precision: cx.ToTheSecond, Scale: "nps", Score: float64(i),
			Dimensions: map[string]string{"region": fmt.Sprint(i % 2)}, Thread: int64(i), HasText: true,
		}
		batch = append(batch, f)
		words.Texts = append(words.Texts, ingest.VaultText{Interaction: f.ID, Profile: f.Profile, Texts: []cx.Text{{Field: "note", Text: "Hello"}}})
	}
	if err := s.Vault.WriteBatch(ctx, id, words); err != nil {
		t.Fatal(err)
	}
	if err := im.Append(ctx, batch); err != nil {
		t.Fatal(err)
	}
	applied, err := im.Commit(ctx, ingest.LedgerNote{Read: 3})
	if err != nil {
		t.Fatal(err)
	}
	if applied.New != 3 {
		t.Fatalf("applied %+v", applied)
	}
	if err := s.Vault.FinishImport(ctx, id, ingest.Summary{}); err != nil {
		t.Fatal(err)
	}
	var got []string
	err = s.Facts.Sequences(ctx, question.Filter{}, question.Want{ID: true, Score: true, Thread: true, Dims: true, End: true, FirstHuman: true, Employee: true}, func(q question.Sequence) error {
		for i := range q.Customer {
			got = append(got, fmt.Sprint(q.Customer[i], q.ID[i][1], q.Score[i], q.Dims[i]))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(got) != "[1 1 1 2 1 0 0 1 0 2 2 1]" {
		t.Errorf("sequence: %v", got)
	}
	entries, err := s.Facts.Timeline(ctx, []cx.ProfileID{1, 2}, identity.Cursor{}, 10)
	if err != nil || len(entries) != 2 {
		t.Errorf("timeline %v %v", entries, err)
	}
	w, err := s.Vault.Words(ctx, []cx.InteractionID{batch[0].ID})
	if err != nil || w[batch[0].ID].Texts[0].Text != "Hello" {
		t.Errorf("words %v %v", w, err)
	}
	use, err := s.Facts.SignatureUse(ctx)
	if err != nil || len(use) != 1 {
		t.Errorf("use %v %v", use, err)
	}
	span, err := s.Facts.Span(ctx)
	if err != nil || !span.To.Equal(start) {
		t.Errorf("span %v %v", span, err)
	}
	undone, err := s.Facts.UndoImport(ctx, id)
	if err != nil || undone.Removed != 3 {
		t.Errorf("undone %+v %v", undone, err)
	}
	if err := s.Vault.DropImport(ctx, id); err != nil {
		t.Error(err)
	}
}
