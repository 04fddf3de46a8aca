package simulate

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/journey"
)

func TestJourneyFileHasTheStepsThatTheGeneratorAndTheTruthName(t *testing.T) {
	text, err := declaration(JourneyFile)
	if err != nil {
		t.Fatal(err)
	}
	j, err := journey.Parse(JourneyFile, text)
	if err != nil {
		t.Fatal(err)
	}
	if j.Name != JourneyName {
		t.Errorf("the journey is called %q, the truth says %q", j.Name, JourneyName)
	}
	var steps []string
	for _, s := range j.Steps() {
		steps = append(steps, s.Name)
		if s.Owner == "" {
			t.Errorf("step %s has no owner", s.Name)
		}
	}
	if !slices.Equal(steps, Steps) {
		t.Errorf("the journey's steps are %v, the generator's %v", steps, Steps)
	}
	if j.CostPerContact.Currency != Currency || j.LostCustomerValue.Currency != Currency {
		t.Errorf("costs are %v and %v", j.CostPerContact, j.LostCustomerValue)
	}
	for _, p := range j.Personas {
		for dimension, values := range p.Where {
			known := map[string][]string{"age_group": ages, "plan": plans, "region": regions}[dimension]
			for _, v := range values {
				if !slices.Contains(known, v) {
					t.Errorf("persona %s wants %s = %s, which nobody has", p.Name, dimension, v)
				}
			}
		}
	}
	for _, event := range []string{eventViewed, eventAdded, eventCheckout, eventCouponEntered, eventCouponApplied, eventCouponDenied, eventPayment, eventInvoice} {
		if !strings.Contains(string(text), event) {
			t.Errorf("no step matches %q", event)
		}
	}
	for _, s := range surveyedSteps {
		if !slices.Contains(Steps, s) || !strings.Contains(string(text), "survey_answer, touchpoint: "+s) {
			t.Errorf("no step matches answers about %q", s)
		}
	}
}

func TestFaultsAndDecoysNameWhatThereIs(t *testing.T) {
	seen := map[string]bool{}
	once := func(name string) {
		if name == "" || seen[name] {
			t.Errorf("the name %q stands twice or is empty", name)
		}
		seen[name] = true
	}
	patterns := func(name string, list []Expectation) {
		if len(list) == 0 {
			t.Errorf("%s expects no finding", name)
		}
		for _, e := range list {
			if e.Step != "" && !slices.Contains(Steps, e.Step) {
				t.Errorf("%s expects a finding at %q, which is no step", name, e.Step)
			}
		}
	}
	for _, f := range faults {
		once(f.name)
		patterns(f.name, f.expect)
		for _, s := range f.steps {
			if !slices.Contains(Steps, s) {
				t.Errorf("%s is at %q, which is no step", f.name, s)
			}
		}
		if f.reason != "" && !slices.Contains(Reasons(), f.reason) {
			t.Errorf("%s has the reason %q, which nobody gives", f.name, f.reason)
		}
		if f.week < 0 || f.week > weeks-8 {
			t.Errorf("%s begins in week %d: findings need eight weeks of it", f.name, f.week)
		}
		if len(f.magnitudes) == 0 {
			t.Errorf("%s has no magnitude", f.name)
		}
		for _, m := range f.magnitudes {
			if m.With == m.Without {
				t.Errorf("%s changes nothing in %q", f.name, m.Measure)
			}
		}
	}
	for _, d := range decoys {
		once(d.Name)
		patterns(d.Name, d.Wrong)
		for _, f := range faults {
			for _, e := range f.expect {
				if slices.Contains(d.Wrong, e) {
					t.Errorf("%s and %s claim the same finding %+v", f.name, d.Name, e)
				}
			}
		}
	}
}

func TestEveryReasonAndEverySurveyedStepHasTexts(t *testing.T) {
	book := phrasebook()
	need := []string{"detail", "again", "opener", "closer", "comment/bad", "comment/fair", "comment/good"}
	sum := 0.0
	for _, r := range reasons {
		need = append(need, "contact/"+r.name)
		sum += r.weight
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("the reasons' weights sum to %g", sum)
	}
	for _, s := range surveyedSteps {
		for _, mood := range []tone{bad, fair, good} {
			need = append(need, "comment/"+s+"/"+string(mood))
		}
	}
	for _, section := range need {
		if len(book[section]) < 4 {
			t.Errorf("[%s] has %d lines, too few to look alive", section, len(book[section]))
		}
	}
	used := slices.Clone(need)
	for _, section := range need {
		for _, v := range variants {
			used = append(used, section+"/"+v)
		}
	}
	person := person{first: "Ada", city: "Salem", plan: planPrepaid}
	r := newStreams(1).of(forStaff, 0)
	for section, lines := range book {
		if !slices.Contains(used, section) && !strings.HasPrefix(section, "comment-tail/") {
			t.Errorf("[%s] is used by nothing", section)
		}
		for _, line := range lines {
			for _, slot := range slotsOf(line) {
				if !slices.Contains(slots, slot) {
					t.Errorf("[%s] %q has a slot %q that nothing fills", section, line, slot)
				}
			}
			for range 20 {
				if said := fill(r, line, topic{person: &person}); strings.ContainsAny(said, "{}|") {
					t.Errorf("[%s] %q becomes %q", section, line, said)
				}
			}
		}
	}
}

// slotsOf are the slots of a line, also those within alternatives.
func slotsOf(line string) []string {
	var found []string
	for {
		_, rest, ok := strings.Cut(line, "{")
		if !ok {
			return found
		}
		inside, after := closing(rest)
		if choices := alternatives(inside); len(choices) > 1 {
			for _, c := range choices {
				found = append(found, slotsOf(c)...)
			}
		} else {
			found = append(found, inside)
		}
		line = after
	}
}

func TestNumbersGivenOutNeverMeet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Uint64Range(1, 1<<40).Draw(t, "n")
		a, b := rapid.Uint64Range(0, n-1).Draw(t, "a"), rapid.Uint64Range(0, n-1).Draw(t, "b")
		x, y := scatter(a, n), scatter(b, n)
		if x >= n || y >= n || (a != b) == (x == y) {
			t.Fatalf("of %d, %d and %d become %d and %d", n, a, b, x, y)
		}
	})
}

func TestInventedPhonesAreWellFormedAndDistinct(t *testing.T) {
	seen := map[string]bool{}
	most := uint64(len(areaCodes)) * 10_000
	for i := uint64(0); i < most; i += 97 {
		phone := inventedPhone(i)
		if seen[phone] {
			t.Fatalf("%s is given out twice", phone)
		}
		seen[phone] = true
		if i%(97*50) != 0 {
			continue
		}
		parsed, err := phonenumbers.Parse(phone, "US")
		if err != nil || !phonenumbers.IsValidNumber(parsed) {
			t.Errorf("%s is not a number: %v", phone, err)
		}
	}
	if inventedPhone(most) != "" {
		t.Error("there is a number beyond the last one")
	}
}
