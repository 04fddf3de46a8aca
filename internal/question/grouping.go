package question

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Group is one row's share of a split answer. Name is for machines and links (a
// step's name, a channel, "2026-01"); Title is for people. Both are empty when the
// answer is not split.
type Group struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

// none is the name of the group of interactions that lack what the answer is split by.
const none = "-"

// isDimension reports whether By is dimension:<name>.
func isDimension(by string) bool { return strings.HasPrefix(by, "dimension:") }

// dimensionName is the name in dimension:<name>.
func dimensionName(by string) (name string, is bool) { return strings.CutPrefix(by, "dimension:") }

// personaGroup is the first persona whose rule a dimension set satisfies.
func personaGroup(journey cx.Journey, set map[string]string) Group {
	for _, persona := range journey.Personas {
		if holdsPersona(persona, set) {
			return Group{Name: persona.Name, Title: titleOr(persona.Title, persona.Name)}
		}
	}
	return Group{Name: none, Title: "(no persona)"}
}

// grouping numbers the groups of a split. Groups by coded fields and dimensions are
// looked up in dense tables; groups by time are found as they come.
type grouping struct {
	by      string
	groups  []Group
	index   map[string]int32
	sig     []int32 // by signature; nil = not by signature
	dims    []int32 // by dimension set; nil = not by dimension
	stratum *strata // nil = not by stratum

	zone  *time.Location
	clock func(local time.Time) Group // nil = not by time
	slot  int64                       // the quarter of an hour last looked up …
	last  int32                       // … and its group
	slots map[int64]int32
}

// quarter is the grid on which every zone's clock changes since 1972.
const quarter = int64(15 * time.Minute / time.Microsecond)

func newGrouping(s *scope, allowed []string) (*grouping, error) {
	by := s.p.By
	kind := by
	if isDimension(by) {
		kind = "dimension"
	}
	if err := allowSplit(kind, allowed); err != nil {
		return nil, err
	}
	g := &grouping{by: by, index: map[string]int32{}, zone: s.zone, slot: NoTime, slots: map[int64]int32{}}
	switch kind {
	case "":
		g.number(Group{})
	case "step":
		for _, step := range s.steps {
			g.number(Group{Name: step.Name, Title: titleOr(step.Title, step.Name)})
		}
		g.bySignature(s, func(i int) Group {
			if at := s.stepOf[i]; at > 0 {
				return Group{Name: s.steps[at-1].Name}
			}
			return Group{Name: none, Title: "(no step)"}
		})
	case "channel":
		g.bySignature(s, func(i int) Group { return named(s.signatures[i].Channel, "channel") })
	case "reason":
		g.bySignature(s, func(i int) Group { return named(s.signatures[i].Reason, "reason") })
	case "touchpoint":
		g.bySignature(s, func(i int) Group { return named(s.signatures[i].Touchpoint, "touchpoint") })
	case "persona":
		// Personas may overlap: an interaction counts with the first that holds, so
		// that the groups add up.
		g.byDims(s, func(set map[string]string) Group { return personaGroup(s.journey, set) })
	case "dimension":
		name, _ := dimensionName(by)
		g.byDims(s, func(set map[string]string) Group { return named(set[name], name) })
	default:
		g.clock = clocks[kind]
	}
	return g, nil
}

// allowSplit refuses a split that a question doesn't understand.
func allowSplit(by string, allowed []string) error {
	if slices.Contains(allowed, by) {
		return nil
	}
	return cx.Errorf(cx.Invalid, "this question cannot be split by %q", by).
		WithRemedy("It can be split by: %s.", strings.TrimPrefix(strings.Join(allowed, ", "), ", "))
}

// clocks name the group of a local time. Names sort as time does; the engines'
// fetches make the same names.
var clocks = map[string]func(time.Time) Group{
	"month": func(t time.Time) Group { return same(t.Format("2006-01")) },
	"week": func(t time.Time) Group {
		monday := t.AddDate(0, 0, -(int(t.Weekday())+6)%7)
		return clockGroup("week", monday.Format(time.DateOnly))
	},
	"weekday": func(t time.Time) Group {
		return clockGroup("weekday", fmt.Sprint((int(t.Weekday())+6)%7+1))
	},
	"hour": func(t time.Time) Group { return clockGroup("hour", fmt.Sprintf("%02d", t.Hour())) },
}

// clockGroup gives the name of a time group its title.
func clockGroup(by, name string) Group {
	switch by {
	case "week":
		return Group{Name: name, Title: "week of " + name}
	case "weekday":
		return Group{Name: name, Title: time.Weekday(int(name[0]-'0') % 7).String()}
	case "hour":
		return Group{Name: name, Title: name + ":00"}
	}
	return same(name)
}

func same(name string) Group { return Group{Name: name, Title: name} }

func named(value, what string) Group {
	if value == "" {
		return Group{Name: none, Title: "(no " + what + ")"}
	}
	return same(value)
}

func titleOr(title, name string) string {
	if title == "" {
		return name
	}
	return title
}

// number gives a group its number, a new one if it has none.
func (g *grouping) number(group Group) int32 {
	n, found := g.index[group.Name]
	if !found {
		n = int32(len(g.groups))
		g.index[group.Name] = n
		g.groups = append(g.groups, group)
	}
	return n
}

func (g *grouping) bySignature(s *scope, of func(signature int) Group) {
	g.sig = make([]int32, len(s.signatures))
	for i := range g.sig {
		g.sig[i] = g.number(of(i))
	}
}

func (g *grouping) byDims(s *scope, of func(map[string]string) Group) {
	g.dims = make([]int32, max(1, len(s.sets)))
	for i := range g.dims {
		var set map[string]string
		if i < len(s.sets) {
			set = s.sets[i]
		}
		g.dims[i] = g.number(of(set))
	}
}

// of is the number of an interaction's group.
func (g *grouping) of(signature, dims int32, start int64) int32 {
	switch {
	case g.stratum != nil:
		return g.stratum.of(signature, dims, start)
	case g.sig != nil:
		return g.sig[signature]
	case g.dims != nil:
		return g.dims[dims]
	case g.clock != nil:
		return g.at(start)
	}
	return 0
}

// at is the group of an instant; asked for every row, so the zone's arithmetic is
// done once for every quarter of an hour that occurs.
func (g *grouping) at(start int64) int32 {
	slot := start / quarter
	if start%quarter < 0 {
		slot--
	}
	if slot == g.slot {
		return g.last
	}
	n, found := g.slots[slot]
	if !found {
		n = g.number(g.clock(time.UnixMicro(start).In(g.zone)))
		g.slots[slot] = n
	}
	g.slot, g.last = slot, n
	return n
}

// order sorts group numbers as a reader expects them: steps as in the journey, time
// as it passes, all others by size.
func (g *grouping) order(size func(group int32) int64) []int32 {
	numbers := make([]int32, 0, len(g.groups))
	for n := range g.groups {
		if size(int32(n)) > 0 {
			numbers = append(numbers, int32(n))
		}
	}
	slices.SortFunc(numbers, func(a, b int32) int {
		if g.by == "step" {
			return int(a - b)
		}
		if g.clock == nil && size(a) != size(b) {
			return int(max(-1, min(1, size(b)-size(a))))
		}
		return strings.Compare(g.groups[a].Name, g.groups[b].Name)
	})
	return numbers
}

// at grows a slice of per-group counters as groups appear.
func counterAt[T any](counters *[]T, group int32) *T {
	for int(group) >= len(*counters) {
		var zero T
		*counters = append(*counters, zero)
	}
	return &(*counters)[group]
}

// args tells a fetch how to group: the group of every signature and of every
// dimension set (one of the two is all zero) and the stretch of time. The engine
// names stretches as clocks does.
func (g *grouping) args(s *scope) Args {
	a := Args{"signature_groups": g.sig, "dims_groups": g.dims, "clock": ""}
	if g.sig == nil {
		a["signature_groups"] = make([]int32, len(s.signatures))
	}
	if g.dims == nil {
		a["dims_groups"] = make([]int32, max(1, s.setCount))
	}
	if g.clock != nil {
		a["clock"] = g.by
	}
	return a
}

// placed is the number of the group that a fetch's row belongs to.
func (g *grouping) placed(group int32, stretch string) int32 {
	if g.clock == nil {
		return group
	}
	return g.number(clockGroup(g.by, stretch))
}

// clockGrouping groups by a stretch of time, whatever the answer is split by.
func clockGrouping(by string, zone *time.Location) *grouping {
	return &grouping{by: by, index: map[string]int32{}, zone: zone, slot: NoTime, slots: map[int64]int32{}, clock: clocks[by]}
}
