package app_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

const plans = `no,who,at,way,why,plan
1,a,2026-03-02 09:00:00,tel,invoice,Basic
2,b,2026-03-04 10:00:00,mail,invoice,Pro
`

// A misspelt filter is no answer of nothing.
func TestAFilterThatNothingHasIsNamed(t *testing.T) {
	a, s := server(t)
	ask := func(query string) (int, string) {
		t.Helper()
		r, _ := http.NewRequest(http.MethodGet, s.URL+"/api/v1/questions/"+query, nil)
		r.Header.Set("Authorization", "Bearer "+a.LocalToken())
		answer, err := s.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(body)
	}
	if status, body := ask("traffic?channel=telephone"); status != http.StatusOK {
		t.Errorf("an empty company answers %d: %s", status, body)
	}
	bringOverHTTP(t, s, a.LocalToken(), "plans.csv", plans, lettersMapping+"dimensions: [plan]\n")
	for query, says := range map[string]string{
		"traffic?channel=tell":                             `Did you mean \"tel\"?`,
		"traffic?channel=Tel":                              `Did you mean \"tel\"?`,
		"contacts_by_reason?channel=pigeon":                `Known here: mail, tel.`,
		"traffic?dimension=plans=Basic":                    `Did you mean \"plan\"?`,
		"traffic?dimension=plan=Gold":                      `Known here: Basic, Pro.`,
		"traffic?by=dimension:region":                      `no interaction has the dimension \"region\"`,
		"traffic?dimension=plan=Basic&by=dimension:region": `\"region\"`,
	} {
		if status, body := ask(query); status != http.StatusNotFound || !strings.Contains(body, says) {
			t.Errorf("%s answers %d: %s", query, status, body)
		}
	}
	for _, query := range []string{"traffic?channel=tel", "traffic?dimension=plan=Pro&by=dimension:plan", "clarity?channel=pigeon"} {
		if status, body := ask(query); status != http.StatusOK {
			t.Errorf("%s answers %d: %s", query, status, body)
		}
	}
}
