package chart

import (
	"fmt"
	"html/template"
	"slices"
)

// Spark draws a count's course as small bars, the one at hand marked; words say it to
// readers of the screen.
func Spark(counts []int64, at int, words string) template.HTML {
	if len(counts) < 2 {
		return ""
	}
	const bar, gap, height = 7, 2, 24
	most := max(1, slices.Max(counts))
	var c canvas
	for i, n := range counts {
		class := "bar"
		if i == at {
			class = "bar on"
		}
		h := max(1, float64(n)/float64(most)*height)
		c.rect(class, float64(i*(bar+gap)), height-h, bar, h)
	}
	w := len(counts)*(bar+gap) - gap
	return template.HTML(fmt.Sprintf(`<svg class="chart spark" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">%s</svg>`,
		w, height, w, height, template.HTMLEscapeString(words), c.b.String()))
}
