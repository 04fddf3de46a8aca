package memory

import "github.com/firsthand-cx/firsthand/internal/cx"

// SkipTo makes the next numbers those that come after an import and a profile: an
// engine that was killed in the middle of an import has given numbers away.
func (v *Vault) SkipTo(last cx.ImportID, next cx.ProfileID) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.last = max(v.last, last)
	v.lastPerson = max(v.lastPerson, next-1)
}

// Everybody says which customer each profile is.
func (v *Vault) Everybody() map[cx.ProfileID]cx.CustomerID {
	v.mu.Lock()
	defer v.mu.Unlock()
	out := make(map[cx.ProfileID]cx.CustomerID, len(v.customers))
	for p, c := range v.customers {
		out[p] = c
	}
	return out
}

// TextsOf lists every text that was ever kept of profiles and not dropped.
func (v *Vault) TextsOf(profiles map[cx.ProfileID]bool) []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	var out []string
	for _, w := range v.words {
		if profiles[w.profile] {
			for _, t := range w.words.Texts {
				out = append(out, t.Text)
			}
		}
	}
	return out
}
