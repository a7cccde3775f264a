package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// key is a public key of a log (kind 1) or a witness (kind 4).
type key struct {
	name   string
	hash   uint32
	kind   byte
	public ed25519.PublicKey
}

func parseKey(text string, kind byte) (key, error) {
	parts := strings.SplitN(text, "+", 3)
	if len(parts) != 3 || !validName(parts[0]) {
		return key{}, errors.New("malformed key")
	}
	raw, err := strict(base64.StdEncoding, parts[2])
	if err != nil || len(raw) != 33 || raw[0] != kind {
		return key{}, errors.New("malformed key")
	}
	sum := sha256.Sum256(slices.Concat([]byte(parts[0]+"\n"), raw))
	if hex.EncodeToString(sum[:4]) != parts[1] {
		return key{}, errors.New("the hash of the key does not fit")
	}
	return key{parts[0], binary.BigEndian.Uint32(sum[:]), kind, raw[1:]}, nil
}

func validName(s string) bool {
	return s != "" && len(s) <= 255 && utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r == '+' || unicode.IsSpace(r) || r < ' ' })
}

// strict decodes the one way to write it.
func strict(e *base64.Encoding, text string) ([]byte, error) {
	raw, err := e.DecodeString(text)
	if err != nil || e.EncodeToString(raw) != text {
		return nil, errors.New("base64 that is not canonical")
	}
	return raw, nil
}

func decimal(text string, limit uint64) (uint64, error) {
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || strconv.FormatUint(n, 10) != text || n > limit {
		return 0, errors.New("malformed number")
	}
	return n, nil
}

// head is a size and a root.
type head struct {
	size uint64
	root [32]byte
}

// reign is a key and the head at which it took over.
type reign struct {
	key  key
	from head
	note []byte // the transition itself
}

type verifier struct {
	chain     []reign
	witnesses []key
}

// line is a signature line of a note.
type line struct {
	name string
	hash uint32
	sig  []byte
}

// splitNote takes a signed note apart.
func splitNote(msg []byte, limit int) (text string, lines []line, err error) {
	if len(msg) > limit || !utf8.Valid(msg) {
		return "", nil, errors.New("a note that is too long, or no UTF-8")
	}
	s := string(msg)
	at := strings.Index(s, "\n\n")
	if at < 0 || !strings.HasSuffix(s, "\n") {
		return "", nil, errors.New("a note without signatures")
	}
	text = s[:at+1]
	for _, r := range text {
		if r < ' ' && r != '\n' {
			return "", nil, errors.New("a control character in a note")
		}
	}
	for l := range strings.SplitSeq(strings.TrimSuffix(s[at+2:], "\n"), "\n") {
		rest, ok := strings.CutPrefix(l, "— ")
		name, encoded, ok2 := strings.Cut(rest, " ")
		raw, err := strict(base64.StdEncoding, encoded)
		if !ok || !ok2 || !validName(name) || err != nil || len(raw) < 5 {
			return "", nil, errors.New("a malformed signature line")
		}
		lines = append(lines, line{name, binary.BigEndian.Uint32(raw), raw[4:]})
	}
	for i, l := range lines {
		if slices.ContainsFunc(lines[:i], func(o line) bool { return o.name == l.name && o.hash == l.hash }) {
			return "", nil, errors.New("two signatures of one key")
		}
	}
	if len(lines) > 100 {
		return "", nil, errors.New("too many signatures")
	}
	return text, lines, nil
}

func (k key) signed(text string, l line) bool {
	if k.kind == 1 {
		return ed25519.Verify(k.public, []byte(text), l.sig)
	}
	if len(l.sig) != 8+64 || l.sig[0] >= 0x80 {
		return false
	}
	at := binary.BigEndian.Uint64(l.sig)
	return ed25519.Verify(k.public, fmt.Appendf(nil, "cosignature/v1\ntime %d\n%s", at, text), l.sig[8:])
}

func (k key) matches(l line) bool { return k.name == l.name && k.hash == l.hash }

// parseHead reads the last two lines of a checkpoint or a transition.
func parseHead(size, root string) (head, error) {
	n, err := decimal(size, 1<<62)
	if err != nil {
		return head{}, err
	}
	raw, err := strict(base64.StdEncoding, root)
	if err != nil || len(raw) != 32 {
		return head{}, errors.New("a malformed root")
	}
	h := head{n, [32]byte(raw)}
	if n == 0 && h.root != sha256.Sum256(nil) {
		return head{}, errors.New("an empty tree with another root")
	}
	return h, nil
}

// inForce reports whether key i of the chain signs heads of this kind.
func inForce(chain []reign, i int, h head) bool {
	from := chain[i].from
	if i > 0 && (h.size < from.size || h.size == from.size && h.root != from.root) {
		return false
	}
	if i+1 < len(chain) {
		to := chain[i+1].from
		return h.size < to.size || h.size == to.size && h.root == to.root
	}
	return true
}

// checkpoint opens one and returns its head.
func (v *verifier) checkpoint(chain []reign, msg []byte) (head, error) {
	text, lines, err := splitNote(msg, 65536)
	if err != nil {
		return head{}, err
	}
	parts := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(parts) != 3 || parts[0] != chain[0].key.name {
		return head{}, errors.New("no checkpoint of this log")
	}
	h, err := parseHead(parts[1], parts[2])
	if err != nil {
		return head{}, err
	}
	signed := false
	seen := 0
	for _, l := range lines {
		i := slices.IndexFunc(chain, func(r reign) bool { return r.key.matches(l) })
		w := slices.IndexFunc(v.witnesses, func(k key) bool { return k.matches(l) })
		switch {
		case i >= 0 && chain[i].key.signed(text, l):
			signed = signed || inForce(chain, i, h)
		case w >= 0 && v.witnesses[w].signed(text, l):
			seen++
		default:
			return head{}, errors.New("a signature that is unknown or wrong")
		}
	}
	if !signed || seen < len(v.witnesses) {
		return head{}, errors.New("a signature is missing")
	}
	return h, nil
}

// transition adds the key that a note hands over to.
func transition(chain []reign, msg []byte) ([]reign, error) {
	text, lines, err := splitNote(msg, 65536)
	if err != nil {
		return nil, err
	}
	parts := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(parts) != 5 || parts[0] != "grondslag consent key 1" || parts[1] != chain[0].key.name || len(lines) != 2 {
		return nil, errors.New("a malformed transition")
	}
	next, err := parseKey(parts[2], 1)
	if err != nil {
		return nil, err
	}
	h, err := parseHead(parts[3], parts[4])
	if err != nil {
		return nil, err
	}
	old := chain[len(chain)-1]
	switch {
	case next.name != old.key.name || slices.ContainsFunc(chain, func(r reign) bool { return r.key.hash == next.hash }):
		return nil, errors.New("a transition to a key of another log, or to one that was there")
	case h.size < old.from.size, h.size == old.from.size && len(chain) > 1 && h.root != old.from.root:
		return nil, errors.New("a transition before the one it follows")
	case !old.key.matches(lines[0]) || !old.key.signed(text, lines[0]) || !next.matches(lines[1]) || !next.signed(text, lines[1]):
		return nil, errors.New("a transition that is not signed by both keys")
	}
	return append(chain, reign{next, h, bytes.Clone(msg)}), nil
}
