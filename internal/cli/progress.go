package cli

import (
	"fmt"
	"io"
	"time"

	"github.com/schollz/progressbar/v3"

	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/question"
)

// progress shows rows, rate and time left on a screen, and nothing elsewhere.
type progress struct {
	bar  *progressbar.ProgressBar
	file string
}

func newProgress(w io.Writer, file string) *progress {
	p := &progress{file: file}
	if isTerminal(w) {
		p.bar = progressbar.NewOptions64(100, progressbar.OptionSetWriter(w), progressbar.OptionSetPredictTime(false),
			progressbar.OptionSetElapsedTime(false), progressbar.OptionClearOnFinish(), progressbar.OptionSetWidth(24),
			progressbar.OptionThrottle(100*time.Millisecond))
	}
	return p
}

func (p *progress) show(r ingest.Run) {
	if p.bar == nil {
		return
	}
	count := question.Column{Unit: "count"}.Figure
	text := fmt.Sprintf("%s: %s rows, %s a second", p.file, count(float64(r.Rows)), count(r.Rate))
	if r.Phase != "" {
		text += ", " + r.Phase
	}
	if r.Left >= 1 {
		text += ", " + question.Duration(r.Left) + " left"
	}
	p.bar.Describe(text)
	if r.Total > 0 {
		_ = p.bar.Set64(min(99, r.Bytes*100/r.Total))
	}
}

func (p *progress) clear() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
}
