package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// PutRuling stores a ruling about a contact of a profile (0 = about a reason, or nobody
// is identified), ends the one that it takes the place of, and has the facts told.
func (s *Store) PutRuling(ctx context.Context, r cx.Ruling, profile cx.ProfileID) (cx.Ruling, error) {
	err := s.change(ctx, "store a ruling", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE ruling SET ended = ?, ended_by = ?
			WHERE ended IS NULL AND journey = ? AND contact IS ? AND (contact IS NOT NULL OR reason = ?)`,
			micros(r.At), r.By, r.Journey, contactOrNull(r.Contact), r.Reason)
		if err != nil {
			return err
		}
		err = tx.QueryRowContext(ctx, `INSERT INTO ruling (journey, contact, profile, reason, step, note, ruled_by, at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
			r.Journey, contactOrNull(r.Contact), profile, r.Reason, r.Step, r.Note, r.By, micros(r.At)).Scan(&r.ID)
		if err != nil {
			return err
		}
		return tellRuling(ctx, tx, r)
	})
	if err != nil {
		return r, err
	}
	s.told(ctx)
	return r, nil
}

// EndRuling takes a ruling back and has the facts told.
func (s *Store) EndRuling(ctx context.Context, id int64, by string, at time.Time) (cx.Ruling, error) {
	var r cx.Ruling
	err := s.change(ctx, "take a ruling back", func(tx *sql.Tx) error {
		var err error
		r, err = scanRuling(tx.QueryRowContext(ctx, `UPDATE ruling SET ended = ?, ended_by = ? WHERE id = ? AND ended IS NULL
			RETURNING `+rulingColumns, micros(at), by, id).Scan)
		if errors.Is(err, sql.ErrNoRows) {
			return cx.Errorf(cx.NotFound, "there is no ruling %d, or it was taken back", id)
		}
		if err != nil {
			return err
		}
		return tellRuling(ctx, tx, r)
	})
	if err != nil {
		return r, err
	}
	s.told(ctx)
	return r, nil
}

// Rulings lists all rulings on a journey, the newest first.
func (s *Store) Rulings(ctx context.Context, journey string) ([]cx.Ruling, error) {
	var out []cx.Ruling
	err := each(ctx, s.read, "SELECT "+rulingColumns+" FROM ruling WHERE journey = ? ORDER BY id DESC", []any{journey}, func(rows *sql.Rows) error {
		r, err := scanRuling(rows.Scan)
		out = append(out, r)
		return err
	})
	return out, wrap(err, "list the rulings")
}

const rulingColumns = "id, journey, contact, reason, step, note, ruled_by, at, ended, ended_by"

func scanRuling(scan func(...any) error) (r cx.Ruling, err error) {
	var contact []byte
	var at int64
	var ended sql.NullInt64
	err = scan(&r.ID, &r.Journey, &contact, &r.Reason, &r.Step, &r.Note, &r.By, &at, &ended, &r.EndedBy)
	copy(r.Contact[:], contact)
	r.At = moment(at)
	if ended.Valid {
		r.Ended = moment(ended.Int64)
	}
	return r, err
}

// tellRuling puts into the outbox what the facts are to know of a ruling: codes and
// random ids, not who said it and why.
func tellRuling(ctx context.Context, tx *sql.Tx, r cx.Ruling) error {
	body, err := json.Marshal(cx.Ruling{Journey: r.Journey, Contact: r.Contact, Reason: r.Reason, Step: r.Step, Ended: r.Ended})
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO outbox (kind, profile, customer, body) VALUES ('ruling', 0, 0, ?)", string(body))
	return err
}

func contactOrNull(id cx.InteractionID) any {
	if id == (cx.InteractionID{}) {
		return nil
	}
	return id[:]
}
