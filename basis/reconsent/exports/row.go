package exports

import (
	"errors"
	"fmt"
	"hash/maphash"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
	"github.com/grondslag/grondslag/internal/normalize"
)

// RowError reports a record that can't be read. The records after it are. It holds
// no text of the record.
type RowError struct {
	File   string
	Row    int    // data record, from 1
	Column string // empty: the record as a whole
	Reason string
}

func (e *RowError) Error() string {
	if e.Column == "" {
		return fmt.Sprintf("%s: row %d: %s", e.File, e.Row, e.Reason)
	}
	return fmt.Sprintf("%s: row %d, column %q: %s", e.File, e.Row, e.Column, e.Reason)
}

// row is one record while it is read: the facts that hold for every purpose, and
// what the record says for some.
type row struct {
	file     *File
	facts    reconsent.Facts
	refusals []refusal
	bases    []basis.Basis
	said
}

// said is the part of a row that begins empty with each record. Bytes are valid until
// the next record.
type said struct {
	err *RowError

	// Who the contact is.
	id, email, phone []byte
	email2           []byte
	otherID          []byte // Salesforce: the Individual a Contact belongs to

	only        *Purpose       // the row speaks of this purpose alone
	unknown     bool           // the row does not say of which purpose it speaks, or of one that the policy does not have
	channel     basis.Channel  // consent facts hold for this channel alone
	stated      basis.Channel  // the row names its own channel
	basisMapped bool           // the policy maps a column to the basis: it counts for more than the purpose's
	bulk        bool           // part of a bulk import: the consent it claims is none
	lapses      reconsent.When // the consent it claims ends on that day

	scratch scratch
}

// scratch holds columns that mean something only together.
type scratch struct {
	optIn, confirmed     reconsent.When
	optInIP, confirmedIP []byte
	ended                reconsent.When
	status, reason       []byte
	otherReason          []byte
	from, until          reconsent.When
	receiving            bool
}

func (r *row) reset(f *File, number int) {
	r.file = f
	r.facts = f.template
	r.facts.Origin.Row = number
	r.refusals, r.bases = r.refusals[:0], r.bases[:0]
	r.said = said{}
}

// fail notes the first thing wrong with the row.
func (r *row) fail(column string, err error) {
	if r.err == nil {
		r.err = &RowError{File: r.file.Name, Row: r.facts.Origin.Row, Column: column, Reason: err.Error()}
	}
}

var errColumns = errors.New("more fields than the header has columns; a separator in a field was not quoted")

// read fills the row from a record. With join, only the columns that the first pass
// needs are read.
func (r *row) read(record [][]byte, join bool) {
	f := r.file
	for _, extra := range record[min(len(record), f.width):] {
		if len(trim(extra)) > 0 {
			r.fail("", errColumns)
			break
		}
	}
	for i := range f.columns {
		c := &f.columns[i]
		if join && !c.join || c.index >= len(record) {
			continue
		}
		text := trim(record[c.index])
		if len(text) == 0 {
			continue
		}
		if err := c.set(r, text); err != nil {
			r.fail(c.name, err)
		}
	}
	if f.finish != nil {
		f.finish(r)
	}
	if r.bulk {
		dropConsent(&r.facts)
	}
}

// dropConsent forgets a consent that nobody gave, or that holds elsewhere.
func dropConsent(f *reconsent.Facts) {
	f.ConsentAt, f.ConsentText, f.ConsentAction = reconsent.When{}, "", ""
	f.ConsentBundled, f.ConsentWithdrawalTold = "", ""
}

// identify sets the contact of the facts: the id, else an address. An id of a program
// is a number often enough; only text that can't be one is taken for an address.
func (r *row) identify() {
	f := &r.facts
	switch {
	case len(r.id) > 0:
		f.Contact, f.Address = decode(r.id), normalize.LooksLikeEmail(r.id)
	case len(r.email) > 0:
		f.Contact, f.Address = decode(r.email), true
	case len(r.phone) > 0:
		f.Contact, f.Address = decode(r.phone), true
	}
}

// contactKeys are keyed hashes of what identifies the contact, under the set's seed.
type contactKeys struct {
	key     [4]uint64
	n       int
	address int // the place of the first e-mail address, from 1; 0: there is none
}

// one returns the key that tells the contact from others: an address if there is one.
func (k *contactKeys) one() uint64 { return k.key[max(k.address, 1)-1] }

func (k *contactKeys) add(h uint64) {
	k.key[k.n] = h
	k.n++
}

func (k *contactKeys) all() []uint64 { return k.key[:k.n] }

// keys returns the keys under which other rows of the same contact are found: the
// product's id, the e-mail addresses, and the phone number where there is neither.
func (r *row) keys(seed maphash.Seed, buf []byte) (k contactKeys, _ []byte) {
	for _, id := range [...][]byte{r.id, r.otherID} {
		if len(id) > 0 {
			k.add(mix(maphash.Bytes(seed, id), r.file.namespace))
		}
	}
	for _, e := range [...][]byte{r.email, r.email2} {
		if len(e) == 0 {
			continue
		}
		if buf = normalize.AppendEmail(buf[:0], e); len(buf) > 0 {
			if k.add(mix(maphash.Bytes(seed, buf), emailSpace)); k.address == 0 {
				k.address = k.n
			}
		}
	}
	if k.n == 0 && len(r.phone) > 0 {
		if buf = normalize.AppendPhone(buf[:0], r.phone); len(buf) > 0 {
			k.add(mix(maphash.Bytes(seed, buf), phoneSpace))
		}
	}
	return k, buf
}

// Namespaces of keys: the same text as an id of two products is two contacts.
const (
	emailSpace uint64 = iota + 1
	phoneSpace
	idSpace // plus the product's place in the list
)

// mix spreads a hash into the key space numbered n.
func mix(h, n uint64) uint64 {
	h = (h ^ n*0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9
	return h ^ h>>29
}
