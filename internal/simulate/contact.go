package simulate

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Opening hours of the phone lines: Monday to Saturday.
const (
	linesFrom = 8 * hour
	linesTo   = 20 * hour
)

// mostRepeats bounds how often somebody comes back about one thing.
const mostRepeats = 5

// contact is somebody asking for help at about t, by phone or in writing, and
// what follows: maybe a survey, maybe the same again within a week.
func (g *generator) contact(r *rand.Rand, t int64, why reason, again bool, about topic) {
	g.chain(r, t, why, again, about, 0)
}

func (g *generator) chain(r *rand.Rand, t int64, why reason, again bool, about topic, depth int) {
	p := &g.person
	byPhone := .5
	if p.age == ageOlder {
		byPhone = .78
	}
	step, score, effort := StepCall, 0.0, 0.0
	unsolved := why.name == ReasonRoaming && g.active(roamingFault, t)
	if unsolved {
		score, effort = -2.5, -1.5
		about.variant = variantUnsolved
	}
	asked := about // what the survey is about
	if chance(r, byPhone) {
		t = g.whenOpen(r, t)
		if !g.cal.within(t) {
			return
		}
		waited, reached := g.call(r, t, why)
		excess := max(0, waited-180)
		score -= min(3, float64(excess)/150)
		effort -= min(2, float64(excess)/200)
		if excess > 0 && asked.variant == "" {
			asked.variant = variantQueue
		}
		if again := g.streams.branch(forRedials, r); !reached && chance(again, .15) {
			g.call(again, t+1200+int64(again.IntN(hour)), why)
		}
	} else {
		if !g.cal.within(t) {
			return
		}
		step = StepWrite
		late, via := g.ticket(r, t, why, again, unsolved, about)
		g.sentAway(via, t, why)
		if late {
			score, effort = score-2.2, effort-1.5
			if asked.variant == "" {
				asked.variant = variantBacklog
			}
		}
	}
	if g.cal.dayOf(t) >= p.to() {
		return
	}
	if chance(r, .35) {
		g.invite(r, step, t+2*day, score, effort, asked)
	}
	repeat := repeatBase
	if unsolved {
		repeat = repeatFault
	}
	if depth < mostRepeats && chance(r, repeat) {
		if unsolved {
			g.struck(roamingFault)
		}
		g.chain(r, t+day/2+int64(r.IntN(5*day)), why, true, about, depth+1)
	}
}

// whenOpen is the next moment at which the phone lines are open. Those who find
// them closed call in the first hours of the next day.
func (g *generator) whenOpen(r *rand.Rand, t int64) int64 {
	d := g.cal.dayOf(t)
	if d < 0 || d >= days {
		return g.cal.to.Unix()
	}
	second := int(t - g.cal.at(d, 0))
	if second >= linesTo {
		d++
		second = 0
	}
	for d < days && g.cal.weekday(d) == time.Sunday {
		d++
		second = 0
	}
	if d >= days {
		return g.cal.to.Unix()
	}
	if second < linesFrom {
		second = linesFrom + r.IntN(3*hour)
	}
	return g.cal.at(d, second)
}

const (
	callsHeader = "call_id,customer_number,phone,started,menu_seconds,queue_seconds,service_seconds,outcome,reason,agent,line,region,age_group"
	callsLayout = "2006-01-02 15:04:05"

	outcomeAbandoned = "abandoned"
)

// call writes one call and says how long it took to reach a person, or to give up.
func (g *generator) call(r *rand.Rand, t int64, why reason) (waited int, reached bool) {
	p := &g.person
	menu := int(float64(why.menu) * (.7 + .7*r.Float64()))
	crowd := 1.0
	if d := g.cal.dayOf(t); g.active(mondayFault, t) && g.cal.weekday(d) == time.Monday {
		grown := float64(t-g.since[mondayFault]) / float64(g.cal.to.Unix()-g.since[mondayFault])
		crowd = mondayQueueBase + (mondayQueueFault-mondayQueueBase)*min(1, grown*1.5)
		g.struck(mondayFault)
	}
	queue := int(lognormal(r, 35*crowd, .75))
	if chance(r, .3/crowd) {
		queue = 0
	}
	patience := int(60 + r.ExpFloat64()*700)
	talk := int(20 + lognormal(r, why.talk, .6))
	outcome := "resolved"
	switch x := r.Float64(); {
	case x < .1:
		outcome = "transferred"
	case x < .2:
		outcome = "follow-up"
	}
	if why.name == ReasonCancel {
		outcome = "transferred" // to retention, in the same call, as the process has it
	}
	agent := pick(r, agentNames)
	if queue > patience {
		queue, talk, outcome, agent = patience, 0, outcomeAbandoned, ""
	}

	number, phone := p.number, p.phone
	switch x := r.Float64(); {
	case x < .1: // nobody knows who it was
		number, phone = "", ""
	case x < .45: // did not give the number
		number = ""
	case x < .53: // withheld the phone
		phone = ""
	}
	said := why.name
	if chance(r, .03) {
		said = "" // not noted
	}
	line := "standard"
	if p.plan == planUnlimited {
		line = "priority"
	}
	g.calls++
	c := g.out.open(calls)
	c.text(fmt.Sprintf("C%x-%d", 0x10000+scatter(uint64(p.index), uint64(g.customers)), g.calls))
	c.texts(number, phone)
	c.time(t, g.cal.zone, callsLayout)
	c.int(int64(menu))
	c.int(int64(queue))
	c.int(int64(talk))
	c.texts(outcome, said, agent, line, p.region, p.age)
	g.out.close(calls, c)
	return menu + queue, talk > 0
}
