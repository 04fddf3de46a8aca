package question

import (
	"context"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// NeedStratum is how many needs that began on a channel for a reason (N) took more than
// one contact (K).
type NeedStratum struct {
	Channel, Reason string
	Count
}

// NeedStrata answers effort for every reason on every channel in one pass.
func NeedStrata(ctx context.Context, facts Facts, p Params) ([]NeedStratum, error) {
	p.By = ""
	s, err := newScope(ctx, facts, p, needs{kinds: []cx.Kind{cx.Contact}, splits: []string{""}})
	if err != nil {
		return nil, err
	}
	list := s.byChannelAndReason()
	f := newEffortFold(s, nil)
	if err := f.run(ctx); err != nil {
		return nil, err
	}
	out := make([]NeedStratum, len(list))
	for i, at := range list {
		out[i] = NeedStratum{at[0], at[1], counterAt(&f.counts, int32(i)).again}
	}
	return out, nil
}

// byChannelAndReason makes a scope's groups the reasons on each channel; it lists them.
func (s *scope) byChannelAndReason() (list [][2]string) {
	s.group = &grouping{index: map[string]int32{}}
	s.group.bySignature(s, func(i int) Group {
		sig := s.signatures[i]
		name := rowOf(sig.Channel, sig.Reason)
		if _, known := s.group.index[name]; !known {
			list = append(list, [2]string{sig.Channel, sig.Reason})
		}
		return Group{Name: name}
	})
	return list
}

// FirstContactStratum is what contacts on a channel about a reason came to.
type FirstContactStratum struct {
	Channel, Reason string
	Contacts        int64
	Came            [fcrOutcomes]int64
	Once            Count // handed on or reopened, as in FirstContactRow
}

// Divided reports whether contacts here are handed on because that is how the work is
// divided: nearly all of those that a person took and that were the last about it.
func (c FirstContactStratum) Divided() bool {
	taken := c.Contacts - c.Came[fcrAgain] - c.Came[fcrGivenUp]
	return taken > 0 && float64(c.Came[fcrHandedOn]) >= .9*float64(taken)
}

// FirstContactStrata answers first_contact_resolution for every reason on every channel.
func FirstContactStrata(ctx context.Context, facts Facts, p Params) ([]FirstContactStratum, error) {
	p.By = ""
	s, err := newScope(ctx, facts, p, needs{kinds: []cx.Kind{cx.Contact}, splits: []string{""}})
	if err != nil {
		return nil, err
	}
	list := s.byChannelAndReason()
	f := newFirstContactFold(s, nil)
	if err := f.run(ctx); err != nil {
		return nil, err
	}
	out := make([]FirstContactStratum, len(list))
	for i, at := range list {
		count := counterAt(&f.counts, int32(i))
		out[i] = FirstContactStratum{at[0], at[1], count.contacts, count.came, count.once}
	}
	return out, nil
}

// InvoiceStratum is the invoices of a stretch of time: of how many (N) the customer asked
// about an invoice within the days that invoice_contacts waits, and of how many about
// anything else (K).
type InvoiceStratum struct{ Asked, Else Count }

// InvoiceStrata answers invoice_contacts for all stretches in one pass.
func InvoiceStrata(ctx context.Context, facts Facts, cuts Cuts) ([]InvoiceStratum, error) {
	s, err := newStrataScope(ctx, facts, "", cuts, needs{kinds: []cx.Kind{cx.Invoice}})
	if err != nil {
		return nil, err
	}
	window := int64(invoiceDays(s.p)) * day
	stretches := s.withStrata(cuts, false, false)
	once := weekly{monday: s.from}
	list := make([]InvoiceStratum, len(cuts)-1)
	contact := func(sig int32) bool { return s.signatures[sig].Kind == cx.Contact }
	about := func(sig int32) bool { return contact(sig) && speaksOfInvoices.MatchString(s.signatures[sig].Reason) }
	isAbout := make([]bool, len(s.signatures))
	for i := range isAbout {
		isAbout[i] = about(int32(i))
	}
	stream := s.filter(func(sig int32) bool { return contact(sig) || s.keepSig[sig] }, 0, window)
	err = s.histories(ctx, stream, Want{}, func(*Sequence, int) {}, func(h *history) {
		for i, start := range h.start {
			if !s.keepSig[h.signature[i]] || !s.inPeriod(start) || start+window > s.asOf {
				continue
			}
			asked, other := false, false
			for j := i + 1; j < len(h.start) && h.start[j]-start <= window && !s.keepSig[h.signature[j]]; j++ {
				asked = asked || isAbout[h.signature[j]]
				other = other || !isAbout[h.signature[j]]
			}
			at, first := &list[stretches.stretch(start)], once.first(h.customer, start, 0)
			at.Asked.add(asked, first)
			at.Else.add(other, first)
		}
	})
	return list, err
}
