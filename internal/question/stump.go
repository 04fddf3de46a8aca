package question

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// stump — What do people not know, and what do they do then?
//
// Plain words: walks ask a question that few can answer. For each topic and channel
// the share of right answers, of "I'll find out", of wrong ones, and how long it took.
// It says what to teach, never who is to blame: no row is about a person, and none is
// shown under five answers, which could be one person's.
//
// Formula: right ÷ answers and (right + "I'll find out") ÷ answers: saying so is better
// than guessing. Wilson intervals. Time: median over the steps at which it was asked.
// A topic is one for training where chance hardly explains a share of right answers
// under 80 % (exact binomial, Benjamini–Hochberg over the rows).
// Unit: share of answers; seconds. Smallest sample: 5 answers.
//
// Pitfalls: a question that nobody can know is no topic to learn but one to write down
// somewhere. Time is the walker's clock at that step, small talk included.
//
// Source: Wilson 1927; Clopper & Pearson 1934; Benjamini & Hochberg 1995; median:
// Conover 1999.
const stumpVersion = 1

// knowsEnough is the share of right answers from which on a topic needs no training.
const knowsEnough = .8

// StumpRow is one topic on one channel.
type StumpRow struct {
	Topic   string
	Channel Group
	Answers int64
	Graded  map[cx.Answer]int64
	Right   Estimate
	Honest  Estimate // right, or said that they would find out
	Seconds Estimate // median
	P, Q    float64  // of a share of right answers this low if 80 % knew
	Teach   bool
}

// AskStump answers stump.
func AskStump(ctx context.Context, facts Facts, p Params) (Answer[StumpRow], error) {
	return runStump(ctx, facts, p, nil)
}

func stump() Definition {
	return askedOfWalks(Definition{
		Name: "stump", Title: "What do people not know, and what do they do then?",
		Takes:    []Ingredient{stumpWalks},
		Formula:  "right answers ÷ answers of stump walks, for each topic and channel",
		Unit:     "share of answers",
		Smallest: "5 answers",
		Pitfalls: "It is about topics, never about people. What nobody can know is to be written down somewhere before it is taught.",
		Source:   "Interval: Wilson 1927; test: exact binomial against 80 %, Benjamini & Hochberg 1995; median: order statistics, Conover 1999",
		Needs:    []string{"step"},
	}, runStump, func(Params) []Column {
		columns := []Column{
			{Name: "topic", Title: "Topic", Unit: "text"},
			{Name: "channel", Title: "Channel", Unit: "text"},
			{Name: "right_share", Title: "Right", Unit: "share"},
			{Name: "honest", Title: "Right, or will find out", Unit: "share"},
		}
		columns = append(columns, gradeColumns()...)
		return append(columns,
			Column{Name: "seconds", Title: "Median time", Unit: "seconds"},
			Column{Name: "advice", Title: "To do", Unit: "text"},
			Column{Name: "q", Title: "q", Help: "How likely a share this low is if in truth 8 in 10 knew, corrected for many topics (Benjamini–Hochberg)."})
	}, func(_ Params, r StumpRow) []Cell {
		row := rowOf(r.Channel.Name, r.Topic)
		cells := []Cell{
			textCell(topicWords(r.Topic)), groupCell(r.Channel), estimateCell(r.Right, evidence("answers", row)), estimateCell(r.Honest, evidence("answers", row)),
		}
		if !r.Right.Shown { // a few answers may be one person's
			cells = append(cells, countCell(r.Answers, ""), Cell{Withheld: true, N: r.Answers}, Cell{Withheld: true, N: r.Answers}, Cell{Withheld: true, N: r.Answers}, Cell{Withheld: true, N: r.Answers})
		} else {
			cells = append(cells, gradeCells(r.Graded, r.Answers, row)...)
		}
		advice := Cell{}
		if r.Teach {
			advice = textCell("a topic for training")
		}
		return append(cells, estimateCell(r.Seconds, evidence("answers", row)), advice, numberIf(r.Q, r.Right.Shown))
	})
}

func runStump(ctx context.Context, facts Facts, p Params, c *walkCollector) (Answer[StumpRow], error) {
	const leastForOne = 5 // answers that may all be one person's show nothing, whatever was asked for
	s, err := newWalkScope(ctx, facts, p, leastForOne, []string{""}, c)
	if err != nil {
		return Answer[StumpRow]{}, err
	}
	s.least = max(s.least, leastForOne)
	var t tally
	rows := []StumpRow{}
	at := map[string]int{}
	seconds := map[string][]int64{}
	for _, step := range s.steps {
		if step.Kind != cx.Stump {
			continue
		}
		if step.Answer == "" {
			t.drop("a step at which nothing was asked")
			continue
		}
		t.use()
		channel := named(step.Channel, "channel")
		name := rowOf(channel.Name, step.Topic)
		i, known := at[name]
		if !known {
			i = len(rows)
			at[name] = i
			rows = append(rows, StumpRow{Topic: step.Topic, Channel: channel, Graded: map[cx.Answer]int64{}})
		}
		rows[i].Answers++
		rows[i].Graded[step.Answer]++
		seconds[name] = append(seconds[name], int64(step.Seconds*1e3))
		s.note("answers", name, step)
		s.note(string(step.Answer), name, step)
	}
	var p80 []float64
	var tested []int
	for i := range rows {
		row := &rows[i]
		right := row.Graded[cx.AnswerRight]
		row.Right = share(right, row.Answers, s.least)
		row.Honest = share(right+row.Graded[cx.AnswerFindOut], row.Answers, s.least)
		row.Seconds = medianSeconds(seconds[rowOf(row.Channel.Name, row.Topic)], s.least)
		row.P, row.Q = statistics.ShareBelow(right, row.Answers, knowsEnough), 1
		if row.Right.Shown {
			p80, tested = append(p80, row.P), append(tested, i)
		}
	}
	for i, q := range statistics.BenjaminiHochberg(p80) {
		rows[tested[i]].Q, rows[tested[i]].Teach = q, q <= .05
	}
	slices.SortFunc(rows, func(a, b StumpRow) int {
		switch {
		case a.Right.Shown != b.Right.Shown:
			if a.Right.Shown {
				return -1
			}
			return 1
		case a.Right.Shown && a.Right.Value != b.Right.Value:
			return compareFloats(a.Right.Value, b.Right.Value)
		}
		return strings.Compare(rowOf(a.Channel.Name, a.Topic), rowOf(b.Channel.Name, b.Topic))
	})
	return walkAnswer(s, &t, stumpVersion, rows), nil
}

// medianSeconds is the median of milliseconds, with the interval of its order
// statistics where there are enough for one.
func medianSeconds(milliseconds []int64, least int64) Estimate {
	slices.Sort(milliseconds)
	e := Estimate{N: int64(len(milliseconds)), Value: float64(statistics.Quantile(milliseconds, .5)) / 1e3}
	low, high, ok := statistics.QuantileInterval(milliseconds, .5)
	e.Interval, e.Shown = Interval{float64(low) / 1e3, float64(high) / 1e3}, e.N >= least
	if !ok {
		e.Interval = Interval{math.Inf(-1), math.Inf(1)}
	}
	return e
}
