package people

import (
	"context"
	_ "embed"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// hashParams are OWASP's for argon2id (Password Storage Cheat Sheet: 19 MiB, two
// passes, one lane): about 50 ms, and little memory for who signs in.
var hashParams = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// nobody's password, so that an account that is not there takes as long as one that
// is: hashed with hashParams from a random secret that nobody kept.
const nobodys = "$argon2id$v=19$m=19456,t=2,p=1$U2kMpa3Zcy4Z3k/CoXt73w$gs0bQ8e35iQ0GyMJbMDcKDBb14UaVU9QuUgQLSPbeGY"

const (
	shortest = 12  // characters (ASVS 5, 6.2.1 asks for 8 and advises 15)
	longest  = 256 // so that nobody makes us hash a book
)

//go:embed common.txt
var commonWords string

// checkPassword refuses what is guessed first: too short, a common password or one
// made of common words, and what is known of the person. It asks for no kinds of
// characters (ASVS 5, 6.2.5).
func checkPassword(password string, who cx.Account) error {
	n := utf8.RuneCountInString(password)
	switch {
	case n < shortest:
		return cx.Errorf(cx.Invalid, "the password is shorter than %d characters", shortest).WithRemedy("Four or five words that have nothing to do with one another are easy to keep in mind.")
	case n > longest || !utf8.ValidString(password):
		return cx.Errorf(cx.Invalid, "the password is longer than %d characters", longest)
	}
	if common(password, who) {
		return cx.Errorf(cx.Invalid, "this password is among the first that are guessed").
			WithRemedy("Leave names, years, rows of keys and well-known words out; four or five words that have nothing to do with one another are good.")
	}
	return nil
}

// common reports whether a password is made of what is guessed first: hardly anything
// is left of it without common words, years, what is known of the person, runs (aaaa)
// and rows (abcd, 4321).
func common(password string, who cx.Account) bool {
	lower := plain(password)
	letters := asLetters.Replace(lower) // byte for byte as long
	words := strings.Fields(commonWords)
	for _, own := range strings.FieldsFunc(plain(who.Email+" "+who.Name), notLetter) {
		if utf8.RuneCountInString(own) >= 3 {
			words = append(words, own)
		}
	}
	known := make([]bool, len(lower))
	for _, w := range words {
		for _, text := range []string{lower, letters} {
			for from := 0; ; {
				at := strings.Index(text[from:], w)
				if at < 0 {
					break
				}
				for i := range len(w) {
					known[from+at+i] = true
				}
				from += at + len(w)
			}
		}
	}
	for _, at := range year.FindAllStringIndex(lower, -1) {
		for i := at[0]; i < at[1]; i++ {
			known[i] = true
		}
	}
	left, different, before := 0, map[rune]bool{}, rune(0)
	for i, c := range lower {
		if !known[i] && !unicode.IsSpace(c) && c != before && c != before+1 && c != before-1 {
			left++
			different[c] = true
		}
		before = c
	}
	return left < 6 || len(different) < 4
}

var year = regexp.MustCompile(`(19|20)\d\d`)

// plain is a text in lower case without accents.
func plain(s string) string {
	return strings.ToLower(strings.Map(func(c rune) rune {
		if unicode.Is(unicode.Mn, c) {
			return -1
		}
		return c
	}, norm.NFD.String(s)))
}

// asLetters undoes what people do to make a word look strong.
var asLetters = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "@", "a", "$", "s", "!", "i")

func notLetter(c rune) bool { return !unicode.IsLetter(c) }

// hash hashes a password; few at a time.
func (r *Room) hash(ctx context.Context, password string) (string, error) {
	if err := r.turn(ctx); err != nil {
		return "", err
	}
	defer func() { <-r.hashing }()
	hash, err := argon2id.CreateHash(password, hashParams)
	if err != nil {
		return "", cx.Errorf(cx.Internal, "hash a password: %w", err)
	}
	return hash, nil
}

// matches compares in a time that does not depend on the password, nor on whether
// there is one.
func (r *Room) matches(ctx context.Context, password, hash string) (bool, error) {
	if err := r.turn(ctx); err != nil {
		return false, err
	}
	defer func() { <-r.hashing }()
	known := hash != ""
	if !known {
		hash = nobodys
	}
	if len(password) > 4*longest {
		password, known = "", false
	}
	same, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, cx.Errorf(cx.Internal, "compare a password: %w", err)
	}
	return same && known, nil
}

func (r *Room) turn(ctx context.Context) error {
	select {
	case r.hashing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return cx.Errorf(cx.Unavailable, "stopped: %w", ctx.Err())
	}
}
