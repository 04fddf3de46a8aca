package web

import (
	"net/url"
	"slices"
	"strings"
	"testing"
)

// A page shows the first rows of a long answer and says how many there are.
func TestALongAnswerIsCutOnThePage(t *testing.T) {
	table := storyRepeat()
	for name, c := range map[string]struct {
		rows, shown int
		more        string
	}{
		"long":    {1204, shownAnswer, "The first 200 of 1,204 rows"},
		"just so": {shownAnswer, shownAnswer, ""},
	} {
		t.Run(name, func(t *testing.T) {
			long := table
			long.Rows = slices.Repeat(table.Rows[:1], c.rows)
			p := &questionPage{}
			p.fill(storySite(), long, url.Values{})
			if len(p.Rows) != c.shown || !strings.HasPrefix(p.More, c.more) || (c.more == "") != (p.More == "") {
				t.Errorf("%d rows and %q", len(p.Rows), p.More)
			}
		})
	}
}
