package walk

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/declare"
)

// RobotProfiles and RobotNetworks are what a robot can walk with, beside what was recorded.
func RobotProfiles() []string { return []string{"phone", "desk"} }

// RobotNetworks are the slow networks; none is as fast as it comes.
func RobotNetworks() []string { return []string{"fast 4G", "slow 4G"} }

// robot reads how a robot walks a scenario.
func (r *reader) robot(n declare.Node) cx.RobotWalk {
	var out cx.RobotWalk
	var walks, orders string
	r.Fields(n, "robot", map[string]func(declare.Node){
		"profile": r.oneOf(&out.Profile, "a profile", RobotProfiles()),
		"network": r.oneOf(&out.Network, "a network", RobotNetworks()),
		"walks": func(n declare.Node) {
			r.Text(&walks)(n)
			_, err := fmt.Sscanf(walks+";", "%d of %d;", &out.Need, &out.Of)
			if err != nil || out.Of < 1 || out.Of > 25 || out.Need > out.Of || 2*out.Need <= out.Of {
				r.Problem(n.Line, "walks: %q cannot decide", walks).WithRemedy("Write how many of at most 25 must agree, more than half: 2 of 3 is usual.")
			}
		},
		"orders_per_day": func(n declare.Node) {
			r.Text(&orders)(n)
			out.OrdersPerDay = r.whole(n.Line, "orders_per_day", orders)
		},
	})
	return out
}

func (r *reader) oneOf(to *string, what string, known []string) func(declare.Node) {
	return func(n declare.Node) {
		r.Text(to)(n)
		if !slices.Contains(known, *to) {
			r.Problem(n.Line, "%q is not %s", *to, what).WithRemedy("Write %s, or leave it out.", strings.Join(known, " or "))
		}
	}
}

var recordedSteps = regexp.MustCompile(`^\d+(-\d+)?$`)

func (r *reader) recorded(n declare.Node) (out cx.RecordedSteps) {
	var text string
	r.Text(&text)(n)
	if !recordedSteps.MatchString(text) {
		r.Problem(n.Line, "recorded: %q names no steps", text).WithRemedy("Write the first and the last step of the recording: 1-4.")
		return out
	}
	first, last, two := strings.Cut(text, "-")
	if !two {
		last = first
	}
	out = cx.RecordedSteps{From: r.whole(n.Line, "recorded", first), To: r.whole(n.Line, "recorded", last)}
	if out.From < 1 || out.To < out.From {
		r.Problem(n.Line, "recorded: %q goes from nowhere to nowhere", text).WithRemedy("Steps are counted from 1: 1-4.")
	}
	return out
}

// checkRobot holds what is said of robots against the rest of the scenario.
func (r *reader) checkRobot(s cx.Scenario) {
	if s.Robot != (cx.RobotWalk{}) && s.Recording == "" {
		r.Problem(r.lines["robot"], "it says how a robot walks, and there is no recording").WithRemedy("Write recording: with the name of one that you saved.")
	}
	if _, of := s.Robot.Rule(); s.Robot.OrdersPerDay > 0 && s.Robot.OrdersPerDay < of {
		r.Problem(r.lines["robot"], "a robot may order %d times a day and walks up to %d times to be sure", s.Robot.OrdersPerDay, of).
			WithRemedy("Allow %d orders, or write walks: 1 of 1.", of)
	}
	last := 0
	for _, step := range s.Script {
		at := step.Recorded
		if at.From == 0 {
			continue
		}
		if at.From <= last {
			r.Problem(r.lines["step "+step.Name], "step %q has recorded steps that another step has", step.Name).WithRemedy("Each step of the recording belongs to one step, in their order.")
		}
		last = max(last, at.To)
	}
}
