package web

import (
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/walk"
	"github.com/firsthand-cx/firsthand/internal/walk/robot/guard"
)

func robotStories() []story {
	s := storySite()
	page := func(change func(*recordingsPage)) *recordingsPage {
		p := &recordingsPage{
			walkFrame: newWalkFrame("Robots", "Robots"), Profiles: []Option{{"", "as it was recorded"}, {"phone", "phone"}, {"desk", "desk"}},
			Networks: []Option{{"", "as fast as it comes"}, {"fast 4G", "fast 4G"}, {"slow 4G", "slow 4G"}},
		}
		change(p)
		return p
	}
	ways := map[string]string{
		"file":     "Put a text file with k3v7cq2m5xw4nbd6yh8rt1pz0sfgjale at /.well-known/firsthand-site.txt.",
		"meta tag": `Put <meta name="firsthand-site" content="k3v7cq2m5xw4nbd6yh8rt1pz0sfgjale"> into the head of the start page.`,
	}
	day := 24 * time.Hour
	ours := RobotSite{Site: walk.Site{Name: "shop.example", Proof: guard.ProofFile, Proven: storyTime.Add(-day)}, Own: true}
	fresh := RobotSite{Site: walk.Site{Name: "help.example", Trouble: "nothing shows yet that help.example is yours (file: it answers 404 Not Found; meta tag: it is not there; DNS record: it is not there)"}, Ways: ways}
	old := RobotSite{Site: walk.Site{Name: "old.example", Proof: guard.ProofDNS, Proven: storyTime.Add(-40 * day)}, Ways: ways}
	buy := walk.Recording{
		Name: "buy-a-lamp", Version: 3, Title: "Buy a lamp", Saved: storyTime.Add(-3 * day), Hosts: []string{"www.shop.example"}, Scenarios: []string{"buy-a-lamp"},
		Steps: []string{"use a screen of 412 by 915", "go to https://www.shop.example/", "click “Reading lamp”", "click “Add to basket”", "order for real", "click “Order and pay”"},
	}
	long := buy
	long.Title, long.Name, long.Scenarios = strings.Repeat("Umzugsbenachrichtigungsverfahren ", 3), strings.Repeat("umzug-", 10)+"x", nil
	return []story{
		{Name: "robots/empty", Page: page(func(*recordingsPage) {})},
		{Name: "robots/many", Page: page(func(p *recordingsPage) {
			p.Notice = &Notice{Kind: "good", Text: "Robots walk “buy-a-lamp” each day. The first walk, number 12, begins as soon as a robot is free."}
			p.Sites = []siteRow{s.siteRow(ours), s.siteRow(fresh), s.siteRow(old)}
			p.Recordings = []recordingRow{s.recordingRow(buy), s.recordingRow(long)}
		})},
		{Name: "robots/wrong", Status: 422, Page: page(func(p *recordingsPage) {
			p.Sites = []siteRow{s.siteRow(ours)}
			p.File = "buy.json"
			p.Problems = []fileProblem{
				{14, "Step 2 (click): “offsetX” is missing.", "Record the step again."},
				{41, "Step 6 (change): what is entered into aria/Password stands in the recording as it was typed.", "Write “value”: “${password}” in its place."},
			}
		})},
	}
}
