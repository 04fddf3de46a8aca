package sqlite

import (
	"context"
	"database/sql"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Holders lists the profiles that hold any of the keys, each once, in order.
func (s *Store) Holders(ctx context.Context, keys []cx.PersonKey) ([]cx.ProfileID, error) {
	var out []cx.ProfileID
	seen := map[cx.ProfileID]bool{}
	for _, k := range keys {
		err := each(ctx, s.read, "SELECT profile FROM profile_key WHERE hash = ? ORDER BY profile", []any{s.hash(k)}, func(rows *sql.Rows) error {
			var p cx.ProfileID
			if err := rows.Scan(&p); err != nil || seen[p] {
				return err
			}
			seen[p] = true
			out = append(out, p)
			return nil
		})
		if err != nil {
			return nil, wrap(err, "find who holds a key")
		}
	}
	return out, nil
}
