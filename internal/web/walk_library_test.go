package web

import (
	"html"
	"strings"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

func TestEveryWalkOfTheLibraryCanBeWalkedOnAPhone(t *testing.T) {
	library, err := walk.Library()
	if err != nil {
		t.Fatal(err)
	}
	v, err := parseViews(allPages(), opensFor(cx.RoleWalker))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range library {
		t.Run(s.ID, func(t *testing.T) {
			d := libraryWalk(s.ID)
			if len(s.Arms) > 0 {
				d.Arm = s.Arms[0].Name
			}
			body, err := v.render(storySite().walkOf(d, partBrief))
			if err != nil {
				t.Fatal(err)
			}
			page := strings.Join(strings.Fields(html.UnescapeString(string(body))), " ")
			want := append([]string{d.Filled.Persona}, paragraphs(d.Filled.Brief)...)
			want = append(append(want, d.Filled.Never...), d.Filled.Bring...)
			for _, arm := range d.Filled.Arms {
				if strings.Contains(page, arm.Brief) != (arm.Name == d.Arm) {
					t.Errorf("what only %q is told is shown to %q, or not to them", arm.Name, d.Arm)
				}
			}
			parts := map[string]bool{partEnd: true}
			for _, step := range d.Filled.Script {
				parts[step.Name] = true
				want = append(append(want, step.Do, step.Say), step.FollowUps...)
				for _, o := range step.Objections {
					want = append(want, o.If, o.Say)
				}
				for _, p := range step.Promises {
					want = append(want, p.Text)
				}
				for _, e := range step.Evidence {
					want = append(want, sentenceCase(e.Of))
				}
				if step.Ask == nil {
					continue
				}
				want = append(want, step.Ask.Question)
				_, own, _ := strings.Cut(page, `data-step="`+step.Name+`"`)
				own, _, _ = strings.Cut(own, "</section>")
				for _, right := range step.Ask.Right {
					if shown := strings.Contains(own, "<dd>"+right+"</dd>"); shown != (step.Ask.By != cx.ByWalker) {
						t.Errorf("the answer %q of step %s is shown: %v", right, step.Name, shown)
					}
				}
			}
			for _, c := range d.Filled.Criteria {
				want = append(want, c.Text)
			}
			for _, text := range want {
				if !strings.Contains(page, strings.Join(strings.Fields(text), " ")) {
					t.Errorf("the page lacks %q", text)
				}
			}
			// Every step leads on to a part that is there, and the end can be reached.
			p := storySite().walkOf(d, "")
			for _, step := range p.Steps {
				if !parts[step.Next] {
					t.Errorf("the step %s leads to %q", step.Name, step.Next)
				}
				for _, b := range step.Branches {
					if !parts[partOf(b.Go)] {
						t.Errorf("a branch of %s leads to %q", step.Name, b.Go)
					}
				}
			}
		})
	}
}
