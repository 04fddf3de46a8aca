package web

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

// comparisonsPage puts walks beside one another: the same errand by a connected, an
// ordinary and a best customer, and hard questions with how they were answered.
type comparisonsPage struct {
	walkFrame
	Parity      []parityGroup
	Stump       []stumpRow
	Others      []totalRow
	ParityHref  string // the question's answer, with its test; "" = there is none yet
	StumpHref   string
	ClarityHref string
	Empty       *Empty
}

func (*comparisonsPage) view() string { return "walk_comparisons" }

// parityGroup are the pairs of one scenario.
type parityGroup struct {
	Title, Href string
	Arms        []totalRow
	Pairs       []pairRow
}

type pairRow struct {
	Anchor, When string
	Walks        []armRow
}

type armRow struct {
	Arm, Href          string
	Treatment, Outcome string
	Took, Felt, Solved string
}

// totalRow are the scores of several walks together.
type totalRow struct {
	Title, Href        string
	Walks              string
	Treatment, Outcome Figure
}

// totalTable is a table of scores.
type totalTable struct {
	Title, First string
	Rows         []totalRow
}

// Table shows the arms of a scenario beside one another.
func (g parityGroup) Table() totalTable { return totalTable{g.Title, "As", g.Arms} }

// OtherTable shows every scenario without arms.
func (p *comparisonsPage) OtherTable() totalTable {
	return totalTable{"All other walks", "Walk", p.Others}
}

// stumpRow is a question with how it was answered.
type stumpRow struct {
	Question, Scenario, Href string
	Counts                   []answerCount
	Asked                    string
}

type answerCount struct {
	Chip  Chip
	Count int
}

func (s *Site) comparisons(w http.ResponseWriter, r *http.Request) error {
	all, err := s.Rooms.Walks.Assignments(r.Context(), walk.Filter{States: []cx.WalkState{cx.WalkApproved, cx.WalkAppealed, cx.WalkDecided}})
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(a walk.Assignment) bool { return !a.Counts() })
	c, err := s.cast(r.Context())
	if err != nil {
		return err
	}
	details, err := s.lookedAt(r.Context(), all, c)
	if err != nil {
		return err
	}
	p := s.comparisonsPage(all, details, c)
	for name, href := range map[string]*string{"parity": &p.ParityHref, "stump": &p.StumpHref, "clarity": &p.ClarityHref} {
		if s.asks(name) {
			*href = "/questions/" + name
		}
	}
	return s.show(w, r, http.StatusOK, p)
}

// lookedAt reads the walks whose words the page needs: those of a pair and those that
// ask questions, the newest few hundred.
func (s *Site) lookedAt(ctx context.Context, all []walk.Assignment, c cast) (map[int64]walk.Detail, error) {
	const most = 300
	details := map[int64]walk.Detail{}
	for _, a := range slices.Backward(all) {
		if kind := c.scenarios[a.Scenario].Kind; len(details) == most || a.Pair == 0 && kind != cx.Stump {
			continue
		}
		d, err := s.Rooms.Walks.Shown(ctx, a.ID)
		if err != nil {
			return nil, err
		}
		details[a.ID] = d
	}
	return details, nil
}

func (s *Site) comparisonsPage(all []walk.Assignment, details map[int64]walk.Detail, c cast) *comparisonsPage {
	p := &comparisonsPage{walkFrame: newWalkFrame("Comparisons of walks", "Comparisons")}
	byScenario := map[string][]walk.Assignment{}
	var order []string
	for _, a := range all {
		if byScenario[a.Scenario] == nil {
			order = append(order, a.Scenario)
		}
		byScenario[a.Scenario] = append(byScenario[a.Scenario], a)
	}
	slices.Sort(order)
	for _, id := range order {
		walks, one := byScenario[id], c.scenarios[id]
		title := or(one.Title, id)
		switch {
		case len(one.Arms) > 0:
			p.Parity = append(p.Parity, s.parityGroup(title, one, walks, details))
			continue
		case one.Kind == cx.Stump:
			p.Stump = append(p.Stump, stumpRows(title, one, walks, details)...)
		}
		p.Others = append(p.Others, newTotalRow(title, link("/walks", map[string][]string{"scenario": {id}, "view": {"done"}}), walks))
	}
	if len(all) == 0 {
		p.Empty = &Empty{"Nothing to compare yet", "Once walks count, their scores stand here: is an ordinary customer treated like a connected one, and who knows the answer to hard questions?", "/walks/library", "Choose a walk"}
	}
	return p
}

func newTotalRow(title, href string, walks []walk.Assignment) totalRow {
	t := walk.Total(walks)
	row := totalRow{Title: title, Href: href, Walks: count(t.Walks)}
	for _, of := range []struct {
		to        *Figure
		score     cx.Score
		low, high float64
	}{{&row.Treatment, t.Treatment, t.OfTreated.Low, t.OfTreated.High}, {&row.Outcome, t.Outcome, t.OfOutcome.Low, t.OfOutcome.High}} {
		if v, ok := of.score.Share(); ok {
			*of.to = Figure{Text: share(v), Range: share(of.low) + " to " + share(of.high), N: count(int64(of.score.Of))}
		}
	}
	return row
}

func (s *Site) parityGroup(title string, one walk.Listed, walks []walk.Assignment, details map[int64]walk.Detail) parityGroup {
	g := parityGroup{Title: title, Href: scenarioHref(one.ID)}
	for _, arm := range one.Arms {
		var of []walk.Assignment
		for _, a := range walks {
			if a.Arm == arm.Name {
				of = append(of, a)
			}
		}
		g.Arms = append(g.Arms, newTotalRow(sentenceless(arm.Name), "", of))
	}
	for _, a := range slices.Backward(walks) {
		d, ok := details[a.ID]
		if !ok || a.Pair == 0 {
			continue
		}
		i := slices.IndexFunc(g.Pairs, func(p pairRow) bool { return p.Anchor == "pair-"+strconv.FormatInt(a.Pair, 10) })
		if i < 0 {
			i = len(g.Pairs)
			g.Pairs = append(g.Pairs, pairRow{Anchor: "pair-" + strconv.FormatInt(a.Pair, 10), When: day(a.From, s.Zone)})
		}
		g.Pairs[i].Walks = append(g.Pairs[i].Walks, newArmRow(d))
	}
	for _, pair := range g.Pairs {
		slices.SortStableFunc(pair.Walks, func(a, b armRow) int {
			at := func(name string) int {
				return slices.IndexFunc(one.Arms, func(arm cx.Arm) bool { return sentenceless(arm.Name) == name })
			}
			return at(a.Arm) - at(b.Arm)
		})
	}
	return g
}

func newArmRow(d walk.Detail) armRow {
	row := armRow{Arm: sentenceless(or(d.Arm, "nobody special")), Href: walkHref(d.ID), Treatment: "–", Outcome: "–", Took: seconds(walkedFor(d.Visit)), Felt: "–", Solved: "–"}
	if rv := d.Review; rv != nil {
		row.Treatment, row.Outcome = scoreText(rv.Treatment), scoreText(rv.Outcome)
		if rv.Solved != nil {
			row.Solved = map[bool]string{true: "yes", false: "no"}[*rv.Solved]
		}
	}
	total, n := 0, 0
	for _, step := range d.Visit.Steps {
		if step.Feeling.Valid() {
			total, n = total+int(step.Feeling), n+1
		}
	}
	if n > 0 {
		row.Felt = fmt.Sprintf("%.1f of 5", float64(total)/float64(n))
	}
	return row
}

func stumpRows(title string, one walk.Listed, walks []walk.Assignment, details map[int64]walk.Detail) []stumpRow {
	var rows []stumpRow
	for _, step := range one.Script {
		if step.Ask == nil {
			continue
		}
		counts, asked, question := map[cx.Answer]int{}, 0, step.Ask.Question
		for _, a := range walks {
			d := details[a.ID]
			if grade := d.Graded(step.Name); grade != "" {
				counts[grade]++
				asked++
				if filled, _, ok := d.Filled.Step(step.Name); ok && filled.Ask != nil {
					question = filled.Ask.Question // in the company's words
				}
			}
		}
		if asked == 0 {
			continue
		}
		row := stumpRow{Question: question, Scenario: title, Href: scenarioHref(one.ID) + "#step-" + step.Name, Asked: plural(asked, "time", "times")}
		for _, grade := range cx.Answers() {
			row.Counts = append(row.Counts, answerCount{answerWords[grade], counts[grade]})
		}
		rows = append(rows, row)
	}
	return rows
}
