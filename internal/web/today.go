package web

import "html/template"

// todayPage is the home page. An executive needs no other: what hurts most, which
// promises are broken, and whether the sources are fresh.
type todayPage struct {
	Frame
	Period   string
	Headline string
	Empty    *Empty
	Findings []findingRow // worst first
	Open     int
	More     bool // there are open findings beyond these
	Unpriced bool // ranked without a declared cost
	Broken   []promiseRow
	Kept     int
	Unclear  int
	Sources  []freshRow
}

func (*todayPage) view() string { return "today" }

// findingRow is a finding in a ranked list.
type findingRow struct {
	Rank      int
	Title     string
	Why       string
	Where     string // "Order › Pay"
	Owner     string
	Chip      *Chip
	Customers string // a month
	Cost      string // a month at least; "" = no declared cost
	Effort    string
	Quote     *Quote
	Href      string
	Evidence  string
	Map       string
}

// Chip is a word with a colour that repeats it.
type Chip struct{ Kind, Text string }

// Quote is a customer's own words.
type Quote struct {
	Text string
	Who  string // channel and day
	Href string // the customer's timeline
}

// promiseRow is a declared promise with how it is kept.
type promiseRow struct {
	Title, Where, Owner string
	Target              string // the promised share
	Met                 Figure
	Dot                 template.HTML
	Kept, Broken        bool
	Href                string
}

// freshRow says when a source last brought something.
type freshRow struct {
	Name, Freshness string
	Stale           bool
}
