package exports

import (
	"errors"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

// The setters that several products share. Each reads text that is not empty.

func setID(r *row, text []byte) error { r.id = text; return nil }

func setEmail(r *row, text []byte) error { r.email = text; return nil }

func setSecondEmail(r *row, text []byte) error { r.email2 = text; return nil }

func setPhone(r *row, text []byte) error { r.phone = text; return nil }

// fact sets the named fact.
func fact(name string) func(*row, []byte) error {
	c, _ := factColumnNamed(name)
	return func(r *row, text []byte) error { return c.set(&r.facts, text, r.file.reading) }
}

// setBases reads a list of legal bases. "Withdrawn" among them is an undated
// withdrawal of the purpose that the row names, else of all marketing.
func setBases(r *row, text []byte) error {
	memo := &r.file.bases
	known, ok := memo.texts[string(text)]
	if !ok {
		known.bases, known.withdrawn, known.err = basis.ParseBases(text)
		memo.keep(text, known)
	}
	r.bases = append(r.bases, known.bases...)
	if known.withdrawn {
		r.withdraw(r.only, r.stated, reconsent.Undated())
	}
	return known.err
}

// basesMemo remembers what the few texts of a column of bases mean.
type basesMemo struct{ texts map[string]basesText }

type basesText struct {
	bases     []basis.Basis
	withdrawn bool
	err       error
}

const maxMemo = 256

func (m *basesMemo) keep(text []byte, t basesText) {
	if m.texts == nil {
		m.texts = make(map[string]basesText)
	}
	if len(m.texts) < maxMemo && len(text) < maxMemo {
		m.texts[string(text)] = t
	}
}

// setObjectedFlag reads a flag by which the person refuses all marketing.
func setObjectedFlag(r *row, text []byte) error {
	refused, err := flag(text)
	if refused {
		r.object("", reconsent.Undated())
	}
	return err
}

// refusal reads column i as a flag that withdraws the purpose of that name over the
// channel. A name that the policy does not have withdraws all marketing there:
// nobody can tell what was refused.
func (b *binder) refusal(i int, name string, c basis.Channel) {
	p := b.file.purpose(name)
	b.bind(i, true, func(r *row, text []byte) error {
		refused, err := flag(text)
		if refused {
			r.withdraw(p, c, reconsent.Undated())
		}
		return err
	})
}

// moment sets a moment of the scratch columns.
func moment(field func(*scratch) *reconsent.When) func(*row, []byte) error {
	return func(r *row, text []byte) (err error) {
		*field(&r.scratch), err = r.file.reading.moments.parse(text)
		return err
	}
}

// refusedAt is moment for columns that date a refusal.
func refusedAt(field func(*scratch) *reconsent.When) func(*row, []byte) error {
	return func(r *row, text []byte) error { return r.denied(text, field(&r.scratch)) }
}

// consents notes the moment of a consent, unless a mapped column gave one.
func (r *row) consents(at reconsent.When) {
	if r.facts.ConsentAt.IsZero() {
		r.facts.ConsentAt = at
	}
}

var errStatus = errors.New("not a status that this product has")
