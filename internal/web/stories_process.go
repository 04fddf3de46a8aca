package web

import (
	"net/url"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/question"
)

func processStories() []story {
	s, j := storySite(), storyRepair()
	page := func(f processFigures, cover int, v url.Values) *processPage {
		p := newProcessPage(j, v, []string{"phone", "e-mail", "web"})
		p.CSV, p.JSON = "/x?format=csv", "/x?format=json"
		p.fill(s, j, f, cover)
		return p
	}
	whole := storyProcess()
	straight := whole
	straight.follows = storyTable("directly_follows", whole.follows.Columns, 12_000, whole.follows.Rows[:4]...)
	straight.ways = storyTable("variants", whole.ways.Columns, 12_000, whole.ways.Rows[0])
	straight.rounds = storyTable("loops", whole.rounds.Columns, 12_000)
	few := straight
	few.follows = storyTable("directly_follows", whole.follows.Columns, 21, storyEdge("", "opened", 7, 7, 0, 0, 0, ""), storyEdge("opened", "solved", 7, 7, -7, -7, -7, ""), storyEdge("solved", "", 7, 7, 0, 0, 0, ""))
	few.ways = storyTable("variants", whole.ways.Columns, 21, storyWay(7, -7, -7, "opened", "solved"))
	empty := processFigures{params: url.Values{"journey": {"repair"}}, follows: storyTable("directly_follows", whole.follows.Columns, 0)}
	threadless := empty
	threadless.follows.LeftOut = []question.LeftOut{{Reason: "belongs to no thread", Count: 4031}}
	filtered := empty
	filtered.params = url.Values{"journey": {"repair"}, "channel": {"phone"}}
	wrong := newProcessPage(j, url.Values{"from": {"2026-09-01"}, "to": {"2026-08-01"}}, nil)
	told := problem(cx.Errorf(cx.Invalid, "the period ends (2026-08-01) before it begins (2026-09-01)").WithRemedy("Choose a later end; the end itself is not part of the period."))
	wrong.Problem = &Notice{Text: told.Text, Detail: told.Remedy}
	return []story{
		{Name: "process/usual", Page: page(whole, usualCover, nil)},
		{Name: "process/all", Page: page(whole, 100, url.Values{"cover": {"100"}})},
		{Name: "process/straight", Page: page(straight, usualCover, nil)},
		{Name: "process/few", Page: page(few, usualCover, nil)},
		{Name: "process/empty", Page: page(empty, usualCover, nil)},
		{Name: "process/threadless", Page: page(threadless, usualCover, nil)},
		{Name: "process/filtered", Page: page(filtered, usualCover, filtered.params)},
		{Name: "process/wrong", Page: wrong, Status: 422},
	}
}

func storyRepair() cx.Journey {
	step := func(name, title string) cx.Step { return cx.Step{Name: name, Title: title} }
	return cx.Journey{Name: "repair", Title: "Getting it repaired", Stages: []cx.Stage{{Name: "all", Steps: []cx.Step{
		step("opened", "I report it"), step("taken", "Somebody takes charge of it"), step("wait", "I wait"), step("part", "A part has to be ordered"), step("solved", "They say that it is solved"), step("closed", "It is closed"),
	}}}}
}

var storyTitles = map[string]string{"": "(ends)", "opened": "I report it", "taken": "Somebody takes charge of it", "wait": "I wait", "part": "A part has to be ordered", "solved": "They say that it is solved", "closed": "It is closed"}

const hours = 3600.0

// storyProcess is a help desk's way: it waits, comes back, and closes by a timer.
func storyProcess() processFigures {
	columns := func(name string) []question.Column {
		of := map[string][]question.Column{
			"directly_follows": {{Name: "from", Unit: "text"}, {Name: "to", Unit: "text"}, {Name: "transitions", Unit: "count"}, {Name: "cases"}, {Name: "median", Unit: "seconds"}, {Name: "p90", Unit: "seconds"}, {Name: "time", Unit: "share"}, {Name: "loop", Unit: "text"}},
			"variants":         {{Name: "variant", Unit: "text"}, {Name: "cases", Unit: "count"}, {Name: "share", Unit: "share"}, {Name: "median", Unit: "seconds"}, {Name: "rework", Unit: "text"}},
			"loops":            {{Name: "loop", Unit: "text"}, {Name: "rounds", Unit: "count"}, {Name: "cases"}, {Name: "share", Unit: "share"}, {Name: "added", Unit: "seconds"}, {Name: "time", Unit: "share"}},
		}
		return of[name]
	}
	return processFigures{
		params: url.Values{"journey": {"repair"}},
		follows: storyTable("directly_follows", columns("directly_follows"), 12_000,
			storyEdge("", "opened", 2600, 2600, 0, 0, 0, ""),
			storyEdge("opened", "taken", 2410, 2410, 6*hours, 340*hours, .083, ""),
			storyEdge("taken", "solved", 1740, 1690, 2.7*hours, 293*hours, .11, ""),
			storyEdge("solved", "closed", 2540, 2540, 720*hours, 1096*hours, .62, ""),
			storyEdge("closed", "", 2560, 2560, 0, 0, 0, ""),
			storyEdge("taken", "wait", 820, 760, 21*hours, 258*hours, .034, ""),
			storyEdge("wait", "solved", 505, 500, 216*hours, 622*hours, .071, ""),
			storyEdge("wait", "taken", 312, 280, 119*hours, 524*hours, .048, "back again"),
			storyEdge("opened", "opened", 190, 170, 1400, 184*hours, .008, "back again"),
			storyEdge("opened", "solved", 150, 150, 1.7*hours, 382*hours, .006, ""),
			storyEdge("solved", "taken", 96, 90, 30*hours, 332*hours, .009, "back again"),
			storyEdge("taken", "part", 88, 86, 20.8*hours, 327*hours, .005, ""),
			storyEdge("part", "solved", 84, 84, 366*hours, 845*hours, .013, ""),
			storyEdge("part", "", 4, 4, 0, 0, 0, ""),
		),
		ways: storyTable("variants", columns("variants"), 12_000,
			storyWay(1340, .515, 917*hours, "opened", "taken", "solved", "closed"),
			storyWay(410, .158, 929*hours, "opened", "taken", "wait", "solved", "closed"),
			storyWay(170, .065, 1032*hours, "opened", "opened", "taken", "solved", "closed"),
			storyWay(150, .058, 1011*hours, "opened", "taken", "wait", "taken", "solved", "closed"),
			storyWay(140, .054, 888*hours, "opened", "solved", "closed"),
			storyWay(84, .032, 1035*hours, "opened", "taken", "part", "solved", "closed"),
			storyWay(70, .027, 965*hours, "opened", "taken", "solved", "taken", "solved", "closed"),
			storyWay(4, .0015, -4, "opened", "taken", "part"),
		),
		rounds: storyTable("loops", columns("loops"), 12_000,
			storyRound(312, 280, .108, 212*hours, .048, "taken", "wait", "taken"),
			storyRound(190, 170, .065, 1400, .008, "opened", "opened"),
			storyRound(96, 90, .035, 69*hours, .009, "taken", "solved", "taken"),
		),
	}
}

func storyTable(name string, columns []question.Column, n int64, rows ...[]question.Cell) answer {
	t := question.Table{Question: name, Columns: columns, Rows: rows, Scanned: n, Included: n, Version: 1, AsOf: storyTime}
	if name == "loops" && len(rows) > 0 {
		t.Notes = []string{"521 of 2,600 cases come back to where they were."}
	}
	return answer{t}
}

// storyNumber is a count, storyEstimate a figure with an interval; below 0 it is
// withheld and rests on so many.
func storyNumber(v float64, evidence string) question.Cell {
	return question.Cell{Number: &v, Evidence: evidence}
}

func storyEstimate(v float64, n int64, evidence string) question.Cell {
	if v < 0 {
		return question.Cell{Withheld: true, N: n, Evidence: evidence}
	}
	return question.Cell{Number: &v, N: n, Interval: &question.Interval{Low: .96 * v, High: 1.04 * v}, Evidence: evidence}
}

func storyEdge(from, to string, n, cases, median, p90, time float64, loop string) []question.Cell {
	evidence := url.Values{"of": {"edge"}, "row": {strings.Trim(to+"\n"+from, "\n")}}
	if to == "" {
		evidence = url.Values{"of": {"end"}, "row": {from}}
	}
	more := evidence.Encode()
	start := storyTitles[from]
	if from == "" {
		start = "(begins)"
	}
	cells := []question.Cell{{Text: start}, {Text: storyTitles[to]}, storyNumber(n, more), storyNumber(cases, ""), {}, {}, {}, {Text: loop}}
	if from != "" && to != "" {
		cells[4], cells[5], cells[6] = storyEstimate(median, int64(n), more), storyEstimate(p90, int64(n), more), storyEstimate(time, int64(n), more)
	}
	return cells
}

func storyNames(names []string) (way, row string) {
	var titles []string
	for _, name := range names {
		titles = append(titles, storyTitles[name])
	}
	return strings.Join(titles, " → "), strings.Join(names, "\n")
}

func storyWay(cases, share, median float64, names ...string) []question.Cell {
	way, row := storyNames(names)
	more, rework := url.Values{"of": {"case"}, "row": {row}}.Encode(), ""
	if strings.Count(row, "taken") > 1 || strings.Count(row, "opened") > 1 {
		rework = "yes"
	}
	return []question.Cell{{Text: way}, storyNumber(cases, more), storyEstimate(share, storyCases(share), more), storyEstimate(median, int64(cases), more), {Text: rework}}
}

// storyCases is what a share of cases rests on: a withheld one on as many as it says.
func storyCases(share float64) int64 {
	if share < 0 {
		return int64(-share)
	}
	return 2600
}

func storyRound(rounds, cases, share, added, time float64, names ...string) []question.Cell {
	way, row := storyNames(names)
	more := url.Values{"of": {"loop"}, "row": {row}}.Encode()
	return []question.Cell{{Text: way}, storyNumber(rounds, more), storyNumber(cases, ""), storyEstimate(share, 2600, more), storyEstimate(added, int64(cases), more), storyEstimate(time, int64(rounds), more)}
}
