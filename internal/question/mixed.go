package question

import "slices"

// Waits on different channels are different things: a call is answered in seconds, a
// letter in days, and the median of both is nobody's wait. So a question about waits
// is split by channel where nothing else is asked for, and a row of another split that
// mixes channels shows no wait.

// byChannel splits by channel where neither a split nor a channel is asked for.
func byChannel(p Params) Params {
	if p.By == "" && p.Channel == "" {
		p.By = "channel"
	}
	return p
}

// channelMix notes which groups have waits on more than one channel.
type channelMix struct {
	channel []int32 // by signature, numbered from 1
	first   []int32 // by group: the channel of its first wait; 0 = none yet
	mixed   []bool  // by group
}

func newChannelMix(s *scope) *channelMix {
	m := &channelMix{channel: make([]int32, len(s.signatures))}
	numbers := map[string]int32{}
	for i, sig := range s.signatures {
		if numbers[sig.Channel] == 0 {
			numbers[sig.Channel] = int32(len(numbers) + 1)
		}
		m.channel[i] = numbers[sig.Channel]
	}
	return m
}

// note sees a wait.
func (m *channelMix) note(group, signature int32) {
	first, channel := counterAt(&m.first, group), m.channel[signature]
	switch *first {
	case 0:
		*first = channel
	case channel:
	default:
		*counterAt(&m.mixed, group) = true
	}
}

// unmixed withholds the figures of a group that mixes channels.
func (m *channelMix) unmixed(group int32, w Wait) Wait {
	if *counterAt(&m.mixed, group) {
		w.Mixed = true
		w.Median.Shown, w.P90.Shown = false, false
	}
	return w
}

// notes say what was withheld.
func (m *channelMix) notes() []string {
	if !slices.Contains(m.mixed, true) {
		return nil
	}
	return []string{"No wait is shown where several channels meet: a call and a letter have no common wait. Choose one channel, or split by channel. Words that name one channel can be joined on the page Sources, under “Rename words”."}
}
