package identity

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Merge makes two customers one because a person says so, with their reason. It
// lifts what pulled them apart before. It returns the customer that they are now.
func (r *Room) Merge(ctx context.Context, a, b cx.CustomerID, by, reason string) (cx.CustomerID, error) {
	if err := named(by, reason); err != nil {
		return 0, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	first, err := r.profilesOf(ctx, a)
	if err != nil {
		return 0, err
	}
	second, err := r.profilesOf(ctx, b)
	if err != nil {
		return 0, err
	}
	if slices.Contains(second, first[0]) {
		return 0, cx.Errorf(cx.Conflict, "customers %d and %d are one customer already", a, b)
	}
	whole, before, err := r.around(ctx, slices.Concat(first, second))
	if err != nil {
		return 0, err
	}
	at := r.now().UTC()
	link := Link{A: min(first[0], second[0]), B: max(first[0], second[0]), Reason: reason, By: by, At: at}
	changed := []Link{link}
	for i, l := range whole.Links {
		if l.Apart && l.Live() && crosses(l, first, second) {
			whole.Links[i].Undone, whole.Links[i].UndoneBy, whole.Links[i].UndoneReason = at, by, reason
			changed = append(changed, whole.Links[i])
		}
	}
	whole.Links = append(whole.Links, link)
	after := Customers(whole)
	if after[first[0]] != after[second[0]] {
		return 0, cx.Errorf(cx.Conflict, "customers %d and %d hold people who were pulled apart", a, b).
			WithRemedy("Merge those two first, or choose other customers.")
	}
	if err := r.vault.Relink(ctx, changed, differences(before, after)); err != nil {
		return 0, fmt.Errorf("merging customers %d and %d: %w", a, b, err)
	}
	return after[first[0]], nil
}

// Unmerge takes profiles out of their customer because a person says so, with
// their reason: what persons or likeness joined across the cut is undone, and the two
// sides are held apart from now on, whatever a key or a likeness says. It returns
// the customers that the profiles are now.
func (r *Room) Unmerge(ctx context.Context, profiles []cx.ProfileID, by, reason string) ([]cx.CustomerID, error) {
	if err := named(by, reason); err != nil {
		return nil, err
	}
	if len(profiles) == 0 {
		return nil, cx.Errorf(cx.Invalid, "no profile was chosen to be taken out")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	whole, before, err := r.around(ctx, profiles)
	if err != nil {
		return nil, err
	}
	out := slices.Compact(slices.Sorted(slices.Values(profiles)))
	customer := before[out[0]]
	var rest []cx.ProfileID
	for _, p := range slices.Sorted(maps.Keys(before)) {
		if before[p] == customer && !slices.Contains(out, p) {
			rest = append(rest, p)
		}
	}
	for _, p := range out {
		if before[p] != customer {
			return nil, cx.Errorf(cx.Invalid, "profiles %d and %d are not one customer", out[0], p).WithRemedy("Choose profiles of one customer.")
		}
	}
	if len(rest) == 0 {
		return nil, cx.Errorf(cx.Invalid, "these are all profiles of customer %d", customer).WithRemedy("Leave at least one where it is.")
	}
	at := r.now().UTC()
	var changed []Link
	for i, l := range whole.Links {
		if !l.Apart && l.Live() && l.By != ByExactKey && crosses(l, out, rest) {
			whole.Links[i].Undone, whole.Links[i].UndoneBy, whole.Links[i].UndoneReason = at, by, reason
			changed = append(changed, whole.Links[i])
		}
	}
	// Also where nothing would join them now: a later key or likeness must not either.
	apart := heldApart(out, rest, by, reason, r)
	changed = append(changed, apart...)
	whole.Links = append(whole.Links, apart...)
	after := Customers(whole)
	if err := r.vault.Relink(ctx, changed, differences(before, after)); err != nil {
		return nil, fmt.Errorf("taking profiles out of customer %d: %w", customer, err)
	}
	now := map[cx.CustomerID]bool{}
	for _, p := range out {
		now[after[p]] = true
	}
	return slices.Sorted(maps.Keys(now)), nil
}

// around loads the components of profiles as one, with their customers now.
func (r *Room) around(ctx context.Context, profiles []cx.ProfileID) (Component, map[cx.ProfileID]cx.CustomerID, error) {
	components, err := r.vault.Components(ctx, profiles)
	if err != nil {
		return Component{}, nil, fmt.Errorf("loading the links of %d profiles: %w", len(profiles), err)
	}
	var whole Component
	seen := map[Link]bool{} // an Apart link may lie between two components and come with both
	for _, c := range components {
		whole.Profiles = append(whole.Profiles, c.Profiles...)
		for _, l := range c.Links {
			if !seen[l] {
				seen[l] = true
				whole.Links = append(whole.Links, l)
			}
		}
	}
	return whole, Customers(whole), nil
}

// crosses reports whether a link runs between two sets of profiles.
func crosses(l Link, x, y []cx.ProfileID) bool {
	return slices.Contains(x, l.A) && slices.Contains(y, l.B) || slices.Contains(x, l.B) && slices.Contains(y, l.A)
}

func differences(before, after map[cx.ProfileID]cx.CustomerID) map[cx.ProfileID]cx.CustomerID {
	out := map[cx.ProfileID]cx.CustomerID{}
	for p, c := range after {
		if was, known := before[p]; !known || was != c {
			out[p] = c
		}
	}
	return out
}

func named(by, reason string) error {
	if strings.TrimSpace(by) == "" || by == ByExactKey || by == ByLikeness {
		return cx.Errorf(cx.Invalid, "the decision has nobody's name")
	}
	if strings.TrimSpace(reason) == "" {
		return cx.Errorf(cx.Invalid, "the decision has no reason").WithRemedy("Say why in a few words; whoever looks at it later will want to know.")
	}
	return nil
}
