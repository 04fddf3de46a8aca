package question

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// variants is defined with directly_follows, in process.go: cases and activities are the
// same.

// VariantRow is one way through.
type VariantRow struct {
	Activities []string // titles, in order
	Names      []string // the same by name
	Cases      int64
	Share      Estimate
	Rework     bool // an activity occurs twice
	Median     Estimate
}

// AskVariants answers variants.
func AskVariants(ctx context.Context, facts Facts, p Params) (Answer[VariantRow], error) {
	return runVariants(ctx, facts, p, nil)
}

func variants() Definition {
	return asked(Definition{
		Name: "variants", Title: "Which ways do journeys take?",
		Takes:    []Ingredient{casesOfEvents},
		Formula:  "cases with the same sequence of activities ÷ all cases",
		Unit:     "cases",
		Smallest: "10 cases",
		Pitfalls: "What follows directly at one step is one visit, until something of it comes again. A case that had not ended when the data did looks like a shorter variant. Many rare variants are the rule: look at what they have in common.",
		Source:   "Variants: van der Aalst 2016; interval: Wilson 1927",
		Needs:    []string{"journey"},
	}, runVariants, func(Params) []Column {
		return []Column{
			{Name: "variant", Title: "The way", Unit: "text"},
			{Name: "cases", Title: "Cases", Unit: "count"},
			{Name: "share", Title: "Share", Unit: "share"},
			{Name: "median", Title: "Median from first to last", Unit: "seconds"},
			{Name: "rework", Title: "Something twice", Unit: "text"},
		}
	}, func(_ Params, r VariantRow) []Cell {
		rework := ""
		if r.Rework {
			rework = "yes"
		}
		way := strings.Join(r.Activities, " → ")
		more := evidence("case", strings.Join(r.Names, "\n"))
		return []Cell{textCell(way), countCell(r.Cases, more), estimateCell(r.Share, more), estimateCell(r.Median, more), textCell(rework)}
	})
}

type variantCount struct {
	cases   int64
	lengths []int64
}

func runVariants(ctx context.Context, facts Facts, p Params, c *collector) (Answer[VariantRow], error) {
	w, err := newProcess(ctx, facts, p)
	if err != nil {
		return Answer[VariantRow]{}, err
	}
	found := map[string]*variantCount{}
	var all int64
	var key []byte
	w.step = func(*oneCase, uint16, int64, cx.InteractionID) {}
	w.over = func(k *oneCase) {
		key = key[:0]
		for _, a := range k.way {
			key = binary.BigEndian.AppendUint16(key, a)
		}
		v := found[string(key)]
		if v == nil {
			v = &variantCount{}
			found[string(key)] = v
		}
		v.cases++
		all++
		v.lengths = append(v.lengths, k.last-k.first)
		if c != nil {
			_, names := w.words(string(key))
			c.note("case", strings.Join(names, "\n"), k.first, k.firstID)
		}
	}
	if err := w.run(ctx, c != nil); err != nil {
		return Answer[VariantRow]{}, err
	}
	rows := make([]VariantRow, 0, len(found))
	var rework int64
	for way, v := range found {
		slices.Sort(v.lengths)
		titles, names := w.words(way)
		row := VariantRow{Activities: titles, Names: names, Cases: v.cases, Share: share(v.cases, all, w.s.least), Median: elapsedQuantile(v.lengths, .5, 1)}
		sorted := slices.Sorted(slices.Values(names))
		row.Rework = len(slices.Compact(sorted)) < len(names)
		if row.Rework {
			rework += v.cases
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b VariantRow) int {
		if a.Cases != b.Cases {
			return int(max(-1, min(1, b.Cases-a.Cases)))
		}
		return slices.Compare(a.Names, b.Names)
	})
	notes := []string{fmt.Sprintf("%d cases take %d ways; in %d of them something happens twice.", all, len(rows), rework)}
	return answer(w.s, &w.tally, processVersion, rows, notes), nil
}

// words are the titles and the names of a way's activities.
func (w *process) words(way string) (titles, names []string) {
	for i := 0; i+1 < len(way); i += 2 {
		a := w.activities[binary.BigEndian.Uint16([]byte(way[i:i+2]))]
		titles, names = append(titles, a.Title), append(names, a.Name)
	}
	return titles, names
}
