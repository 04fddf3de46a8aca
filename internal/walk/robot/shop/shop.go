// Package shop is a small shop with a basket, promotion codes, a checkout, a
// return and a contact form, made to be walked in tests and the bench. It is
// friendly to phones and to screen readers as it is; each Fault breaks it in one
// way that customers meet. Recording holds walks of it in the format of Chrome's Recorder.
//
// It sells nothing and forgets everything. Start reading at New.
package shop

import (
	"crypto/rand"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Fault is one way in which the shop is broken.
type Fault string

// The faults.
const (
	CoveredButton     Fault = "covered button"        // a cookie notice lies over the way to the checkout
	PromoFailsOnPhone Fault = "promo fails on phones" // the code works at a desk only
	PromoChargesFull  Fault = "promo charges full"    // the code is welcomed and the price stays
	SlowPage          Fault = "slow page"             // the product's page takes Delay
	CheckoutError     Fault = "checkout error"        // ordering answers 500
	ConsoleError      Fault = "console error"         // a script logs an error
	Exception         Fault = "exception"             // a script throws and nobody catches
	MissingImage      Fault = "missing image"         // a picture answers 404
	TinyTargets       Fault = "tiny targets"          // links too small and too close for a finger
	Overflow          Fault = "overflow"              // the page is wider than a phone
	MissingLabel      Fault = "missing label"         // an input says its name to the eye only
	NoViewport        Fault = "no viewport"           // phones show the page as at a desk, but small
	ZoomBlocked       Fault = "zoom blocked"          // the page forbids to zoom in
	SmallText         Fault = "small text"            // too small to read
	DeadButton        Fault = "dead button"           // sending a return does nothing
	RenamedButton     Fault = "renamed button"        // the buy button goes by another name: no harm to customers
	WrongPage         Fault = "wrong page"            // after ordering one stands at the start again
	LeavesSite        Fault = "leaves site"           // the way to pay leads to somebody else's site
)

// Code is the promotion code that the shop takes 10 % off for.
const Code = "SPRING10"

// Delay is what a slow page takes: over the 1.8 seconds from which a server's
// first word counts as poor (web.dev/ttfb).
const Delay = 2 * time.Second

//go:embed page
var pageFiles embed.FS

//go:embed recording
var recordingFiles embed.FS

// The walks of the shop, by the practice that they carry out.
const (
	OpenOnPhone = "w1-open-on-phone.json"
	Promo       = "w2-promo.json"
	Buy         = "w6-buy.json"
	Return      = "w8-return.json"
)

// Recording is one of the walks; its variable is `site`, the shop's address.
func Recording(name string) []byte {
	text, err := recordingFiles.ReadFile("recording/" + name)
	if err != nil {
		return nil
	}
	return text
}

// Shop serves the pages.
type Shop struct {
	http.Handler
	faults []Fault
	pages  *template.Template

	mu      sync.Mutex
	baskets map[string]*basket
	orders  int
	marked  int // requests that said that they are a walk's
}

type basket struct {
	Lines []product
	Code  string
	// Refused is a code that was not taken.
	Refused string
	free    bool // the code is welcomed and nothing comes of it
}

type product struct {
	ID, Name, About string
	Cents           int
}

var products = []product{
	{"lamp", "Reading lamp", "Warm light, folds flat.", 2400},
	{"kettle", "Kettle", "Boils a litre in three minutes.", 3990},
	{"chair", "Folding chair", "Oak and canvas.", 8900},
}

// New opens a shop with these faults.
func New(faults ...Fault) *Shop {
	s := &Shop{faults: faults, baskets: map[string]*basket{}}
	s.pages = template.Must(template.New("").Funcs(template.FuncMap{
		"money": func(cents int) string { return fmt.Sprintf("€ %d.%02d", cents/100, cents%100) },
		"has":   s.has,
		"fault": func(name string) bool { return s.has(Fault(name)) },
	}).ParseFS(pageFiles, "page/*.html"))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", s.page("catalogue", "Everyday things"))
	mux.HandleFunc("GET /product/{id}", s.product)
	mux.HandleFunc("POST /basket", s.add)
	mux.HandleFunc("GET /basket", s.page("basket", "Your basket"))
	mux.HandleFunc("POST /promo", s.promo)
	mux.HandleFunc("GET /checkout", s.checkout)
	mux.HandleFunc("POST /checkout", s.order)
	mux.HandleFunc("GET /thanks", s.page("thanks", "Thank you"))
	mux.HandleFunc("GET /return", s.page("return", "Return something"))
	mux.HandleFunc("POST /return", s.returned)
	mux.HandleFunc("GET /contact", s.page("contact", "Write to us"))
	mux.HandleFunc("POST /contact", s.page("written", "We have your message"))
	mux.HandleFunc("GET /picture/{name}", picture)
	s.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Firsthand-Walk") != "" {
			s.mu.Lock()
			s.marked++
			s.mu.Unlock()
		}
		mux.ServeHTTP(w, r)
	})
	return s
}

func (s *Shop) has(f Fault) bool { return slices.Contains(s.faults, f) }

// Orders is how many orders were taken.
func (s *Shop) Orders() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.orders
}

// Marked is how many requests said that they are a walk's.
func (s *Shop) Marked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.marked
}

// view is what every page knows.
type view struct {
	Title    string
	Products []product
	Product  product
	Basket   basket
	Total    int
	Off      int
}

func (s *Shop) show(w http.ResponseWriter, r *http.Request, name string, v view) {
	v.Products = products
	s.mu.Lock()
	b := *s.basket(w, r)
	s.mu.Unlock()
	v.Basket = b
	for _, line := range b.Lines {
		v.Total += line.Cents
	}
	if b.Code != "" && !b.free {
		v.Off = v.Total / 10
	}
	v.Total -= v.Off
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if err := s.pages.ExecuteTemplate(w, name+".html", v); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (s *Shop) page(name, title string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { s.show(w, r, name, view{Title: title}) }
}

// basket is the visitor's; the lock is held.
func (s *Shop) basket(w http.ResponseWriter, r *http.Request) *basket {
	if c, err := r.Cookie("visitor"); err == nil && s.baskets[c.Value] != nil {
		return s.baskets[c.Value]
	}
	id := rand.Text()
	http.SetCookie(w, &http.Cookie{Name: "visitor", Value: id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	s.baskets[id] = &basket{}
	return s.baskets[id]
}

func find(id string) (product, bool) {
	i := slices.IndexFunc(products, func(p product) bool { return p.ID == id })
	if i < 0 {
		return product{}, false
	}
	return products[i], true
}

func (s *Shop) product(w http.ResponseWriter, r *http.Request) {
	p, ok := find(r.PathValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	if s.has(SlowPage) {
		select {
		case <-r.Context().Done():
		case <-time.After(Delay):
		}
	}
	s.show(w, r, "product", view{Title: p.Name, Product: p})
}

func (s *Shop) add(w http.ResponseWriter, r *http.Request) {
	p, ok := find(r.FormValue("id"))
	if !ok {
		http.NotFound(w, r)
		return
	}
	s.mu.Lock()
	b := s.basket(w, r)
	b.Lines = append(b.Lines, p)
	s.mu.Unlock()
	http.Redirect(w, r, "/basket", http.StatusSeeOther)
}

func (s *Shop) promo(w http.ResponseWriter, r *http.Request) {
	code := strings.ToUpper(strings.TrimSpace(r.FormValue("code")))
	s.mu.Lock()
	b := s.basket(w, r)
	b.Code, b.Refused = "", code
	if fails := s.has(PromoFailsOnPhone) && strings.Contains(r.UserAgent(), "Mobile"); code == Code && !fails {
		b.Code, b.Refused, b.free = code, "", s.has(PromoChargesFull)
	}
	s.mu.Unlock()
	http.Redirect(w, r, "/basket", http.StatusSeeOther)
}

func (s *Shop) checkout(w http.ResponseWriter, r *http.Request) {
	if s.has(LeavesSite) {
		http.Redirect(w, r, "http://pay.example/start", http.StatusSeeOther)
		return
	}
	s.show(w, r, "checkout", view{Title: "Checkout"})
}

func (s *Shop) order(w http.ResponseWriter, r *http.Request) {
	if s.has(CheckoutError) {
		http.Error(w, "Something went wrong.", http.StatusInternalServerError)
		return
	}
	s.mu.Lock()
	s.orders++
	*s.basket(w, r) = basket{}
	s.mu.Unlock()
	if s.has(WrongPage) {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	http.Redirect(w, r, "/thanks", http.StatusSeeOther)
}

func (s *Shop) returned(w http.ResponseWriter, r *http.Request) {
	if s.has(DeadButton) {
		w.WriteHeader(http.StatusNoContent) // the browser stays where it is
		return
	}
	s.show(w, r, "returned", view{Title: "Your return is on its way"})
}

// picture draws a product, so that the pages have something to load.
func picture(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimSuffix(r.PathValue("name"), ".svg")
	if _, ok := find(name); !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "image/svg+xml")
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180"><rect width="320" height="180" fill="#dce6dd"/><text x="160" y="100" font-size="28" text-anchor="middle" fill="#24402c">%s</text></svg>`, name)
}
