package simulate

import "fmt"

// messagesHeader is the header of the mail tool's log: what it sent, and who wants no more.
const (
	messagesHeader = "message_id,at,type,purpose,email,region,plan,age_group"
	messagesLayout = "2006-01-02 15:04:05"

	purposeNewsletter = "newsletter"
	purposeOffer      = "offer"
	purposeOrder      = "order-update"
)

// subscribes reports whether somebody gets advertising by mail, and updates on orders.
func (g *generator) subscribes() bool { return chance(g.streams.of(forMessages, 0), .14) }

// news is the advertising that a subscriber gets: a newsletter every four weeks and now
// and then an offer, until they unsubscribe.
func (g *generator) news() {
	p := &g.person
	if !g.subscribes() {
		return
	}
	r := g.streams.of(forNews, 0)
	stops := days
	if chance(r, .25) {
		stops = p.from() + 20 + r.IntN(days)
	}
	if stops < p.to() {
		g.message(g.cal.at(stops, 8*hour+r.IntN(12*hour)), "unsubscribed", "")
	}
	for d := p.from(); d < p.to(); d++ {
		r := g.streams.of(forNews, 1+d)
		t := g.cal.at(d, 9*hour+r.IntN(2*hour))
		if d >= stops {
			if !g.active(unsubscribedFaultID, t) {
				continue
			}
			if d%28 == 3 {
				g.struck(unsubscribedFaultID)
			}
		}
		flooded := p.age == ageYoung && d < stops && g.active(floodFaultID, t)
		switch {
		case d%28 == 3:
			g.message(t, "sent", purposeNewsletter)
		case flooded && chance(r, .95):
			g.struck(floodFaultID)
			g.message(t, "sent", purposeOffer)
		case !flooded && chance(r, .02):
			g.message(t, "sent", purposeOffer)
		}
	}
}

// orderMails tell a subscriber what becomes of an order: six in the days that it takes.
func (g *generator) orderMails(v int, ordered, handed int64) {
	if !g.subscribes() {
		return
	}
	r := g.streams.of(forOrderMails, v)
	for _, t := range []int64{ordered + 60, ordered + 2*hour, (ordered + handed) / 2, handed, handed + 14*hour, handed + 30*hour} {
		g.message(t+int64(r.IntN(hour)), "sent", purposeOrder)
	}
}

// message writes a line of the mail tool's log.
func (g *generator) message(t int64, what, purpose string) {
	if !g.cal.within(t) {
		return
	}
	p := &g.person
	g.messages++
	c := g.out.open(messages)
	c.text(fmt.Sprintf("m%x-%d", 0x10000+scatter(uint64(p.index), uint64(g.customers)), g.messages))
	c.time(t, g.cal.zone, messagesLayout)
	c.texts(what, purpose, p.email, p.region, p.plan, p.age)
	g.out.close(messages, c)
}
