package simulate

import (
	_ "embed"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

//go:embed texts/contact.txt
var contactTexts string

//go:embed texts/comment.txt
var commentTexts string

// phrasebook holds the lines of the text files by section.
var phrasebook = sync.OnceValue(func() map[string][]string {
	book := map[string][]string{}
	section := ""
	for line := range strings.Lines(contactTexts + "\n" + commentTexts) {
		line = strings.TrimRight(line, "\n")
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "[") && strings.HasSuffix(line, "]"):
			section = line[1 : len(line)-1]
		default:
			book[section] = append(book[section], line)
		}
	}
	return book
})

// tone is how a comment sounds; it follows the score that it stands beside.
type tone string

const (
	bad  tone = "bad"
	fair tone = "fair"
	good tone = "good"
)

func toneOf(nps int) tone {
	switch {
	case nps <= 6:
		return bad
	case nps <= 8:
		return fair
	}
	return good
}

// topic is what the slots of a text are filled from.
type topic struct {
	person  *person
	product string
	order   string
	days    int
	variant string // the situation that a planted fault made; "" = none
}

// Situations, as the sections of the text files are called.
const (
	variantPhones   = "phones"
	variantLate     = "late"
	variantRedesign = "redesign"
	variantUnsolved = "unsolved"
	variantHangs    = "hangs"
	variantQueue    = "queue"
	variantBacklog  = "backlog"
	variantAutopay  = "autopay"
	variantDeadSpot = "deadspot"
)

// variants lists them for the tests.
var variants = []string{variantPhones, variantLate, variantRedesign, variantUnsolved, variantHangs, variantQueue, variantBacklog, variantAutopay, variantDeadSpot}

// thought draws a line of a section, mostly of its variant where it has one.
func thought(r *rand.Rand, section, variant string) string {
	book := phrasebook()
	if lines := book[section+"/"+variant]; variant != "" && len(lines) > 0 && chance(r, .85) {
		return pick(r, lines)
	}
	return pick(r, book[section])
}

var (
	agentNames = strings.Fields(`Alex Bea Carla Dean Dora Emre Farah Gus Hilde Ines Jon Kaya Lars Mina Nils Oona Pete Quinn Rosa Sven
		Tess Ugo Vic Wren Yan Zora Abel Britt Cleo Dirk Elsa Finn Gita Hugo Iris Jude Kit Lena Milo Nell`)
	promoCodes = []string{"SPRING10", "HELLO10", "FAMILY15", "WEEKEND10", "THANKYOU"}
	months     = strings.Fields("January February March April May June July August September October November December")
	emoji      = map[tone][]string{bad: {"😡", "😤", "🙄", "👎", "😞"}, fair: {"🤷", "🙂", "😐"}, good: {"👍", "😊", "❤️", "🎉", "🙏"}}
)

// contactText is what somebody writes who asks for help.
func contactText(r *rand.Rand, reason string, again bool, t topic) string {
	book := phrasebook()
	var b strings.Builder
	if chance(r, .4) {
		b.WriteString(pick(r, book["opener"]) + " ")
	}
	body := thought(r, "contact/"+reason, t.variant)
	switch {
	case again && chance(r, .5):
		b.WriteString(pick(r, book["again"]) + " " + body)
	case again:
		b.WriteString(sentence(body) + " " + pick(r, book["again"]))
	default:
		b.WriteString(body)
	}
	if chance(r, .22) {
		text := sentence(b.String())
		b.Reset()
		b.WriteString(text + " " + pick(r, book["detail"]))
	}
	if chance(r, .35) {
		text := sentence(b.String())
		b.Reset()
		b.WriteString(text + " " + pick(r, book["closer"]))
	}
	mood := fair
	if again {
		mood = bad
	}
	return asTyped(r, fill(r, b.String(), t), mood)
}

// commentText is what somebody answers beside a score about a step.
func commentText(r *rand.Rand, step string, mood tone, t topic) string {
	book := phrasebook()
	section := "comment/" + step + "/" + string(mood)
	if chance(r, .2) {
		section = "comment/" + string(mood)
	}
	text := thought(r, section, t.variant)
	if tails := book["comment-tail/"+string(mood)]; len(tails) > 0 && chance(r, .3) {
		if tail := pick(r, tails); !strings.HasSuffix(text, "?") {
			text = strings.TrimRight(text, ".!") + tail
		}
	} else if more := pick(r, book["comment/"+string(mood)]); more != text && chance(r, .2) {
		text = sentence(text) + " " + more
	}
	return asTyped(r, fill(r, text, t), mood)
}

// sentence ends a text with a full stop if nothing ends it.
func sentence(s string) string {
	if strings.ContainsAny(s[len(s)-1:], ".!?,") {
		return s
	}
	return s + "."
}

// fill replaces {slot} by its value and {a|b|…} by one of the alternatives, which
// may hold slots themselves.
func fill(r *rand.Rand, s string, t topic) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		inside, after := closing(rest)
		if choices := alternatives(inside); len(choices) > 1 {
			b.WriteString(fill(r, pick(r, choices), t))
		} else {
			b.WriteString(slotValue(r, inside, t))
		}
		s = after
	}
}

// closing splits s, which begins inside a brace, at the brace that ends it.
func closing(s string) (inside, after string) {
	depth := 1
	for i, c := range s {
		switch c {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return s[:i], s[i+1:]
			}
		}
	}
	return s, ""
}

// alternatives splits s at the bars that stand in no inner brace.
func alternatives(s string) []string {
	var out []string
	depth, from := 0, 0
	for i, c := range s {
		switch {
		case c == '{':
			depth++
		case c == '}':
			depth--
		case c == '|' && depth == 0:
			out = append(out, s[from:i])
			from = i + 1
		}
	}
	return append(out, s[from:])
}

// slots are the names that a text may have in braces.
var slots = []string{"name", "city", "plan", "product", "phone", "order", "days", "agent", "code", "month", "minutes", "years", "amount"}

func slotValue(r *rand.Rand, slot string, t topic) string {
	switch slot {
	case "name":
		return t.person.first
	case "city":
		return t.person.city
	case "plan":
		return t.person.plan
	case "product":
		if t.product == "" {
			return pick(r, catalogue).name
		}
		return t.product
	case "phone":
		return strings.TrimSuffix(catalogue[r.IntN(3)].name, " phone")
	case "order":
		if t.order == "" {
			return "#" + strconv.Itoa(10_000+r.IntN(80_000))
		}
		return t.order
	case "days":
		if t.days == 0 {
			return strconv.Itoa(3 + r.IntN(9))
		}
		return strconv.Itoa(t.days)
	case "agent":
		return pick(r, agentNames)
	case "code":
		return pick(r, promoCodes)
	case "month":
		return pick(r, months)
	case "minutes":
		return strconv.Itoa(10 + r.IntN(50))
	case "years":
		return strconv.Itoa(2 + r.IntN(18))
	}
	return strconv.Itoa(4+r.IntN(160)) + "." + pick(r, []string{"00", "50", "99", "20", "37"}) // amount
}

// asTyped makes a text look typed by a person in a hurry, sometimes.
func asTyped(r *rand.Rand, s string, mood tone) string {
	switch x := r.Float64(); {
	case x < .1:
		s = strings.ToLower(s)
	case x < .12 && mood == bad:
		s = strings.ToUpper(s)
	}
	if chance(r, .12) {
		s = misspell(r, s)
	}
	if chance(r, .2) {
		s = strings.TrimRight(s, ".")
	}
	if chance(r, .06) {
		s += " " + pick(r, emoji[mood])
	}
	return s
}

// misspell swaps, drops or doubles a letter inside a word.
func misspell(r *rand.Rand, s string) string {
	letters := []rune(s)
	if len(letters) < 6 {
		return s
	}
	i := 1 + r.IntN(len(letters)-3)
	if !unicode.IsLower(letters[i]) || !unicode.IsLower(letters[i+1]) {
		return s
	}
	switch r.IntN(3) {
	case 0:
		letters[i], letters[i+1] = letters[i+1], letters[i]
	case 1:
		letters = append(letters[:i], letters[i+1:]...)
	default:
		letters = append(letters[:i+1], letters[i:]...)
	}
	return string(letters)
}
