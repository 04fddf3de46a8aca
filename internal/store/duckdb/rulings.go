package duckdb

import (
	"context"
	"database/sql"

	engine "github.com/duckdb/duckdb-go/v2"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// MirrorRulings brings what the facts hold of rulings in line with the vault: one after
// the other takes the place of the one on the same matter, or ends it. Doing it again
// does nothing.
func (s *Store) MirrorRulings(ctx context.Context, rulings []cx.Ruling) error {
	if len(rulings) == 0 {
		return nil
	}
	return s.change(ctx, false, "mirror rulings", func(tx *sql.Tx) error {
		for _, r := range rulings {
			var contact any
			if r.Contact != (cx.InteractionID{}) {
				contact = uuidText(r.Contact)
			}
			_, err := tx.ExecContext(ctx, `DELETE FROM ruling WHERE journey = $journey AND contact IS NOT DISTINCT FROM $contact::UUID
				AND (contact IS NOT NULL OR reason = $reason)`, sql.Named("journey", r.Journey), sql.Named("contact", contact), sql.Named("reason", r.Reason))
			if err != nil {
				return err
			}
			if !r.Holds() {
				continue
			}
			if _, err := tx.ExecContext(ctx, "INSERT INTO ruling VALUES (?, ?::UUID, ?, ?)", r.Journey, contact, r.Reason, r.Step); err != nil {
				return err
			}
		}
		return nil
	})
}

// Rulings lists the rulings on a journey that hold, those on contacts first.
func (s *Store) Rulings(ctx context.Context, journey string) ([]cx.Ruling, error) {
	db, done, err := s.open()
	if err != nil {
		return nil, err
	}
	defer done()
	var out []cx.Ruling
	err = each(ctx, db, "SELECT contact, reason, step FROM ruling WHERE journey = ? ORDER BY contact NULLS LAST, reason", []any{journey}, func(rows *sql.Rows) error {
		r := cx.Ruling{Journey: journey}
		var contact *engine.UUID
		err := rows.Scan(&contact, &r.Reason, &r.Step)
		if contact != nil {
			r.Contact = cx.InteractionID(*contact)
		}
		out = append(out, r)
		return err
	})
	return out, wrap(err, "list the rulings")
}

// Contact finds an interaction's profile (0 = unidentified), kind and reason.
func (s *Store) Contact(ctx context.Context, id cx.InteractionID) (cx.ProfileID, cx.Signature, bool, error) {
	found, err := s.Entries(ctx, []cx.InteractionID{id})
	if err != nil || len(found) == 0 {
		return 0, cx.Signature{}, false, err
	}
	return found[0].Profile, found[0].Signature, true, nil
}
