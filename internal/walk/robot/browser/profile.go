package browser

import (
	"strings"

	"github.com/firsthand-cx/firsthand/internal/walk/robot/recorder"
)

// Profile is what the robot walks with. The zero Profile leaves the screen to the
// recording.
type Profile struct {
	Name   string
	Screen recorder.Screen
	// agent makes a user agent and its client hints of Chromium's major version.
	agent  string
	hints  string // the platform, as client hints name it
	model  string
	os     string
	mobile bool
}

// The profiles.
var (
	AsRecorded = Profile{Name: "as recorded"}
	// Phone is an Android phone: the engine is Chromium's, so it claims no other.
	Phone = Profile{
		Name:   "phone",
		Screen: recorder.Screen{Width: 412, Height: 915, DeviceScaleFactor: 2.625, Mobile: true, Touch: true},
		agent:  "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%.0.0.0 Mobile Safari/537.36",
		hints:  "Android", model: "Pixel 8", os: "14.0.0", mobile: true,
	}
	// Desk is a laptop.
	Desk = Profile{
		Name:   "desk",
		Screen: recorder.Screen{Width: 1366, Height: 768, DeviceScaleFactor: 1},
		agent:  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/%.0.0.0 Safari/537.36",
		hints:  "Windows", os: "15.0.0",
	}
)

// Profiles are all that there are.
func Profiles() []Profile { return []Profile{AsRecorded, Phone, Desk} }

func (p Profile) sets() bool { return p.Screen.Width > 0 }

func (p Profile) userAgent(major string) string { return strings.ReplaceAll(p.agent, "%", major) }

// Network is how fast the walk's network is; the zero Network is as fast as it comes.
type Network struct {
	Name       string
	Conditions recorder.Network
}

// The networks: bytes a second and milliseconds, as DevTools' presets of the same
// names (Fast 4G: 90 % of 9 Mbit/s down, 1.5 up, 2.75 × 60 ms; Slow 4G: 90 % of
// 1.6 Mbit/s, 750 kbit/s, 3.75 × 150 ms).
var (
	Fast   = Network{Name: "unthrottled"}
	Fast4G = Network{Name: "fast 4G", Conditions: recorder.Network{Download: 1_012_500, Upload: 168_750, Latency: 165}}
	Slow4G = Network{Name: "slow 4G", Conditions: recorder.Network{Download: 180_000, Upload: 84_375, Latency: 562.5}}
)

// Networks are all that there are.
func Networks() []Network { return []Network{Fast, Fast4G, Slow4G} }
