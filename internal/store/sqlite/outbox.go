package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// Outgoing is what the facts must be told, in order; for each profile the last
// word counts.
type Outgoing struct {
	Last   int64 // number of the last entry
	Links  map[cx.ProfileID]cx.CustomerID
	Erased []cx.ProfileID
	Walks  map[int64][]walk.StepFact // what the facts are to hold of a walk; empty = nothing any more
	Ruled  []cx.Ruling               // on what contacts are charged to; an ended one is to go
}

// Outbox lists what the facts have not been told yet.
func (s *Store) Outbox(ctx context.Context) (Outgoing, error) {
	out := Outgoing{Links: map[cx.ProfileID]cx.CustomerID{}, Walks: map[int64][]walk.StepFact{}}
	err := each(ctx, s.read, "SELECT id, kind, profile, customer, body FROM outbox ORDER BY id", nil, func(rows *sql.Rows) error {
		var kind, body string
		var p cx.ProfileID
		var c cx.CustomerID
		if err := rows.Scan(&out.Last, &kind, &p, &c, &body); err != nil {
			return err
		}
		switch kind {
		case "erase":
			out.Erased = append(out.Erased, p)
			delete(out.Links, p)
		case "walk":
			var facts []walk.StepFact
			if err := json.Unmarshal([]byte(body), &facts); err != nil {
				return err
			}
			out.Walks[int64(p)] = facts
		case "ruling":
			var r cx.Ruling
			if err := json.Unmarshal([]byte(body), &r); err != nil {
				return err
			}
			out.Ruled = append(out.Ruled, r)
		default:
			out.Links[p] = c
		}
		return nil
	})
	return out, wrap(err, "read the outbox")
}

// Told forgets the outbox up to an entry: the facts have it.
func (s *Store) Told(ctx context.Context, last int64) error {
	if last == 0 {
		return nil
	}
	return s.change(ctx, "empty the outbox", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM outbox WHERE id <= ?", last)
		return err
	})
}

// OnOutbox sets what is called after something was put into the outbox that the
// facts should know at once. What it cannot do is done at the next call or start.
func (s *Store) OnOutbox(tell func(ctx context.Context)) { s.tell = tell }

func (s *Store) told(ctx context.Context) {
	if s.tell != nil {
		s.tell(context.WithoutCancel(ctx))
	}
}
