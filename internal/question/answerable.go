package question

import "fmt"

// AnswerState says whether a question can be answered with what is there.
type AnswerState string

const (
	AnswerYes    AnswerState = "yes"
	AnswerPartly AnswerState = "partly" // thinly, or without what would make it whole
	AnswerNo     AnswerState = "no"
)

// enough is how many of an ingredient are not called few: the smallest sample of most
// questions.
const enough = 10

// Answerable is a question with what is there and what is missing to answer it.
type Answerable struct {
	Question string      `json:"question"`
	Title    string      `json:"title"`
	State    AnswerState `json:"state"`
	// Bring completes "To answer it, …" where it can't be answered, and "To answer it in
	// full, …" where it partly can.
	Bring string `json:"bring,omitempty"`
	// Why says how much of it is there: "none of the 1,204 contacts", "only 3 so far".
	Why []string `json:"why,omitempty"`
}

// Answerable says which questions can be answered. One that lacks what it takes cannot
// be; one that has little of it (fewer than ten, or less than half of what could carry
// it), or lacks what makes it full, partly.
func (s *Stock) Answerable() []Answerable {
	all := Catalogue()
	out := make([]Answerable, len(all))
	for i, d := range all {
		out[i] = s.canAnswer(d)
	}
	return out
}

func (s *Stock) canAnswer(d Definition) Answerable {
	a := Answerable{Question: d.Name, Title: d.Title, State: AnswerYes}
	var missing, thin []Ingredient
	for _, in := range d.Takes {
		switch amount := in.Amount(s); {
		case amount.N == 0:
			missing = append(missing, in)
			a.Why = append(a.Why, in.none(amount)...)
		case amount.N < enough:
			thin = append(thin, in)
			a.Why = append(a.Why, fmt.Sprintf("only %d so far", amount.N))
		case in.Of != "" && amount.Share() < .5:
			thin = append(thin, in)
			a.Why = append(a.Why, fmt.Sprintf("%s of the %s %s", grouped(amount.N), grouped(amount.Of), in.Of))
		}
	}
	switch {
	case len(missing) > 0:
		a.State, a.Bring = AnswerNo, toDo(missing)
		return a
	case len(thin) > 0:
		a.State, a.Bring = AnswerPartly, toDo(thin)
		return a
	}
	for _, in := range d.Fuller {
		amount := in.Amount(s)
		if amount.N == 0 {
			missing = append(missing, in)
			a.Why = append(a.Why, in.none(amount)...)
		}
	}
	if len(missing) > 0 {
		a.State, a.Bring = AnswerPartly, toDo(missing)
	}
	return a
}

// none says that what is there is not like this.
func (in Ingredient) none(a Amount) []string {
	if a.Of == 0 || in.Of == "" {
		return nil
	}
	return []string{fmt.Sprintf("none of the %s %s", grouped(a.Of), in.Of)}
}
