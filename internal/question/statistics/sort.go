package statistics

import (
	"math/bits"
	"slices"
)

// sortNumbers sorts numbers that are not negative: by digits (radix) where there are
// many, which grows with their count alone, so that ten times the waits take ten
// times as long.
func sortNumbers(numbers []int64) {
	const (
		digit = 8 // bits
		few   = 1 << 12
	)
	if len(numbers) < few {
		slices.Sort(numbers)
		return
	}
	from, to := numbers, make([]int64, len(numbers))
	width := bits.Len64(uint64(slices.Max(numbers)))
	for shift := 0; shift < width; shift += digit {
		var place [1 << digit]int
		for _, n := range from {
			place[n>>shift&(1<<digit-1)]++
		}
		next := 0
		for i, count := range place {
			place[i], next = next, next+count
		}
		for _, n := range from {
			d := n >> shift & (1<<digit - 1)
			to[place[d]] = n
			place[d]++
		}
		from, to = to, from
	}
	if &from[0] != &numbers[0] {
		copy(numbers, from)
	}
}
