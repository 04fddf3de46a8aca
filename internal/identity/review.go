package identity

import (
	"context"
	"fmt"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Doubt is a pair that may be one person, with what is known of both.
type Doubt struct {
	Likeness
	CustomerA cx.CustomerID `json:"customer_a"`
	CustomerB cx.CustomerID `json:"customer_b"`
	PersonA   cx.Person     `json:"person_a"`
	PersonB   cx.Person     `json:"person_b"`
	KeysA     []HeldKey     `json:"keys_a"`
	KeysB     []HeldKey     `json:"keys_b"`
}

// Doubts lists pairs that a person should look at, the likeliest first, and how many
// there are in all.
func (m *Matching) Doubts(ctx context.Context, limit int) ([]Doubt, int, error) {
	pairs, all, err := m.alike.Doubtful(ctx, limit)
	if err != nil {
		return nil, 0, err
	}
	var ends []cx.ProfileID
	for _, p := range pairs {
		ends = append(ends, p.A, p.B)
	}
	people, err := m.room.vault.People(ctx, ends)
	if err != nil {
		return nil, 0, err
	}
	keys, err := m.room.vault.Keys(ctx, ends)
	if err != nil {
		return nil, 0, err
	}
	held := map[cx.ProfileID][]HeldKey{}
	for _, k := range keys {
		held[k.Profile] = append(held[k.Profile], k)
	}
	_, customers, err := m.room.around(ctx, ends)
	if err != nil {
		return nil, 0, err
	}
	out := make([]Doubt, len(pairs))
	for i, p := range pairs {
		out[i] = Doubt{
			Likeness: p, CustomerA: customers[p.A], CustomerB: customers[p.B],
			PersonA: people[p.A].Person, PersonB: people[p.B].Person, KeysA: held[p.A], KeysB: held[p.B],
		}
	}
	return out, all, nil
}

// Decide is a person's word on a doubtful pair: with same they are merged, else held
// apart, whatever any rule finds later.
func (m *Matching) Decide(ctx context.Context, a, b cx.ProfileID, same bool, by, reason string) error {
	_, customers, err := m.room.around(ctx, []cx.ProfileID{a, b})
	if err != nil {
		return err
	}
	if same {
		_, err = m.room.Merge(ctx, customers[a], customers[b], by, reason)
		return err
	}
	return m.room.KeepApart(ctx, customers[a], customers[b], by, reason)
}

// KeepApart says that two customers are two people, with the reason: no rule will join
// them from now on.
func (r *Room) KeepApart(ctx context.Context, a, b cx.CustomerID, by, reason string) error {
	if err := named(by, reason); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	first, err := r.profilesOf(ctx, a)
	if err != nil {
		return err
	}
	second, err := r.profilesOf(ctx, b)
	if err != nil {
		return err
	}
	if first[0] == second[0] {
		return cx.Errorf(cx.Conflict, "%d and %d are one customer", a, b).WithRemedy("Take the profiles that are somebody else out of them first.")
	}
	if err := r.vault.Relink(ctx, heldApart(first, second, by, reason, r), nil); err != nil {
		return fmt.Errorf("holding customers %d and %d apart: %w", a, b, err)
	}
	return nil
}

// heldApart are the decisions that hold two sets of profiles apart: all pairs, since
// with one pair apart others could still change sides.
func heldApart(x, y []cx.ProfileID, by, reason string, r *Room) []Link {
	at := r.now().UTC()
	var out []Link
	for _, a := range x {
		for _, b := range y {
			out = append(out, Link{A: min(a, b), B: max(a, b), Reason: reason, By: by, At: at, Apart: true})
		}
	}
	return out
}
