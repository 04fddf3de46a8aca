package memory

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// MirrorRulings brings the rulings in line with the vault.
func (f *Facts) MirrorRulings(_ context.Context, rulings []cx.Ruling) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range rulings {
		f.rulings = slices.DeleteFunc(f.rulings, func(old cx.Ruling) bool {
			return old.Journey == r.Journey && old.Contact == r.Contact && (r.Contact != cx.InteractionID{} || old.Reason == r.Reason)
		})
		if r.Holds() {
			f.rulings = append(f.rulings, cx.Ruling{Journey: r.Journey, Contact: r.Contact, Reason: r.Reason, Step: r.Step})
		}
	}
	return nil
}

// Rulings lists the rulings on a journey that hold, those on contacts first.
func (f *Facts) Rulings(_ context.Context, journey string) ([]cx.Ruling, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []cx.Ruling
	for _, r := range f.rulings {
		if r.Journey == journey {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b cx.Ruling) int {
		if (a.Contact == cx.InteractionID{}) != (b.Contact == cx.InteractionID{}) {
			return bytes.Compare(b.Contact[:], a.Contact[:])
		}
		return cmp.Or(bytes.Compare(a.Contact[:], b.Contact[:]), cmp.Compare(a.Reason, b.Reason))
	})
	return out, nil
}

// Contact finds an interaction's profile, kind and reason.
func (f *Facts) Contact(_ context.Context, id cx.InteractionID) (cx.ProfileID, cx.Signature, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	r, found := f.fold()[id]
	if !found {
		return 0, cx.Signature{}, false, nil
	}
	return cx.ProfileID(r.Profile), f.shown(r.Signature), true, nil
}
