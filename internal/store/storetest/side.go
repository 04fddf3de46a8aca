package storetest

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
	"github.com/firsthand-cx/firsthand/internal/identity"
	"github.com/firsthand-cx/firsthand/internal/ingest"
	"github.com/firsthand-cx/firsthand/internal/journey"
	"github.com/firsthand-cx/firsthand/internal/question"
	"github.com/firsthand-cx/firsthand/internal/wording"
)

// Facts is all that rooms ask of a facts engine.
type Facts interface {
	question.Facts
	ingest.Facts
	identity.Facts
	journey.Facts
	wording.Facts
	Mirror(ctx context.Context, customers map[cx.ProfileID]cx.CustomerID) error
}

// Vault is what imports and identity ask of a vault.
type Vault interface {
	ingest.Vault
	identity.Vault
}

// Side is a vault with its facts, and the room that links people in it.
type Side struct {
	Vault  Vault
	Facts  Facts
	People *identity.Room
	// Reached is called when an import has come to a step; nil = nobody listens.
	Reached func(step string)
}

// Row is one row of a made-up file.
type Row struct {
	Thing   int // which interaction it is
	Variant int // what it says: other variants differ in content
	Version int // the source's own version; 0 = it gives none
	Person  int // of its source; 0 = unidentified
	Mail    int // 0 = none; people of both sources share these
	Walker  bool
}

// File is a made-up file of a source.
type File struct {
	Source string
	People bool // the rows say who people are, and nothing that happened
	Rows   []Row
}

// Scales are those that made-up files declare.
var Scales = map[string]cx.Scale{"nps": {Name: "nps", Metric: cx.NPS, Max: 10}}

// Epoch is when the first made-up thing happened.
var Epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Steps of an import, in order; Import announces each once it is done.
var Steps = []string{"begun", "linked", "written", "staged", "committed", "finished"}

// Import brings a file in by the order that ingest declares.
func (s Side) Import(ctx context.Context, f File) (cx.ImportID, ingest.Applied, error) {
	var applied ingest.Applied
	h := ingest.Header{
		Source: f.Source, File: f.Source + ".csv", Started: Epoch,
		Scales: Scales,
	}
	id, err := s.Vault.BeginImport(ctx, h)
	if err != nil {
		return 0, applied, err
	}
	s.reached("begun")
	if applied, err = s.bring(ctx, id, h, f); err != nil {
		return id, applied, err
	}
	err = s.Vault.FinishImport(ctx, id, ingest.Summary{Source: f.Source, Applied: applied})
	s.reached("finished")
	return id, applied, err
}

func (s Side) bring(ctx context.Context, id cx.ImportID, h ingest.Header, f File) (applied ingest.Applied, err error) {
	keys := make([][]cx.PersonKey, len(f.Rows))
	for i, r := range f.Rows {
		keys[i] = r.keys(f.Source)
	}
	profiles := make([]cx.ProfileID, len(f.Rows))
	if err := s.People.Resolve(ctx, id, f.Source, keys, profiles); err != nil {
		return applied, err
	}
	s.reached("linked")
	im, err := s.Facts.BeginImport(ctx, id, h)
	if err != nil {
		return applied, err
	}
	defer func() { _ = im.Rollback() }()
	var facts []ingest.Fact
	words := ingest.VaultBatch{Threads: map[int64]string{}}
	for i, r := range f.Rows {
		if profiles[i] == cx.ErasedProfile {
			continue
		}
		if f.People {
			if profiles[i] > 0 {
				words.People = append(words.People, ingest.VaultPerson{Profile: profiles[i], Person: r.Who(f.Source), Attributes: r.Attributes(f.Source)})
			}
			continue
		}
		fact := r.Fact(f.Source, int64(i+1), profiles[i])
		facts = append(facts, fact)
		words.Texts = append(words.Texts, ingest.VaultText{
			Interaction: fact.ID, Profile: fact.Profile,
			Texts: []cx.Text{{Field: "note", Text: r.Text(f.Source)}},
		})
		words.Threads[fact.Thread] = r.ThreadName(f.Source)
		if who := r.Who(f.Source); fact.Profile > 0 {
			words.People = append(words.People, ingest.VaultPerson{Profile: fact.Profile, Person: who})
		}
	}
	if err := s.Vault.WriteBatch(ctx, id, words); err != nil {
		return applied, err
	}
	s.reached("written")
	for len(facts) > 0 { // in batches, so that borders are met
		n := min(3, len(facts))
		if err := im.Append(ctx, facts[:n]); err != nil {
			return applied, err
		}
		facts = facts[n:]
	}
	s.reached("staged")
	applied, err = im.Commit(ctx, ingest.LedgerNote{Read: int64(len(f.Rows))})
	s.reached("committed")
	return applied, err
}

func (s Side) reached(step string) {
	if s.Reached != nil {
		s.Reached(step)
	}
}

// Mail is the address number n.
func Mail(n int) string { return fmt.Sprintf("mailbox-%d@secret.example.org", n) }

// Number is the customer number of a source's person.
func Number(source string, person int) string { return fmt.Sprintf("%s-customer-%d", source, person) }

// Text is what the row quotes: nobody else says the same.
func (r Row) Text(source string) string {
	return fmt.Sprintf("words %d/%d/%d by %s", r.Thing, r.Variant, r.Mail, Number(source, r.Person))
}

// Who is what the row says of its person: their number is in it, so that whoever looks
// for the number in a file finds it there too. Some rows say less.
func (r Row) Who(source string) cx.Person {
	who := cx.Person{Name: "Somebody Called " + Number(source, r.Person), City: fmt.Sprint("town ", r.Variant)}
	if r.Variant%2 == 0 {
		who.City, who.BirthDate = "", fmt.Sprintf("19%02d-01-01", 50+r.Variant)
	}
	return who
}

// Attributes are what a row of people says beside who it is: other variants differ in
// what they say and in what they leave out.
func (r Row) Attributes(source string) map[string]string {
	if r.Variant == 3 {
		return nil
	}
	return map[string]string{"card": "card of " + Number(source, r.Person), fmt.Sprint("bought in ", r.Variant): fmt.Sprint(r.Thing, " × \"€\"")}
}

// ThreadName is the row's thread.
func (r Row) ThreadName(source string) string {
	return fmt.Sprintf("thread %d of %s", r.Thing, Number(source, r.Person))
}

func (r Row) keys(source string) []cx.PersonKey {
	var keys []cx.PersonKey
	if r.Person > 0 {
		keys = append(keys, cx.PersonKey{Kind: cx.KeySourceID, Namespace: source, Value: Number(source, r.Person)})
	}
	if r.Mail > 0 {
		keys = append(keys, cx.PersonKey{Kind: cx.KeyEmail, Value: Mail(r.Mail)})
	}
	return keys
}

// Fact is the row as the facts take it.
func (r Row) Fact(source string, line int64, p cx.ProfileID) ingest.Fact {
	f := ingest.Fact{
		ID: ID(source, r.Thing), Content: hash(source, r), Row: line, Profile: p,
		Signature: cx.Signature{
			Source: source, Voice: cx.VoiceCustomer, Initiator: cx.ByCustomer, Kind: cx.Contact,
			Channel: []string{"phone", "chat"}[r.Variant%2], Reason: fmt.Sprint("reason ", r.Thing%3),
		},
		Start: Epoch.Add(time.Duration(r.Thing%4) * time.Hour), Precision: cx.ToTheSecond,
		Thread: int64(hash(r.ThreadName(source)) >> 1), HasText: true, Quantity: float64(r.Variant),
	}
	if r.Version > 0 {
		f.Version = Epoch.Add(time.Duration(r.Version) * time.Minute)
	}
	if r.Walker {
		f.Signature.Voice = cx.VoiceWalker
	}
	if r.Thing%3 > 0 {
		f.Dimensions = map[string]string{"region": []string{"north", "south"}[r.Variant%2], "tier": fmt.Sprint(r.Thing % 2)}
	}
	if r.Thing%2 == 0 {
		f.Score, f.Scale = float64(r.Variant), "nps"
		f.End = f.Start.Add(time.Minute)
	} else {
		f.FirstHuman, f.Amount, f.Language = f.Start.Add(time.Second), cx.Money{Minor: int64(r.Variant), Currency: "EUR"}, "en"
		f.Parent, f.Employee, f.Censored = ID(source, 0), int64(r.Variant+1), true
	}
	return f
}

// ID is the id of a thing of a source.
func ID(source string, thing int) (id cx.InteractionID) {
	binary.BigEndian.PutUint64(id[:], hash(source, thing))
	binary.BigEndian.PutUint64(id[8:], hash(thing, source))
	return id
}

func hash(parts ...any) uint64 {
	h := fnv.New64a()
	fmt.Fprint(h, parts...)
	return h.Sum64()
}
