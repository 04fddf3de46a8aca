package question

import (
	"context"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// history is all that a fold wanted of one customer, in time order.
type history struct {
	customer  int64
	start     []int64
	end       []int64
	human     []int64
	signature []int32
	dims      []int32
	thread    []int64
	continues []bool
	censored  []bool
	score     []float64
	scale     []int16
	id        []cx.InteractionID
}

func (h *history) reset(customer int64) {
	h.customer = customer
	h.start, h.end, h.human, h.signature, h.dims = h.start[:0], h.end[:0], h.human[:0], h.signature[:0], h.dims[:0]
	h.thread, h.continues, h.censored, h.score, h.scale, h.id = h.thread[:0], h.continues[:0], h.censored[:0], h.score[:0], h.scale[:0], h.id[:0]
}

func (h *history) add(b *Sequence, i int) {
	h.start, h.signature, h.dims = append(h.start, b.Start[i]), append(h.signature, b.Signature[i]), append(h.dims, dimsAt(b, i))
	h.id = append(h.id, idAt(b, i))
	if b.End != nil {
		h.end = append(h.end, b.End[i])
	}
	if b.FirstHuman != nil {
		h.human = append(h.human, b.FirstHuman[i])
	}
	if b.Thread != nil {
		h.thread = append(h.thread, b.Thread[i])
	}
	if b.Continues != nil {
		h.continues = append(h.continues, b.Continues[i])
	}
	if b.Censored != nil {
		h.censored = append(h.censored, b.Censored[i])
	}
	if b.Score != nil {
		h.score, h.scale = append(h.score, b.Score[i]), append(h.scale, b.Scale[i])
	}
}

// histories streams customers one at a time; nobody is told of each interaction whose
// customer is not identified. Memory is that of the busiest customer.
func (s *scope) histories(ctx context.Context, f Filter, want Want, nobody func(b *Sequence, i int), customer func(h *history)) error {
	var h history
	err := s.fold(ctx, f, want, func(b *Sequence, i int) {
		who := b.Customer[i]
		if who != h.customer && len(h.start) > 0 {
			customer(&h)
			h.reset(who)
		}
		if who == 0 {
			nobody(b, i)
			return
		}
		h.customer = who
		h.add(b, i)
	})
	if err == nil && len(h.start) > 0 {
		customer(&h)
	}
	return err
}
