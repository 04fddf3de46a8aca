package simulate

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// zendeskHeader is the header of Zendesk's ticket export with this company's custom fields.
const zendeskHeader = "Summation column,Id,Requester,Requester id,Requester external id,Requester email,Requester domain,Submitter,Assignee,Group," +
	"Subject,Tags,Status,Priority,Via,Ticket type,Created at,Updated at,Assigned at,Organization,Due date,Initially assigned at,Solved at," +
	"Resolution time,Satisfaction Score,Group stations,Assignee stations,Reopens,Replies,First reply time in minutes," +
	"First reply time in minutes within business hours,First resolution time in minutes,First resolution time in minutes within business hours," +
	"Full resolution time in minutes,Full resolution time in minutes within business hours,Agent wait time in minutes," +
	"Agent wait time in minutes within business hours,Requester wait time in minutes,Requester wait time in minutes within business hours," +
	"On hold time in minutes,On hold time in minutes within business hours," +
	"Contact reason [list],Region [list],Plan [list],Age group [list]"

const zendeskLayout = "2006-01-02 15:04:05 -0700"

// promisedReply is the promise for writing, in business minutes.
const promisedReply = 240

// mostTickets bounds a person's tickets, and with them the ticket numbers.
const mostTickets = 512

// viaShares are the shares of mail, form and chat. Who asks about roaming is led to
// the form, which so gets what takes many contacts.
func viaShares(why reason) (mail, form, chat float64) {
	if why.name == ReasonRoaming {
		return .2, .7, .1
	}
	return .48, .26, .26
}

// ticket writes one help desk ticket and says whether its first reply broke the promise.
func (g *generator) ticket(r *rand.Rand, t int64, why reason, again, unsolved bool, about topic) (late bool, via string) {
	p := &g.person
	mail, form, chat := viaShares(why)
	via = []string{viaMail, viaForm, viaChat}[pickWeighted(r, mail, form, chat)]
	median := 75.0
	if via == viaChat {
		median = 12
	}
	backlog := via == viaMail && g.active(mailFault, t)
	if backlog {
		g.struck(mailFault)
		median = 950
	}
	reply := lognormal(r, median, .65)
	more := lognormal(r, 160, .8)
	replied := g.cal.afterBusiness(t, reply)
	solved := g.cal.afterBusiness(replied, more)

	goodShare := .86
	if unsolved {
		goodShare = .35
	}
	if backlog {
		goodShare = .4
	}
	satisfaction := []string{"Not Offered", "Offered", "Rated"}[pickWeighted(r, .35, .4, .25)]
	rating := "Bad"
	if chance(r, goodShare) {
		rating = "Good"
	}
	if satisfaction == "Rated" {
		satisfaction = rating
	}
	subject := contactText(g.streams.branch(forTexts, r), why.name, again, about)
	assignee := pick(r, agentNames)
	priority := []string{"Low", "Normal", "High", "Urgent"}[pickWeighted(r, .2, .6, .17, .03)]
	external, email, noted := p.number, p.email, why.name
	if chance(r, .4) {
		external = ""
	}
	switch x := r.Float64(); {
	case x < .1:
		email = strings.ToUpper(email[:1]) + email[1:]
	case x < .12:
		email = "" // a chat without signing in
	}
	if chance(r, .03) {
		noted = ""
	}
	reopens, replies := 0, 1+r.IntN(4)
	if again && chance(r, .3) {
		reopens = 1
	}
	if g.reopened(why, t) {
		reopens = 1
	}
	if g.tickets++; g.tickets >= mostTickets {
		return false, via
	}

	open, unanswered := !g.cal.within(solved), !g.cal.within(replied)
	updated := solved
	status := "Closed"
	switch {
	case unanswered:
		status, updated = "New", t
	case open:
		status, updated = "Open", replied
	case solved > g.cal.to.Unix()-4*day:
		status = "Solved"
	}
	c := g.out.open(tickets)
	c.int(1)
	c.text(fmt.Sprint(100_000 + scatter(uint64(p.index)*mostTickets+uint64(g.tickets), uint64(g.customers)*mostTickets)))
	c.text(p.first + " " + p.last)
	c.text(fmt.Sprint(360_000_000_000 + scatter(uint64(p.index), uint64(g.customers))*41))
	_, domain, _ := strings.Cut(email, "@")
	c.texts(external, email, domain, p.first+" "+p.last)
	if unanswered {
		c.text("")
	} else {
		c.text(assignee)
	}
	c.texts(why.group, subject, strings.TrimSpace(noted+" "+strings.ToLower(why.group)), status, priority, via)
	c.text([]string{"Question", "Problem", "Incident"}[pickWeighted(r, .5, .4, .1)])
	c.time(t, g.cal.zone, zendeskLayout)
	c.time(updated, g.cal.zone, zendeskLayout)
	if unanswered {
		c.blanks(4) // assigned at, organization, due date, initially assigned at
	} else {
		c.time(replied, g.cal.zone, zendeskLayout)
		c.blanks(2)
		c.time(replied, g.cal.zone, zendeskLayout)
	}
	if open {
		c.blanks(2) // solved at, resolution time
		satisfaction = "Not Offered"
	} else {
		c.time(solved, g.cal.zone, zendeskLayout)
		c.int((solved - t) / hour)
	}
	c.text(satisfaction)
	c.int(1)
	c.int(1)
	c.int(int64(reopens))
	if unanswered {
		c.int(0)
	} else {
		c.int(int64(replies))
	}
	minutes := func(known bool, calendar int64, business float64) {
		if !known {
			c.blanks(2)
			return
		}
		c.int(calendar / 60)
		c.int(int64(business))
	}
	minutes(!unanswered, replied-t, reply)
	minutes(!open, solved-t, reply+more) // first resolution
	minutes(!open, solved-t, reply+more) // full resolution
	minutes(!open, (solved-replied)/2, more/2)
	minutes(!open, replied-t+(solved-replied)/2, reply+more/2)
	minutes(!open, 0, 0)
	c.texts(noted, p.region, p.plan, p.age)
	g.out.close(tickets, c)
	return reply > promisedReply, via
}
