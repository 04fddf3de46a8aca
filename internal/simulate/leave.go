package simulate

const cancellationsHeader = "customer_number,email,cancelled_on,plan,region,age_group,stated_reason,monthly_value"

// leave writes the cancellation of somebody who leaves. The form has a date without a time.
func (g *generator) leave() {
	p := &g.person
	r := g.streams.of(forLeaving, 0)
	why := []string{"better offer", "price", "moved", "no longer needed", "fed up with service", ""}[pickWeighted(r, .24, .2, .13, .1, .17, .16)]
	email := p.email
	if chance(r, .3) {
		email = ""
	}
	value := map[string]int{planPrepaid: 1500, planEssential: 2900, planUnlimited: 5500}[p.plan]
	c := g.out.open(cancellations)
	c.texts(p.number, email, g.cal.date[p.leaves].Format("2006-01-02"), p.plan, p.region, p.age, why)
	c.money(value)
	g.out.close(cancellations, c)
}
