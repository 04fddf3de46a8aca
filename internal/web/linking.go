package web

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/identity/likeness"
)

// doubtsPage asks about pairs that may be one person, both side by side.
type doubtsPage struct {
	Frame
	Summary string
	Pairs   []doubtRow
	More    string
	Empty   *Empty
}

func (*doubtsPage) view() string { return "doubts" }

// doubtRow is one pair.
type doubtRow struct {
	ID           string
	A, B         cx.ProfileID
	NameA, NameB string // of the customers
	HrefA, HrefB string
	Chance       string
	Fields       []doubtField
	For, Against string
}

// doubtField is what both say in one field.
type doubtField struct {
	Words, A, B string
	Mark        string // same, similar, different; "" where one says nothing
}

// shownDoubts is how many pairs a page asks about.
const shownDoubts = 25

func (s *Site) doubts(w http.ResponseWriter, r *http.Request) error {
	pairs, all, err := s.Rooms.Linking.Doubts(r.Context(), shownDoubts)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, newDoubts(pairs, all))
}

func newDoubts(pairs []identity.Doubt, all int) *doubtsPage {
	p := &doubtsPage{Frame: Frame{Title: "One person or two?", Section: "Customers"}}
	p.Summary = plural(all, "pair looks", "pairs look") + " alike, but not enough to be joined without you. What you decide stands: no rule will change it."
	if all == 0 {
		p.Summary = "Pairs that look alike, but not enough to be joined without you."
		p.Empty = &Empty{Title: "Nobody is in doubt", Text: "After each import, people are compared by name, birth date, address, e-mail and phone. Those who are surely one are linked; those who may be are shown here.", Href: "/customers", Action: "To the customers"}
	}
	if all > len(pairs) {
		p.More = "The likeliest " + strconv.Itoa(len(pairs)) + " are shown; the others follow as you decide."
	}
	for _, d := range pairs {
		p.Pairs = append(p.Pairs, newDoubt(d))
	}
	return p
}

func newDoubt(d identity.Doubt) doubtRow {
	row := doubtRow{
		ID: strconv.FormatInt(int64(d.A), 10) + "-" + strconv.FormatInt(int64(d.B), 10), A: d.A, B: d.B,
		NameA: customerName(d.CustomerA), NameB: customerName(d.CustomerB), HrefA: customerHref(d.CustomerA), HrefB: customerHref(d.CustomerB),
		Chance: strconv.Itoa(min(99, int(100*d.Probability))) + " % likely one person",
	}
	marks := map[string]string{}
	for _, p := range d.Parts {
		for _, name := range fieldsOf[p.Field] {
			if mark := markOf(p); marks[name] != "different" && mark != "same" || marks[name] == "" {
				marks[name] = mark // a name is as its less alike half
			}
		}
		if p.Field == likeness.FirstName && p.Different() { // what the fields add up to is no answer then
			row.Chance = "much alike, but with different first names"
		}
		switch {
		case p.Weight > 0:
			row.For = andWord(row.For, p.Words())
		default:
			row.Against = andWord(row.Against, p.Words())
		}
	}
	if d.Swapped {
		row.For = andWord(row.For, "first and last name exchanged")
	}
	personA, personB := alike(d.PersonA, d.PersonB)
	for _, f := range cx.PersonFields() {
		a, b := *f.Of(&personA), *f.Of(&personB)
		if a == "" && b == "" {
			continue
		}
		field := doubtField{Words: f.Words, A: a, B: b}
		if a != "" && b != "" {
			if field.Mark = marks[f.Name]; a == b {
				field.Mark = "same"
			}
		}
		row.Fields = append(row.Fields, field)
	}
	for _, k := range d.KeysA {
		row.Fields = append(row.Fields, doubtField{Words: keyWords[k.Key.Kind], A: k.Key.Value + " (" + k.Source + ")"})
	}
	for _, k := range d.KeysB {
		row.Fields = append(row.Fields, doubtField{Words: keyWords[k.Key.Kind], B: k.Key.Value + " (" + k.Source + ")"})
	}
	return row
}

// alike writes two names the same way, so that they stand side by side: where one
// source knows only the whole name, the other's first and last name become it.
func alike(a, b cx.Person) (cx.Person, cx.Person) {
	whole := func(p cx.Person) bool { return p.Name != "" && p.FirstName+p.LastName == "" }
	if whole(a) != whole(b) {
		for _, p := range []*cx.Person{&a, &b} {
			p.Name = cmp.Or(p.Name, strings.TrimSpace(p.FirstName+" "+p.LastName))
			p.FirstName, p.LastName = "", ""
		}
	}
	return a, b
}

// fieldsOf are the fields of a person that a comparison looks at.
var fieldsOf = map[likeness.Field][]string{
	likeness.FirstName: {"first_name", "name"}, likeness.LastName: {"last_name", "name"}, likeness.Born: {"birth_date"}, likeness.Street: {"street"},
	likeness.Place: {"postcode", "city"}, likeness.Email: {"email"}, likeness.Phone: {"phone"}, likeness.Number: {"number"},
}

func markOf(p likeness.Part) string {
	switch {
	case p.Different():
		return "different"
	case p.Same():
		return "same"
	}
	return "similar"
}

func andWord(list, word string) string {
	if list == "" {
		return word
	}
	return list + ", " + word
}

func (s *Site) decideDoubt(w http.ResponseWriter, r *http.Request) error {
	v, err := form(w, r)
	if err != nil {
		return err
	}
	a, errA := strconv.ParseInt(v.Get("a"), 10, 64)
	b, errB := strconv.ParseInt(v.Get("b"), 10, 64)
	answer := v.Get("answer")
	if errA != nil || errB != nil || answer != "one" && answer != "two" {
		return cx.Errorf(cx.Invalid, "the decision names no pair").WithRemedy("Use the buttons below a pair.")
	}
	if err := s.Rooms.Linking.Decide(r.Context(), cx.ProfileID(a), cx.ProfileID(b), answer == "one", who(r.Context()).By(), "decided side by side"); err != nil {
		return err
	}
	said := "They stay two people; no rule will join them."
	if answer == "one" {
		said = "They are one person now."
	}
	s.say(r.Context(), "good", said)
	http.Redirect(w, r, "/customers/doubts", http.StatusSeeOther)
	return nil
}
