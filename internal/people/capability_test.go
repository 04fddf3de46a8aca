package people_test

import (
	"os"
	"strings"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/people"
)

func TestTheDocumentShowsTheTableAsItIs(t *testing.T) {
	raw, err := os.ReadFile("../../docs/people.md")
	if err != nil {
		t.Fatal(err)
	}
	roles := append(cx.Roles(), cx.RoleWorker)
	shown := map[people.Capability]bool{}
	for line := range strings.Lines(string(raw)) {
		cells := strings.Split(strings.TrimSpace(line), "|")
		if len(cells) != len(roles)+4 || !strings.HasPrefix(strings.TrimSpace(cells[2]), "`") {
			continue
		}
		capability := people.Capability(strings.Trim(cells[2], " `"))
		shown[capability] = true
		for i, role := range roles {
			if says := strings.TrimSpace(cells[3+i]) != ""; says != people.May(role, capability) {
				t.Errorf("docs/people.md says of %s and %q: %v", role, capability, says)
			}
		}
	}
	for _, role := range roles {
		for _, c := range people.Capabilities(role) {
			if !shown[c] {
				t.Errorf("docs/people.md does not show %q", c)
			}
		}
	}
}
