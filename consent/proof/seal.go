package proof

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
)

// Field is one fact about the event: a name of [a-z_]+ and its value as compact JSON.
type Field struct {
	Name  string
	Value []byte
}

// Sealer makes salts, digests and decoys. The zero value is ready; it keeps a scratch buffer, so it is not safe
// for concurrent use.
type Sealer struct {
	random [Digests * 32]byte
}

var (
	errTooMany = errors.New("proof: more than 16 fields")
	errTwice   = errors.New("proof: a field name is there twice")
	errLength  = errors.New("proof: a field is longer than a disclosure may be")
)

// Seal appends the disclosure of each field to dst, each ended by a newline, in the order of fields, and fills
// b.Digests with their digests and random decoys, sorted. It sets nothing else in b.
//
// Keep the disclosures beside the event and delete them when the person is erased; the body stays.
// Every salt and decoy comes from one read of crypto/rand. On an error dst and b are as they were.
//
// With enough room in dst it does not allocate.
func (s *Sealer) Seal(b *Body, fields []Field, dst []byte) ([]byte, error) {
	if len(fields) > Digests {
		return dst, errTooMany
	}
	if err := b.checkWords(); err != nil {
		return dst, &Error{Part: PartBody, Index: -1, Err: err}
	}
	for i := range fields {
		f := &fields[i]
		if err := checkName(f.Name); err != nil {
			return dst, &Error{Part: PartDisclosure, Index: -1, Err: err}
		}
		for j := range i {
			if fields[j].Name == f.Name {
				return dst, errTwice
			}
		}
		if base64.RawURLEncoding.EncodedLen(len(`["","",]`)+saltText+len(f.Name)+len(f.Value)) > MaxDisclosure {
			return dst, errLength
		}
		if err := checkCompact(f.Value); err != nil {
			return dst, &Error{Part: PartDisclosure, Index: -1, Err: err}
		}
	}
	const size = len(Salt{})
	n := len(fields)
	random := s.random[:n*size+(Digests-n)*32]
	_, _ = rand.Read(random) // never fails and never reads short (crypto/rand)
	for i := range fields {
		start := len(dst)
		dst = AppendDisclosure(dst, (*Salt)(random[i*size:]), fields[i].Name, fields[i].Value)
		b.Digests[i] = sha256.Sum256(dst[start:])
		dst = append(dst, '\n')
	}
	for i := n; i < Digests; i++ {
		b.Digests[i] = [32]byte(random[n*size+(i-n)*32:])
	}
	clear(random)
	sortDigests(&b.Digests)
	return dst, nil
}

// sortDigests is an insertion sort: for 16 digests shorter and faster than the general one.
func sortDigests(d *[Digests][32]byte) {
	for i := 1; i < Digests; i++ {
		for j := i; j > 0 && bytes.Compare(d[j-1][:], d[j][:]) > 0; j-- {
			d[j-1], d[j] = d[j], d[j-1]
		}
	}
}
