package likeness

import (
	"context"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestWordsAreAsLikeAsTheirAuthorsSay(t *testing.T) {
	// Winkler's own examples (1990, table 1).
	for _, w := range []struct {
		a, b string
		like float64
	}{{"martha", "marhta", .9611}, {"dixon", "dicksonx", .8133}, {"dwayne", "duane", .84}, {"jones", "johnson", .8324}, {"abc", "xyz", 0}} {
		if got := jaroWinkler(w.a, w.b); math.Abs(got-w.like) > 1e-4 {
			t.Errorf("%s and %s: %.4f, not %.4f", w.a, w.b, got, w.like)
		}
	}
	for _, w := range []struct {
		a, b string
		most int
		want bool
	}{{"novak", "nvoak", 1, true}, {"novak", "nova", 1, true}, {"novak", "novotny", 2, false}, {"ca", "abc", 2, false}, {"", "ab", 2, true}} {
		if got := within(w.a, w.b, w.most); got != w.want {
			t.Errorf("%q becomes %q within %d edits: %v", w.a, w.b, w.most, got)
		}
	}
	if soundex("robert") != soundex("rupert") || soundex("robert") == soundex("rubin") {
		t.Error("Russell's examples do not sound as he says")
	}
}

func TestValuesAreReadAsTheyAreMeant(t *testing.T) {
	for in, want := range map[string]string{"Dvořák": "dvorak", "O'Brien-Smith ": "obrien smith", "Straße 5a": "strasse 5a", "  ": ""} {
		if got := plain(in); got != want {
			t.Errorf("plain(%q) = %q, not %q", in, got, want)
		}
	}
	for in, want := range map[string][2]string{"Novak, Jana": {"jana", "novak"}, "Dr. Jana Maria Novak": {"jana", "novak"}, "Madonna": {"", "madonna"}, "": {}} {
		if first, last := splitName(in); first != want[0] || last != want[1] {
			t.Errorf("%q is read as %q, %q", in, first, last)
		}
	}
	for in, want := range map[string]uint32{"1971-06-24": 19710624, "19710624": 19710624, "1988-802-15": 0, "24.6.": 0, "": 0} {
		if got := BirthDate(in); got != want {
			t.Errorf("BirthDate(%q) = %d, not %d", in, got, want)
		}
	}
	if plainStreet("Haupt-Straße 5") != plainStreet("haupt str. 5") || plainStreet("Main Street 5") != "main st 5" {
		t.Error("streets are not made alike")
	}
}

// base is what the pairs of the next tests vary.
var base = Record{FirstName: "Jana", LastName: "Novak", BirthDate: "1971-06-24", Street: "Long Lane 5", City: "Leeds", Postcode: "LS1 4AP", Email: "jana.novak71@example.org", Phone: "+441134960000"}

func TestLevelsSayHowFarFieldsAgree(t *testing.T) {
	for name, c := range map[string]struct {
		change  func(*Record)
		field   Field
		level   Level
		swapped bool
	}{
		"the same":                         {func(*Record) {}, FirstName, level4, false},
		"an initial":                       {func(r *Record) { r.FirstName = "J." }, FirstName, level2, false},
		"a slip in the last name":          {func(r *Record) { r.LastName = "Novka" }, LastName, level3, false},
		"another first name":               {func(r *Record) { r.FirstName = "Petr" }, FirstName, different, false},
		"names exchanged":                  {func(r *Record) { r.FirstName, r.LastName = "Novak", "Jana" }, FirstName, level3, true},
		"day and month exchanged":          {func(r *Record) { r.BirthDate = "1971-24-06" }, Born, level5, false},
		"a digit exchanged":                {func(r *Record) { r.BirthDate = "1971-06-42" }, Born, level5, false},
		"another year":                     {func(r *Record) { r.BirthDate = "1981-06-24" }, Born, level5, false},
		"a month later":                    {func(r *Record) { r.BirthDate = "1971-07-13" }, Born, level4, false},
		"a generation":                     {func(r *Record) { r.BirthDate = "1942-02-13" }, Born, different, false},
		"the postcode with a slip":         {func(r *Record) { r.Postcode = "LS1 4AB" }, Place, level4, false},
		"the town only":                    {func(r *Record) { r.Postcode = "LS29 8QQ" }, Place, level3, false},
		"the e-mail at another provider":   {func(r *Record) { r.Email = "jana.novak71@mail.example" }, Email, level3, false},
		"another number in the e-mail":     {func(r *Record) { r.Email = "jana.novak72@example.org" }, Email, different, false},
		"no country in the phone number":   {func(r *Record) { r.Phone = "0113 496 0000" }, Phone, level3, false},
		"nothing of the street":            {func(r *Record) { r.Street = "" }, Street, missing, false},
		"the street with a slip":           {func(r *Record) { r.Street = "Long Lnae 5" }, Street, level3, false},
		"an accent that one system lost":   {func(r *Record) { r.LastName = "Nóvák" }, LastName, level4, false},
		"an e-mail with a slip in letters": {func(r *Record) { r.Email = "jana.nowak71@example.org" }, Email, level2, false},
	} {
		t.Run(name, func(t *testing.T) {
			other := base
			c.change(&other)
			table := NewTable()
			table.Add(base)
			table.Add(other)
			table.Seal()
			p, swapped := table.compare(0, 1)
			if p[c.field] != c.level || swapped != c.swapped {
				t.Errorf("%q is level %d, exchanged %v", Part{Field: c.field, Level: p[c.field]}.Words(), p[c.field], swapped)
			}
			if back, _ := table.compare(1, 0); back != p {
				t.Errorf("the other way round it is %v, not %v", back, p)
			}
		})
	}
}

func TestPeopleOfOneHomeAreNotJoined(t *testing.T) {
	with := func(change func(*Record)) Record { r := base; change(&r); return r }
	people := map[string]Record{
		"husband, another birth date": with(func(r *Record) { r.FirstName, r.BirthDate, r.Email = "Petr", "1969-01-02", "" }),
		"husband, birth date unknown": with(func(r *Record) { r.FirstName, r.BirthDate, r.Email = "Petr", "", "" }),
		"twin":                        with(func(r *Record) { r.FirstName, r.Email = "Milena", "" }),
		"sister with a similar name":  with(func(r *Record) { r.FirstName, r.BirthDate, r.Email = "Jarka", "", "" }),
		"mother of the same name":     with(func(r *Record) { r.BirthDate, r.Email = "1942-02-13", "" }),
	}
	for name, other := range people {
		t.Run(name, func(t *testing.T) {
			table := town(400)
			table.Add(base)
			table.Add(other)
			table.Seal()
			r, err := Link(context.Background(), table, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if of := groups(table.Len(), r.Joined); of[400] == of[401] {
				t.Error("they were joined")
			}
		})
	}
}

// town is n strangers, so that there is something to learn what is common from.
func town(n int) *Table {
	table := NewTable()
	for i := range n {
		table.Add(Record{
			FirstName: fmt.Sprintf("%c%cre%c", 'a'+i%19, 'a'+i%7, 'a'+i%23), LastName: fmt.Sprintf("%cor%c%cen", 'b'+i%17, 'a'+i%13, 'c'+i%11),
			BirthDate: fmt.Sprintf("19%02d-%02d-%02d", 30+i%60, 1+i%12, 1+i%28), Street: fmt.Sprintf("Road %d", i), City: "Leeds",
			Postcode: fmt.Sprintf("LS%d %d", i%29, i%97), Email: fmt.Sprintf("p%d@example.org", i), Phone: fmt.Sprintf("+44113%07d", i*977),
		})
	}
	return table
}

// someone draws a record from few values, so that many are alike.
var someone = rapid.Custom(func(t *rapid.T) Record {
	pick := func(label string, values ...string) string { return rapid.SampledFrom(values).Draw(t, label) }
	return Record{
		FirstName: pick("first", "jana", "jan", "petr", "milena", ""), LastName: pick("last", "novak", "novka", "smith", ""),
		BirthDate: pick("born", "1971-06-24", "1971-06-25", "1942-02-13", ""), Postcode: pick("postcode", "10115", "20095", ""),
		Email: pick("email", "jana71@example.org", "petr@example.org", "", ""), Phone: pick("phone", "+4930123456", "+4940987654", ""),
	}
})

func drawn(t *rapid.T) []Record { return rapid.SliceOfN(someone, 2, 24).Draw(t, "records") }

func tableOf(records []Record) *Table {
	table := NewTable()
	for _, r := range records {
		table.Add(r)
	}
	table.Seal()
	return table
}

func link(t *rapid.T, table *Table, opt Options) Result {
	r, err := Link(context.Background(), table, opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheSameSeedGivesTheSameWhateverTheWorkers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		table := tableOf(drawn(t))
		one, three := link(t, table, Options{Seed: 7, Workers: 1}), link(t, table, Options{Seed: 7, Workers: 3})
		if diff := cmp.Diff(one, three); diff != "" {
			t.Fatalf("one worker and three differ:\n%s", diff)
		}
	})
}

// With the same model, looking at new records only finds for them, and for all that
// they are connected with, what looking at everything finds.
func TestLookingAtTheNewFindsWhatLookingAtAllFinds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := drawn(t)
		table := tableOf(records)
		all := link(t, table, Options{})
		from := rapid.IntRange(0, len(records)-1).Draw(t, "from")
		var only []uint32
		for r := from; r < len(records); r++ {
			only = append(only, uint32(r))
		}
		some := link(t, table, Options{Model: &all.Model, Only: only})
		looked := func(p Pair) bool { _, in := slices.BinarySearch(some.Looked, p.A); return in }
		keep := func(list []Pair) (kept []Pair) {
			for _, p := range list {
				if looked(p) {
					kept = append(kept, p)
				}
			}
			return kept
		}
		if diff := cmp.Diff(keep(all.Joined), some.Joined); diff != "" {
			t.Fatalf("joined (-all +new):\n%s", diff)
		}
		if diff := cmp.Diff(keep(all.Doubtful), some.Doubtful); diff != "" {
			t.Fatalf("doubtful (-all +new):\n%s", diff)
		}
	})
}

func TestWhatAPersonSaidStands(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := drawn(t)
		n := len(records)
		root := make([]uint32, n) // pairs of neighbours are joined, some of them
		for i := range root {
			root[i] = uint32(i)
			if i%2 == 1 && rapid.Bool().Draw(t, "joined") {
				root[i] = uint32(i - 1)
			}
		}
		x, y := uint32(rapid.IntRange(0, n-1).Draw(t, "x")), uint32(rapid.IntRange(0, n-1).Draw(t, "y"))
		apart := func(a, b uint32) bool { return root[x] != root[y] && min(a, b) == min(x, y) && max(a, b) == max(x, y) }
		r := link(t, tableOf(records), Options{Joined: func(a uint32) uint32 { return root[a] }, Apart: apart})
		pairs := slices.Clone(r.Joined)
		for i, to := range root {
			pairs = append(pairs, Pair{A: to, B: uint32(i)})
		}
		if of := groups(n, pairs); root[x] != root[y] && of[x] == of[y] {
			t.Fatalf("%d and %d were joined", x, y)
		}
		for _, p := range r.Doubtful {
			if apart(p.A, p.B) {
				t.Fatalf("%d and %d are asked about again", x, y)
			}
		}
	})
}

func TestABlockCostsNoSquare(t *testing.T) {
	table := NewTable()
	const n = 4000
	for range n {
		table.Add(Record{FirstName: "Jana", LastName: "Novak", BirthDate: "1900-01-01", City: "Leeds"})
	}
	table.Seal()
	s := newSeen(n)
	for r := range uint32(n) {
		if found := len(table.candidates(r, s, nil)); found > maxBlock*len(table.index) {
			t.Fatalf("record %d is held against %d others", r, found)
		}
	}
}
