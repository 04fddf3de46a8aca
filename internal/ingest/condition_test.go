package ingest

import (
	"testing"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/ingest/rows"
)

func TestColumnsAreComparedAsNumbersOrDates(t *testing.T) {
	for _, c := range []struct{ name, pattern, arrived, promised, want string }{
		{"a later day is late", ">{promised}", "2026-03-05", "2026-03-04", "late"},
		{"the same day is not later, whatever the hour", ">{promised}", "2026-03-04 18:00", "2026-03-04", ""},
		{"times are compared where both have one", ">{promised}", "2026-03-04 18:00", "2026-03-04 17:59:59", "late"},
		{"numbers are compared as numbers", ">{promised}", "10", "9", "late"},
		{"an empty cell compares with nothing", ">{promised}", "", "2026-03-04", ""},
		{"words compare with nothing", ">{promised}", "soon", "2026-03-04", ""},
		{"not more is at most, or nothing", "!>{promised}", "9", "10", "late"},
		{"at most", "<={promised}", "2026-03-04", "2026-03-04", "late"},
		{"a column that the file lacks compares with nothing", ">{elsewhere}", "2", "1", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := ParseMapping("m.yaml", []byte("source: s\nkind: delivery\nstart: {column: day, order: ymd}\nmissing_columns: ignore\n"+
				"outcome: [{value: late, when: {arrived: \""+c.pattern+"\"}}]\n"))
			if err != nil {
				t.Fatal(err)
			}
			mapper, err := Compile(m, []string{"day", "arrived", "promised"}, Defaults{})
			if err != nil {
				t.Fatal(err)
			}
			got, rejected := mapper.Map(&rows.Row{Cells: []string{"2026-03-01", c.arrived, c.promised}}, nil)
			if rejected != nil || len(got) != 1 || got[0].Outcome != c.want {
				t.Errorf("got %+v, %v", got, rejected)
			}
			if got[0].Kind != cx.Delivery {
				t.Errorf("kind %v", got[0].Kind)
			}
		})
	}
}

func TestAWebAddressNamesAStep(t *testing.T) {
	for address, want := range map[string]string{
		"https://shop.example/checkout/payment?session=9#top": "/checkout/payment",
		"/order/1017/track":    "/order/:id/track",
		"https://shop.example": "/",
		"https://shop.example/p/4f9c2d7e-1b2a-4c3d-9e8f-001122334455": "/p/:id",
		"/iphone-15": "/iphone-15",
		"Home":       "/Home",
	} {
		if got := webPath(address); got != want {
			t.Errorf("%s is %s, want %s", address, got, want)
		}
	}
}
