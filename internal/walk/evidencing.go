package walk

import (
	"context"
	"io"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// KeepEvidence takes a file of a walker's device: it is cleaned, kept, and noted in the
// walk. The same key with the same file once more changes nothing.
func (r *Room) KeepEvidence(ctx context.Context, id int64, key string, kind cx.EvidenceKind, step string, from io.Reader) (Ack, error) {
	if _, _, err := r.open(ctx, id); err != nil { // before the disk is written
		return Ack{}, err
	}
	kept, err := r.files.Keep(kind, from)
	if err != nil {
		return Ack{}, err
	}
	ack, duplicate, err := r.Attach(ctx, id, Piece{
		Key: key, File: kept.File, Kind: kind, Step: step, Media: kept.Media, SHA256: kept.SHA256, Sent: kept.Sent, Size: kept.Size,
	})
	if err != nil || duplicate {
		if gone := r.files.Remove(kept.File); gone != nil && err == nil {
			err = gone
		}
	}
	return ack, err
}

// Pieces lists the evidence of a walk; NotFound where there is no such walk.
func (r *Room) Pieces(ctx context.Context, id int64) ([]Piece, error) {
	if _, err := r.store.Assignment(ctx, id); err != nil {
		return nil, err
	}
	return r.store.Pieces(ctx, id)
}
