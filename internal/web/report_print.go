package web

import (
	"context"
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// PrintReport is the report as one file that stands by itself: HTML with its
// styles and fonts inside, or the PDF that a browser makes of it.
func (s *Site) PrintReport(ctx context.Context, params url.Values, pdf bool) ([]byte, error) {
	if pdf && s.PDF == nil {
		return nil, cx.Errorf(cx.Unavailable, "there is no browser here that could make a PDF").
			WithRemedy("Print the page from your own browser, or install Chromium beside Firsthand: apt-get install -y chromium")
	}
	p, err := s.reportPage(ctx, params)
	if err != nil {
		return nil, err
	}
	p.Company, p.PDFHref = s.Company, ""
	if p.Styles, err = standaloneStyles(); err != nil {
		return nil, err
	}
	html, err := s.views[cx.RoleOwner].render(p)
	if err != nil || !pdf {
		return html, err
	}
	printed, err := s.PDF(ctx, html)
	if err != nil {
		return nil, cx.Errorf(cx.Unavailable, "the PDF could not be made: %w", err).WithRemedy("Print the page from your own browser.")
	}
	return printed, nil
}

// reportPDF prints the page that report shows.
func (s *Site) reportPDF(w http.ResponseWriter, r *http.Request) error {
	pdf, err := s.PrintReport(r.Context(), filters(r), true)
	if err != nil {
		return err
	}
	attach(w, "firsthand-report.pdf", "application/pdf")
	_, _ = w.Write(pdf) // the reader has gone: nobody is left to tell
	return nil
}

// standaloneStyles is the style sheet with its fonts inside it.
func standaloneStyles() (template.CSS, error) {
	sheet, err := staticFiles.ReadFile("static/app.css")
	if err != nil {
		return "", err
	}
	fonts, err := staticFiles.ReadDir("static/font")
	if err != nil {
		return "", err
	}
	styles := string(sheet)
	for _, font := range fonts {
		if !strings.HasSuffix(font.Name(), ".woff2") {
			continue
		}
		file, err := staticFiles.ReadFile("static/font/" + font.Name())
		if err != nil {
			return "", err
		}
		styles = strings.ReplaceAll(styles, "font/"+font.Name(), "data:font/woff2;base64,"+base64.StdEncoding.EncodeToString(file))
	}
	return template.CSS(styles), nil
}
