package ingest

import (
	"github.com/firsthand-cx/firsthand/internal/cx"
)

// problemsOfPeople is what is wrong with a mapping whose rows are people: it says who
// they are by keys, and nothing that only an interaction has.
func (m Mapping) problemsOfPeople() []mistake {
	var list []mistake
	if len(m.Customer) == 0 {
		list = append(list, mistake{keyAt{-1, "customer"}, true, cx.Errorf(cx.Invalid, "nothing says who a row of people is").
			WithRemedy("Write customer: and the columns of their number, e-mail or phone, such as [{source_id: Customer ID}, {email: E-mail}].")})
	}
	if len(m.Interactions) > 0 {
		list = append(list, ofInteractions("interactions"))
	}
	s := m.Spec
	for _, k := range []struct {
		key string
		set bool
	}{
		{"id", len(s.ID) > 0},
		{"version", len(s.Version) > 0},
		{"thread", len(s.Thread) > 0},
		{"parent", len(s.Parent) > 0},
		{"start", len(s.Start) > 0},
		{"end", len(s.End) > 0},
		{"first_human", len(s.FirstHuman) > 0},
		{"censored", len(s.Censored) > 0},
		{"voice", len(s.Voice) > 0},
		{"initiator", len(s.Initiator) > 0},
		{"kind", len(s.Kind) > 0},
		{"channel", len(s.Channel) > 0},
		{"touchpoint", len(s.Touchpoint) > 0},
		{"reason", len(s.Reason) > 0},
		{"outcome", len(s.Outcome) > 0},
		{"employee", len(s.Employee) > 0},
		{"language", len(s.Language) > 0},
		{"score", s.Score != nil},
		{"amount", s.Amount != nil},
		{"quantity", len(s.Quantity) > 0},
		{"texts", len(s.Texts) > 0},
		{"dimensions", len(s.Dimensions) > 0},
	} {
		if k.set {
			list = append(list, ofInteractions(k.key))
		}
	}
	return append(list, s.problemsOfBirth(-1, "the mapping")...)
}

func (s Spec) problemsOfBirth(part int, where string) []mistake {
	var list []mistake
	for _, t := range s.Person.Born {
		if t.Column == "" {
			list = append(list, mistake{keyAt{part, "person"}, false, cx.Errorf(cx.Invalid, "%s: birth_date has no column", where).
				WithRemedy("Name the column with the birth date.")})
		}
		if err := checkLayout(t.Layout); err != nil {
			list = append(list, mistake{keyAt{part, "person"}, false, cx.AsError(err)})
		}
	}
	return list
}

func ofInteractions(key string) mistake {
	remedy := "Leave it out; or leave out rows: people, if each row is something that happened."
	if key == "id" {
		remedy = "Write their number as customer: [{source_id: …}]."
	}
	return mistake{keyAt{-1, key}, false, cx.Errorf(cx.Invalid, "rows of people have no %s", key).WithRemedy("%s", remedy)}
}
