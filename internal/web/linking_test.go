package web

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/identity/likeness"
)

// A name that one source has whole and another in halves stands side by side, marked
// as its less alike half is.
func TestNamesOfTwoSourcesStandSideBySide(t *testing.T) {
	halves := cx.Person{FirstName: "Jana", LastName: "Novak"}
	for name, c := range map[string]struct {
		a, b  cx.Person
		parts []likeness.Part
		want  []doubtField
	}{
		"whole and halves": {
			cx.Person{Name: "Jana Nowak"},
			halves,
			[]likeness.Part{{Field: likeness.FirstName, Level: 4}, {Field: likeness.LastName, Level: 2}},
			[]doubtField{{Words: "name", A: "Jana Nowak", B: "Jana Novak", Mark: "similar"}},
		},
		"the other way, one half different": {
			halves,
			cx.Person{Name: "Eva Novak"},
			[]likeness.Part{{Field: likeness.FirstName, Level: 1}, {Field: likeness.LastName, Level: 4}},
			[]doubtField{{Words: "name", A: "Jana Novak", B: "Eva Novak", Mark: "different"}},
		},
		"halves both": {
			halves,
			cx.Person{FirstName: "Eva", LastName: "Novak"},
			[]likeness.Part{{Field: likeness.FirstName, Level: 1}, {Field: likeness.LastName, Level: 4}},
			[]doubtField{{Words: "first name", A: "Jana", B: "Eva", Mark: "different"}, {Words: "last name", A: "Novak", B: "Novak", Mark: "same"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := newDoubt(identity.Doubt{Likeness: identity.Likeness{Parts: c.parts}, PersonA: c.a, PersonB: c.b})
			if diff := cmp.Diff(c.want, got.Fields); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
