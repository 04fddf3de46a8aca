package statistics

import "math"

// exactTrials is up to how many trials PoissonBinomialTail is exact.
const exactTrials = 2000

// PoissonBinomialTail is P(X ≥ k) of a sum of independent trials with these chances:
// exact by convolution (Hong 2013) up to 2,000 trials, beyond it the refined normal
// approximation with a correction for skewness (Volkova 1996).
func PoissonBinomialTail(chances []float64, k int64) float64 {
	n := int64(len(chances))
	switch {
	case k <= 0:
		return 1
	case k > n:
		return 0
	case n > exactTrials:
		return refinedNormalTail(chances, k)
	}
	density := make([]float64, n+1)
	density[0] = 1
	for i, p := range chances {
		for j := i + 1; j > 0; j-- {
			density[j] = density[j]*(1-p) + density[j-1]*p
		}
		density[0] *= 1 - p
	}
	tail := 0.0
	for j := n; j >= k; j-- {
		tail += density[j]
	}
	return min(1, tail)
}

func refinedNormalTail(chances []float64, k int64) float64 {
	var mean, variance, third float64
	for _, p := range chances {
		mean += p
		variance += p * (1 - p)
		third += p * (1 - p) * (1 - 2*p)
	}
	if variance == 0 {
		if float64(k) <= mean {
			return 1
		}
		return 0
	}
	sd := math.Sqrt(variance)
	x := (float64(k) - .5 - mean) / sd
	density := math.Exp(-x*x/2) / math.Sqrt(2*math.Pi)
	below := math.Erfc(-x/math.Sqrt2)/2 + third/(sd*sd*sd)*(1-x*x)*density/6
	return max(0, min(1, 1-below))
}
