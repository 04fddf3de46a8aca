package ingest

import (
	"strings"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

func TestExposuresAreReadInTheCompanysZone(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	got, ok, err := ReadExposures("e.csv", strings.NewReader("\ufeffPeriod,population,count\n2026-03,customers,4000\n2026-03-29,invited,17,north\n"), zone)
	if err != nil || !ok || len(got) != 2 {
		t.Fatal(got, ok, err)
	}
	if hours := got[1].Period.To.Sub(got[1].Period.From).Hours(); hours != 23 {
		t.Errorf("the day on which summer time begins has %g hours, want 23", hours)
	}
	if got[0].Count != 4000 || got[1].Segment != "north" {
		t.Error(got)
	}
}

func TestAWrongExposureIsPlaced(t *testing.T) {
	for text, place := range map[string]string{
		"period,population,count\n2026-13,customers,1\n":           "e.csv:2, column period",
		"period,population,count\n2026-03,customers,1\n2026,x,1\n": "e.csv:3, column period",
		"period,population,count\n2026-03,people,1\n":              "e.csv:2, column population",
		"period,population,count\n2026-03,customers,many\n":        "e.csv:2, column count",
	} {
		_, ok, err := ReadExposures("e.csv", strings.NewReader(text), time.UTC)
		if !ok || err == nil || !strings.HasPrefix(err.Error(), place) || cx.CodeOf(err) != cx.Invalid {
			t.Errorf("%q gives %v", text, err)
		}
	}
}

func TestAnotherFileIsNotExposures(t *testing.T) {
	for _, text := range []string{"", "a", "call_id,started,reason\n1,2,3\n"} {
		if _, ok, err := ReadExposures("e.csv", strings.NewReader(text), time.UTC); ok || err != nil {
			t.Errorf("%q: %v %v", text, ok, err)
		}
	}
}
