package ingest

import (
	"testing"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

func TestAnUndoSaysWhatStaysAndWhy(t *testing.T) {
	for want, undone := range map[string]Undone{
		"": {Removed: 3},
		"240 stay, since import 1 holds the same or newer ones":                                         {Kept: 240, HeldBy: []cx.ImportID{1}},
		"1 stay, since other imports of the source (1, 3) hold the same or newer ones":                  {Kept: 1, HeldBy: []cx.ImportID{1, 3}},
		"9 stay, since other imports of the source (1, 2, 3, 4, 5, 2 more) hold the same or newer ones": {Kept: 9, HeldBy: []cx.ImportID{1, 2, 3, 4, 5, 6, 7}},
	} {
		if got := undone.Stay(); got != want {
			t.Errorf("%+v: %q", undone, got)
		}
	}
}
