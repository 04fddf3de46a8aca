package identity

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// Customer is what is known of who somebody is.
type Customer struct {
	ID       cx.CustomerID  `json:"id"`
	Profiles []cx.ProfileID `json:"profiles"`
	Keys     []HeldKey      `json:"keys"`
	// People is what sources say of who the profiles are.
	People []ProfileOf `json:"people,omitempty"`
	// Links are all links and decisions with an end among the profiles, live and
	// undone, in order of time: the reasons why this is one customer.
	Links []Link `json:"links"`
}

// ProfileOf is who a profile is.
type ProfileOf struct {
	Profile cx.ProfileID `json:"profile"`
	cx.Person
	// Attributes are columns that no mapping names, of files of people.
	Attributes map[string]string `json:"attributes,omitempty"`
}

// Customer is one customer; NotFound when there is none of that number. The
// number of a customer that was merged into another finds the other.
func (r *Room) Customer(ctx context.Context, id cx.CustomerID) (Customer, error) {
	profiles, err := r.profilesOf(ctx, id)
	if err != nil {
		return Customer{}, err
	}
	keys, err := r.vault.Keys(ctx, profiles)
	if err != nil {
		return Customer{}, fmt.Errorf("listing the keys of customer %d: %w", id, err)
	}
	people, err := r.vault.People(ctx, profiles)
	if err != nil {
		return Customer{}, fmt.Errorf("reading who customer %d is: %w", id, err)
	}
	whole, _, err := r.around(ctx, profiles)
	if err != nil {
		return Customer{}, err
	}
	c := Customer{ID: cx.CustomerID(profiles[0]), Profiles: profiles, Keys: keys}
	for _, p := range profiles {
		if who, known := people[p]; known {
			c.People = append(c.People, who)
		}
	}
	for _, l := range whole.Links {
		if slices.Contains(profiles, l.A) || slices.Contains(profiles, l.B) {
			c.Links = append(c.Links, l)
		}
	}
	slices.SortStableFunc(c.Links, func(a, b Link) int { return a.At.Compare(b.At) })
	return c, nil
}

// Timeline lists a customer's interactions over all channels in time order.
func (r *Room) Timeline(ctx context.Context, id cx.CustomerID, after Cursor, limit int) ([]Line, error) {
	profiles, err := r.profilesOf(ctx, id)
	if err != nil {
		return nil, err
	}
	return r.lines(ctx, profiles, after, limit)
}

// Line is an interaction with its words.
type Line struct {
	Entry
	Words
}

func (r *Room) lines(ctx context.Context, profiles []cx.ProfileID, after Cursor, limit int) ([]Line, error) {
	entries, err := r.facts.Timeline(ctx, profiles, after, limit)
	if err != nil {
		return nil, fmt.Errorf("reading a timeline: %w", err)
	}
	ids := make([]cx.InteractionID, len(entries))
	for i, e := range entries {
		ids[i] = e.ID
	}
	words := map[cx.InteractionID]Words{}
	if len(ids) > 0 {
		if words, err = r.vault.Words(ctx, ids); err != nil {
			return nil, fmt.Errorf("reading the words of %d interactions: %w", len(ids), err)
		}
	}
	out := make([]Line, len(entries))
	for i, e := range entries {
		out[i] = Line{Entry: e, Words: words[e.ID]}
	}
	return out, nil
}

// profilesOf finds a customer's profiles, in order; a number that has become part
// of another customer finds that one.
func (r *Room) profilesOf(ctx context.Context, id cx.CustomerID) ([]cx.ProfileID, error) {
	missing := cx.Errorf(cx.NotFound, "there is no customer %d", id).WithRemedy("Search by e-mail, phone or customer number.")
	if id <= 0 {
		return nil, missing
	}
	profiles, err := r.vault.Profiles(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("finding customer %d: %w", id, err)
	}
	if len(profiles) > 0 {
		return profiles, nil
	}
	_, customers, err := r.around(ctx, []cx.ProfileID{cx.ProfileID(id)})
	if err != nil {
		return nil, err
	}
	if now := customers[cx.ProfileID(id)]; now != 0 && now != id {
		if profiles, err = r.vault.Profiles(ctx, now); err != nil {
			return nil, fmt.Errorf("finding customer %d: %w", now, err)
		}
	}
	if len(profiles) == 0 {
		return nil, missing
	}
	return profiles, nil
}

// Search finds customers by a key or a part of one: an e-mail, a phone number, a
// customer's, order's or ticket's number.
func (r *Room) Search(ctx context.Context, text string, limit int) ([]cx.CustomerID, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	found, err := r.vault.Search(ctx, text, limit)
	if err != nil {
		return nil, fmt.Errorf("searching for a customer: %w", err)
	}
	return found, nil
}

// exportPage is how many interactions an export holds in memory.
const exportPage = 1000

// Export writes all that is held about a customer as one JSON object: keys, links
// with their reasons, and every interaction with its words and columns.
func (r *Room) Export(ctx context.Context, id cx.CustomerID, to io.Writer) error {
	c, err := r.Customer(ctx, id)
	if err != nil {
		return err
	}
	head, err := json.Marshal(struct {
		Exported time.Time `json:"exported"`
		Customer
	}{r.now().UTC(), c})
	if err != nil {
		return cx.Errorf(cx.Internal, "writing customer %d: %w", id, err)
	}
	out := bufio.NewWriter(to)
	_, _ = out.Write(head[:len(head)-1]) // its closing brace comes last
	_, _ = out.WriteString(`,"interactions":[`)
	after, comma := Cursor{}, ""
	for {
		lines, err := r.lines(ctx, c.Profiles, after, exportPage)
		if err != nil {
			return err
		}
		for _, line := range lines {
			text, err := json.Marshal(line)
			if err != nil {
				return cx.Errorf(cx.Internal, "writing interaction %s: %w", line.ID, err)
			}
			_, _ = out.WriteString(comma + "\n")
			_, _ = out.Write(text)
			comma = ","
		}
		if len(lines) < exportPage {
			break
		}
		last := lines[len(lines)-1]
		after = Cursor{Start: last.Start, ID: last.ID}
	}
	_, _ = out.WriteString("\n]}\n")
	if err := out.Flush(); err != nil { // bufio keeps the first error of all writes
		return cx.Errorf(cx.Unavailable, "writing the export of customer %d: %w", id, err)
	}
	return nil
}

// Erased says what an erasure took away.
type Erased struct {
	Customer     cx.CustomerID  `json:"customer"`
	Profiles     []cx.ProfileID `json:"profiles"`
	Interactions int64          `json:"interactions"`
	Tombstones   int            `json:"tombstones"`
}

// Erase removes a customer for good: keys, words, links and rejects from the
// vault, interactions from the facts. Keyed hashes of the keys stay behind, so that
// no later import brings the customer back; a key that somebody else holds too
// leaves none, or the other would be kept out with them.
//
// The vault goes first and notes what the facts still owe, so that an erasure cut
// short is finished at the next start.
func (r *Room) Erase(ctx context.Context, id cx.CustomerID) (Erased, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	profiles, err := r.profilesOf(ctx, id)
	if err != nil {
		return Erased{}, err
	}
	held, err := r.vault.Keys(ctx, profiles)
	if err != nil {
		return Erased{}, fmt.Errorf("listing the keys of customer %d: %w", id, err)
	}
	keys := make([]cx.PersonKey, 0, len(held))
	seen := map[cx.PersonKey]bool{}
	for _, h := range held {
		if !seen[h.Key] {
			seen[h.Key] = true
			keys = append(keys, h.Key)
		}
	}
	holders, err := r.vault.FindKeys(ctx, keys)
	if err != nil {
		return Erased{}, fmt.Errorf("finding who else holds the keys of customer %d: %w", id, err)
	}
	var tombstones []cx.PersonKey
	for i, k := range keys {
		alone := holders[i].Total <= MaxListed && !slices.ContainsFunc(holders[i].Holders, func(h Holder) bool { return !slices.Contains(profiles, h.Profile) })
		if alone {
			tombstones = append(tombstones, k)
		}
	}
	others, err := r.splitBy(ctx, profiles)
	if err != nil {
		return Erased{}, err
	}
	r.forget()
	// Before the erasure: afterwards a customer could bear the number of a profile
	// that is gone.
	if len(others) > 0 {
		if err := r.vault.Relink(ctx, nil, others); err != nil {
			return Erased{}, fmt.Errorf("relinking who was linked with customer %d: %w", id, err)
		}
	}
	if err := r.vault.Erase(ctx, profiles, tombstones, r.now().UTC()); err != nil {
		return Erased{}, fmt.Errorf("erasing customer %d from the vault: %w", id, err)
	}
	removed, err := r.facts.EraseProfiles(ctx, profiles)
	if err != nil {
		return Erased{}, fmt.Errorf("erasing customer %d from the facts (it will be tried again): %w", id, err)
	}
	return Erased{Customer: id, Profiles: profiles, Interactions: removed, Tombstones: len(tombstones)}, nil
}

// splitBy says which other profiles' customer changes when these profiles go:
// people held apart from them may have been joined to each other through them.
func (r *Room) splitBy(ctx context.Context, gone []cx.ProfileID) (map[cx.ProfileID]cx.CustomerID, error) {
	whole, before, err := r.around(ctx, gone)
	if err != nil {
		return nil, err
	}
	isGone := func(p cx.ProfileID) bool { return slices.Contains(gone, p) }
	var left Component
	for _, p := range whole.Profiles {
		if !isGone(p) {
			left.Profiles = append(left.Profiles, p)
		}
	}
	for _, l := range whole.Links {
		if !isGone(l.A) && !isGone(l.B) {
			left.Links = append(left.Links, l)
		}
	}
	return differences(before, Customers(left)), nil
}
