package simulate

import (
	"math/rand/v2"
	"strconv"
)

const shopifyLayout = "2006-01-02 15:04:05 -0700"

// shopifyHeader is the header of Shopify's order export.
const shopifyHeader = "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total," +
	"Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem compare at price," +
	"Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,Billing Street,Billing Address1," +
	"Billing Address2,Billing Company,Billing City,Billing Zip,Billing Province,Billing Country,Billing Phone,Shipping Name,Shipping Street," +
	"Shipping Address1,Shipping Address2,Shipping Company,Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,Notes," +
	"Note Attributes,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,Outstanding Balance,Employee,Location,Device ID,Id," +
	"Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,Tax 2 Name,Tax 2 Value,Tax 3 Name,Tax 3 Value,Tax 4 Name,Tax 4 Value," +
	"Tax 5 Name,Tax 5 Value"

// line is one line item of an order.
type line struct {
	product
	quantity int
}

// order is a completed purchase: the shop's event, the order with its lines, the
// parcel, and what follows from how that went.
func (g *generator) order(s *session, v int, item product, code string) {
	p := &g.person
	r := g.streams.of(forDelivery, v)
	lines := []line{{item, 1}}
	for len(lines) < 3 && chance(r, .35) {
		lines = append(lines, line{catalogue[5+r.IntN(len(catalogue)-5)], 1 + r.IntN(2)})
	}
	number := 10_000 + scatter(uint64(p.index)*mostVisits+uint64(v), uint64(g.customers)*mostVisits)
	name := "#" + strconv.FormatUint(number, 10)
	g.track(s, eventOrder, "/checkout/thanks", func(b []byte) []byte {
		b = append(b, `"order_id":"`...)
		b = append(b, name...)
		b = append(b, `",`...)
		return item.properties(b)
	})
	if !g.cal.within(s.now) {
		return
	}

	carrier := otherCarrier
	share := .3
	if p.region == regionWest {
		share = .8
	}
	if chance(r, share) {
		carrier = lateCarrier
	}
	struck := carrier == lateCarrier && p.region == regionWest && g.active(westFault, s.now)
	lateShare := lateShareBase
	if struck {
		lateShare = lateShareFault
	}
	handed := s.now + int64(lognormal(r, 22, .35)*hour)
	late := chance(r, lateShare)
	if late {
		handed += int64((3 + 4.5*r.Float64()) * day)
	}
	g.shopifyOrder(r, s.now, handed, number, carrier, code, lines)
	g.orderMails(v, s.now, handed)

	score, effort, asks := 0.0, 0.0, 0.0
	if late {
		score, effort, asks = -4.2, -2, lateContactBase
		if struck {
			g.struck(westFault)
			asks = lateContactFault
		}
	}
	about := topic{person: p, product: item.name, order: name, days: int((handed - s.now) / day)}
	if late {
		about.variant = variantLate
	}
	if chance(r, asks) {
		g.contact(r, s.now+int64((3.2+1.5*r.Float64())*day), reasonByName(ReasonOrder), false, about)
	}
	if chance(r, .8) {
		g.invite(r, StepDelivery, handed+2*day, score, effort, about)
	}
	if item.activates {
		g.activate(g.streams.of(forActivation, v), handed+int64(r.IntN(2*day))+12*hour, topic{person: p, product: item.name, order: name})
	}
}

// activate is the first use of a new SIM.
func (g *generator) activate(r *rand.Rand, t int64, about topic) {
	s := g.signedIn(r, t)
	s.device = devicePhone
	g.track(&s, eventActivationStarted, "/activate", nil)
	s.wait(150)
	hangs := g.active(activationFault, t)
	fails, asks := activationFailBase, activationCallBase
	if hangs {
		fails, asks = activationFailFlt, activationCallFlt
	}
	score, effort := 0.0, 0.0
	if chance(r, fails) {
		score, effort = -.5, -.5 // a hiccup, over with the next try
		if hangs {
			g.struck(activationFault)
			score, effort = -2.8, -2.8
			about.variant = variantHangs
		}
		g.track(&s, eventActivationFailed, "/activate", nil)
		if chance(r, asks) {
			g.contact(r, s.now+2400+int64(r.IntN(10*hour)), reasonByName(ReasonActivation), false, about)
		}
		s.now += day + int64(r.IntN(day))
	}
	g.track(&s, eventActivationFinished, "/activate/done", nil)
	if chance(r, .95) {
		g.invite(r, StepActivation, s.now+day, score, effort, about)
	}
}

// shopifyOrder writes one row per line; rows after the first leave the order's own columns empty.
func (g *generator) shopifyOrder(r *rand.Rand, created, handed int64, number uint64, carrier, code string, lines []line) {
	p := &g.person
	subtotal := 0
	for _, l := range lines {
		subtotal += l.cents * l.quantity
	}
	discount := 0
	if code != "" {
		discount = subtotal / 10
	}
	shipping := 0
	if subtotal < 5000 {
		shipping = 499
	}
	taxes := (subtotal - discount) * 8 / 100
	total := subtotal - discount + taxes + shipping
	refunded := 0
	if chance(r, .02) {
		refunded = total
	}
	sent := g.cal.within(handed)
	name, phone := "#"+strconv.FormatUint(number, 10), p.shopPhone(r)
	for i, l := range lines {
		c := g.out.open(orders)
		if i == 0 {
			c.texts(name, p.email, pay(refunded))
			c.time(created+45, g.cal.zone, shopifyLayout)
			if sent {
				c.text("fulfilled")
				c.time(handed, g.cal.zone, shopifyLayout)
			} else {
				c.texts("unfulfilled", "")
			}
			c.texts(yes(chance(r, .4)), Currency)
			c.money(subtotal - discount)
			c.money(shipping)
			c.money(taxes)
			c.money(total)
			c.text(code)
			c.money(discount)
			c.text(carrier + " Standard")
			c.time(created, g.cal.zone, shopifyLayout)
		} else {
			c.texts(name, p.email)
			c.blanks(14)
		}
		c.int(int64(l.quantity))
		c.text(l.name)
		c.money(l.cents)
		c.texts("", l.sku, "true", "true")
		if sent {
			c.text("fulfilled")
		} else {
			c.text("pending")
		}
		if i > 0 {
			c.blanks(46)
			g.out.close(orders, c)
			continue
		}
		for range 2 { // billing and shipping
			c.texts(p.first+" "+p.last, p.street, p.street, "", "", p.city, "'"+p.zip, p.state, "US", phone)
		}
		c.blanks(3) // notes, note attributes, cancelled at
		c.texts("Larkwell Payments", "c"+strconv.FormatUint(r.Uint64()>>24, 36))
		c.money(refunded)
		c.text(Company)
		c.money(0)
		c.blanks(3) // employee, location, device id
		c.texts(strconv.FormatUint(5_000_000_000_000+number*317, 10), p.region, "Low", "web")
		c.money(0)
		c.text("State tax")
		c.money(taxes)
		c.blanks(8)
		g.out.close(orders, c)
	}
}

func pay(refunded int) string {
	if refunded > 0 {
		return "refunded"
	}
	return "paid"
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// shopPhone is the phone number as somebody types it into a form, or nothing.
func (p *person) shopPhone(r *rand.Rand) string {
	if p.phone == "" || chance(r, .08) {
		return ""
	}
	area, rest := p.phone[:3], p.phone[6:]
	switch r.IntN(4) {
	case 0:
		return "+1" + p.phone
	case 1:
		return "(" + area + ") 555-" + rest
	case 2:
		return area + "-555-" + rest
	}
	return "+1 " + area + " 555 " + rest
}
