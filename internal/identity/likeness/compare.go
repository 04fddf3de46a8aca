package likeness

// Field is one comparison. Levels run from missing over different to same; what
// each means is in levelWords.
type Field uint8

const (
	FirstName Field = iota
	LastName
	Born
	Street
	Place
	Email
	Phone
	Number
	fields
)

// Level is how far two records agree in a field.
type Level uint8

const (
	missing   Level = iota // in one of the two at least
	different              // clearly
	level2
	level3
	level4
	level5
	level6
	levels
)

// levelWords says to people what a level of a field is.
var levelWords = [fields][levels]string{
	FirstName: {"", "different first name", "similar first name", "very similar first name", "same first name"},
	LastName:  {"", "different last name", "similar last name", "very similar last name", "same last name"},
	Born:      {"", "different birth date", "born within ten years", "born within a year", "born within a month", "birth date with one slip", "same birth date"},
	Street:    {"", "different street", "similar street", "very similar street", "same street"},
	Place:     {"", "different place", "similar town", "same town", "similar postcode", "same postcode", "same postcode and town"},
	Email:     {"", "different e-mail", "similar e-mail", "same e-mail name at another address", "same e-mail"},
	Phone:     {"", "different phone", "phone with one slip", "same end of the phone number", "same phone"},
	Number:    {"", "different number", "number with one slip", "same number"},
}

// top is the highest level of each field.
var top = [fields]Level{FirstName: level4, LastName: level4, Born: level6, Street: level4, Place: level6, Email: level4, Phone: level4, Number: level3}

// pattern is the levels of a pair.
type pattern [fields]Level

// code is a pattern as a small number, three bits a field.
func (p pattern) code() uint32 {
	var c uint32
	for _, l := range p {
		c = c<<3 | uint32(l)
	}
	return c
}

func patternOf(code uint32) (p pattern) {
	for f := int(fields) - 1; f >= 0; f-- {
		p[f] = Level(code & 7)
		code >>= 3
	}
	return p
}

// compare holds two records against each other. swapped says that the names agree
// better once first and last are exchanged; they then count one level below the same.
func (t *Table) compare(a, b uint32) (p pattern, swapped bool) {
	p[FirstName] = nameLevel(t.first, t.first.of[a], t.first, t.first.of[b])
	p[LastName] = nameLevel(t.last, t.last.of[a], t.last, t.last.of[b])
	if p[FirstName] <= different && p[LastName] <= different {
		x := nameLevel(t.first, t.first.of[a], t.last, t.last.of[b])
		y := nameLevel(t.last, t.last.of[a], t.first, t.first.of[b])
		if max(x, y) >= level3 {
			p[FirstName], p[LastName], swapped = min(x, level3), min(y, level3), true
		}
	}
	p[Born] = birthLevel(t.birth[a], t.birth[b])
	p[Street] = streetLevel(t.street, t.street.of[a], t.street.of[b])
	p[Place] = t.placeLevel(a, b)
	p[Email] = t.emailLevel(t.email.of[a], t.email.of[b])
	p[Phone] = t.phoneLevel(t.phone.of[a], t.phone.of[b])
	p[Number] = numberLevel(t.number, t.number.of[a], t.number.of[b])
	return p, swapped
}

func nameLevel(ca *column, a uint32, cb *column, b uint32) Level {
	if a == 0 || b == 0 {
		return missing
	}
	x, y := ca.values[a], cb.values[b]
	if ca == cb && a == b || x == y {
		return level4
	}
	s := jaroWinkler(x, y)
	switch {
	case s >= 0.92:
		return level3
	case s >= 0.8 || begins(x, y) || within(x, y, min(2, (len(x)+len(y))/5)):
		return level2
	}
	return different
}

// begins reports whether the shorter is the beginning of the longer: an initial, or
// a short form such as Rob.
func begins(x, y string) bool {
	if len(x) > len(y) {
		x, y = y, x
	}
	return y[:len(x)] == x
}

func birthLevel(a, b uint32) Level {
	switch {
	case a == 0 || b == 0:
		return missing
	case a == b:
		return level6
	case oneSlip(a, b) || a/10000 == b/10000 && a/100%100 == b%100 && a%100 == b/100%100: // day and month exchanged
		return level5
	}
	// In days, roughly: people misremember days, systems shift dates.
	days := max(dayOf(a), dayOf(b)) - min(dayOf(a), dayOf(b))
	switch {
	case days <= 31:
		return level4
	case days <= 380:
		return level3
	case days <= 3720:
		return level2
	}
	return different
}

// dayOf counts days from an arbitrary one; impossible dates count on.
func dayOf(date uint32) uint32 {
	return date/10000*1461/4 + (date/100%100)*487/16 + date%100
}

// oneSlip reports whether two dates differ in one digit, or in two neighbours that
// are exchanged.
func oneSlip(a, b uint32) bool {
	var x, y [8]uint8
	for i := 7; i >= 0; i-- {
		x[i], y[i] = uint8(a%10), uint8(b%10)
		a, b = a/10, b/10
	}
	first, count := -1, 0
	for i := range 8 {
		if x[i] != y[i] {
			if first < 0 {
				first = i
			}
			count++
		}
	}
	return count == 1 || count == 2 && first < 7 && x[first] == y[first+1] && x[first+1] == y[first]
}

func streetLevel(c *column, a, b uint32) Level {
	if a == 0 || b == 0 {
		return missing
	}
	if a == b {
		return level4
	}
	x, y := c.values[a], c.values[b]
	s := jaroWinkler(x, y)
	switch {
	case s >= 0.93 || within(x, y, 2):
		return level3
	case s >= 0.85:
		return level2
	}
	return different
}

func (t *Table) placeLevel(a, b uint32) Level {
	codeA, codeB := t.postcode.of[a], t.postcode.of[b]
	cityA, cityB := t.city.of[a], t.city.of[b]
	city := missing
	switch {
	case cityA == 0 || cityB == 0:
	case cityA == cityB:
		city = level3
	case jaroWinkler(t.city.values[cityA], t.city.values[cityB]) >= 0.88 || within(t.city.values[cityA], t.city.values[cityB], 2):
		city = level2
	default:
		city = different
	}
	switch {
	case codeA == 0 || codeB == 0:
		return city
	case codeA == codeB && city >= level2:
		return level6
	case codeA == codeB:
		return level5
	case within(t.postcode.values[codeA], t.postcode.values[codeB], 1):
		return max(city, level4)
	case city == missing:
		return different
	}
	return city
}

// emailLevel holds addresses against each other. Most are made of a name and a number:
// jana.novak1@ and jana.novak2@ are two people who share a name, which was counted
// already. So a slip is none where it is in a number, and the same name at another
// provider says nothing unless there is a number in it.
func (t *Table) emailLevel(a, b uint32) Level {
	if a == 0 || b == 0 {
		return missing
	}
	if a == b {
		return level4
	}
	x, y := t.email.values[a], t.email.values[b]
	sameLocal := t.local[a] == t.local[b]
	switch {
	case sameLocal && t.localNumber[a]:
		return level3
	case t.digits[a] == t.digits[b] && (within(x, y, max(3, len(x)/5)) || jaroWinkler(x, y) >= 0.92):
		return level2
	case sameLocal:
		return missing
	}
	return different
}

func (t *Table) phoneLevel(a, b uint32) Level {
	if a == 0 || b == 0 {
		return missing
	}
	switch {
	case a == b:
		return level4
	case t.tail[a] == t.tail[b]:
		return level3
	case within(t.phone.values[a], t.phone.values[b], 1):
		return level2
	}
	return different
}

func numberLevel(c *column, a, b uint32) Level {
	switch {
	case a == 0 || b == 0:
		return missing
	case a == b:
		return level3
	case within(c.values[a], c.values[b], 1):
		return level2
	}
	return different
}
