package app_test

import (
	"bytes"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/app"
)

// visitor is somebody signed in who looks at pages and sends forms.
type visitor struct {
	t      *testing.T
	s      *httptest.Server
	cookie *http.Cookie
}

func visit(t *testing.T, a *app.App, s *httptest.Server) visitor {
	t.Helper()
	cookie, err := a.SignInForBench()
	if err != nil {
		t.Fatal(err)
	}
	return visitor{t, s, cookie}
}

// page is a page's words, and where it leads to if it is another.
func (v visitor) page(method, path, kind string, body io.Reader) (text, next string) {
	v.t.Helper()
	r, err := http.NewRequest(method, v.s.URL+path, body)
	if err != nil {
		v.t.Fatal(err)
	}
	r.AddCookie(v.cookie)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode >= 400 {
		v.t.Fatalf("%s %s answers %s, %v: %s", method, path, res.Status, err, raw)
	}
	return string(raw), res.Header.Get("Location")
}

func (v visitor) upload(name, content string) string {
	v.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", name)
	if err != nil {
		v.t.Fatal(err)
	}
	_, _ = io.WriteString(part, content)
	if err := form.Close(); err != nil {
		v.t.Fatal(err)
	}
	_, next := v.page(http.MethodPost, "/sources/upload", form.FormDataContentType(), &body)
	return next
}

var textarea = regexp.MustCompile(`(?s)<textarea[^>]*>(.*?)</textarea>`)

// imported presses Import and waits for what the page says then.
func (v visitor) imported(upload, page string) string {
	v.t.Helper()
	found := textarea.FindStringSubmatch(page)
	if found == nil {
		v.t.Fatalf("there is no mapping to import with: %s", page)
	}
	form := url.Values{"do": {"import"}, "mapping": {html.UnescapeString(found[1])}}
	_, run := v.page(http.MethodPost, upload, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
	for {
		text, next := v.page(http.MethodGet, run, "", nil)
		if next != "" {
			text, _ = v.page(http.MethodGet, next, "", nil)
			return text
		}
		if strings.Contains(text, "was not imported") {
			v.t.Fatal(text)
		}
	}
}

// says reports which of the words a page lacks.
func (v visitor) says(page string, words ...string) {
	v.t.Helper()
	page = html.UnescapeString(page)
	for _, w := range words {
		if !strings.Contains(page, w) {
			v.t.Errorf("the page does not say %q:\n%s", w, page)
		}
	}
}

const twoThings = `order_id,customer_id,ordered_at,amount,currency,status,invoice_id,issued_at,due_at,paid_at
A-1,17,2026-03-01,12.50,EUR,shipped,R-1,2026-03-02,2026-03-16,2026-03-10
`

// TestThePageAsksWhichOfTwoExportsAFileIs has somebody upload a table that is one of orders
// and one of invoices, say which, and import it.
func TestThePageAsksWhichOfTwoExportsAFileIs(t *testing.T) {
	a, s := server(t)
	v := visit(t, a, s)
	upload := v.upload("both.csv", twoThings)
	page, _ := v.page(http.MethodGet, upload, "", nil)
	v.says(page, "Say which one it is", "Table of orders", "6 of its 6 usual columns", "Table of invoices", "7 of its 7 usual columns", "None of these",
		`href="`+upload+`?source=orders"`, `href="`+upload+`?source=invoices"`, `href="`+upload+`?source=none"`)
	if textarea.MatchString(page) {
		t.Error("it guesses a mapping before anybody says which")
	}
	page, _ = v.page(http.MethodGet, upload+"?source=none", "", nil)
	v.says(page, "source: both", "Proposed from the names and values", "It may also be a table of orders")
	page, _ = v.page(http.MethodGet, upload+"?source=invoices", "", nil)
	v.says(page, "Read as: table of invoices", "1 row becomes 1 interaction")
	v.says(v.imported(upload, page), "Imported. 1 new interactions", "of invoices")
}

func TestThePageSaysWhomAListNames(t *testing.T) {
	a, s := server(t)
	v := visit(t, a, s)
	upload := v.upload("customers.csv", `First Name,Last Name,Email,Accepts Email Marketing,Company,Address1,Address2,City,Province,Province Code,Country,Country Code,Zip,Phone,Accepts SMS Marketing,Total Spent,Total Orders,Tags,Note,Tax Exempt
Ana,Silva,Ana@Example.com,yes,,Lindenstraße 5,,Berlin,Berlin,BE,Germany,DE,'01067,030 901820,no,120.50,3,vip,,no
Ben,Okoro,ben@example.com,no,,Hauptstr. 12,,Köln,,NW,Germany,DE,'50667,,no,0.00,0,,,no
,,,no,,,,,,,,,,,no,35.00,1,,,no
`)
	page, _ := v.page(http.MethodGet, upload, "", nil)
	v.says(page, "Recognised: Shopify customer export, 100 % sure: 15 of its 15 usual columns are there", "3 rows become 2 people.",
		"Ana, Silva, Lindenstraße 5, 01067, Berlin", "phone +4930901820", "Total Spent: 120.50", "nothing of this row is kept")
	v.says(v.imported(upload, page), "Imported. 2 people, 2 of them new customers", "People named", "1 rows have no number, e-mail or phone")
	page, _ = v.page(http.MethodGet, "/sources", "", nil)
	v.says(page, "shopify_customers", "2 people")
	page, _ = v.page(http.MethodGet, "/sources/imports/1/undo", "", nil)
	v.says(page, "What the file says of 2 people goes", "No interaction goes")
	_, next := v.page(http.MethodPost, "/sources/imports/1/undo", "", nil)
	page, _ = v.page(http.MethodGet, next, "", nil)
	v.says(page, "Undone: what the file said of 2 people is gone")
}
