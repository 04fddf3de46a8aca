package simulate

const cancellationsHeader = "customer_number,email,cancelled_on,plan,region,age_group,stated_reason,monthly_value,closed_by"

// leave writes the cancellation of somebody who leaves. The form has a date without a
// time; what the company ended by itself says so.
func (g *generator) leave() {
	p := &g.person
	r := g.streams.of(forLeaving, 0)
	why := []string{"better offer", "price", "moved", "no longer needed", "fed up with service", ""}[pickWeighted(r, .24, .2, .13, .1, .17, .16)]
	email := p.email
	if chance(r, .3) {
		email = ""
	}
	by := "customer"
	switch {
	case p.fate.closed:
		why, by = "contract ended", "company"
	case p.fate.deadSpot >= 0 && chance(r, .6):
		why = "fed up with service"
	}
	value := map[string]int{planPrepaid: 1500, planEssential: 2900, planUnlimited: 5500}[p.plan]
	c := g.out.open(cancellations)
	c.texts(p.number, email, g.cal.date[p.leaves].Format("2006-01-02"), p.plan, p.region, p.age, why)
	c.money(value)
	c.text(by)
	g.out.close(cancellations, c)
}

// beforeLeaving is what those who are about to leave contact the company about. Nearly
// half ask how to cancel, which is leaving and not why; those whose old contract ends
// ask what comes after it.
func (g *generator) beforeLeaving() {
	p := &g.person
	ask := func(r purpose, d int, why, variant string) {
		if d >= p.from() {
			rand := g.streams.of(r, 1)
			g.contact(rand, g.cal.at(d, 8*hour+rand.IntN(12*hour)), reasonByName(why), false, topic{person: p, variant: variant})
		}
	}
	switch {
	case p.fate.deadSpot >= 0:
		g.struck(deadSpotFaultID)
		ask(forDeadSpots, p.fate.deadSpot, ReasonNetwork, variantDeadSpot)
	case p.fate.oldContract >= 0:
		if r := g.streams.of(forFate, 0); chance(r, .6) {
			ask(forOldContracts, p.fate.oldContract-2-r.IntN(26), ReasonPlan, "")
		}
	case p.leaves < days:
		if r := g.streams.of(forAskingToLeave, 0); chance(r, .45) {
			ask(forAskingToLeave, p.leaves-2-r.IntN(10), ReasonCancel, "")
		}
	}
}
