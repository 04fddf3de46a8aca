package likeness

import (
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// plain is a value as it is compared: small letters without accents, anything that
// is neither a letter nor a digit as one space.
func plain(s string) string {
	ascii := true
	for i := range len(s) {
		if s[i] >= 0x80 {
			ascii = false
			break
		}
	}
	if !ascii {
		marks := transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC)
		if bare, _, err := transform.String(marks, s); err == nil {
			s = bare
		}
		s = special.Replace(s)
	}
	var b strings.Builder
	gap := false
	for _, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			if r != '\'' && r != '’' { // O'Brien is OBrien
				gap = b.Len() > 0
			}
			continue
		}
		if gap {
			b.WriteByte(' ')
			gap = false
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// special are letters that are no letter with an accent.
var special = strings.NewReplacer("ß", "ss", "ẞ", "SS", "ø", "o", "Ø", "O", "ł", "l", "Ł", "L", "æ", "ae", "Æ", "AE", "œ", "oe", "Œ", "OE", "đ", "d", "Đ", "D", "ı", "i")

// plainName is a name without its spaces and without titles.
func plainName(s string) string {
	words := strings.Fields(plain(s))
	kept := words[:0]
	for _, w := range words {
		if !titles[w] || len(words) == 1 {
			kept = append(kept, w)
		}
	}
	return cut(strings.Join(kept, ""))
}

var titles = map[string]bool{"mr": true, "mrs": true, "ms": true, "dr": true, "prof": true, "herr": true, "frau": true, "sir": true, "mme": true}

// splitName takes a whole name apart: "Novak, Jana" or "Jana Maria Novak".
func splitName(s string) (first, last string) {
	if before, after, ok := strings.Cut(s, ","); ok {
		return plainFirst(after), plainName(before)
	}
	var words []string
	for _, w := range strings.Fields(plain(s)) {
		if !titles[w] {
			words = append(words, w)
		}
	}
	if len(words) == 0 {
		return "", ""
	}
	if len(words) == 1 {
		return "", cut(words[0])
	}
	return cut(words[0]), cut(words[len(words)-1])
}

func plainFirst(s string) string { return plainName(s) }

// plainStreet is a street with its kind in a short form, so that "Main Street 5" is
// "main st 5".
func plainStreet(s string) string {
	words := strings.Fields(plain(s))
	for i, w := range words {
		switch {
		case streetWords[w] != "":
			words[i] = streetWords[w]
		case strings.HasSuffix(w, "strasse") && len(w) > 7:
			words[i] = strings.TrimSuffix(w, "asse")
		}
	}
	return cut(strings.Join(words, " "))
}

var streetWords = map[string]string{
	"street": "st", "str": "st", "strasse": "st", "road": "rd", "avenue": "ave", "av": "ave", "drive": "dr", "place": "pl",
	"court": "ct", "crescent": "cres", "close": "cl", "circuit": "cct", "lane": "ln", "square": "sq", "boulevard": "blvd",
}

// plainCode is a postcode without spaces.
func plainCode(s string) string { return cut(strings.ReplaceAll(plain(s), " ", "")) }

// cut bounds a value: comparing is for words, not for books.
func cut(s string) string {
	if len(s) > 64 {
		return s[:64]
	}
	return s
}

func plainEmail(s string) string {
	s = strings.ToLower(strings.TrimSpace(s))
	if !strings.Contains(s, "@") {
		return ""
	}
	return cut(s)
}

func plainPhone(s string) string {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
	if len(digits) < 5 {
		return ""
	}
	return cut(digits)
}

// BirthDate reads a date of birth as YYYYMMDD; 0 where it is none. Impossible
// days are kept when they have eight digits: a misread date still tells something.
func BirthDate(s string) uint32 {
	s = strings.TrimSpace(s)
	if t, err := time.Parse("2006-01-02", s); err == nil {
		return uint32(t.Year()*10000 + int(t.Month())*100 + t.Day())
	}
	var n uint32
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			n = n*10 + uint32(r-'0')
			digits++
		case r != '-' && r != '/' && r != '.' && r != ' ':
			return 0
		}
		if digits > 8 {
			return 0
		}
	}
	if digits != 8 || n < 10_000_000 {
		return 0
	}
	return n
}
