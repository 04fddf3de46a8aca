package question

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

func TestCallsAndLettersHaveNoCommonWait(t *testing.T) {
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	var facts []fact
	for i := range 20 {
		channel, wait := "phone", 30*time.Second
		if i%2 == 1 {
			channel, wait = "letter", 48*time.Hour
		}
		at := start.Add(time.Duration(i) * time.Hour)
		facts = append(facts, fact{
			Customer: int64(i + 1), Start: at, FirstHuman: at.Add(wait), End: at.Add(2 * wait),
			Signature: cx.Signature{Voice: cx.VoiceCustomer, Kind: cx.Contact, Channel: channel, Reason: "invoice"},
		})
	}
	world := newSliceFacts(facts)
	for _, question := range []Definition{timeToPerson(), responseTime()} {
		for _, c := range []struct {
			name   string
			params Params
			want   map[string]string // median by group
			says   bool
		}{
			{"without a split each channel stands alone", Params{}, map[string]string{"phone": "30 s", "letter": "2 d"}, false},
			{"one channel", Params{Channel: "phone"}, map[string]string{"all": "30 s"}, false},
			{"another split of both shows none", Params{By: "reason"}, map[string]string{"invoice": "several channels"}, true},
			{"another split of one channel", Params{By: "reason", Channel: "letter"}, map[string]string{"invoice": "2 d"}, false},
		} {
			t.Run(question.Name+"/"+c.name, func(t *testing.T) {
				table, err := question.Ask(context.Background(), world, c.params)
				if err != nil {
					t.Fatal(err)
				}
				got := map[string]string{}
				for _, row := range table.Rows {
					for i, column := range table.Columns {
						if column.Name == "median" {
							got[row[0].Text] = column.Figure(0)
							if row[i].Number == nil {
								got[row[0].Text] = row[i].Text
							} else {
								got[row[0].Text] = column.Figure(*row[i].Number)
							}
						}
					}
				}
				for group, median := range c.want {
					if got[group] != median {
						t.Errorf("%s waits %q, want %q", group, got[group], median)
					}
				}
				if len(got) != len(c.want) {
					t.Errorf("rows %v", got)
				}
				if says := strings.Contains(strings.Join(table.Notes, " "), "no common wait"); says != c.says {
					t.Errorf("notes %q", table.Notes)
				}
				ids, _, err := question.Evidence(context.Background(), world, c.params, table.Rows[0][1].Evidence, 100)
				if err != nil || len(ids) == 0 {
					t.Errorf("the first row opens into %d interactions, %v", len(ids), err)
				}
			})
		}
	}
}
