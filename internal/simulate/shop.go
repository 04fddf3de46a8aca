package simulate

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// product is one thing that the shop sells.
type product struct {
	name, sku string
	cents     int
	activates bool // comes with a SIM to activate
}

var catalogue = []product{
	{"Birch 5 phone", "PH-BIRCH5", 39900, true},
	{"Birch 5 Max phone", "PH-BIRCH5M", 64900, true},
	{"Kestrel Mini phone", "PH-KESTM", 24900, true},
	{"eSIM starter pack", "SIM-E", 1000, true},
	{"Second line SIM", "SIM-2", 1500, true},
	{"Home router R2", "RT-R2", 8900, false},
	{"Clear case", "AC-CASE", 1990, false},
	{"Fast charger 30 W", "AC-CH30", 2490, false},
	{"USB-C cable", "AC-USBC", 1290, false},
	{"Wireless earbuds", "AU-BUDS", 5900, false},
	{"Travel pass 7 days", "TP-7", 2900, false},
}

// session is one visit to the shop or the app.
type session struct {
	rand   *rand.Rand
	id     string
	device string
	user   bool // signed in: events carry the user's id
	now    int64
}

// wait moves the session's clock by a plausible pause.
func (s *session) wait(median float64) { s.now += 1 + int64(lognormal(s.rand, median, .7)) }

// mostVisits bounds a person's visits, and with them the order numbers.
const mostVisits = 60

// visits are the person's visits to the shop.
func (g *generator) visits() {
	p := &g.person
	r := g.streams.of(forShop, 0)
	n := poisson(r, 2*p.activity*p.years())
	if p.joined >= 0 {
		n++
	}
	if p.busy {
		n += 20
	}
	for v := range min(n, mostVisits) {
		r := g.streams.of(forShop, 1+v)
		d := g.cal.seasonalDay(r, p.from(), p.to())
		t := g.cal.at(d, 8*hour+int(15*hour*max(r.Float64(), r.Float64()))-hour)
		s := session{rand: r, id: fmt.Sprintf("s%010x", r.Uint64()>>24), device: deviceDesktop, now: t}
		if chance(r, p.phoneShare) {
			s.device = devicePhone
		}
		s.user = p.known && chance(r, .6)
		g.visit(&s, v)
	}
}

// visit is one visit: look, put in the cart, check out, maybe with a code, pay.
func (g *generator) visit(s *session, v int) {
	r, p := s.rand, &g.person
	g.page(s, "Home", "/")
	item := pick(r, catalogue)
	for range 1 + r.IntN(3) {
		s.wait(40)
		item = pick(r, catalogue)
		g.track(s, eventViewed, "/shop/"+item.sku, item.properties)
	}
	if !chance(r, .52) {
		return
	}
	s.wait(60)
	g.track(s, eventAdded, "/shop/"+item.sku, item.properties)
	g.lookAgain(s, v, item)
	if !chance(r, .62) {
		return
	}
	s.wait(50)
	if p.known && !s.user {
		s.user = true
		g.identify(s)
	}
	g.track(s, eventCheckout, "/checkout", item.properties)

	leave, code := promoLeaveBase, ""
	if chance(r, .35) {
		code = pick(r, promoCodes)
		s.wait(30)
		g.coupon(s, eventCouponEntered, code)
		s.wait(4)
		broken := s.device == devicePhone && g.active(promoFault, s.now)
		denied := promoDeniedBase
		if broken {
			denied = promoDeniedFault
		}
		if chance(r, denied) {
			g.coupon(s, eventCouponDenied, code)
			code = ""
			if broken {
				g.struck(promoFault)
				leave = promoLeaveFault
			}
		} else {
			g.coupon(s, eventCouponApplied, code)
		}
		if chance(r, leave) {
			if broken && code == "" && chance(r, promoContactFault) {
				g.contact(g.streams.of(forFollowUps, v), s.now+2400+int64(r.IntN(16*hour)),
					reasonByName(ReasonPromoCode), false, topic{person: p, product: item.name, variant: variantPhones})
			}
			return
		}
	} else if chance(r, leave) {
		return
	}
	s.wait(70)
	g.track(s, eventPayment, "/checkout/payment", nil)
	g.thrownBack(s, v, item)
	if !chance(r, .93) {
		return
	}
	s.wait(25)
	g.order(s, v, item, code)
}

func (i product) properties(b []byte) []byte {
	b = append(b, `"product_id":"`...)
	b = append(b, i.sku...)
	b = append(b, `","name":"`...)
	b = append(b, i.name...)
	b = append(b, `","price":`...)
	b = appendMoney(b, i.cents)
	return append(b, `,"currency":"`+Currency+`"`...)
}

func (g *generator) coupon(s *session, event, code string) {
	g.track(s, event, "/checkout", func(b []byte) []byte {
		b = append(b, `"coupon_id":"`...)
		b = append(b, code...)
		b = append(b, '"')
		if event == eventCouponDenied {
			b = append(b, `,"reason":"not valid"`...)
		}
		return b
	})
}

const segmentLayout = "2006-01-02T15:04:05.000Z"

// signedIn is a session in the account app.
func (g *generator) signedIn(r *rand.Rand, t int64) session {
	s := session{rand: r, id: fmt.Sprintf("s%010x", r.Uint64()>>24), device: deviceDesktop, user: true, now: t}
	if chance(r, max(g.person.phoneShare, .5)) {
		s.device = devicePhone
	}
	return s
}

// track, page and identify write one Segment call each; properties appends
// members of the properties object.
func (g *generator) track(s *session, event, path string, properties func([]byte) []byte) {
	g.segment(s, "track", "event", event, path, properties)
}

func (g *generator) page(s *session, name, path string) {
	g.segment(s, "page", "name", name, path, nil)
}

func (g *generator) identify(s *session) { g.segment(s, "identify", "", "", "/login", nil) }

func (g *generator) segment(s *session, call, key, name, path string, properties func([]byte) []byte) {
	if !g.cal.within(s.now) {
		return
	}
	p := &g.person
	b := g.out.bytes[events]
	b = append(b, `{"type":"`...)
	b = append(b, call...)
	b = append(b, `","messageId":"`...)
	b = strconv.AppendUint(b, s.rand.Uint64()|1<<63, 16)
	b = strconv.AppendUint(b, uint64(p.index), 16)
	b = append(b, `","anonymousId":"`...)
	b = append(b, p.browser(s.device)...)
	if s.user {
		b = append(b, `","userId":"`...)
		b = append(b, p.number...)
	}
	if key != "" {
		b = append(b, `","`...)
		b = append(b, key...)
		b = append(b, `":"`...)
		b = append(b, name...)
	}
	at := time.Unix(s.now, int64(s.rand.IntN(1000))*1e6).UTC()
	b = append(b, `","timestamp":"`...)
	b = at.AppendFormat(b, segmentLayout)
	b = append(b, `","receivedAt":"`...)
	b = at.Add(180*time.Millisecond).AppendFormat(b, segmentLayout)
	b = append(b, `","`...)
	if call == "identify" {
		b = append(b, `traits":{`...)
		b = p.traits(b)
	} else {
		b = append(b, `properties":{`...)
		if properties != nil {
			b = properties(b)
		}
	}
	b = append(b, `},"context":{"library":{"name":"analytics.js","version":"1.84.3"},"device":{"type":"`...)
	b = append(b, s.device...)
	b = append(b, `"},"sessionId":"`...)
	b = append(b, s.id...)
	b = append(b, `","locale":"en-US","page":{"path":"`...)
	b = append(b, path...)
	b = append(b, `"}`...)
	if s.user && call != "identify" {
		b = append(b, `,"traits":{`...)
		b = p.traits(b)
		b = append(b, '}')
	}
	b = append(b, "}}\n"...)
	g.out.bytes[events] = b
	g.out.rows[events]++
}

// traits are what the site knows of somebody who signed in.
func (p *person) traits(b []byte) []byte {
	for i, kv := range [...][2]string{{"email", p.email}, {"plan", p.plan}, {"region", p.region}, {"age_group", p.age}} {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(b, kv[0]...)
		b = append(b, `":"`...)
		b = append(b, kv[1]...)
		b = append(b, '"')
	}
	return b
}
