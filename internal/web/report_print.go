package web

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"regexp"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

var (
	sheetLink = regexp.MustCompile(`<link rel="stylesheet" href="/static/([a-z0-9.-]+)">`)
	otherLink = regexp.MustCompile(`(?s)<link rel="icon"[^>]*>|<script[^>]*></script>`)
)

// PrintReport is the report as one file that stands by itself: HTML with its
// styles inside, or a PDF of it.
func (s *Site) PrintReport(ctx context.Context, params url.Values, pdf bool) ([]byte, error) {
	p, err := s.reportPage(ctx, params)
	if err != nil {
		return nil, err
	}
	p.Company, p.PDFHref = s.Company, ""
	html, err := s.views.render(p)
	if err != nil {
		return nil, err
	}
	if html, err = standalone(html); err != nil || !pdf {
		return html, err
	}
	return s.print(ctx, html)
}

// print makes a PDF of a page that stands by itself.
func (s *Site) print(ctx context.Context, html []byte) ([]byte, error) {
	if s.PDF == nil {
		return nil, cx.Errorf(cx.Unavailable, "there is no browser here that could make a PDF").
			WithRemedy("Print the page from your own browser, or install Chromium beside Firsthand: apt-get install -y chromium")
	}
	out, err := s.PDF(ctx, html)
	if err != nil {
		return nil, cx.Errorf(cx.Unavailable, "the PDF could not be made: %w", err).WithRemedy("Print the page from your own browser.")
	}
	return out, nil
}

// standalone puts a page's style sheets into it and takes its scripts out.
func standalone(html []byte) ([]byte, error) {
	var failed error
	html = sheetLink.ReplaceAllFunc(html, func(link []byte) []byte {
		sheet, err := staticFiles.ReadFile("static/" + string(sheetLink.FindSubmatch(link)[1]))
		if err != nil {
			failed = fmt.Errorf("put the styles into the report: %w", err)
		}
		return bytes.Join([][]byte{[]byte("<style>"), sheet, []byte("</style>")}, nil)
	})
	return otherLink.ReplaceAll(html, nil), failed
}
