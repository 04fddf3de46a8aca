package simulate

import (
	"fmt"
	"strconv"
	"time"
)

const (
	invoicesHeader = "invoice_id,customer_id,issued_at,due_at,paid_at,amount,currency"

	// paymentsHeader is the header of Stripe's payment export, with one field of this
	// company's own.
	paymentsHeader = "id,Description,Seller Message,Created (UTC),Amount,Amount Refunded,Currency,Converted Amount,Converted Amount Refunded,Fee,Tax," +
		"Converted Currency,Mode,Status,Statement Descriptor,Customer ID,Customer Description,Customer Email,Captured,Card ID,Card Last4,Card Brand," +
		"Invoice ID,Payment Source Type,Disputed Amount,Dispute Status,Dispute Reason,Dispute Date (UTC),customer_id (metadata)"
	stripeLayout = "2006-01-02 15:04:05"

	methodCard, methodWallet, methodDebit = "card", "paypal", "ach_debit"
)

// invoice writes the invoice of month m, issued on day d, into the billing system's table.
func (g *generator) invoice(m, d int) {
	p := &g.person
	r := g.streams.of(forBilling, m)
	amount := map[string]int{planEssential: 2900, planUnlimited: 5500}[p.plan] + 100*r.IntN(9)
	paid := d + 3 + r.IntN(13)
	if p.fate.autopay {
		paid += 9
	}
	c := g.out.open(invoices)
	number := scatter(uint64(p.index), uint64(g.customers))*uint64(len(g.out.expo.invoices)) + uint64(m)
	c.texts("IN"+strconv.FormatUint(1_000_000+number, 10), p.number, g.cal.date[d].Format(time.DateOnly), g.cal.date[d].AddDate(0, 0, 14).Format(time.DateOnly))
	if paid < days {
		c.text(g.cal.date[paid].Format(time.DateOnly))
	} else {
		c.text("")
	}
	c.money(amount)
	c.text(Currency)
	g.out.close(invoices, c)
}

// topUps are what those who pay in advance buy on the site, each in their own rhythm.
// Those who pay by bank debit do so seldom and steadily; a few come for the summer only.
func (g *generator) topUps() {
	p := &g.person
	r := g.streams.of(forTopUps, 0)
	if p.plan != planPrepaid || !chance(r, .5) {
		return
	}
	method := []string{methodCard, methodWallet, methodDebit}[pickWeighted(r, .5, .3, .2)]
	gap, spread := 18+22*r.Float64(), .25
	summer := chance(r, .06)
	switch {
	case method == methodDebit:
		gap, spread, summer = 52+16*r.Float64(), .12, false
	case summer:
		gap = 9
	}
	for d, n := p.from()+int(gap*r.Float64()), 0; d < p.to(); n++ {
		if month := g.cal.date[d].Month(); summer && (month < time.June || month > time.August) {
			d++
			continue
		}
		t := g.cal.at(d, 7*hour+r.IntN(15*hour))
		g.topUp(t, n, method, 1000*(1+r.IntN(3)))
		next := lognormal(r, gap, spread)
		if method == methodWallet && g.active(topUpFaultID, t) {
			g.struck(topUpFaultID)
			next *= topUpFault
		}
		d += max(1, int(next))
	}
}

// topUp writes one payment.
func (g *generator) topUp(t int64, n int, method string, cents int) {
	p := &g.person
	who := scatter(uint64(p.index), uint64(g.customers))
	c := g.out.open(payments)
	c.text(fmt.Sprintf("ch_3L%x%03x", 0x100000+who, n))
	c.texts("Top-up", "Payment complete.")
	c.time(t, time.UTC, stripeLayout)
	c.money(cents)
	c.money(0)
	c.text("usd")
	c.money(cents)
	c.money(0)
	c.money(30 + cents*29/1000)
	c.texts("", "usd", "Live", "Paid", "LARKWELL", fmt.Sprintf("cus_%x", 0x9e3779b1*(who+1)), "", p.email, "true")
	switch method {
	case methodCard:
		c.texts(fmt.Sprintf("card_%x", 0x85ebca6b*(who+1)), fmt.Sprintf("%04d", who*7919%10_000), []string{"Visa", "MasterCard"}[who%2])
	default:
		c.blanks(3)
	}
	c.texts("", method)
	c.money(0)
	c.blanks(3)
	if who%5 < 3 {
		c.text(p.number)
	} else {
		c.text("")
	}
	g.out.close(payments, c)
}
