package web

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/firsthand-cx/firsthand/internal/walk"
)

// robotReport is what a robot measured, over all its runs of one walk.
type robotReport struct {
	Verdict    string
	Kind       string
	Text       string
	Share      string // "2 of 3 runs went well"
	Reason     string
	Praise     []string
	Findings   []robotFinding
	Sometimes  []robotFinding
	Runs       []robotRun
	ReportHref string
}

type robotFinding struct {
	What, Text, Where, Often string
	Kind                     string
}

type robotRun struct {
	Title, Summary string
	Chip           Chip
	Open           bool
	Film           []filmFrame
	FilmHref       string // the first picture
	Steps          []robotStep
	Pages          []robotPage
}

type filmFrame struct{ Href, At, Step string }

type robotStep struct {
	Number, What, Problem, Result string
	Kind                          string
	Page, Robot                   string
	Healed                        string
	Picture                       string
	URL                           string
}

type robotPage struct {
	URL, Title string
	Vitals     []robotVital
	Violations []robotViolation
	Mobile     []string
}

type robotVital struct{ Name, Value, Kind string }

type robotViolation struct {
	Help, Rule, Impact, Where, Count string
}

// robotFile is what a robot's report holds: the verdict over all runs and the recording
// of each. walk/robot writes it; a test here writes one of its types and reads it.
type robotFile struct {
	Verdict struct {
		Outcome   string            `json:"outcome"`
		Fault     string            `json:"fault"`
		Text      string            `json:"text"`
		Walks     int               `json:"walks"`
		Well      int               `json:"well"`
		Broken    int               `json:"broken"`
		Reason    string            `json:"reason"`
		Findings  []findingMeasured `json:"findings"`
		Sometimes []findingMeasured `json:"sometimes"`
		Praise    []string          `json:"praise"`
	} `json:"verdict"`
	Runs []runMeasured `json:"runs"`
}

type findingMeasured struct {
	Kind  string `json:"kind"`
	Step  int    `json:"step"`
	URL   string `json:"url"`
	Text  string `json:"text"`
	Walks int    `json:"walks"`
	Minor bool   `json:"minor"`
}

type runMeasured struct {
	Profile string         `json:"profile"`
	Network string         `json:"network"`
	Browser string         `json:"browser"`
	Outcome string         `json:"outcome"`
	Reason  string         `json:"reason"`
	Fault   string         `json:"fault"`
	Elapsed float64        `json:"elapsed_ms"`
	Steps   []stepMeasured `json:"steps"`
	Pages   []pageMeasured `json:"pages"`
	Film    []struct {
		At   float64 `json:"at_ms"`
		Name string  `json:"name"`
		Step int     `json:"step"`
	} `json:"film"`
}

type stepMeasured struct {
	Number   int    `json:"number"`
	What     string `json:"what"`
	Result   string `json:"result"`
	Problem  string `json:"problem"`
	URL      string `json:"url"`
	Selector int    `json:"selector"`
	Timing   struct {
		Page  float64 `json:"page_ms"`
		Robot float64 `json:"robot_ms"`
	} `json:"timing"`
	Picture string `json:"picture"`
}

type pageMeasured struct {
	URL    string `json:"url"`
	Title  string `json:"title"`
	Vitals map[string]struct {
		Value  float64 `json:"value"`
		Rating string  `json:"rating"`
	} `json:"vitals"`
	Accessibility []struct {
		Rule   string   `json:"rule"`
		Impact string   `json:"impact"`
		Help   string   `json:"help"`
		Count  int      `json:"count"`
		Where  []string `json:"where"`
	} `json:"accessibility"`
	Mobile *struct {
		HasViewport   bool     `json:"hasViewport"`
		ZoomBlocked   bool     `json:"zoomBlocked"`
		Overflow      float64  `json:"overflow"`
		TinyTargets   int      `json:"tinyTargets"`
		Tiny          []string `json:"tiny"`
		SmallText     int      `json:"smallText"`
		ZoomingInputs int      `json:"zoomingInputs"`
		OverlayShare  float64  `json:"overlayShare"`
	} `json:"mobile"`
}

const maxReport = 40 << 20

func (s *Site) robotReport(d walk.Detail, piece walk.Piece) (*robotReport, error) {
	file, err := s.Rooms.Evidence(piece.File)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var f robotFile
	if err := json.NewDecoder(io.LimitReader(file, maxReport)).Decode(&f); err != nil {
		return nil, fmt.Errorf("read the robot's report: %w", err)
	}
	return newRobotReport(d, f, piece), nil
}

func newRobotReport(d walk.Detail, f robotFile, piece walk.Piece) *robotReport {
	pictures := map[string]bool{}
	for _, p := range d.Visit.Pieces {
		pictures[p.Key] = strings.HasPrefix(p.Media, "image/")
	}
	out := &robotReport{Text: f.Verdict.Text, Reason: f.Verdict.Reason, Praise: f.Verdict.Praise, ReportHref: evidencePath(d.ID, piece.Key)}
	out.Verdict, out.Kind = verdictWords(f.Verdict.Outcome, f.Verdict.Fault)
	out.Share = fmt.Sprintf("%d of %s went well", f.Verdict.Well, plural(f.Verdict.Walks, "run", "runs"))
	if f.Verdict.Broken > 0 {
		out.Share += "; our robot broke in " + plural(f.Verdict.Broken, "other", "others")
	}
	for _, x := range f.Verdict.Findings {
		out.Findings = append(out.Findings, newRobotFinding(x, f.Verdict.Walks))
	}
	for _, x := range f.Verdict.Sometimes {
		out.Sometimes = append(out.Sometimes, newRobotFinding(x, f.Verdict.Walks))
	}
	for i, run := range f.Runs {
		out.Runs = append(out.Runs, newRobotRun(d.ID, i+1, run, pictures))
	}
	for i := range out.Runs { // the one that says most: the first that did not go well
		if out.Runs[i].Chip.Kind != "good" || i == len(out.Runs)-1 {
			out.Runs[i].Open = true
			break
		}
	}
	return out
}

// verdictWords say whose doing it was, in three words.
func verdictWords(outcome, fault string) (words, kind string) {
	switch {
	case outcome == "went_well" || outcome == "completed" || outcome == "stopped_before_order":
		return "It went well", "good"
	case outcome == "refused":
		return "Stopped to do no harm", "warn"
	case outcome == "infrastructure":
		return "Our robot broke", ""
	case fault == "their_site":
		return "Their site", "bad"
	case fault == "our_robot":
		return "Our robot", ""
	}
	return "Cannot tell", "warn"
}

// robotKinds say the kinds of findings as a person would.
var robotKinds = map[string]string{
	"not_found": "Not to be found", "not_usable": "Not usable", "covered": "Covered", "healed": "Found another way", "no_navigation": "The page did not come",
	"wrong_page": "Another page than expected", "not_as_expected": "Not as expected", "load_failed": "The page did not load", "http_error": "Error of their server",
	"request_failed": "A request got no answer", "console_error": "Error in the page", "exception": "Error in the page's script", "slow": "Slow",
	"inaccessible": "Not accessible", "no_viewport": "Not made for phones", "zoom_blocked": "Zooming is blocked", "overflow": "Wider than the screen",
	"tiny_targets": "Too small to touch", "small_text": "Too small to read", "zooming_inputs": "Jumps when you type", "overlay": "Hidden under a layer",
	"foreign_site": "Led to somebody else's site", "dialog": "A box that stops everything", "script": "The recording asks for what cannot be",
	"order_cap": "As many orders as are allowed", "robot_broke": "Our robot broke",
}

func newRobotFinding(x findingMeasured, of int) robotFinding {
	f := robotFinding{What: or(robotKinds[x.Kind], spaced(x.Kind)), Text: x.Text, Kind: "bad", Often: fmt.Sprintf("in %d of %d", x.Walks, of)}
	if x.Minor {
		f.Kind = ""
	}
	if x.Step > 0 {
		f.Where = "step " + strconv.Itoa(x.Step)
	}
	return f
}

func newRobotRun(id int64, n int, run runMeasured, pictures map[string]bool) robotRun {
	words, kind := verdictWords(run.Outcome, run.Fault)
	out := robotRun{Title: "Run " + strconv.Itoa(n), Chip: Chip{kind, words}, Summary: strings.Join(slices.DeleteFunc([]string{run.Reason, run.Profile, networkWords(run.Network), milliseconds(run.Elapsed), run.Browser}, func(s string) bool { return s == "" }), " · ")}
	picture := func(name string) string {
		if key := fmt.Sprintf("run-%d-%s", n, name); name != "" && pictures[key] {
			return evidencePath(id, key)
		}
		return ""
	}
	for _, frame := range run.Film {
		if href := picture(frame.Name); href != "" {
			out.Film = append(out.Film, filmFrame{href, milliseconds(frame.At), "step " + strconv.Itoa(frame.Step)})
		}
	}
	if len(out.Film) > 0 {
		out.FilmHref = out.Film[0].Href
	}
	for _, step := range run.Steps {
		row := robotStep{
			Number: strconv.Itoa(step.Number), What: step.What, Problem: step.Problem, URL: step.URL, Picture: picture(step.Picture),
			Page: milliseconds(step.Timing.Page), Robot: milliseconds(step.Timing.Robot), Result: sentenceless(spaced(step.Result)),
			Kind: map[string]string{"done": "good", "failed": "bad"}[step.Result],
		}
		if step.Selector > 1 {
			row.Healed = "Found by its " + ordinal(step.Selector) + " selector: the recording grows old."
		}
		out.Steps = append(out.Steps, row)
	}
	for _, page := range run.Pages {
		out.Pages = append(out.Pages, newRobotPage(page))
	}
	return out
}

func networkWords(n string) string {
	if n == "" {
		return ""
	}
	return spaced(n) + " network"
}

func ordinal(n int) string {
	if n < len(ordinals) {
		return ordinals[n]
	}
	return strconv.Itoa(n) + "th"
}

var ordinals = []string{"", "first", "second", "third", "fourth", "fifth", "sixth"}

func milliseconds(v float64) string {
	switch {
	case v <= 0:
		return ""
	case v < 1000:
		return strconv.Itoa(int(v+.5)) + " ms"
	}
	return strconv.FormatFloat(v/1000, 'f', 1, 64) + " s"
}

// vitalNames are the web vitals in the order in which they are read (Google, web.dev/vitals).
var vitalNames = []struct{ name, means string }{
	{"LCP", "until the main thing is seen"}, {"INP", "until it reacts"}, {"CLS", "how much it jumps"}, {"FCP", "until anything is seen"}, {"TTFB", "until the server answers"},
}

func newRobotPage(page pageMeasured) robotPage {
	out := robotPage{URL: page.URL, Title: or(page.Title, page.URL)}
	for _, v := range vitalNames {
		vital, ok := page.Vitals[v.name]
		if !ok {
			continue
		}
		value := milliseconds(vital.Value)
		if v.name == "CLS" {
			value = strconv.FormatFloat(vital.Value, 'f', 2, 64)
		}
		out.Vitals = append(out.Vitals, robotVital{v.name + ", " + v.means, or(value, "0 ms"), map[string]string{"good": "good", "needs-improvement": "warn", "poor": "bad"}[vital.Rating]})
	}
	worst := []string{"critical", "serious", "moderate", "minor"}
	for _, x := range page.Accessibility {
		out.Violations = append(out.Violations, robotViolation{x.Help, x.Rule, x.Impact, strings.Join(x.Where, ", "), plural(x.Count, "place", "places")})
	}
	slices.SortStableFunc(out.Violations, func(a, b robotViolation) int {
		return cmp.Compare(slices.Index(worst, a.Impact), slices.Index(worst, b.Impact))
	})
	if m := page.Mobile; m != nil {
		say := func(is bool, text string) {
			if is {
				out.Mobile = append(out.Mobile, text)
			}
		}
		say(!m.HasViewport, "It is not made for phones: it says nothing of a viewport.")
		say(m.ZoomBlocked, "Zooming is blocked.")
		say(m.HasViewport && m.Overflow > 1, fmt.Sprintf("It is %d pixels wider than the screen.", int(m.Overflow)))
		say(m.TinyTargets > 0, plural(m.TinyTargets, "thing is", "things are")+" too small to touch: "+strings.Join(m.Tiny, ", "))
		say(m.SmallText > 0, plural(m.SmallText, "character is", "characters are")+" smaller than 12 pixels.")
		say(m.ZoomingInputs > 0, plural(m.ZoomingInputs, "field makes", "fields make")+" the page jump when one types.")
		say(m.OverlayShare > .3, share(m.OverlayShare)+" of the screen lie under fixed layers.")
	}
	return out
}
