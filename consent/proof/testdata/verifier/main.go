// Command verifier checks proofs and bundles with the standard library alone. It was written from
// the comment of package proof, and shares no code with it.
//
//	verifier KEY [TRANSITION...] [WITNESS...]      as texts; each witness must have signed
//
// It reads frames, a line with a length and then so many bytes, and writes a line for each: "ok", or "no" and why.
package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string, in io.Reader, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("usage: verifier KEY [TRANSITION...] [WITNESS...]")
	}
	pinned, err := parseKey(args[0], 1)
	if err != nil {
		return err
	}
	v := verifier{chain: []reign{{key: pinned}}}
	for _, w := range args[1:] {
		if strings.HasPrefix(w, "grondslag consent key 1\n") {
			if v.chain, err = transition(v.chain, []byte(w)); err != nil {
				return err
			}
			continue
		}
		k, err := parseKey(w, 4)
		if err != nil {
			return err
		}
		v.witnesses = append(v.witnesses, k)
	}
	r := bufio.NewReader(in)
	for {
		line, err := r.ReadString('\n')
		if err == io.EOF {
			return nil
		}
		n, err2 := strconv.Atoi(strings.TrimSpace(line))
		if err := errors.Join(err, err2); err != nil {
			return err
		}
		file := make([]byte, n)
		if _, err := io.ReadFull(r, file); err != nil {
			return err
		}
		if err := v.check(file); err != nil {
			fmt.Fprintln(out, "no", err)
		} else {
			fmt.Fprintln(out, "ok")
		}
	}
}

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

// section takes one section off the front of a bundle.
func section(file []byte) (kind string, content, rest []byte, err error) {
	header, rest, ok := bytes.Cut(file, []byte("\n"))
	parts := strings.Split(string(header), " ")
	if !ok || len(parts) != 3 || parts[0] != "--" {
		return "", nil, nil, errors.New("a malformed section")
	}
	n, err := decimal(parts[2], 67108864)
	if err != nil || n > uint64(len(rest)) {
		return "", nil, nil, errors.New("a section with another length")
	}
	return parts[1], rest[:n], rest[n:], nil
}

func (v *verifier) bundle(file []byte) error {
	if len(file) > 67108864 {
		return errors.New("a bundle that is too long")
	}
	kind, manifest, rest, err := section(file)
	if err != nil || kind != "manifest" {
		return errors.New("a bundle without a list")
	}
	chain, given := slices.Clone(v.chain), 0
	var proofs [][]byte
	for len(rest) > 0 {
		var content []byte
		if kind, content, rest, err = section(rest); err != nil {
			return err
		}
		switch {
		case kind == "transition" && len(proofs) == 0:
			if given < len(chain)-1 && bytes.Equal(chain[given+1].note, content) {
				given++ // one that we had
				break
			}
			if given < len(chain)-1 && given > 0 {
				return errors.New("a transition that is not the one we have")
			}
			if chain, err = transition(chain, content); err != nil {
				return err
			}
			given = len(chain) - 1
		case kind == "proof":
			proofs = append(proofs, content)
		default:
			return errors.New("a section out of place")
		}
	}
	if len(proofs) == 0 || len(proofs) > 10000 {
		return errors.New("no proofs, or too many")
	}
	var shared head
	var last uint64
	for i, p := range proofs {
		h, at, err := v.proof(chain, p)
		if err != nil {
			return err
		}
		if i > 0 && (h != shared || at <= last) {
			return errors.New("a proof of another head, or out of order")
		}
		shared, last = h, at
	}
	for _, r := range chain[1:] {
		if r.from.size > shared.size {
			return errors.New("a transition after the head")
		}
	}
	return checkManifest(chain, manifest, proofs, shared)
}

func checkManifest(chain []reign, manifest []byte, proofs [][]byte, h head) error {
	text, lines, err := splitNote(manifest, 1<<20)
	if err != nil {
		return err
	}
	want := fmt.Sprintf("grondslag consent bundle 1\n%s\n%d\n", chain[0].key.name, len(proofs))
	for _, p := range proofs {
		sum := sha256.Sum256(p)
		want += base64.StdEncoding.EncodeToString(sum[:]) + "\n"
	}
	if text != want || len(lines) != 1 {
		return errors.New("a list of other proofs")
	}
	i := slices.IndexFunc(chain, func(r reign) bool { return r.key.matches(lines[0]) })
	if i < 0 || !chain[i].key.signed(text, lines[0]) || !inForce(chain, i, h) {
		return errors.New("a list that is not signed by the log")
	}
	return nil
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
