package journey

import (
	"math"
	"strconv"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

func (r *reader) promise(n node) cx.Promise {
	var p cx.Promise
	var measure, within, atLeast, share string
	r.fieldsOf(n, "a promise", map[string]func(node){
		"name": r.text(&p.Name), "measure": r.text(&measure), "within": r.text(&within), "at_least": r.text(&atLeast), "share": r.text(&share),
	})
	at := func(name string) int {
		for _, f := range n.fields {
			if f.name == name {
				return f.line
			}
		}
		return n.line
	}
	if n.kind != mapping {
		return p
	}
	p.Measure = cx.PromiseMeasure(measure)
	timed := true
	switch p.Measure {
	case cx.FirstHumanAnswer, cx.TimeToPerson, cx.Resolution:
	case cx.ScoreAtLeast:
		timed = false
	default:
		r.problem(at("measure"), "%q is nothing that can be promised", measure).WithRemedy("%s", didYouMean(measure, measures))
		return p
	}
	switch {
	case timed && within == "":
		r.problem(n.line, "the promise has no within").WithRemedy(`Write how soon, such as within: "4 business hours".`)
	case timed:
		length, business, err := parseLength(within, r.hours)
		if err != nil {
			r.wrong(at("within"), err)
		}
		p.Within, p.Business = length, business
	case within != "":
		r.problem(at("within"), "a promise about a score has no within").WithRemedy("Write at_least, the lowest good answer.")
	}
	switch {
	case !timed && atLeast == "":
		r.problem(n.line, "the promise has no at_least").WithRemedy("Write the lowest answer that keeps it, such as at_least: 8.")
	case !timed:
		v, err := strconv.ParseFloat(atLeast, 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			r.problem(at("at_least"), "%q is not a score", atLeast)
			break
		}
		p.AtLeast = v
	case atLeast != "":
		r.problem(at("at_least"), "a promise about time has no at_least")
	}
	if share == "" {
		r.problem(n.line, "the promise has no share").WithRemedy(`Write of how many cases it is made, such as share: 90 %%.`)
	} else if v, err := parseShare(share); err != nil {
		r.wrong(at("share"), err)
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
		return "Answered by a person within " + formatLength(p.Within, p.Business)
	case cx.TimeToPerson:
		return "Speaking to a person within " + formatLength(p.Within, p.Business)
	case cx.Resolution:
		return "Solved within " + formatLength(p.Within, p.Business)
	}
	return "A score of at least " + strconv.FormatFloat(p.AtLeast, 'f', -1, 64)
}
