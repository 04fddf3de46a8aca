package simulate

// fate is what a fault or a decoy has in store for a person, before their year begins.
type fate struct {
	deadSpot    int // the day on which they complain about the network before they leave; -1 = never
	oldContract int // the day on which their old contract ends; -1 = they have none
	closed      bool
	autopay     bool // their payment fails every month
}

const (
	oldContractsEnd = 330 // the day
)

// fated decides what needs to be known of the whole year.
func (g *generator) fated() {
	p := &g.person
	p.fate = fate{deadSpot: -1, oldContract: -1}
	if p.silent || p.busy || p.leaves < days {
		return
	}
	if r := g.streams.of(forOldContracts, 0); p.joined < 0 && p.plan == planEssential && chance(r, .03) {
		p.fate.oldContract = oldContractsEnd + r.IntN(3)
		if p.fate.closed = chance(r, .7); p.fate.closed {
			p.leaves = p.fate.oldContract
		}
		return
	}
	if r := g.streams.of(forDeadSpots, 0); chance(r, deadSpotFault) {
		from := max(p.from()+14, faults[deadSpotFaultID].week*7)
		if left := days - 30 - from; left > 0 && g.active(deadSpotFaultID, g.cal.at(from, 12*hour)) {
			p.fate.deadSpot = from + r.IntN(left)
			p.leaves = p.fate.deadSpot + 6 + r.IntN(20)
		}
	}
	p.fate.autopay = p.plan != planPrepaid && chance(g.streams.of(forAutopay, 0), autopayFault)
}

// autopay is a payment that fails every month, a few days after the invoice.
func (g *generator) autopay() {
	p := &g.person
	if !p.fate.autopay {
		return
	}
	for m := 0; m <= g.cal.month(days-1); m++ {
		r := g.streams.of(forAutopay, 1+m)
		d := g.cal.dayOf(g.cal.monthStart(m).Unix()) + 5 + r.IntN(4)
		if d < p.from() || d >= p.to() || !g.active(autopayFaultID, g.cal.at(d, 12*hour)) || !chance(r, .9) {
			continue
		}
		g.struck(autopayFaultID)
		g.contact(r, g.cal.at(d, 8*hour+r.IntN(12*hour)), reasonByName(ReasonPayment), false, topic{person: p, variant: variantAutopay})
	}
}

// dataQuestions are those of a few who ask about their data again and again, whenever
// it occurs to them: often enough to ask in most months, and by chance only.
func (g *generator) dataQuestions() {
	p := &g.person
	r := g.streams.of(forDataAskers, 0)
	if p.busy || !chance(r, .025) {
		return
	}
	for i := range poisson(r, 6*p.years()) {
		r := g.streams.of(forDataAskers, 1+i)
		d := p.from() + r.IntN(p.to()-p.from())
		g.contact(r, g.cal.at(d, 7*hour+r.IntN(15*hour)), reasonByName(ReasonUsage), false, topic{person: p})
	}
}

// reopened reports whether a ticket was closed before it was done.
func (g *generator) reopened(why reason, t int64) bool {
	share := reopenedBase
	if why.name == ReasonPlan && g.active(reopenedFaultID, t) {
		share = reopenedFault
	}
	if !chance(g.streams.of(forReopening, g.tickets), share) {
		return false
	}
	if share == reopenedFault {
		g.struck(reopenedFaultID)
	}
	return true
}

// sentAway is a chat that ends with the advice to call.
func (g *generator) sentAway(via string, t int64, why reason) {
	if via != viaChat {
		return
	}
	share := sentAwayBase
	if g.active(chatFaultID, t) {
		share = sentAwayFault
	}
	r := g.streams.of(forChats, g.tickets)
	if !chance(r, share) {
		return
	}
	if share == sentAwayFault {
		g.struck(chatFaultID)
	}
	if t = g.whenOpen(r, t+hour+int64(r.IntN(day))); g.cal.within(t) && g.cal.dayOf(t) < g.person.to() {
		g.call(r, t, why)
	}
}

// lookAgain is going back from the cart to the shelves, as people do.
func (g *generator) lookAgain(s *session, v int, item product) {
	r := g.streams.of(forLookingAgain, v)
	if !chance(r, .2) {
		return
	}
	back := *s
	back.rand = r
	back.wait(30)
	g.track(&back, eventViewed, "/shop/"+item.sku, item.properties)
	back.wait(30)
	g.track(&back, eventAdded, "/shop/"+item.sku, item.properties)
	s.now = back.now
}

// thrownBack is a payment that ends at the beginning of the checkout.
func (g *generator) thrownBack(s *session, v int, item product) {
	share := thrownBackBase
	if g.active(loopFaultID, s.now) {
		share = thrownBackFault
	}
	r := g.streams.of(forThrownBack, v)
	if !chance(r, share) {
		return
	}
	if share == thrownBackFault {
		g.struck(loopFaultID)
	}
	back := *s
	back.rand = r
	back.wait(20)
	g.track(&back, eventCheckout, "/checkout", item.properties)
	back.wait(60)
	g.track(&back, eventPayment, "/checkout/payment", nil)
	s.now = back.now
}
