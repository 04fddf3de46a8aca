package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
)

var _ identity.Facts = (*Store)(nil)

// Mirror brings the links from profiles to customers in line with the vault.
// Doing it again does nothing.
func (s *Store) Mirror(ctx context.Context, customers map[cx.ProfileID]cx.CustomerID) error {
	if len(customers) == 0 {
		return nil
	}
	profiles := make([]int64, 0, len(customers))
	linked, customer := []int64{}, []int64{}
	for p, c := range customers {
		profiles = append(profiles, int64(p))
		if cx.CustomerID(p) != c && c != 0 {
			linked = append(linked, int64(p))
			customer = append(customer, int64(c))
		}
	}
	return s.change(ctx, true, "mirror the links of customers", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM profile_link WHERE profile_id IN (SELECT unnest($profiles))",
			sql.Named("profiles", profiles))
		if err != nil || len(linked) == 0 {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO profile_link SELECT unnest($linked), unnest($customer)",
			sql.Named("linked", linked), sql.Named("customer", customer))
		return err
	})
}

// EraseProfiles removes the interactions of profiles, current and superseded, and
// asks for the file to be rewritten, because the engine does not forget before.
func (s *Store) EraseProfiles(ctx context.Context, profiles []cx.ProfileID) (removed int64, err error) {
	if len(profiles) == 0 {
		return 0, nil
	}
	list := sql.Named("profiles", numbers(profiles))
	err = s.change(ctx, true, "erase facts", func(tx *sql.Tx) error {
		// Others may have brought older versions of the same interactions.
		_, err := run(ctx, tx, eraseAffected, list)
		if err != nil {
			return err
		}
		if _, err := run(ctx, tx, eraseAsserted, list); err != nil {
			return err
		}
		// A ruling on a contact of theirs, whichever version it stands in now.
		if _, err := run(ctx, tx, "DELETE FROM ruling WHERE contact IN (SELECT id FROM interaction WHERE profile_id IN (SELECT unnest($profiles)))", list); err != nil {
			return err
		}
		removed, err = run(ctx, tx, "DELETE FROM interaction WHERE profile_id IN (SELECT unnest($profiles))", list)
		if err != nil {
			return err
		}
		older, err := run(ctx, tx, "DELETE FROM superseded WHERE profile_id IN (SELECT unnest($profiles))", list)
		if err != nil {
			return err
		}
		if err := promote(ctx, tx); err != nil {
			return err
		}
		if _, err := run(ctx, tx, "DELETE FROM profile_link WHERE profile_id IN (SELECT unnest($profiles))", list); err != nil {
			return err
		}
		if removed+older == 0 {
			return nil
		}
		_, err = run(ctx, tx, "UPDATE generation SET rewrite_wanted = true")
		return err
	})
	return removed, err
}

func numbers[T ~int64](ids []T) []int64 {
	out := make([]int64, len(ids))
	for i, id := range ids {
		out[i] = int64(id)
	}
	return out
}

// Timeline lists the interactions of profiles in time order (ties by id): at most
// limit of those after the cursor.
func (s *Store) Timeline(ctx context.Context, profiles []cx.ProfileID, after identity.Cursor, limit int) ([]identity.Entry, error) {
	from := after.Start
	if from.IsZero() {
		from = time.Date(-4000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return s.entries(ctx, "read a timeline", timeline, sql.Named("profiles", numbers(profiles)),
		sql.Named("start", instant(from)), sql.Named("id", uuidText(after.ID)), sql.Named("limit", int64(limit)))
}

// Entries lists interactions by their ids, in time order; missing ids are left out.
func (s *Store) Entries(ctx context.Context, ids []cx.InteractionID) ([]identity.Entry, error) {
	texts := make([]string, len(ids))
	for i, id := range ids {
		texts[i] = uuidText(id)
	}
	return s.entries(ctx, "read interactions", entries, sql.Named("ids", texts))
}

func (s *Store) entries(ctx context.Context, doing, query string, args ...any) ([]identity.Entry, error) {
	db, done, err := s.open()
	if err != nil {
		return nil, err
	}
	defer done()
	ctx, free, err := s.slot(ctx)
	if err != nil {
		return nil, err
	}
	defer free()
	signatures, _ := s.Signatures(ctx)
	sets, _ := s.DimensionSets(ctx)
	scales, _ := s.Scales(ctx)
	var out []identity.Entry
	err = each(ctx, db, query, args, func(rows *sql.Rows) error {
		e, err := scanEntry(rows, signatures, sets, scales)
		out = append(out, e)
		return err
	})
	return out, wrap(err, doing)
}

func scanEntry(rows *sql.Rows, signatures []cx.Signature, sets []map[string]string, scales map[int16]cx.Scale) (identity.Entry, error) {
	var e identity.Entry
	var signature, dims int
	var end, human sql.NullTime
	var thread, employee, minor sql.NullInt64
	var score sql.NullFloat64
	var scale sql.NullInt16
	var currency, language sql.NullString
	err := scan(rows, []any{
		&e.ID, (*int64)(&e.Profile), (*int32)(&e.Import), &signature, &dims, &e.Start, &end, &human,
		(*uint8)(&e.Precision), &e.Censored, &thread, &employee, &score, &scale, &minor, &currency, &e.Quantity, &e.HasText, &language,
	})
	if err != nil {
		return e, err
	}
	if signature >= len(signatures) || dims >= len(sets) {
		return e, fmt.Errorf("interaction %s has signature %d and dimension set %d, which are not in the dictionary", e.ID, signature, dims)
	}
	e.Signature, e.Dimensions = signatures[signature], sets[dims]
	e.End, e.FirstHuman = utc(end), utc(human)
	e.Thread, e.Employee = thread.Int64, employee.Int64
	if score.Valid {
		e.Score = &score.Float64
		e.Scale = scales[scale.Int16].Name
	}
	if currency.Valid {
		e.Amount = cx.Money{Minor: minor.Int64, Currency: currency.String}
	}
	e.Language = language.String
	return e, nil
}
