package proof

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Digests is how many digests every body has. Those without a field behind them are random decoys,
// so the number of fields does not show.
const Digests = 16

const (
	bodyHeader = "grondslag consent event 1\n"
	maxPurpose = 255
	digestText = 43 // base64url characters of 32 bytes, without padding

	// maxBody is the longest text a body can have: header, id, type, purpose, channel, notice, capsule, digests.
	maxBody = len(bodyHeader) + len("id \n") + 32 + len("type \n") + maxName + len("purpose \n") + maxPurpose +
		len("channel \n") + maxName + len("notice \n") + 64 + len("capsule \n") + 64 + Digests*(digestText+1)
)

// Body is what the log keeps of one event, for ever: it holds no time, no free text and nothing of the person.
// Everything about the person is behind the digests and the capsule.
type Body struct {
	ID      [16]byte
	Type    string   // [a-z_]+, at most 64
	Purpose string   // empty, or letters, digits and _-.: up to 255
	Channel string   // empty, or [a-z_]+, at most 64
	Notice  [32]byte // SHA-256 of the notice's canonical bytes; zero when there was none
	Capsule [32]byte // a commitment, see [Commit], or 32 random bytes, see [BlankCapsule]
	Digests [Digests][32]byte
}

// Append appends the text of the body. A body that [Body.Check] refuses gives a text that [ParseBody] refuses.
func (b *Body) Append(dst []byte) []byte {
	dst = append(dst, bodyHeader...)
	dst = append(dst, "id "...)
	dst = hex.AppendEncode(dst, b.ID[:])
	dst = append(dst, "\ntype "...)
	dst = append(dst, b.Type...)
	dst = append(dst, "\npurpose"...)
	if b.Purpose != "" {
		dst = append(dst, ' ')
		dst = append(dst, b.Purpose...)
	}
	dst = append(dst, "\nchannel"...)
	if b.Channel != "" {
		dst = append(dst, ' ')
		dst = append(dst, b.Channel...)
	}
	dst = append(dst, "\nnotice "...)
	dst = hex.AppendEncode(dst, b.Notice[:])
	dst = append(dst, "\ncapsule "...)
	dst = hex.AppendEncode(dst, b.Capsule[:])
	dst = append(dst, '\n')
	for i := range b.Digests {
		dst = base64.RawURLEncoding.AppendEncode(dst, b.Digests[i][:])
		dst = append(dst, '\n')
	}
	return dst
}

// Leaf is the hash that goes into the log: SHA-256 over a zero byte and the text (RFC 6962 section 2.1).
func (b *Body) Leaf() tlog.Hash {
	var buf [1 + maxBody]byte
	return sha256.Sum256(b.Append(buf[:1]))
}

// Check reports the first thing that is not allowed in a body.
func (b *Body) Check() error {
	if err := b.checkWords(); err != nil {
		return &Error{Part: PartBody, Index: -1, Err: err}
	}
	for i := 1; i < Digests; i++ {
		if bytes.Compare(b.Digests[i-1][:], b.Digests[i][:]) >= 0 {
			return fault(PartBody, "digests are not in ascending order, or one is there twice")
		}
	}
	return nil
}

var (
	errType    = errors.New("type is not 1 to 64 characters of a-z and _")
	errPurpose = errors.New("purpose has another character than letters, digits and _-.: or is longer than 255")
	errChannel = errors.New("channel has another character than a-z and _ or is longer than 64")
)

func (b *Body) checkWords() error {
	switch {
	case !isWord(b.Type):
		return errType
	case !isPurpose(b.Purpose):
		return errPurpose
	case b.Channel != "" && !isWord(b.Channel):
		return errChannel
	}
	return nil
}

func isPurpose(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == '_', c == '-', c == '.', c == ':':
		default:
			return false
		}
	}
	return len(s) <= maxPurpose
}

// ParseBody reads the text of a body. There is one text for one body: what is accepted, [Body.Append] writes again.
func ParseBody(text []byte) (Body, error) {
	if len(text) > maxBody {
		return Body{}, fault(PartBody, "longer than a body can be")
	}
	rest, ok := strings.CutPrefix(string(text), bodyHeader)
	if !ok {
		return Body{}, fault(PartBody, "does not begin as a consent event of version 1")
	}
	var b Body
	var lines [6 + Digests]string
	for i := range lines {
		lines[i], rest, ok = strings.Cut(rest, "\n")
		if !ok {
			return Body{}, fault(PartBody, "ends too early")
		}
	}
	words := true
	word := func(i int, key string, required bool) string {
		value, found := strings.CutPrefix(lines[i], key+" ")
		if !found && (required || lines[i] != key) {
			words = false
		}
		if !found {
			return ""
		}
		return value
	}
	binary := func(dst []byte, i int, key string) {
		value := word(i, key, true)
		if len(value) != hex.EncodedLen(len(dst)) {
			words = false
			return
		}
		if _, err := hex.Decode(dst, []byte(value)); err != nil {
			words = false
		}
	}
	binary(b.ID[:], 0, "id")
	b.Type = word(1, "type", true)
	b.Purpose = word(2, "purpose", false)
	b.Channel = word(3, "channel", false)
	binary(b.Notice[:], 4, "notice")
	binary(b.Capsule[:], 5, "capsule")
	for i := range b.Digests {
		line := lines[6+i]
		if len(line) != digestText {
			words = false
			break
		}
		if n, err := base64.RawURLEncoding.Decode(b.Digests[i][:], []byte(line)); err != nil || n != 32 {
			words = false
		}
	}
	if !words || rest != "" {
		return Body{}, fault(PartBody, "a line is not in its form")
	}
	if err := b.Check(); err != nil {
		return Body{}, err
	}
	var buf [maxBody]byte
	if !bytes.Equal(b.Append(buf[:0]), text) {
		return Body{}, fault(PartBody, "not in its canonical form")
	}
	return b, nil
}
