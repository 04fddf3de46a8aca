package question

import "github.com/firsthand-cx/firsthand/internal/question/statistics"

// Curve is a survival curve of one row of a table, read at even steps of time.
type Curve struct {
	Row    int          `json:"row"`  // of the table
	Tick   float64      `json:"tick"` // a round number of seconds for the marks of a time axis
	Points []CurvePoint `json:"points"`
}

// CurvePoint is Kaplan–Meier's estimate after a time, with its log-log interval.
type CurvePoint struct {
	After    float64  `json:"after"` // seconds
	Share    float64  `json:"share"`
	Interval Interval `json:"interval"`
	AtRisk   int64    `json:"at_risk"` // still seen, and still there, just before
}

// curved is a row that has a curve.
type curved interface{ curve() *Curve }

const (
	mostCurves    = 12 // of the largest groups
	curveTicks    = 6  // marks of the time axis at most
	pointsPerTick = 24 // divides a day, so that every point lies on a whole hour
)

// curveTick is a round time of which at most curveTicks reach to the longest wait.
func curveTick(longest int64) int64 {
	days := []int64{1, 2, 5, 10, 15, 30, 60, 90, 180, 365, 730, 1825, 3650}
	for _, d := range days {
		if d*day*curveTicks >= longest {
			return d * day
		}
	}
	return days[len(days)-1] * day
}

// readCurve reads a curve every tick ÷ pointsPerTick and at the last that was seen, and no
// further. The waits must be sorted, as Survival leaves them.
func readCurve(w *statistics.Waits, s statistics.Survival, tick int64) *Curve {
	const second = 1e6
	c := &Curve{Tick: float64(tick) / second}
	longest, step := w.Longest(), tick/pointsPerTick
	for at := int64(0); ; at = min(at+step, longest) {
		value, interval := s.ShareAt(at)
		c.Points = append(c.Points, CurvePoint{After: float64(at) / second, Share: value, Interval: Interval(interval), AtRisk: w.AtRisk(at)})
		if at == longest {
			return c
		}
	}
}
