package store

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
	"github.com/firsthand-cx/firsthand/internal/walk/evidence"
)

func TestABackupHoldsEvidenceAndARestoreForgetsWhatWasForgottenSince(t *testing.T) {
	ctx := context.Background()
	dir := filepath.Join(t.TempDir(), "data")
	s := open(t, dir)
	walks := walksOf(s, dir)
	kept, keptFile := withPhoto(t, s, walks)
	stopped, stoppedFile := withPhoto(t, s, walks)
	erased, erasedFile := withPhoto(t, s, walks)
	b, err := s.Backup(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if size := folderSize(filepath.Join(b.Path, EvidenceName)); size == 0 || b.Bytes <= size {
		t.Errorf("the backup says that it has %d bytes, %d of them evidence", b.Bytes, size)
	}
	if _, err := walks.Stop(ctx, stopped.ID, true); err != nil {
		t.Fatal(err)
	}
	if err := walks.EraseWalker(ctx, erased.Walker, "owner"); err != nil {
		t.Fatal(err)
	}
	later, _ := withPhoto(t, s, walks)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	replaced, err := Restore(ctx, dir, b.Path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if size := folderSize(filepath.Join(replaced, EvidenceName)); size == 0 {
		t.Error("what was there before has lost its evidence")
	}
	s = open(t, dir)
	walks = walksOf(s, dir)
	named, err := s.Vault.EvidenceFiles(ctx)
	if err != nil || len(named) != 1 || !named[keptFile] {
		t.Errorf("the walks name %v, %v", named, err)
	}
	if _, err := os.Stat(filepath.Join(dir, EvidenceName, keptFile[:2], keptFile)); err != nil {
		t.Error(err)
	}
	if n, err := evidence.New(filepath.Join(dir, EvidenceName), 0).Sweep(func(name string) bool { return named[name] }); err != nil || n != 2 {
		t.Errorf("%d files are swept away, not the photos %s and %s: %v", n, stoppedFile, erasedFile, err)
	}
	for id, want := range map[int64]cx.WalkState{kept.ID: cx.WalkStarted, stopped.ID: cx.WalkStopped, erased.ID: cx.WalkStopped} {
		d, err := walks.Assignment(ctx, id)
		if err != nil || d.State != want || (len(d.Visit.Steps) > 0) != (id == kept.ID) {
			t.Errorf("walk %d is %s with %d steps, %v", id, d.State, len(d.Visit.Steps), err)
		}
	}
	if w, err := walks.Walker(ctx, erased.Walker); err != nil || w.Erased.IsZero() || w.Name != "" {
		t.Errorf("the erased walker is %+v, %v", w, err)
	}
	if _, err := walks.Assignment(ctx, later.ID); cx.CodeOf(err) != cx.NotFound {
		t.Errorf("a walk made after the backup: %v", err)
	}
	allWell(t, s)
}

func walksOf(s *Stores, dir string) *walk.Room {
	none := func(context.Context) ([]cx.Journey, error) { return nil, nil }
	return walk.New(s.Vault, evidence.New(filepath.Join(dir, EvidenceName), 0), none, time.Now)
}

// withPhoto is a friend's walk under way, with one step written down and photographed.
func withPhoto(t *testing.T, s *Stores, walks *walk.Room) (walk.Assignment, string) {
	t.Helper()
	ctx := context.Background()
	_, link, err := walks.InviteFriend(ctx, walk.Ask{Scenario: "unpack-a-delivery", Values: map[string]string{"product": "kettle", "order_number": "A-1", "promised_day": "Monday"}}, "owner")
	if err != nil {
		t.Fatal(err)
	}
	a, _, err := walks.Accept(ctx, link, walk.Agreement{Version: walk.ConsentVersion, Name: "Bea"})
	if err != nil {
		t.Fatal(err)
	}
	d, err := walks.Assignment(ctx, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	step := d.Filled.Script[0].Name
	body := []byte(`{"step":"` + step + `","started":"2026-11-02T09:00:00Z","finished":"2026-11-02T09:01:00Z","done":"done","did":"opened it"}`)
	if _, err := walks.Send(ctx, a.ID, []walk.Message{{Key: "step-0001", Kind: walk.StepMessage, Sent: time.Now(), Body: body}}); err != nil {
		t.Fatal(err)
	}
	var photo bytes.Buffer
	if err := png.Encode(&photo, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	if _, err := walks.KeepEvidence(ctx, a.ID, "photo-0001", cx.Photo, step, &photo); err != nil {
		t.Fatal(err)
	}
	pieces, err := s.Vault.Pieces(ctx, a.ID)
	if err != nil || len(pieces) != 1 {
		t.Fatal(pieces, err)
	}
	return a, pieces[0].File
}
