package walk

import (
	"crypto/rand"
	"crypto/sha256"
)

// newSecret is 130 random bits as text.
func newSecret() string { return rand.Text() }

// hashOf is what is kept of a secret.
func hashOf(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
