package statistics

import (
	"math"
	"slices"
)

// Waits collects times until an event, some of them censored: known only to be
// longer than what was seen. A wait is packed into one number, so ten million of
// them take 80 MB.
type Waits struct {
	packed []int64 // time×2 + (1 if censored): sorts by time, events before censored
	Events int64
}

// Add takes one wait; a negative time is taken as 0.
func (w *Waits) Add(time int64, censored bool) {
	packed := max(time, 0) << 1
	if censored {
		packed |= 1
	} else {
		w.Events++
	}
	w.packed = append(w.packed, packed)
}

// Join adds the waits that another has collected.
func (w *Waits) Join(o *Waits) {
	w.packed = append(w.packed, o.packed...)
	w.Events += o.Events
}

// Longer is how many of the waits are known to have lasted longer than a time, of
// those of which that can be told: a wait that was cut short within it can't.
func (w *Waits) Longer(time int64) (longer, told int64) {
	for _, packed := range w.packed {
		switch censored := packed&1 == 1; {
		case packed>>1 > time:
			longer++
			told++
		case !censored:
			told++
		}
	}
	return longer, told
}

// AtRisk is how many of the sorted waits had neither ended nor been cut short before a
// time.
func (w *Waits) AtRisk(time int64) int64 {
	before, _ := slices.BinarySearch(w.packed, time<<1)
	return w.N() - int64(before)
}

// N is how many waits were added.
func (w *Waits) N() int64 { return int64(len(w.packed)) }

// Survival is a Kaplan–Meier curve: after Time[i] a share Share[i] still waits.
type Survival struct {
	Time  []int64
	Share []float64
	// variance of log Share by Greenwood's sum.
	greenwood []float64
	N, Events int64
}

// Survival estimates the curve by the product limit (Kaplan & Meier 1958) with
// Greenwood's variance (Greenwood 1926). Waits censored at the time of an event are
// taken as still waiting at it. It sorts the waits in place.
func (w *Waits) Survival() Survival {
	sortNumbers(w.packed)
	s := Survival{N: w.N(), Events: w.Events}
	steps := 0
	for i, n := range w.packed {
		if n&1 == 0 && (i == 0 || n != w.packed[i-1]) {
			steps++
		}
	}
	s.Time, s.Share, s.greenwood = make([]int64, 0, steps), make([]float64, 0, steps), make([]float64, 0, steps)
	share, sum := 1.0, 0.0
	for i := 0; i < len(w.packed); {
		time, atRisk, j := w.packed[i]>>1, len(w.packed)-i, i
		for j < len(w.packed) && w.packed[j] == time<<1 {
			j++
		}
		died := j - i
		for j < len(w.packed) && w.packed[j]>>1 == time {
			j++
		}
		if died > 0 {
			share *= 1 - float64(died)/float64(atRisk)
			if died < atRisk {
				sum += float64(died) / (float64(atRisk) * float64(atRisk-died))
			} else {
				sum = math.Inf(1)
			}
			s.Time = append(s.Time, time)
			s.Share = append(s.Share, share)
			s.greenwood = append(s.greenwood, sum)
		}
		i = j
	}
	return s
}

// At is the share that still waits after time t.
func (s Survival) At(t int64) float64 {
	i, found := slices.BinarySearch(s.Time, t)
	if found {
		i++
	}
	if i == 0 {
		return 1
	}
	return s.Share[i-1]
}

// band is the log-log interval of the curve at its i-th step (Kalbfleisch &
// Prentice 1980), which stays within 0 and 1.
func (s Survival) band(i int) Interval {
	share := s.Share[i]
	if share <= 0 { // nobody left: the variance is not defined, the upper bound stays open as in R
		return Interval{0, 1}
	}
	theta := Z * math.Sqrt(s.greenwood[i]) / math.Log(share)
	return Interval{math.Pow(share, math.Exp(-theta)), math.Pow(share, math.Exp(theta))}
}

// Quantile is the smallest time by which a share q has been answered, with the
// interval of Brookmeyer & Crowley (1982) on the log-log scale, as R's survfit with
// conf.type "log-log" and SAS's LIFETEST give it. ok is false where the curve does
// not fall that far; highOpen says that the upper bound lies beyond what was seen.
func (s Survival) Quantile(q float64) (time, low, high int64, highOpen, ok bool) {
	const slack = 1e-9 // products of shares that should be exactly 1 − q are not
	target := 1 - q + slack
	at, atLow, atHigh := -1, -1, -1
	for i := range s.Time {
		band := s.band(i)
		if atLow < 0 && band.Low <= target {
			atLow = i
		}
		if at < 0 && s.Share[i] <= target {
			at = i
		}
		if band.High <= target {
			atHigh = i
			break
		}
	}
	if at < 0 {
		return 0, 0, 0, true, false
	}
	time, low = s.Time[at], s.Time[atLow]
	if atHigh < 0 {
		return time, low, 0, true, true
	}
	return time, low, s.Time[atHigh], false, true
}
