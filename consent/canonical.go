package consent

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"

	"github.com/grondslag/grondslag/basis"
)

const canonicalNotice = "grondslag notice 1\n"

// AppendCanonical appends the one form in which a notice is hashed, stored and shown in
// proofs:
//
//	"grondslag notice 1" 0x0A
//
// followed by each field in the order of the struct: text, media type, language,
// version, controller, the number of purposes and of each purpose id, the number of
// categories, the categories and the change, the number of recipients and the
// recipients, withdrawal, form, superseded hash (32 bytes). Texts have their
// length in bytes before them; lengths and numbers are 8 bytes, big endian. It
// keeps that meaning.
func (n *Notice) AppendCanonical(b []byte) []byte {
	num := func(i int) { b = binary.BigEndian.AppendUint64(b, uint64(i)) }
	text := func(s string) {
		num(len(s))
		b = append(b, s...)
	}
	b = append(b, canonicalNotice...)
	text(string(n.Text))
	text(n.MediaType)
	text(n.Language)
	text(n.Version)
	text(n.Controller)
	num(len(n.Purposes))
	for _, p := range n.Purposes {
		text(string(p.ID))
		num(len(p.Categories))
		for _, c := range p.Categories {
			text(c)
		}
		text(string(p.Change))
	}
	num(len(n.Recipients))
	for _, r := range n.Recipients {
		text(string(r))
	}
	text(n.Withdrawal)
	text(n.Form)
	return append(b, n.Supersedes[:]...)
}

var errCanonical = errors.New("consent: not the canonical form of a notice")

// ParseNotice reads the canonical form, and nothing else: what it accepts,
// [Notice.AppendCanonical] gives back byte for byte, and [Notice.Check] finds no error in.
func ParseNotice(b []byte) (Notice, error) {
	rest, ok := bytes.CutPrefix(b, []byte(canonicalNotice))
	if !ok {
		return Notice{}, errCanonical
	}
	r := canonicalReader{rest: rest}
	var n Notice
	n.Text = []byte(r.text())
	n.MediaType, n.Language, n.Version, n.Controller = r.text(), r.text(), r.text(), r.text()
	for range r.count() {
		p := NoticePurpose{ID: basis.PurposeID(r.text())}
		for range r.count() {
			p.Categories = append(p.Categories, r.text())
		}
		p.Change = Change(r.text())
		n.Purposes = append(n.Purposes, p)
	}
	for range r.count() {
		n.Recipients = append(n.Recipients, basis.Recipient(r.text()))
	}
	n.Withdrawal, n.Form = r.text(), r.text()
	copy(n.Supersedes[:], r.take(len(n.Supersedes)))
	if r.broken || len(r.rest) > 0 {
		return Notice{}, errCanonical
	}
	if err := n.Check(); err != nil {
		return Notice{}, err
	}
	return n, nil
}

// canonicalReader reads from the front; after something broken it yields nothing.
type canonicalReader struct {
	rest   []byte
	broken bool
}

func (r *canonicalReader) take(n int) []byte {
	if r.broken || n > len(r.rest) {
		r.broken, r.rest = true, nil
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

// count reads a number, each unit of which takes at least a length of its own.
func (r *canonicalReader) count() int {
	b := r.take(8)
	if b == nil {
		return 0
	}
	n := binary.BigEndian.Uint64(b)
	if n > math.MaxInt32 || int(n) > len(r.rest) {
		r.broken, r.rest = true, nil
		return 0
	}
	return int(n)
}

func (r *canonicalReader) text() string { return string(r.take(r.count())) }
