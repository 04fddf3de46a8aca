package cx

// Metric is a survey measure with its own arithmetic; metrics never mix.
type Metric string

const (
	NPS  Metric = "nps"  // likelihood to recommend, 0–10 (Reichheld 2003)
	CSAT Metric = "csat" // satisfaction; the scale states which answers count as satisfied
	CES  Metric = "ces"  // effort; CES 2.0 is agreement 1–7, high = easy (Dixon 2013)
)

// Scale says how to read a score. Two scales of one metric are never averaged
// together unless they are equal.
type Scale struct {
	Name   string  `json:"name" yaml:"name"`
	Metric Metric  `json:"metric" yaml:"metric"`
	Min    float64 `json:"min" yaml:"min"`
	Max    float64 `json:"max" yaml:"max"`
	// HighIsBad: the highest answer is the worst one (CES 1.0).
	HighIsBad bool `json:"high_is_bad,omitempty" yaml:"high_is_bad,omitempty"`
	// SatisfiedFrom is the lowest answer that counts as satisfied (CSAT) or easy
	// (CES), for the top-box share; with HighIsBad the highest that does.
	SatisfiedFrom float64 `json:"satisfied_from,omitempty" yaml:"satisfied_from,omitempty"`
	// NotApplicable is an answer that means "no answer" (0 in many 0–5 grids).
	NotApplicable *float64 `json:"not_applicable,omitempty" yaml:"not_applicable,omitempty"`
}

// Check says what is wrong with a scale, or nil.
func (s Scale) Check() error {
	switch s.Metric {
	case NPS:
		if s.Min != 0 || s.Max != 10 || s.HighIsBad {
			return Errorf(Invalid, "scale %q: NPS is asked on 0 to 10 with 10 the best", s.Name).
				WithRemedy("Declare min: 0 and max: 10, or another metric.")
		}
	case CSAT, CES:
		if s.Max <= s.Min {
			return Errorf(Invalid, "scale %q: max %g is not above min %g", s.Name, s.Max, s.Min).
				WithRemedy("Declare the lowest and highest answer that the survey offers.")
		}
		if s.SatisfiedFrom < s.Min || s.SatisfiedFrom > s.Max {
			return Errorf(Invalid, "scale %q: satisfied_from %g lies outside %g to %g", s.Name, s.SatisfiedFrom, s.Min, s.Max).
				WithRemedy("Say from which answer on a customer counts as satisfied (or found it easy).")
		}
	default:
		return Errorf(Invalid, "scale %q: unknown metric %q", s.Name, s.Metric).WithRemedy("Use nps, csat or ces.")
	}
	return nil
}

// Holds reports whether v is an answer that the scale offers.
func (s Scale) Holds(v float64) bool { return v >= s.Min && v <= s.Max }

// Satisfied reports whether v counts as satisfied (CSAT) or easy (CES).
func (s Scale) Satisfied(v float64) bool {
	if s.HighIsBad {
		return v <= s.SatisfiedFrom
	}
	return v >= s.SatisfiedFrom
}

// Promoter reports whether an NPS answer is 9 or 10.
func Promoter(v float64) bool { return v >= 9 }

// Detractor reports whether an NPS answer is 6 or less.
func Detractor(v float64) bool { return v <= 6 }
