package walk_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/walk"
)

func TestACalendarIsWrittenAsRFC5545Says(t *testing.T) {
	berlin := time.FixedZone("", 2*3600)
	got := walk.ICal("Walks; all", "cx.example.com", "https://cx.example.com/walks/", []walk.Entry{{
		Assignment: 7, Title: `Buy, "return"; and a \`, Place: "Shop\nEast", Who: "Bea", Arm: "best", State: cx.WalkPlanned, Changed: 3,
		From: time.Date(2026, 6, 1, 9, 30, 0, 0, berlin), To: time.Date(2026, 6, 1, 10, 0, 0, 0, berlin), Due: time.Date(2026, 6, 4, 9, 30, 0, 0, berlin),
	}}, time.Date(2026, 5, 30, 12, 0, 0, 0, time.UTC))
	want := strings.ReplaceAll(`BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Firsthand//Walks//EN
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:Walks\; all
BEGIN:VEVENT
UID:walk-7@cx.example.com
SEQUENCE:3
DTSTAMP:20260530T120000Z
DTSTART:20260601T073000Z
DTEND:20260601T080000Z
SUMMARY:Buy\, "return"\; and a \\
DESCRIPTION:Bea\nplanned\ndue 2026-06-04 07:30 UTC\nas best
LOCATION:Shop\nEast
URL:https://cx.example.com/walks/7
STATUS:TENTATIVE
TRANSP:TRANSPARENT
END:VEVENT
END:VCALENDAR
`, "\n", "\r\n")
	if got != want {
		t.Errorf("it is\n%s\nand not\n%s", got, want)
	}
}

func TestLinesAreFoldedAndUnfoldToWhatTheyWere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		title := rapid.StringOfN(rapid.Rune(), 0, 300, -1).Draw(t, "title")
		text := walk.ICal("c", "h", "", []walk.Entry{{Title: title}}, monday)
		for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
			if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n") {
				t.Fatalf("the line %q is %d bytes long, or no text", line, len(line))
			}
		}
		unfolded := strings.ReplaceAll(text, "\r\n ", "")
		_, rest, _ := strings.Cut(unfolded, "SUMMARY:")
		summary, _, _ := strings.Cut(rest, "\r\n")
		back := strings.NewReplacer(`\\`, `\`, `\;`, ";", `\,`, ",", `\n`, "\n").Replace(summary)
		want := strings.Map(func(r rune) rune {
			if r < ' ' && r != '\t' && r != '\n' || r == 0x7f {
				return -1
			}
			return r
		}, strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(title))
		if back != want {
			t.Fatalf("%q came back as %q", want, back)
		}
	})
}
