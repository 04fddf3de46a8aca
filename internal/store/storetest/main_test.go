package storetest_test

import (
	"fmt"
	"os"
	"testing"
)

// TestMain has this machine live far from UTC: what the stores hold and compare must
// not depend on where they run.
func TestMain(m *testing.M) {
	if err := os.Setenv("TZ", "America/New_York"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}
