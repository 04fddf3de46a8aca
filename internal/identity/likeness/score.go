package likeness

import "math"

// weights are the logarithms, to base 2, of m/u by field and level; the prior is that
// of one person against two.
type weights struct {
	prior float64
	field [fields][levels]float64
	m     [fields][levels]float64
	// renamed says that first names differ within one person too often for twins,
	// redated that birth dates do too often for father and son of one name.
	renamed, redated bool
}

func (m *Model) weights() weights {
	w := weights{prior: math.Log2(m.Prior / (1 - m.Prior)), m: m.M, renamed: m.beyondChance(m.Renamed), redated: m.beyondChance(m.Redated)}
	for f := range w.field {
		for l := different; l <= top[f]; l++ {
			w.field[f][l] = math.Log2(m.M[f][l] / m.U[f][l])
		}
	}
	return w
}

// of is the weight of a pattern without regard to how rare the values are.
func (w *weights) of(p pattern) float64 {
	sum := w.prior
	for f, l := range p {
		sum += w.field[f][l]
	}
	return sum
}

func probability(weight float64) float64 { return 1 / (1 + math.Exp2(-weight)) }

// Part is what one field says: a positive weight for one person, a negative for two.
type Part struct {
	Field  Field   `json:"field"`
	Level  Level   `json:"level"`
	Weight float64 `json:"weight"`
}

// Words say what the part's level means.
func (p Part) Words() string {
	if p.Field >= fields || p.Level >= levels {
		return ""
	}
	return levelWords[p.Field][p.Level]
}

// Same reports whether the field agrees in full.
func (p Part) Same() bool { return p.Field < fields && p.Level == top[p.Field] }

// Different reports whether the field clearly does not agree.
func (p Part) Different() bool { return p.Level == different }

// score is the weight of a pair with what each field adds. Where values agree, u is
// how frequent this very value is (Winkler 1989): to share "Kowalczykowska" says more
// than to share "Smith".
func (t *Table) score(w *weights, a, b uint32) (total float64, p pattern, swapped bool, parts [fields]float64) {
	p, swapped = t.compare(a, b)
	total = w.prior
	for f := range fields {
		parts[f] = w.field[f][p[f]]
		if share := t.shareOf(f, p[f], a); share > 0 {
			parts[f] = math.Log2(w.m[f][p[f]] / share)
		}
		total += parts[f]
	}
	return total, p, swapped, parts
}

// shareOf is how frequent the value is that two records agree on; 0 when they do not
// agree on one.
func (t *Table) shareOf(f Field, l Level, a uint32) float64 {
	switch {
	case f == FirstName && l == level4:
		return t.first.share(t.first.of[a])
	case f == LastName && l == level4:
		return t.last.share(t.last.of[a])
	case f == Born && l == level6:
		return float64(t.births[t.birth[a]]) / float64(t.bornKnown)
	case f == Street && l == level4:
		return t.street.share(t.street.of[a])
	case f == Place && l == level3:
		return t.city.share(t.city.of[a])
	case f == Place && l >= level5:
		return t.postcode.share(t.postcode.of[a])
	case f == Email && l == level4:
		return t.email.share(t.email.of[a])
	case f == Email && l == level3:
		return t.locals.share(t.local[t.email.of[a]])
	case f == Phone && l == level4:
		return t.phone.share(t.phone.of[a])
	case f == Number && l == level3:
		return t.number.share(t.number.of[a])
	}
	return 0
}

// verdict is what may become of a pair whatever its weight.
type verdict uint8

const (
	may   verdict = iota
	ask           // never without a person
	never         // nor in a list
)

// guard looks for what speaks against a pair however much else agrees. People of one
// household share a name, an address, a phone: fields that the model takes for
// independent. So different first names are never joined without a person, and where
// the birth dates differ too they are two people. Of one birth date, they are twins, or
// one person whose first name was replaced: the latter only where that is known to
// happen. Father and son may share all but the birth date.
func (w *weights) guard(p pattern) verdict {
	switch {
	case p[Number] >= level2:
		return may
	case p[FirstName] == different && p[Born] >= level5 && w.renamed:
		return may
	case p[FirstName] == different && p[Born] != missing && p[Born] < level4:
		return never
	case p[FirstName] == different:
		return ask
	case p[FirstName] == level2 && p[Born] < level4 && p[Email] <= different && p.oneHome(), // Anna and Hanna
		p[Born] == different && p[Email] <= different && !w.redated:
		return ask
	}
	return may
}

// teaches reports whether EM may take the pair for one person: a household must not
// teach it that people change their first names.
func (p pattern) teaches() bool {
	return p[FirstName] != different || p[Born] >= level4 || p[Number] >= level2
}

// oneHome reports whether two records lie at one address or share a phone.
func (p pattern) oneHome() bool { return p[Street] >= level3 || p[Phone] >= level3 }
