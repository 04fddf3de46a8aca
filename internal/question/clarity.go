package question

import (
	"context"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question/statistics"
)

// clarity — Do all channels give the same answer?
//
// Plain words: walks ask the same factual question (its topic) on every channel and
// hold what they hear against the answer key. For each topic and channel the share of
// right answers, how that differs from the other channels, and how often two channels
// say the same.
//
// Formula: right ÷ answers. Wilson interval. Each channel against the others on the
// same topic by Fisher's exact test, corrected over all rows (Benjamini–Hochberg).
// Agreement: of all pairs of answers to the topic from two channels, the share with the
// same grade; interval by the jackknife over answers (a two-sample U-statistic).
// Unit: share of answers. Smallest sample: 5 answers.
//
// Pitfalls: partly right and "I'll find out" are not right, and not wrong: they have
// columns of their own. Stump questions are meant to be hard and are left out. Channels
// can agree on a wrong answer: look at the share of right ones first.
//
// Source: Wilson 1927; Fisher 1935; Benjamini & Hochberg 1995; Arvesen 1969 for the
// jackknife of U-statistics.
const clarityVersion = 1

// ClarityRow is one topic on one channel.
type ClarityRow struct {
	Topic   string
	Channel Group
	Answers int64
	Graded  map[cx.Answer]int64
	Right   Estimate
	Against Comparison // of the share of right ones, against the other channels
	// Agreement is of the whole topic, the same in each of its rows.
	Agreement Estimate
}

// AskClarity answers clarity.
func AskClarity(ctx context.Context, facts Facts, p Params) (Answer[ClarityRow], error) {
	return runClarity(ctx, facts, p, nil)
}

func clarity() Definition {
	return askedOfWalks(Definition{
		Name: "clarity", Title: "Do all channels give the same answer?",
		Takes:    []Ingredient{askedWalks},
		Formula:  "right answers ÷ answers, for each topic and channel, by the answer keys of the walks' scenarios",
		Unit:     "share of answers",
		Smallest: "5 answers",
		Pitfalls: "Partly right and “I'll find out” are neither right nor wrong. Stump questions are left out. Channels can agree on a wrong answer.",
		Source:   "Interval: Wilson 1927; difference: Fisher 1935, Benjamini & Hochberg 1995; agreement: jackknife of a U-statistic, Arvesen 1969",
		Needs:    []string{"step"},
	}, runClarity, func(Params) []Column {
		return append([]Column{
			{Name: "topic", Title: "Topic", Unit: "text"},
			{Name: "channel", Title: "Channel", Unit: "text"},
			{Name: "right_share", Title: "Right", Unit: "share"},
		}, append(gradeColumns(), qColumn(),
			Column{Name: "agreement", Title: "Channels agree", Unit: "share", Help: "Of all pairs of answers to this topic from two channels: how many have the same grade."})...)
	}, func(_ Params, r ClarityRow) []Cell {
		row := rowOf(r.Channel.Name, r.Topic)
		return append([]Cell{textCell(topicWords(r.Topic)), groupCell(r.Channel), estimateCell(r.Right, evidence("answers", row))},
			append(gradeCells(r.Graded, r.Answers, row), qCell(r.Against), estimateCell(r.Agreement, ""))...)
	})
}

// gradeColumns are how answers were graded.
func gradeColumns() []Column {
	return []Column{
		{Name: "answers", Title: "Answers", Unit: "count"},
		{Name: "right", Title: "Right", Unit: "count"},
		{Name: "partly", Title: "Partly", Unit: "count"},
		{Name: "find_out", Title: "“I'll find out”", Unit: "count"},
		{Name: "wrong", Title: "Wrong", Unit: "count"},
	}
}

func gradeCells(graded map[cx.Answer]int64, answers int64, row string) []Cell {
	cells := []Cell{countCell(answers, evidence("answers", row))}
	for _, grade := range cx.Answers() {
		cells = append(cells, countCell(graded[grade], evidence(string(grade), row)))
	}
	return cells
}

// topicWords is a topic as a person reads it.
func topicWords(topic string) string { return strings.NewReplacer("-", " ", "/", ": ").Replace(topic) }

func runClarity(ctx context.Context, facts Facts, p Params, c *walkCollector) (Answer[ClarityRow], error) {
	s, err := newWalkScope(ctx, facts, p, 5, []string{""}, c)
	if err != nil {
		return Answer[ClarityRow]{}, err
	}
	var t tally
	topics := map[string]map[string]*ClarityRow{}
	for _, step := range s.steps {
		switch {
		case step.Answer == "":
			continue // nothing was asked
		case step.Kind == cx.Stump:
			t.drop("asked to find out what people do when they are stuck")
			continue
		}
		t.use()
		if topics[step.Topic] == nil {
			topics[step.Topic] = map[string]*ClarityRow{}
		}
		channel := named(step.Channel, "channel")
		row := topics[step.Topic][channel.Name]
		if row == nil {
			row = &ClarityRow{Topic: step.Topic, Channel: channel, Graded: map[cx.Answer]int64{}}
			topics[step.Topic][channel.Name] = row
		}
		row.Answers++
		row.Graded[step.Answer]++
		s.note("answers", rowOf(channel.Name, step.Topic), step)
		s.note(string(step.Answer), rowOf(channel.Name, step.Topic), step)
	}
	return walkAnswer(s, &t, clarityVersion, clarityRows(topics, s.least)), nil
}

// clarityRows compares the channels of each topic. Topics come in the order of how
// badly they are answered, where that can be told; channels likewise.
func clarityRows(topics map[string]map[string]*ClarityRow, least int64) []ClarityRow {
	rows := []ClarityRow{}
	worst := map[string]float64{}
	for topic, channels := range topics {
		var right, answers int64
		for _, row := range channels {
			right, answers = right+row.Graded[cx.AnswerRight], answers+row.Answers
		}
		worst[topic] = float64(right) / float64(answers)
		agreement := agreement(channels, least)
		for _, row := range channels {
			k, n := row.Graded[cx.AnswerRight], row.Answers
			row.Right, row.Agreement, row.Against = share(k, n, least), agreement, untested()
			if n >= least && answers-n >= least {
				difference, interval := statistics.ShareDifference(k, n, right-k, answers-n, .95)
				row.Against = Comparison{
					Difference: difference, Interval: Interval(interval), P: statistics.Fisher(k, n, right-k, answers-n), Q: 1, tested: true,
				}
			}
			rows = append(rows, *row)
		}
	}
	slices.SortFunc(rows, func(a, b ClarityRow) int {
		switch {
		case worst[a.Topic] != worst[b.Topic]:
			return compareFloats(worst[a.Topic], worst[b.Topic])
		case a.Topic != b.Topic:
			return strings.Compare(a.Topic, b.Topic)
		case a.Right.Value != b.Right.Value:
			return compareFloats(a.Right.Value, b.Right.Value)
		}
		return strings.Compare(a.Channel.Name, b.Channel.Name)
	})
	all := make([]*Comparison, len(rows))
	for i := range rows {
		all[i] = &rows[i].Against
	}
	correct(all)
	return rows
}

func compareFloats(a, b float64) int {
	if a < b {
		return -1
	}
	if a > b {
		return 1
	}
	return 0
}

// agreement is the share of pairs of answers from two channels that have the same
// grade. Answers of one channel and grade are alike, so that leaving one out is done
// once for each of them (Arvesen 1969). Shown where two channels have the least.
func agreement(channels map[string]*ClarityRow, least int64) Estimate {
	total := map[cx.Answer]int64{}
	var n, pairs, same, enough int64
	for _, row := range channels {
		n += row.Answers
		for grade, k := range row.Graded {
			total[grade] += k
		}
		if row.Answers >= least {
			enough++
		}
	}
	for _, row := range channels {
		pairs += row.Answers * (n - row.Answers)
		for grade, k := range row.Graded {
			same += k * (total[grade] - k)
		}
	}
	pairs, same = pairs/2, same/2
	e := Estimate{N: n, Interval: Interval{0, 1}, Shown: enough >= 2}
	if pairs == 0 {
		return e
	}
	e.Value = float64(same) / float64(pairs)
	var mean, spread, m float64
	each := func(do func(without float64, times int64)) { // in one order, so that sums are the same
		for _, channel := range slices.Sorted(maps.Keys(channels)) {
			row := channels[channel]
			for _, grade := range cx.Answers() {
				k := row.Graded[grade]
				if left := pairs - (n - row.Answers); k > 0 && left > 0 {
					do(float64(same-(total[grade]-k))/float64(left), k)
				}
			}
		}
	}
	each(func(without float64, times int64) { mean += without * float64(times); m += float64(times) })
	if m < 2 {
		return e
	}
	mean /= m
	each(func(without float64, times int64) { spread += (without - mean) * (without - mean) * float64(times) })
	half := statistics.Z * math.Sqrt(spread*(m-1)/m)
	e.Interval = Interval{math.Max(0, e.Value-half), math.Min(1, e.Value+half)}
	return e
}
