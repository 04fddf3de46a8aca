package web

import (
	"fmt"
	"html/template"
	"strings"

	qr "github.com/piglig/go-qr"
)

// qrCode draws a text as a QR code (ISO/IEC 18004), as SVG, with the quiet zone of four
// modules that the standard asks for. label says what it leads to.
func qrCode(text, label string) (template.HTML, error) {
	code, err := qr.EncodeText(text, qr.Medium)
	if err != nil {
		return "", fmt.Errorf("draw a QR code: %w", err)
	}
	const quiet = 4
	var path strings.Builder
	for y := range code.Size() {
		for x := range code.Size() {
			if code.Module(x, y) {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	side := code.Size() + 2*quiet
	svg := fmt.Sprintf(`<svg class="qr" viewBox="0 0 %d %d" role="img" aria-label="%s" shape-rendering="crispEdges"><rect class="light" width="%d" height="%d"/><path class="dark" d="%s"/></svg>`,
		side, side, template.HTMLEscapeString(label), side, side, path.String())
	return template.HTML(svg), nil //nolint:gosec // numbers, and an escaped label
}
