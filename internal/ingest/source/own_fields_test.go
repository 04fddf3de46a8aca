package source

import (
	"testing"

	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

func TestColumnsOfFewRecurringValuesAreDimensions(t *testing.T) {
	for name, tt := range map[string]struct {
		values []string
		want   bool
	}{
		"a handful of regions":        {[]string{"West", "East", "West", "", "East", "West", "East"}, true},
		"one value throughout":        {[]string{"US", "US", "US", "US", "US"}, true},
		"every value another":         {[]string{"a", "b", "c", "d", "e", "f"}, false},
		"too few to tell":             {[]string{"West", "West", "East"}, false},
		"empty":                       {[]string{"", "", "", "", "", ""}, false},
		"sentences that happen twice": {[]string{long, long, long, long, long}, false},
	} {
		t.Run(name, func(t *testing.T) {
			var list []rows.Row
			for _, v := range tt.values {
				list = append(list, rows.Row{Cells: []string{v}})
			}
			if got := fewValues(list, 0); got != tt.want {
				t.Errorf("%q: %v", tt.values, got)
			}
		})
	}
}

const long = "the delivery came two weeks after it was promised to me"

func TestAZendeskListFieldIsTheReasonOrADimension(t *testing.T) {
	s, _ := Find("zendesk")
	header := append(append([]string{}, s.Signature...), "Contact reason [list]", "Age group [list]", "Free words [txt]")
	m, err := s.Mapping(Sample{Header: header})
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Reason) != 1 || m.Reason[0].Column != "Contact reason [list]" || m.Interactions[0].Reason != nil {
		t.Errorf("the reason comes from %+v and %+v", m.Reason, m.Interactions[0].Reason)
	}
	if last := m.Dimensions[len(m.Dimensions)-1]; last.Name != "age_group" || last.Field[0].Column != "Age group [list]" {
		t.Errorf("dimensions %+v", m.Dimensions)
	}
	plain, err := s.Mapping(Sample{Header: s.Signature})
	if err != nil || plain.Interactions[0].Reason[0].Column != "Ticket type" {
		t.Errorf("without a field of its own the ticket type stands in: %+v, %v", plain.Interactions[0].Reason, err)
	}
}

func TestNamesOfFields(t *testing.T) {
	for column, want := range map[string]string{"Age group [list]": "age_group_list", "Plan": "plan", " Région/Zone ": "r_gion_zone", "": ""} {
		if got := fieldName(column); got != want {
			t.Errorf("%q becomes %q, want %q", column, got, want)
		}
	}
	for column, want := range map[string]bool{"journey_step": true, "Touchpoint": true, "step": true, "survey stage": true, "Stepmother": false, "region": false} {
		if saysStep.MatchString(column) != want {
			t.Errorf("%q names a step: want %v", column, want)
		}
	}
}
