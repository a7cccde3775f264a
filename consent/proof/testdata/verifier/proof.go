package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

func (v *verifier) check(file []byte) error {
	if bytes.HasPrefix(file, []byte("-- ")) {
		return v.bundle(file)
	}
	_, _, err := v.proof(v.chain, file)
	return err
}

// proof checks one proof and returns its head and index.
func (v *verifier) proof(chain []reign, file []byte) (head, uint64, error) {
	none := func(err error) (head, uint64, error) { return head{}, 0, err }
	if len(file) > 4194304 {
		return none(errors.New("a proof that is too long"))
	}
	front, note, ok := bytes.Cut(file, []byte("\n\n"))
	lines := strings.Split(string(front), "\n")
	if !ok || len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" || len(lines) > 3+63 {
		return none(errors.New("no proof"))
	}
	extra, ok := strings.CutPrefix(lines[1], "extra ")
	index, ok2 := strings.CutPrefix(lines[2], "index ")
	statement, err := strict(base64.StdEncoding, extra)
	if !ok || !ok2 || err != nil {
		return none(errors.New("no statement, or no index"))
	}
	at, err := decimal(index, 1<<62)
	if err != nil {
		return none(err)
	}
	var hashes [][]byte
	for _, l := range lines[3:] {
		h, err := strict(base64.StdEncoding, l)
		if err != nil || len(h) != 32 {
			return none(errors.New("a malformed hash"))
		}
		hashes = append(hashes, h)
	}
	h, err := v.checkpoint(chain, note)
	if err != nil {
		return none(err)
	}
	leaf, err := checkStatement(string(statement))
	if err != nil {
		return none(err)
	}
	if at >= h.size {
		return none(errors.New("an index outside the tree"))
	}
	root, rest, err := climb(leaf, at, h.size, hashes)
	if err != nil || len(rest) > 0 || !bytes.Equal(root, h.root[:]) {
		return none(errors.New("the leaf is not in the tree"))
	}
	return h, at, nil
}

// climb computes the root of a tree of that size from a leaf and its path (RFC 6962 section 2.1.1).
func climb(leaf []byte, index, size uint64, path [][]byte) (root []byte, rest [][]byte, err error) {
	if size == 1 {
		return leaf, path, nil
	}
	split := uint64(1)
	for split*2 < size {
		split *= 2
	}
	if index < split {
		root, rest, err = climb(leaf, index, split, path)
	} else {
		root, rest, err = climb(leaf, index-split, size-split, path)
	}
	if err != nil || len(rest) == 0 {
		return nil, nil, errors.New("a path that is too short")
	}
	node := sha256.New()
	node.Write([]byte{1})
	if index < split {
		node.Write(root)
		node.Write(rest[0])
	} else {
		node.Write(rest[0])
		node.Write(root)
	}
	return node.Sum(nil), rest[1:], nil
}

// body is what a statement needs of one.
type body struct {
	purpose         string
	notice, capsule []byte
	digests         [][]byte
}

var bodyForm = regexp.MustCompile(`^grondslag consent event 1\n` +
	`id ([0-9a-f]{32})\n` + `type [a-z_]{1,64}\n` + `purpose(?: ([A-Za-z0-9_.:-]{1,255}))?\n` + `channel(?: [a-z_]{1,64})?\n` +
	`notice ([0-9a-f]{64})\n` + `capsule ([0-9a-f]{64})\n` + `((?:[A-Za-z0-9_-]{43}\n){16})$`)

func parseBody(text string) (b body, id []byte, err error) {
	m := bodyForm.FindStringSubmatch(text)
	if m == nil {
		return body{}, nil, errors.New("a malformed body")
	}
	id, _ = hex.DecodeString(m[1])
	b.purpose = m[2]
	b.notice, _ = hex.DecodeString(m[3])
	b.capsule, _ = hex.DecodeString(m[4])
	for l := range strings.SplitSeq(strings.TrimSuffix(m[5], "\n"), "\n") {
		d, err := strict(base64.RawURLEncoding, l)
		if err != nil || len(b.digests) > 0 && bytes.Compare(b.digests[len(b.digests)-1], d) >= 0 {
			return body{}, nil, errors.New("digests that are malformed or out of order")
		}
		b.digests = append(b.digests, d)
	}
	return b, id, nil
}

// checkStatement checks one and returns the leaf of its body.
func checkStatement(text string) ([]byte, error) {
	lines := strings.Split(text, "\n")
	if len(lines) < 3 || lines[0] != "grondslag consent statement 1" || lines[len(lines)-1] != "" {
		return nil, errors.New("a malformed statement")
	}
	encoded, ok := strings.CutPrefix(lines[1], "body ")
	raw, err := strict(base64.StdEncoding, encoded)
	if !ok || err != nil {
		return nil, errors.New("a statement without a body")
	}
	b, _, err := parseBody(string(raw))
	if err != nil {
		return nil, err
	}
	rest := lines[2 : len(lines)-1]
	names := map[string]bool{}
	var last []byte
	for len(rest) > 0 && strings.HasPrefix(rest[0], "disclosure ") {
		name, digest, err := disclosure(strings.TrimPrefix(rest[0], "disclosure "))
		if err != nil {
			return nil, err
		}
		if names[name] || last != nil && bytes.Compare(last, digest) >= 0 || !slices.ContainsFunc(b.digests, func(d []byte) bool { return bytes.Equal(d, digest) }) {
			return nil, errors.New("a disclosure that is out of order, there twice, or not of this body")
		}
		names[name], last, rest = true, digest, rest[1:]
	}
	if len(rest) > 0 && strings.HasPrefix(rest[0], "notice ") {
		notice, err := strict(base64.StdEncoding, strings.TrimPrefix(rest[0], "notice "))
		sum := sha256.Sum256(notice)
		if err != nil || len(notice) == 0 || len(notice) > 1<<20 || !bytes.Equal(sum[:], b.notice) {
			return nil, errors.New("another notice")
		}
		rest = rest[1:]
	}
	if len(rest) > 0 && strings.HasPrefix(rest[0], "claim ") {
		if err := claim(strings.TrimPrefix(rest[0], "claim "), &b); err != nil {
			return nil, err
		}
		rest = rest[1:]
	}
	if len(rest) > 0 {
		return nil, errors.New("an unknown line in a statement")
	}
	leaf := sha256.Sum256(append([]byte{0}, raw...))
	return leaf[:], nil
}

var lowerHex = regexp.MustCompile(`^[0-9a-f]*$`)

func claim(text string, b *body) error {
	parts := strings.Split(text, " ")
	if len(parts) != 4 || len(parts[0]) != 64 || len(parts[1]) != 32 || !lowerHex.MatchString(parts[0]+parts[1]) {
		return errors.New("a malformed claim")
	}
	k, _ := hex.DecodeString(parts[0])
	salt, _ := hex.DecodeString(parts[1])
	at, err := decimal(parts[2], 1<<63-1)
	if err != nil {
		return err
	}
	address, err := strict(base64.StdEncoding, parts[3])
	if err != nil || len(address) == 0 || len(address) > 1024 || !utf8.Valid(address) {
		return errors.New("a malformed address")
	}
	mac := hmac.New(sha256.New, k)
	mac.Write(address)
	u64 := func(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
	sum := sha256.Sum256(slices.Concat([]byte("grondslag capsule 1\n"), salt, mac.Sum(nil), u64(at), b.notice, u64(uint64(len(b.purpose))), []byte(b.purpose)))
	if !bytes.Equal(sum[:], b.capsule) {
		return errors.New("the claim does not open the capsule")
	}
	return nil
}

var fieldName = regexp.MustCompile(`^[a-z_]{1,64}$`)

// disclosure returns its name and its digest.
func disclosure(text string) (name string, digest []byte, err error) {
	raw, err := strict(base64.RawURLEncoding, text)
	if err != nil || len(text) > 65536 {
		return "", nil, errors.New("a malformed disclosure")
	}
	var parts []json.RawMessage
	if err := json.Unmarshal(raw, &parts); err != nil || len(parts) != 3 {
		return "", nil, errors.New("a disclosure that is no list of three")
	}
	var salt string
	if json.Unmarshal(parts[0], &salt) != nil || json.Unmarshal(parts[1], &name) != nil {
		return "", nil, errors.New("a disclosure without salt or name")
	}
	bits, err := strict(base64.RawURLEncoding, salt)
	if err != nil || len(bits) != 16 || !fieldName.MatchString(name) || name == "_sd" {
		return "", nil, errors.New("a disclosure with another salt or name")
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, parts[2]); err != nil || !utf8.Valid(raw) || fmt.Sprintf(`["%s","%s",%s]`, salt, name, compact.Bytes()) != string(raw) {
		return "", nil, errors.New("a disclosure that is not compact")
	}
	if err := uniqueKeys(json.NewDecoder(bytes.NewReader(parts[2])), 0); err != nil {
		return "", nil, err
	}
	sum := sha256.Sum256([]byte(text))
	return name, sum[:], nil
}

// uniqueKeys reads one value, and refuses a key that an object has twice.
func uniqueKeys(d *json.Decoder, depth int) error {
	t, err := d.Token()
	if err != nil {
		return err
	}
	open, ok := t.(json.Delim)
	if !ok {
		return nil
	}
	if depth == 32 {
		return errors.New("a value that is too deep")
	}
	seen := map[string]bool{}
	for d.More() {
		if open == '{' {
			k, err := d.Token()
			if err != nil {
				return err
			}
			name, _ := k.(string)
			if seen[name] {
				return errors.New("a key that is there twice")
			}
			seen[name] = true
		}
		if err := uniqueKeys(d, depth+1); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}
