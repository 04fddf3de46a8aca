package app

import (
	"strconv"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// parseSize reads a size such as 512MiB or 2GiB; "" is 0.
func parseSize(s string) (int64, error) {
	if s == "" {
		return 0, nil
	}
	units := []struct {
		name  string
		bytes int64
	}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"GB", 1e9}, {"MB", 1e6}}
	for _, u := range units {
		if number, ok := strings.CutSuffix(s, u.name); ok {
			n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
			if err == nil && n > 0 && n < 1e6 {
				return int64(n * float64(u.bytes)), nil
			}
		}
	}
	return 0, cx.Errorf(cx.Invalid, "%q is not a size", s).WithRemedy("Write it like 512MiB or 2GiB.")
}
