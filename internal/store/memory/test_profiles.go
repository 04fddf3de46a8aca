package memory

import (
	"context"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// SetTestProfiles says which profiles' interactions are walk traffic.
func (f *Facts) SetTestProfiles(_ context.Context, profiles []cx.ProfileID) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.testProfiles = slices.Clone(profiles)
	return nil
}
