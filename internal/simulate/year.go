package simulate

import "math"

// generator lives through the year of one customer after the other. Each worker
// has its own.
type generator struct {
	cal       *calendar
	customers int
	since     [faultCount]int64 // when each fault begins; never if it isn't planted
	streams   *streams
	out       *batch

	person   person
	tickets  int // of this person, so far
	calls    int
	answers  int
	messages int
}

func newGenerator(cal *calendar, customers int, seed uint64, planted [faultCount]bool) *generator {
	g := &generator{cal: cal, customers: customers, streams: newStreams(seed)}
	for id, f := range faults {
		g.since[id] = math.MaxInt64
		if planted[id] {
			g.since[id] = cal.from.AddDate(0, 0, 7*f.week).Unix()
		}
	}
	return g
}

// active reports whether a fault is at work at t.
func (g *generator) active(f faultID, t int64) bool { return t >= g.since[f] }

// struck counts that a fault happened to somebody.
func (g *generator) struck(f faultID) { g.out.struck[f]++ }

// customer writes the year of customer i.
func (g *generator) customer(i int) {
	g.streams.customer = uint64(i)
	g.person = makePerson(g.streams.of(forPerson, 0), i, g.customers)
	g.tickets, g.calls, g.answers, g.messages = 0, 0, 0, 0
	g.fated()
	g.exposed()
	if !g.person.silent && g.person.to() > g.person.from() {
		g.visits()
		g.ordinaryContacts()
		g.dataQuestions()
		g.beforeLeaving()
		g.invoices()
		g.autopay()
		g.topUps()
		g.news()
		g.relationship()
	}
	if g.person.leaves < days {
		g.leave()
	}
}

// exposed counts the person in each month in which they are a customer.
func (g *generator) exposed() {
	p := &g.person
	if p.to() <= p.from() {
		return
	}
	for m := g.cal.month(p.from()); m <= g.cal.month(p.to()-1); m++ {
		g.out.expo.customers[m]++
	}
}

// ordinaryContacts are those that no planted fault causes.
func (g *generator) ordinaryContacts() {
	p := &g.person
	r := g.streams.of(forContacts, 0)
	n := poisson(r, .9*p.activity*p.contacts*p.years())
	if p.busy {
		n += 90 + r.IntN(60)
	}
	for i := range n {
		r := g.streams.of(forContacts, 1+i)
		d := g.cal.seasonalDay(r, p.from(), p.to())
		why := pickReason(r.Float64())
		if p.busy {
			why = reasons[r.IntN(len(reasons))]
		}
		g.contact(r, g.cal.at(d, 7*hour+r.IntN(15*hour)), why, false, topic{person: p})
	}
}

func pickReason(x float64) reason {
	for _, why := range reasons {
		if x -= why.weight; x < 0 {
			return why
		}
	}
	return reasons[len(reasons)-1]
}

// invoices come on the third of each month to those who don't prepay. Some look
// at them in the app; some ask about them; a few are surveyed.
func (g *generator) invoices() {
	p := &g.person
	if p.plan == planPrepaid {
		return
	}
	for m := range len(g.out.expo.invoices) {
		d := int(g.cal.monthStart(m).AddDate(0, 0, 2).Sub(g.cal.from).Hours()+2) / 24
		if d < p.from() || d >= p.to() {
			continue
		}
		g.out.expo.invoices[m]++
		g.invoice(m, d)
		r := g.streams.of(forInvoices, m)
		t := g.cal.at(d, 8*hour+r.IntN(14*hour))
		if chance(r, .2) {
			s := g.signedIn(r, t+int64(r.IntN(5*day)))
			g.track(&s, eventInvoice, "/account/invoices", nil)
		}
		redesigned := g.active(invoiceFault, t)
		rate, score, effort, about := invoiceContactBase, 0.0, 0.0, topic{person: p}
		if redesigned {
			about.variant = variantRedesign
			rate, score, effort = invoiceContactFlt, -2.6, -2
		}
		if chance(r, rate) {
			if redesigned {
				g.struck(invoiceFault)
			}
			g.contact(r, t+int64(r.IntN(10*day)), reasonByName(ReasonInvoice), false, about)
		}
		if chance(r, .06) {
			g.invite(r, StepInvoice, t+3*day, score, effort, about)
		}
	}
}

// relationship surveys go out twice a year to a part of the customers.
func (g *generator) relationship() {
	p := &g.person
	for wave, d := range []int{80, 262} {
		r := g.streams.of(forRelationship, wave)
		d += r.IntN(20)
		if d >= p.from() && d < p.to() && chance(r, .4) {
			g.invite(r, StepRelationship, g.cal.at(d, 9*hour+r.IntN(10*hour)), 0, 0, topic{person: p})
		}
	}
}
