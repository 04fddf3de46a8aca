package duckdb

import (
	"context"
	"database/sql"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// testClause leaves out what walkers and robots did in the company's own systems.
const testClause = " AND NOT EXISTS (SELECT 1 FROM test_profile t WHERE t.profile_id = i.profile_id)"

// TestProfiles lists the profiles whose interactions are walk traffic, in order.
func (s *Store) TestProfiles(ctx context.Context) ([]cx.ProfileID, error) {
	db, done, err := s.open()
	if err != nil {
		return nil, err
	}
	defer done()
	profiles, err := testProfiles(ctx, db)
	return profiles, wrap(err, "list the test customers' profiles")
}

func testProfiles(ctx context.Context, q queryer) ([]cx.ProfileID, error) {
	var out []cx.ProfileID
	err := each(ctx, q, "SELECT profile_id FROM test_profile ORDER BY profile_id", nil, func(rows *sql.Rows) error {
		var p cx.ProfileID
		err := rows.Scan((*int64)(&p))
		out = append(out, p)
		return err
	})
	return out, err
}

// SetTestProfiles says which profiles' interactions are walk traffic, whenever they
// were imported: these and no others. Doing it again does nothing.
func (s *Store) SetTestProfiles(ctx context.Context, profiles []cx.ProfileID) error {
	profiles = slices.Clone(profiles)
	slices.Sort(profiles)
	profiles = slices.Compact(profiles)
	was, err := s.TestProfiles(ctx)
	if err != nil || slices.Equal(was, profiles) {
		return err
	}
	return s.putTestProfiles(ctx, "set the test customers' profiles", profiles, "DELETE FROM test_profile")
}

// AddTestProfiles adds profiles to those whose interactions are walk traffic.
func (s *Store) AddTestProfiles(ctx context.Context, profiles []cx.ProfileID) error {
	was, err := s.TestProfiles(ctx)
	if err != nil {
		return err
	}
	profiles = slices.DeleteFunc(slices.Clone(profiles), func(p cx.ProfileID) bool { return slices.Contains(was, p) })
	slices.Sort(profiles)
	if profiles = slices.Compact(profiles); len(profiles) == 0 {
		return nil
	}
	return s.putTestProfiles(ctx, "add test customers' profiles", profiles, "")
}

func (s *Store) putTestProfiles(ctx context.Context, doing string, profiles []cx.ProfileID, first string) error {
	s.tests.Store(true)
	return s.change(ctx, true, doing, func(tx *sql.Tx) error {
		if first != "" {
			if _, err := tx.ExecContext(ctx, first); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO test_profile SELECT unnest($profiles)", sql.Named("profiles", numbers(profiles)))
		return err
	})
}
