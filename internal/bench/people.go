package bench

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/identity/likeness"
)

// writtenPerson is a profile of the bench: what a source wrote, and who it was.
type writtenPerson struct {
	likeness.Record
	truth int
}

// writePeople makes n profiles of about two thirds as many people, many of whom live
// in households (one surname, address and often phone), as careless sources would
// write them: with slips, gaps, exchanged names, moves and old addresses. The same
// seed makes the same people.
func writePeople(n int, seed uint64, each func(writtenPerson)) {
	p := &peopleWriter{rng: rand.New(rand.NewPCG(seed, 77)), n: n}
	person := 0
	for made := 0; made < n; {
		home := p.household()
		size := 1
		if p.rng.IntN(10) < 4 {
			size = 2 + p.rng.IntN(3)
		}
		first := p.rare(600)
		for i := range size {
			// Hardly two of one home have one first name.
			if i > 0 && p.rng.IntN(50) > 0 {
				first++
			}
			who := p.member(home, word(first))
			copies := 1 + min(4, int(p.rng.ExpFloat64()*.75))
			for c := range copies {
				if made == n {
					return
				}
				r := who
				if c > 0 || p.rng.IntN(4) == 0 {
					r = p.careless(r)
				}
				each(writtenPerson{r, person})
				made++
			}
			person++
		}
	}
}

type peopleWriter struct {
	rng *rand.Rand
	n   int
}

var syllables = strings.Fields("ba be bo da del di do fa fer ga gor ha hel in ja jo ka kel ko la len lo ma mar mi mon na nel no o pa per po ra ri ron sa sel so ta ter ti to va vel vi wa wen za zo")

// word is the name of number i: the same for the same number.
func word(i int) string {
	var b strings.Builder
	for range 2 + i%2 {
		b.WriteString(syllables[i%len(syllables)])
		i = i/len(syllables) + 7*(i%13)
	}
	return b.String()
}

// rare draws from n values of which the first are frequent.
func (p *peopleWriter) rare(n int) int {
	u := p.rng.Float64()
	return int(u * u * float64(n))
}

func (p *peopleWriter) household() likeness.Record {
	city := p.rare(800)
	r := likeness.Record{
		LastName: word(1000 + p.rare(40_000)), City: word(90_000 + city), Postcode: fmt.Sprintf("%05d", 10_000+city*60+p.rng.IntN(60)),
		Street: fmt.Sprintf("%s street %d", word(200_000+p.rng.IntN(20_000)), 1+p.rng.IntN(200)),
	}
	if p.rng.IntN(2) == 0 {
		r.Phone = p.phone()
	}
	return r
}

func (p *peopleWriter) phone() string {
	return fmt.Sprintf("+49%d%09d", 1+p.rng.IntN(9), p.rng.IntN(1_000_000_000))
}

func (p *peopleWriter) member(r likeness.Record, first string) likeness.Record {
	r.FirstName = first
	r.BirthDate = p.birthDate()
	if r.Phone == "" || p.rng.IntN(2) == 0 {
		r.Phone = p.phone()
	}
	r.Email = fmt.Sprintf("%s.%s%d@%s.example", r.FirstName, r.LastName, p.rng.IntN(1000), word(p.rare(40)))
	return r
}

func (p *peopleWriter) birthDate() string {
	return fmt.Sprintf("%04d-%02d-%02d", 1935+p.rng.IntN(72), 1+p.rng.IntN(12), 1+p.rng.IntN(28))
}

// careless writes a person again as another source would.
func (p *peopleWriter) careless(r likeness.Record) likeness.Record {
	for range 1 + p.rng.IntN(3) {
		switch p.rng.IntN(12) {
		case 0:
			r.FirstName = p.slip(r.FirstName)
		case 1:
			r.LastName = p.slip(r.LastName)
		case 2:
			r.FirstName, r.LastName = r.LastName, r.FirstName
		case 3:
			r.BirthDate = p.slip(r.BirthDate)
		case 4:
			r.BirthDate = ""
		case 5:
			r.Email = ""
		case 6:
			r.Phone = ""
		case 7:
			r.Email = p.slip(r.Email)
		case 8: // moved
			home := p.household()
			r.Street, r.City, r.Postcode = home.Street, home.City, home.Postcode
		case 9:
			r.Street = p.slip(r.Street)
		case 10:
			r.Street, r.City, r.Postcode = "", "", ""
		case 11:
			r.Phone = p.phone()
		}
	}
	return r
}

// slip makes one typing mistake.
func (p *peopleWriter) slip(s string) string {
	if len(s) < 3 {
		return s
	}
	b := []byte(s)
	i := p.rng.IntN(len(b) - 1)
	switch p.rng.IntN(4) {
	case 0:
		b[i], b[i+1] = b[i+1], b[i]
	case 1:
		b = append(b[:i], b[i+1:]...)
	case 2:
		b[i] = s[p.rng.IntN(len(s))]
	default:
		b = append(b[:i], append([]byte{s[p.rng.IntN(len(s))]}, b[i:]...)...)
	}
	return string(b)
}
