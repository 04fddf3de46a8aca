package web

import (
	"bytes"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

// inline finds what the Content-Security-Policy would block.
var inline = regexp.MustCompile(`(?i)\sstyle="|<style|<script(?:>|\s+(?:[^>]*\s)?>)|\son[a-z]+="|href="javascript:`)

func TestNoStoryHasAnInlineScriptOrStyle(t *testing.T) {
	v, err := viewsByRole()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range stories() {
		p := framed(s)
		body, err := v[p.frame().Who.Role].render(p)
		if err != nil {
			t.Fatal(err)
		}
		if at := inline.Find(bytes.ReplaceAll(body, []byte(`<script src=`), nil)); at != nil {
			t.Errorf("%s has %q: the policy blocks it", s.Name, at)
		}
	}
}

func TestEveryPageHasAStory(t *testing.T) {
	told := map[string]bool{}
	for _, s := range stories() {
		told[s.Page.view()] = true
	}
	for _, p := range allPages() {
		if p.view() != "storybook" && !told[p.view()] {
			t.Errorf("view/%s.html has no story", p.view())
		}
	}
}

func TestStorybookAnswersWithEachStorysStatus(t *testing.T) {
	book, err := Storybook()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range stories() {
		w := httptest.NewRecorder()
		book.ServeHTTP(w, httptest.NewRequest("GET", "/storybook/"+s.Name, nil))
		if w.Code != max(s.Status, 200) {
			t.Errorf("%s answers %d", s.Name, w.Code)
		}
		if !strings.Contains(w.Header().Get("Content-Security-Policy"), "script-src 'self'") {
			t.Errorf("%s has no policy", s.Name)
		}
	}
}

func TestCellsThatLookLikeFormulasAreMadeSafe(t *testing.T) {
	for name, c := range map[string]struct{ cell, want string }{
		"a formula":                   {"=SUM(A1)", "'=SUM(A1)"},
		"a call to a program":         {"@cmd", "'@cmd"},
		"a phone number with a plus":  {"+420 601 234 567", "'+420 601 234 567"},
		"a dash before words":         {"-- none --", "'-- none --"},
		"a tab":                       {"\t=1", "'\t=1"},
		"a NUL":                       {"\x00=1", "'\x00=1"},
		"a negative number stays one": {"-12.5", "-12.5"},
		"words stay words":            {"invoice", "invoice"},
		"nothing stays nothing":       {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := formulaSafe(c.cell); got != c.want {
				t.Errorf("%q became %q, not %q", c.cell, got, c.want)
			}
		})
	}
}

func TestHeadlineSaysTheStateInOneBreath(t *testing.T) {
	for want, c := range map[string][4]int{ // fresh, open, broken, kept
		"Nothing is open, and every promise is kept.":                        {0, 0, 0, 3},
		"No problem is open.":                                                {0, 0, 0, 0},
		"No problem is open. One promise is broken.":                         {0, 0, 1, 2},
		"One problem is open. Every promise is kept.":                        {0, 1, 0, 2},
		"Two new problems.":                                                  {2, 2, 0, 0},
		"One new problem this week. Five are open. Two promises are broken.": {1, 5, 2, 0},
		"13 problems are open. Two promises are broken.":                     {0, 13, 2, 4},
	} {
		if got := headline(c[0], c[1], c[2], c[3]); got != want {
			t.Errorf("%v says %q, not %q", c, got, want)
		}
	}
}
