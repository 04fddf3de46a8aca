package ingest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"math"
	"strings"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/firsthand-cx/firsthand/internal/cx"
)

// pseudonyms makes the ids that stand in the facts for what the vault names. They
// are keyed with the installation's secret: without it nobody can tell by trying
// whether a ticket number is among them. Not for use by several goroutines.
type pseudonyms struct {
	mac       hash.Hash
	sum       [sha256.Size]byte
	buf       []byte
	source    string
	seed      uint64
	employees map[string]int64
	thread    struct { // the last: a thread's rows often stand together
		name   string
		number int64
	}
}

func newPseudonyms(key []byte, source string) *pseudonyms {
	p := &pseudonyms{mac: hmac.New(sha256.New, key), source: source, employees: map[string]int64{}}
	p.seed = binary.LittleEndian.Uint64(p.hash("content"))
	return p
}

// hash is the keyed hash of texts, each with its length so that no two lists of
// texts are the same bytes.
func (p *pseudonyms) hash(texts ...string) []byte {
	p.buf = p.buf[:0]
	for _, s := range texts {
		p.buf = binary.AppendUvarint(p.buf, uint64(len(s)))
		p.buf = append(p.buf, s...)
	}
	p.mac.Reset()
	p.mac.Write(p.buf)
	return p.mac.Sum(p.sum[:0])
}

func (p *pseudonyms) interaction(sourceID, part string) cx.InteractionID {
	var id cx.InteractionID
	copy(id[:], p.hash("interaction", p.source, sourceID, part))
	return id
}

// number is a positive pseudonym of a name; 0 for none.
func (p *pseudonyms) number(what, name string) int64 {
	if name == "" {
		return 0
	}
	n := int64(binary.LittleEndian.Uint64(p.hash(what, p.source, name)) & math.MaxInt64)
	return max(n, 1)
}

func (p *pseudonyms) employee(name string) int64 {
	if n, ok := p.employees[name]; ok {
		return n
	}
	n := p.number("employee", name)
	if len(p.employees) < maxInterned {
		p.employees[name] = n
	}
	return n
}

func (p *pseudonyms) threadNumber(name string) int64 {
	if name != p.thread.name {
		p.thread.name, p.thread.number = strings.Clone(name), p.number("thread", name)
	}
	return p.thread.number
}

// content is the keyed hash of everything that a row says: equal means unchanged.
// The hash under the key is not a cryptographic one; it need only tell rows
// apart, and the seed keeps it from being looked up.
func (p *pseudonyms) content(x *cx.Interaction) uint64 {
	b := p.buf[:0]
	text := func(s string) {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	number := func(n uint64) { b = binary.LittleEndian.AppendUint64(b, n) }
	b = append(b, byte(x.Voice), byte(x.Initiator), byte(x.Kind), byte(x.Precision))
	if x.Censored {
		b = append(b, 1)
	}
	for _, t := range [...]time.Time{x.Start, x.End, x.FirstHuman} {
		if t.IsZero() {
			number(math.MaxUint64)
		} else {
			number(uint64(t.UnixMicro()))
		}
	}
	for _, s := range [...]string{
		x.Channel, x.Touchpoint, x.Reason, x.Outcome, x.Thread, x.Parent, x.Employee, x.Scale, x.Amount.Currency, x.Language,
	} {
		text(s)
	}
	number(math.Float64bits(x.Score))
	number(uint64(x.Amount.Minor))
	number(math.Float64bits(x.Quantity))
	for _, k := range x.Keys {
		text(string(k.Kind))
		text(k.Namespace)
		text(k.Value)
	}
	for _, t := range x.Texts {
		text(t.Field)
		text(t.Text)
	}
	h := xxh3.HashSeed(b, p.seed)
	// Maps have no order: their pairs are added up.
	for i, set := range [...]map[string]string{x.Dimensions, x.Attributes} {
		for k, v := range set {
			b = append(b[:0], byte(i))
			text(k)
			text(v)
			h += xxh3.HashSeed(b, p.seed)
		}
	}
	p.buf = b[:0]
	return h
}

// fact is an interaction without what names or quotes a person; Profile comes later.
func (p *pseudonyms) fact(x *cx.Interaction) Fact {
	f := Fact{
		ID: p.interaction(x.SourceID, x.Part), Content: p.content(x), Row: x.Row, Part: x.Part, Version: x.Version,
		Signature: cx.Signature{
			Source: p.source, Voice: x.Voice, Initiator: x.Initiator, Kind: x.Kind,
			Channel: x.Channel, Touchpoint: x.Touchpoint, Reason: x.Reason, Outcome: x.Outcome,
		},
		Dimensions: x.Dimensions, Start: x.Start, End: x.End, FirstHuman: x.FirstHuman,
		Precision: x.Precision, Censored: x.Censored,
		Thread: p.threadNumber(x.Thread), Score: x.Score, Scale: x.Scale,
		Amount: x.Amount, Quantity: x.Quantity, HasText: len(x.Texts) > 0, Language: x.Language,
	}
	if x.Parent != "" {
		f.Parent = p.interaction(x.Parent, "")
	}
	if x.Employee != "" {
		f.Employee = p.employee(x.Employee)
	}
	return f
}
