package cli

import (
	"strconv"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
)

// recordList lays interactions out as a timeline.
func recordList(records []identity.Line) list {
	l := list{head: []string{"When (UTC)", "Profile", "Source", "What", "Channel", "Touchpoint", "Reason", "Outcome", "Score", "Words"}}
	for _, r := range records {
		when := r.Start.UTC().Format("2006-01-02 15:04")
		if r.Precision == cx.ToTheDay {
			when = r.Start.UTC().Format(time.DateOnly)
		}
		who := "not identified"
		if r.Profile != 0 {
			who = strconv.FormatInt(int64(r.Profile), 10)
		}
		score := ""
		if r.Score != nil {
			score = strconv.FormatFloat(*r.Score, 'f', -1, 64) + " (" + r.Scale + ")"
		}
		words := ""
		for _, t := range r.Texts {
			words = join(words, t.Text)
		}
		l.rows = append(l.rows, []string{
			when, who, r.Signature.Source, r.Signature.Kind.String(), r.Signature.Channel, r.Signature.Touchpoint,
			r.Signature.Reason, r.Signature.Outcome, score, shorten(words, 400),
		})
	}
	return l
}

func join(a, b string) string {
	if a == "" {
		return b
	}
	return a + " · " + b
}

func shorten(s string, runes int) string {
	r := []rune(s)
	if len(r) <= runes {
		return s
	}
	return string(r[:runes-1]) + "…"
}

func itoa(n int) string { return strconv.Itoa(n) }
