package ingest

import (
	"strings"
	"testing"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

func TestItIsSaidWhereHardlyAnybodyIsKnown(t *testing.T) {
	key := []cx.PersonKey{{Kind: cx.KeyEmail, Value: "ada@example.com"}}
	for name, tt := range map[string]struct {
		kind       cx.Kind
		voice      cx.Voice
		known, all int
		want       string
	}{
		"nobody of three":             {cx.SurveyAnswer, cx.VoiceCustomer, 0, 3, "of the 3 interactions made the mapping names no customer: "},
		"one of three is one in ten":  {cx.SurveyAnswer, cx.VoiceCustomer, 1, 3, ""},
		"one of forty":                {cx.Contact, cx.VoiceCustomer, 1, 40, "of the 40 interactions made the mapping names the customer of only 1: "},
		"one in ten":                  {cx.Order, cx.VoiceCustomer, 4, 40, ""},
		"nothing at all":              {cx.Order, cx.VoiceCustomer, 0, 0, ""},
		"steps on a site":             {cx.Event, cx.VoiceCustomer, 0, 40, ""},
		"what our own people wrote":   {cx.Message, cx.VoiceEmployee, 0, 40, ""},
		"a robot that looks after it": {cx.Contact, cx.VoiceRobot, 0, 40, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var seen identified
			for i := range tt.all {
				x := cx.Interaction{Kind: tt.kind, Voice: tt.voice}
				if i < tt.known {
					x.Keys = key
				}
				seen.add(&x)
			}
			if got := seen.warning("made"); tt.want == "" && got != "" || !strings.HasPrefix(got, tt.want) {
				t.Errorf("said %q", got)
			}
		})
	}
}
