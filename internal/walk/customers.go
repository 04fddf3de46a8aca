package walk

import (
	"context"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// TestCustomers are the identities under which walkers and robots appear in the
// company's systems. What the company's exports hold of them is walk traffic and in no
// figure about customers. Keys are as ingest normalises them.
type TestCustomers []cx.PersonKey

// TestCustomers lists them.
func (r *Room) TestCustomers(ctx context.Context) (TestCustomers, error) {
	var keys TestCustomers
	return keys, r.setting(ctx, customersSetting, &keys)
}

// OnTestCustomers sets how a key is written so that it can be compared (ok is false for
// what is none), and what is done when the test customers have changed.
func (r *Room) OnTestCustomers(normal func(cx.PersonKey) (cx.PersonKey, bool), changed func(ctx context.Context, keys TestCustomers) error) {
	r.normal, r.changed = normal, changed
}

// SetTestCustomers stores them. They are walk traffic from now on, whenever it was
// imported; those that are not among them any more are customers again.
func (r *Room) SetTestCustomers(ctx context.Context, keys TestCustomers) error {
	seen := map[cx.PersonKey]bool{}
	clean := TestCustomers{}
	for _, k := range keys {
		k.Value = strings.TrimSpace(k.Value)
		normal, ok := k, true
		if r.normal != nil {
			normal, ok = r.normal(k)
		}
		if !ok || k.Value == "" || k.Kind != cx.KeyEmail && k.Kind != cx.KeyPhone && k.Kind != cx.KeySourceID {
			return cx.Errorf(cx.Invalid, "%q (%s) does not identify a test customer", k.Value, k.Kind).
				WithRemedy("Give an e-mail address, a telephone number or a customer number with its namespace.")
		}
		if !seen[normal] {
			seen[normal] = true
			clean = append(clean, normal)
		}
	}
	if err := r.setSetting(ctx, customersSetting, clean); err != nil || r.changed == nil {
		return err
	}
	return r.changed(ctx, clean)
}

// Holds reports whether one of the keys is a test customer's.
func (t TestCustomers) Holds(keys []cx.PersonKey) bool {
	for _, mine := range t {
		for _, k := range keys {
			if mine == k {
				return true
			}
		}
	}
	return false
}
