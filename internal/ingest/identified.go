package ingest

import (
	"fmt"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// identified counts interactions that people have, and those whose customer is known.
type identified struct{ known, all int64 }

// add counts an interaction. Events of a website or an app often have nobody, and what is
// no customer's needs none.
func (c *identified) add(x *cx.Interaction) {
	if x.Kind == cx.Event || x.Voice != cx.VoiceCustomer {
		return
	}
	c.all++
	if len(x.Keys) > 0 {
		c.known++
	}
}

// leastToJudge is how many there must be before few known ones are called few.
const leastToJudge = 20

// warning says that nobody, or hardly anybody, would be known; "" where one in ten is.
func (c *identified) warning(what string) string {
	who := "no customer"
	switch {
	case c.all == 0, c.known > 0 && (c.all < leastToJudge || c.known*10 >= c.all):
		return ""
	case c.known > 0:
		who = fmt.Sprintf("the customer of only %d", c.known)
	}
	return fmt.Sprintf("of the %d interactions %s the mapping names %s: they can't be followed to what else a customer did. If a column says who it was, name it: customer: [{email: COLUMN}] or [{source_id: COLUMN}]", c.all, what, who)
}
