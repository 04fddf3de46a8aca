package walk

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Staff are pseudonymous: what a walker writes of who served them becomes a keyed hash
// at once, and their name goes out of the words that the walker wrote beside it. The
// name itself is kept apart, for those who lead that person's own team.

// pseudonym is the positive number of a person's name under the installation's key.
func pseudonym(key []byte, name string) int64 {
	mac := hmac.New(sha256.New, key)
	for _, s := range []string{"employee", "walk", strings.ToLower(strings.Join(strings.Fields(name), " "))} {
		mac.Write(binary.AppendUvarint(nil, uint64(len(s))))
		mac.Write([]byte(s))
	}
	return max(1, int64(binary.LittleEndian.Uint64(mac.Sum(nil))&math.MaxInt64))
}

// StaffLabel is how a pseudonym reads: "employee 3f9c2a71…" in full, so that it can be
// read back.
func StaffLabel(pseudonym int64) string { return fmt.Sprintf("employee-%x", pseudonym) }

// staffPerson is the pseudonym that a label stands for; 0 for none.
func staffPerson(label string) int64 {
	digits, ok := strings.CutPrefix(label, "employee-")
	if !ok {
		return 0
	}
	n, err := strconv.ParseInt(digits, 16, 64)
	if err != nil {
		return 0
	}
	return n
}

// hideStaff replaces the name in a step by its label and takes it out of the words.
func hideStaff(key []byte, rec *StepRecord) (person int64, name string) {
	name = strings.Join(strings.Fields(rec.Staff), " ")
	if name == "" || staffPerson(name) != 0 {
		return 0, ""
	}
	person = pseudonym(key, name)
	label := StaffLabel(person)
	rec.Staff = label
	words := strings.Fields(name)
	if len(words) > 1 {
		words = append([]string{name}, words...)
	}
	for _, word := range words {
		if len([]rune(word)) < 3 { // an initial would hit half of the text
			continue
		}
		pattern, err := regexp.Compile(`(?i)(^|[^\pL\pN])` + regexp.QuoteMeta(word) + `($|[^\pL\pN])`)
		if err != nil {
			continue
		}
		for _, text := range []*string{&rec.Did, &rec.Thought, &rec.Felt, &rec.Heard} {
			for range 2 { // neighbours share the character between them
				*text = pattern.ReplaceAllString(*text, "${1}"+label+"${2}")
			}
		}
	}
	return person, name
}
