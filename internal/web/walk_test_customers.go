package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// testCustomersPage names the identities under which walkers and robots appear in the
// company's systems.
type testCustomersPage struct {
	walkFrame
	Problem *fileProblem
	Keys    string
	Known   int
}

func (*testCustomersPage) view() string { return "walk_test_customers" }

// KnownText says how many there are.
func (p *testCustomersPage) KnownText() string { return plural(p.Known, "identity", "identities") }

func (s *Site) testCustomers(w http.ResponseWriter, r *http.Request) error {
	keys, err := s.Rooms.Walks.TestCustomers(r.Context())
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, newTestCustomersPage(keys))
}

func newTestCustomersPage(keys walk.TestCustomers) *testCustomersPage {
	p := &testCustomersPage{walkFrame: newWalkFrame("Test customers", "Walkers"), Known: len(keys)}
	for _, k := range keys {
		line := k.Value
		if k.Kind == cx.KeySourceID {
			line = k.Namespace + ":" + k.Value
		}
		p.Keys += line + "\n"
	}
	return p
}

// typedKey reads one line: an e-mail address, a telephone number with its plus, or a
// customer number behind its namespace.
func typedKey(line string) (cx.PersonKey, error) {
	switch {
	case strings.Contains(line, "@"):
		return cx.PersonKey{Kind: cx.KeyEmail, Value: strings.ToLower(line)}, nil
	case strings.HasPrefix(line, "+"):
		digits := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' || r == '+' {
				return r
			}
			return -1
		}, line)
		return cx.PersonKey{Kind: cx.KeyPhone, Value: digits}, nil
	}
	if space, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(space) != "" && strings.TrimSpace(value) != "" {
		return cx.PersonKey{Kind: cx.KeySourceID, Namespace: strings.TrimSpace(space), Value: strings.TrimSpace(value)}, nil
	}
	return cx.PersonKey{}, cx.Errorf(cx.Invalid, "%q does not identify a test customer", line).
		WithRemedy("Write an e-mail address, a telephone number like +420601234567, or a customer number like shop:10042.")
}

func (s *Site) setTestCustomers(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	var keys walk.TestCustomers
	for _, line := range chosen(v["keys"]) {
		key, err := typedKey(line)
		if err != nil {
			p := newTestCustomersPage(nil)
			p.Keys = v.Get("keys")
			p.Problem = &problemsOf(err)[0]
			return s.show(w, r, http.StatusUnprocessableEntity, p)
		}
		keys = append(keys, key)
	}
	if err := s.Rooms.Walks.SetTestCustomers(r.Context(), keys); err != nil {
		return err
	}
	s.say(r.Context(), "good", fmt.Sprintf("Kept: %s.", plural(len(keys), "identity", "identities")))
	http.Redirect(w, r, "/walks/test-customers", http.StatusSeeOther)
	return nil
}
