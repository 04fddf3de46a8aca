package web

import (
	"net/http"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// story is a page in one state, from fixed figures.
type story struct {
	Name   string // page/state
	Page   page
	Status int
}

// stories lists every page in every state.
func stories() []story {
	var all []story
	for _, of := range []func() []story{
		todayStories, journeyStories, billStories, processStories, journeyListStories, findingStories, questionStories, leaversStories, traitStories, customerStories, walksStories, robotStories, sourceStories, reportStories, problemStories, signInStories, peopleStories,
		invitationStories, walkStories, walkClosedStories,
	} {
		all = append(all, of()...)
	}
	return all
}

type storybookPage struct {
	Frame
	Groups []storyGroup
}

func (*storybookPage) view() string { return "storybook" }

type storyGroup struct {
	Name  string
	Links []linkRow
}

// Storybook shows every page in every state. It reads no data: designers and the
// tests look at it, a company's server offers it only when asked to.
func Storybook() (http.Handler, error) {
	v, err := viewsByRole()
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /static/", static())
	index := &storybookPage{Frame: Frame{Title: "Storybook"}}
	for _, s := range stories() {
		p := framed(s)
		body, err := v[p.frame().Who.Role].render(p)
		if err != nil {
			return nil, err
		}
		mux.HandleFunc("GET /storybook/"+s.Name, func(w http.ResponseWriter, _ *http.Request) {
			writePage(w, max(s.Status, http.StatusOK), body)
		})
		group, state, _ := strings.Cut(s.Name, "/")
		if n := len(index.Groups); n == 0 || index.Groups[n-1].Name != group {
			index.Groups = append(index.Groups, storyGroup{Name: group})
		}
		last := &index.Groups[len(index.Groups)-1]
		last.Links = append(last.Links, linkRow{state, "/storybook/" + s.Name})
	}
	body, err := v[""].render(index)
	if err != nil {
		return nil, err
	}
	mux.HandleFunc("GET /storybook", func(w http.ResponseWriter, _ *http.Request) { writePage(w, http.StatusOK, body) })
	return hardened(mux), nil
}

// framed gives a story the frame that the server gives a page.
func framed(s story) page {
	f := s.Page.frame()
	if f.Section != "" {
		f.SignedIn, f.Who.Role = true, cx.Role(or(string(f.Who.Role), string(cx.RoleOwner)))
		f.Company = "Lumen Telecom"
	}
	return s.Page
}
