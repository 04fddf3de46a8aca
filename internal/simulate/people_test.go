package simulate

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// People stand under different keys in different systems. Exact keys must join
// many of them, never two different ones, and leave some unjoined.
func TestExactKeysJoinOnlyWhoBelongsTogether(t *testing.T) {
	const customers = 3000
	dir, _ := company(t, customers, 9, nil)
	people := keyRing{}
	for _, r := range table(t, dir, TicketsFile) {
		people.join("requester:"+r["Requester id"], mailKey(r["Requester email"]), key("number:", r["Requester external id"]))
	}
	for _, r := range table(t, dir, SurveysFile) {
		people.join(mailKey(r["RecipientEmail"]), key("number:", r["ExternalReference"]))
	}
	for _, r := range table(t, dir, OrdersFile) {
		people.join(mailKey(r["Email"]), phoneKey(r["Billing Phone"]))
	}
	unidentified, all := 0, 0
	for _, r := range table(t, dir, CallsFile) {
		if all++; r["customer_number"] == "" && r["phone"] == "" {
			unidentified++
			continue
		}
		people.join(key("number:", r["customer_number"]), phoneKey(r["phone"]))
	}
	for _, r := range table(t, dir, CancellationsFile) {
		people.join(key("number:", r["customer_number"]), mailKey(r["email"]))
	}
	for _, r := range table(t, dir, PaymentsFile) {
		people.join("stripe:"+r["Customer ID"], mailKey(r["Customer Email"]), key("number:", r["customer_id (metadata)"]))
	}
	b, err := os.ReadFile(filepath.Join(dir, EventsFile))
	if err != nil {
		t.Fatal(err)
	}
	anonymous := map[string]bool{}
	for line := range strings.Lines(string(b)) {
		var e struct {
			AnonymousID string `json:"anonymousId"`
			UserID      string `json:"userId"`
			Traits      struct{ Email string }
			Context     struct{ Traits struct{ Email string } }
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		anonymous[e.AnonymousID] = true
		people.join("browser:"+e.AnonymousID, key("number:", e.UserID), mailKey(e.Traits.Email), mailKey(e.Context.Traits.Email))
	}

	members := map[string][]string{}
	for k := range people {
		members[people.root(k)] = append(members[people.root(k)], k)
	}
	joined := 0
	for _, keys := range members {
		count := map[string]int{}
		for _, k := range keys {
			sort, _, _ := strings.Cut(k, ":")
			count[sort]++
		}
		for _, sort := range []string{"number", "mail", "phone", "requester", "stripe"} {
			if count[sort] > 1 {
				t.Errorf("one customer has %d keys of the sort %s: %v", count[sort], sort, keys)
			}
		}
		if len(count) > 2 {
			joined++
		}
	}
	if joined < customers/3 {
		t.Errorf("only %d of %d people stand joined in several systems", joined, customers)
	}
	if share := float64(unidentified) / float64(all); share < .05 || share > .18 {
		t.Errorf("%.3f of the calls are nobody's", share)
	}
	strangers := 0
	for id := range anonymous {
		if len(members[people.root("browser:"+id)]) == 1 {
			strangers++
		}
	}
	if strangers == 0 {
		t.Error("every visitor of the shop is known")
	}
}

// Some customers are never heard of; the denominators know them.
func TestTheSilentStandInTheDenominators(t *testing.T) {
	dir, truth := company(t, 2000, 9, nil)
	heard := map[string]bool{}
	for _, r := range table(t, dir, TicketsFile) {
		heard[strings.ToLower(r["Requester"])+r["Region [list]"]] = true
	}
	for _, r := range table(t, dir, OrdersFile) {
		if r["Billing Name"] != "" {
			heard[strings.ToLower(r["Billing Name"])+r["Tags"]] = true
		}
	}
	counts := map[string]map[string]string{}
	for _, r := range table(t, dir, ExposuresFile) {
		if counts[r["population"]] == nil {
			counts[r["population"]] = map[string]string{}
		}
		counts[r["population"]][r["period"]] = r["count"]
	}
	for _, population := range []string{"customers", "invited", "invoices"} {
		if len(counts[population]) < 12 {
			t.Errorf("%s are counted for %d months", population, len(counts[population]))
		}
	}
	if len(heard) == 0 || len(heard) >= truth.Customers {
		t.Errorf("%d of %d customers were heard of", len(heard), truth.Customers)
	}
}

// keyRing joins keys (union–find, Tarjan 1975).
type keyRing map[string]string

func (k keyRing) root(a string) string {
	if _, ok := k[a]; !ok {
		k[a] = a
	}
	for k[a] != a {
		k[a] = k[k[a]]
		a = k[a]
	}
	return a
}

func (k keyRing) join(keys ...string) {
	first := ""
	for _, key := range keys {
		switch {
		case key == "":
		case first == "":
			first = k.root(key)
		default:
			k[k.root(key)] = first
			first = k.root(first)
		}
	}
}

func key(sort, value string) string {
	if value == "" {
		return ""
	}
	return sort + value
}

func mailKey(s string) string { return key("mail:", strings.ToLower(s)) }

// phoneKey keeps the last ten digits.
func phoneKey(s string) string {
	var digits []byte
	for i := range len(s) {
		if s[i] >= '0' && s[i] <= '9' {
			digits = append(digits, s[i])
		}
	}
	if len(digits) < 10 {
		return ""
	}
	return "phone:" + string(digits[len(digits)-10:])
}
