package journey

import (
	"math"
	"strconv"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/declare"
)

func (r *reader) promise(n declare.Node) cx.Promise {
	var p cx.Promise
	var measure, within, atLeast, share string
	r.Fields(n, "a promise", map[string]func(declare.Node){
		"name": r.Text(&p.Name), "measure": r.Text(&measure), "within": r.Text(&within), "at_least": r.Text(&atLeast), "share": r.Text(&share),
	})
	at := func(name string) int {
		for _, f := range n.Fields {
			if f.Name == name {
				return f.Line
			}
		}
		return n.Line
	}
	if n.Kind != declare.Mapping {
		return p
	}
	p.Measure = cx.PromiseMeasure(measure)
	timed := true
	switch p.Measure {
	case cx.FirstHumanAnswer, cx.TimeToPerson, cx.Resolution:
	case cx.ScoreAtLeast:
		timed = false
	default:
		r.Problem(at("measure"), "%q is nothing that can be promised", measure).WithRemedy("%s", declare.DidYouMean(measure, measures))
		return p
	}
	switch {
	case timed && within == "":
		r.Problem(n.Line, "the promise has no within").WithRemedy(`Write how soon, such as within: "4 business hours".`)
	case timed:
		length, business, err := declare.ParseLength(within, r.hours)
		if err != nil {
			r.Wrong(at("within"), err)
		}
		p.Within, p.Business = length, business
	case within != "":
		r.Problem(at("within"), "a promise about a score has no within").WithRemedy("Write at_least, the lowest good answer.")
	}
	switch {
	case !timed && atLeast == "":
		r.Problem(n.Line, "the promise has no at_least").WithRemedy("Write the lowest answer that keeps it, such as at_least: 8.")
	case !timed:
		v, err := strconv.ParseFloat(atLeast, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			r.Problem(at("at_least"), "%q is not a score", atLeast)
			break
		}
		p.AtLeast = v
	case atLeast != "":
		r.Problem(at("at_least"), "a promise about time has no at_least")
	}
	if share == "" {
		r.Problem(n.Line, "the promise has no share").WithRemedy(`Write of how many cases it is made, such as share: 90 %%.`)
	} else if v, err := declare.ParseShare(share); err != nil {
		r.Wrong(at("share"), err)
	} else {
		p.Share = v
	}
	if p.Name == "" {
		p.Name = promiseName(p)
	}
	return p
}

var measures = []string{string(cx.FirstHumanAnswer), string(cx.TimeToPerson), string(cx.Resolution), string(cx.ScoreAtLeast)}

// promiseName says a promise in a few words, for one that has no name.
func promiseName(p cx.Promise) string {
	switch p.Measure {
	case cx.FirstHumanAnswer:
		return "Answered by a person within " + declare.FormatLength(p.Within, p.Business)
	case cx.TimeToPerson:
		return "Speaking to a person within " + declare.FormatLength(p.Within, p.Business)
	case cx.Resolution:
		return "Solved within " + declare.FormatLength(p.Within, p.Business)
	}
	return "A score of at least " + strconv.FormatFloat(p.AtLeast, 'f', -1, 64)
}
