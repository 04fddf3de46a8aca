package sqlite

import (
	"context"
	"database/sql"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// CustomersOf is the customer of each profile; unknown profiles are left out.
func (s *Store) CustomersOf(ctx context.Context, profiles []cx.ProfileID) (map[cx.ProfileID]cx.CustomerID, error) {
	out := make(map[cx.ProfileID]cx.CustomerID, len(profiles))
	err := inChunks(profiles, 500, func(part []cx.ProfileID, marks string) error {
		return each(ctx, s.read, "SELECT id, customer FROM profile WHERE id IN ("+marks+")", anys(part), func(rows *sql.Rows) error {
			var p cx.ProfileID
			var c cx.CustomerID
			err := rows.Scan(&p, &c)
			out[p] = c
			return err
		})
	})
	return out, wrap(err, "find the customers of profiles")
}
