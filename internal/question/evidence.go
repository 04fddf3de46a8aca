package question

import (
	"container/heap"
	"net/url"
	"slices"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// evidence names the interactions behind a cell: which part of a row's count, and
// which row. It is what Cell.Evidence holds and Definition.Evidence reads.
func evidence(part, row string) string {
	v := url.Values{"of": {part}}
	if row != "" {
		v.Set("row", row)
	}
	return v.Encode()
}

// collector gathers the earliest interactions of one cell while a question's fold
// runs again. A nil collector gathers nothing, so that counting pays one test.
type collector struct {
	part, row string
	limit     int
	seen      int64
	kept      latest
}

type piece struct {
	start int64
	id    cx.InteractionID
}

// latest is a heap with the latest piece on top, which gives way to earlier ones.
type latest []piece

func (l latest) Len() int { return len(l) }
func (l latest) Less(i, j int) bool {
	return comparePieces(l[i], l[j]) > 0
}
func (l latest) Swap(i, j int) { l[i], l[j] = l[j], l[i] }
func (l *latest) Push(x any)   { *l = append(*l, x.(piece)) }
func (l *latest) Pop() any {
	old := *l
	x := old[len(old)-1]
	*l = old[:len(old)-1]
	return x
}

func comparePieces(a, b piece) int {
	if a.start != b.start {
		if a.start < b.start {
			return -1
		}
		return 1
	}
	return slices.Compare(a.id[:], b.id[:])
}

// newCollector reads what evidence wrote.
func newCollector(cell string, limit int) (*collector, error) {
	v, err := url.ParseQuery(cell)
	if err != nil || v.Get("of") == "" {
		return nil, cx.Errorf(cx.Invalid, "%q names no cell of this question", cell).
			WithRemedy("Open the evidence from the answer's own link.")
	}
	return &collector{part: v.Get("of"), row: v.Get("row"), limit: max(limit, 1)}, nil
}

// note gathers an interaction if it is behind the cell.
func (c *collector) note(part, row string, start int64, id cx.InteractionID) {
	if c == nil || c.part != part || c.row != row {
		return
	}
	c.seen++
	p := piece{start, id}
	if len(c.kept) < c.limit {
		heap.Push(&c.kept, p)
	} else if comparePieces(p, c.kept[0]) < 0 {
		c.kept[0] = p
		heap.Fix(&c.kept, 0)
	}
}

// ids lists what was gathered in time order, and whether there was more.
func (c *collector) ids() ([]cx.InteractionID, bool) {
	kept := slices.Clone(c.kept)
	slices.SortFunc(kept, comparePieces)
	ids := make([]cx.InteractionID, len(kept))
	for i, p := range kept {
		ids[i] = p.id
	}
	return ids, c.seen > int64(len(kept))
}

// idAt is the id of row i, zero where the fold didn't ask for ids.
func idAt(b *Sequence, i int) cx.InteractionID {
	if b.ID == nil {
		return cx.InteractionID{}
	}
	return b.ID[i]
}

// rowOf names a row that is a group and something else, such as a step.
func rowOf(group, detail string) string {
	if group == "" {
		return detail
	}
	return detail + "\n" + group
}
