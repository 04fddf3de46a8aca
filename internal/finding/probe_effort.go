package finding

import (
	"context"
	"fmt"

	"github.com/firsthand-cx/firsthand/internal/question"
)

// leastEffort is by how much the share of needs that take more than one contact must
// exceed that of the same needs on other channels.
const leastEffort = .05

// probeEffort tests on which channel more needs take a second contact than on the others,
// like held against like: a channel that gets the hard questions is not to blame for
// them. Reasons are told apart by repeat_contact. It is asked once, not for each journey.
func probeEffort(ctx context.Context, p *probes) error {
	if !p.first {
		return nil
	}
	q := question.Params{Period: p.window.now, By: "channel", Days: 7}
	strata, err := question.NeedStrata(ctx, p.facts, q)
	if err != nil {
		return err
	}
	channels, reasons := map[string]cases{}, map[string]cases{}
	for _, s := range strata {
		channels[s.Channel] = channels[s.Channel].plus(casesOf(s.Count))
		reasons[s.Reason] = reasons[s.Reason].plus(casesOf(s.Count))
	}
	steps, err := p.stepsOfChannels(ctx)
	if err != nil {
		return err
	}
	for _, channel := range keysOf(channels) {
		group := channels[channel]
		if channel == "" {
			continue
		}
		if group.once.n < leastGroup || group.once.k < leastRepeaters {
			p.withheld++
			continue
		}
		var pairs [][2]harmed
		for _, s := range strata {
			if s.Channel == channel {
				here := casesOf(s.Count)
				pairs = append(pairs, [2]harmed{here.once, reasons[s.Reason].minus(here).once})
			}
		}
		c, like := likeForLike(pairs)
		if 2*like < group.once.n {
			p.withheld++
			continue
		}
		s := p.test(steps[channel], "channel="+channel, c, group.all.n, float64(group.all.n), leastEffort, q)
		s.title = fmt.Sprintf("Matters that begin by %s: %s take another contact, the same on other channels %s",
			channel, percent(group.once.share()), percent(group.once.share()-c.excess))
		s.why = fmt.Sprintf("%d of %d matters that began there took more than one contact; %s more than the same reasons on other channels (at least %s).",
			group.all.k, group.all.n, points(c.excess), points(c.low))
	}
	return nil
}
