package proof

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// MaxNotice is the most bytes a notice may have.
const MaxNotice = 1 << 20

const (
	statementHeader = "grondslag consent statement 1\n"
	maxStatement    = len(statementHeader) + 2*maxBody + Digests*(len("disclosure \n")+MaxDisclosure) +
		len("notice \n") + 4*(MaxNotice+2)/3 + 128 + 2*maxAddress + 64
)

// Statement is what is said about one leaf: its body and whatever of it is opened. It holds personal data.
type Statement struct {
	Body        Body
	Disclosures []Disclosure // of the fields to show, 0 to 16
	Notice      []byte       // canonical bytes of the notice, nil to leave it out
	Claim       *Claim       // nil to leave it out
}

// FormatStatement writes the text of a statement, with the disclosures in ascending order of their digests.
// It does not check that they belong to the body.
func FormatStatement(s *Statement) ([]byte, error) {
	if err := s.Body.Check(); err != nil {
		return nil, err
	}
	if err := s.checkForm(); err != nil {
		return nil, err
	}
	sorted := slices.Clone(s.Disclosures)
	slices.SortFunc(sorted, compareDigests)
	text := s.append(nil, sorted)
	if _, err := ParseStatement(text); err != nil {
		return nil, err
	}
	return text, nil
}

func compareDigests(a, b Disclosure) int {
	x, y := a.Digest(), b.Digest()
	return bytes.Compare(x[:], y[:])
}

func (s *Statement) append(dst []byte, disclosures []Disclosure) []byte {
	dst = append(dst, statementHeader...)
	dst = append(dst, "body "...)
	dst = base64.StdEncoding.AppendEncode(dst, s.Body.Append(nil))
	for _, d := range disclosures {
		dst = append(dst, "\ndisclosure "...)
		dst = append(dst, d...)
	}
	if s.Notice != nil {
		dst = append(dst, "\nnotice "...)
		dst = base64.StdEncoding.AppendEncode(dst, s.Notice)
	}
	if c := s.Claim; c != nil {
		dst = append(dst, "\nclaim "...)
		dst = hex.AppendEncode(dst, c.Key[:])
		dst = append(dst, ' ')
		dst = hex.AppendEncode(dst, c.Salt[:])
		dst = append(dst, ' ')
		dst = strconv.AppendInt(dst, c.Time, 10)
		dst = append(dst, ' ')
		dst = base64.StdEncoding.AppendEncode(dst, []byte(c.Address))
	}
	return append(dst, '\n')
}

func (s *Statement) checkForm() error {
	if len(s.Disclosures) > Digests {
		return fault(PartDisclosure, "more than 16 disclosures")
	}
	if s.Notice != nil && (len(s.Notice) == 0 || len(s.Notice) > MaxNotice) {
		return fault(PartNotice, "empty or longer than 1 MiB")
	}
	if s.Claim != nil {
		if err := s.Claim.checkForm(); err != nil {
			return err
		}
		if !utf8.ValidString(s.Claim.Address) {
			return fault(PartCapsule, "address is not UTF-8")
		}
	}
	return nil
}

// ParseStatement reads the text of a statement and checks its form: the body, the form and order of the disclosures,
// the lengths. Whether they belong together is for [Statement.Check].
func ParseStatement(text []byte) (Statement, error) {
	if len(text) > maxStatement {
		return Statement{}, fault(PartFile, "statement is longer than the limit")
	}
	rest, ok := bytes.CutPrefix(text, []byte(statementHeader))
	if !ok {
		return Statement{}, fault(PartFile, "does not begin as a statement of version 1")
	}
	var s Statement
	rank := 0 // of the line before: body 1, disclosure 2, notice 3, claim 4
	for line := range bytes.Lines(rest) {
		body, ok := bytes.CutSuffix(line, []byte("\n"))
		key, value, found := strings.Cut(string(body), " ")
		if !ok || !found {
			return Statement{}, fault(PartFile, "statement line without key or newline")
		}
		next := 0
		var err error
		switch key {
		case "body":
			next, err = 1, s.parseBody(value)
		case "disclosure":
			next, err = 2, s.parseDisclosure(value)
		case "notice":
			next, err = 3, s.parseNotice(value)
		case "claim":
			next, err = 4, s.parseClaim(value)
		}
		if next < rank || next == rank && next != 2 || rank == 0 && next != 1 {
			return Statement{}, fault(PartFile, "statement line unknown, repeated or out of order")
		}
		if err != nil {
			return Statement{}, err
		}
		rank = next
	}
	if rank == 0 {
		return Statement{}, fault(PartFile, "statement without a body")
	}
	if err := s.checkForm(); err != nil {
		return Statement{}, err
	}
	if !bytes.Equal(s.append(make([]byte, 0, len(text)), s.Disclosures), text) {
		return Statement{}, fault(PartFile, "statement is not in its canonical form")
	}
	return s, nil
}

func (s *Statement) parseBody(value string) error {
	text, ok := canonicalBase64(value)
	if !ok {
		return fault(PartBody, "not canonical base64")
	}
	var err error
	s.Body, err = ParseBody(text)
	return err
}

func (s *Statement) parseDisclosure(value string) error {
	d := Disclosure(value)
	if _, _, err := d.Open(); err != nil {
		return err
	}
	if n := len(s.Disclosures); n > 0 && compareDigests(s.Disclosures[n-1], d) >= 0 {
		return fault(PartDisclosure, "not in ascending order of digests, or one is there twice")
	}
	if len(s.Disclosures) == Digests {
		return fault(PartDisclosure, "more than 16 disclosures")
	}
	s.Disclosures = append(s.Disclosures, d)
	return nil
}

func (s *Statement) parseNotice(value string) error {
	text, ok := canonicalBase64(value)
	if !ok || len(text) == 0 {
		return fault(PartNotice, "not canonical base64, or empty")
	}
	s.Notice = text
	return nil
}

func (s *Statement) parseClaim(value string) error {
	bad := fault(PartCapsule, "claim is not in its canonical form")
	words := strings.Split(value, " ")
	if len(words) != 4 {
		return bad
	}
	c := new(Claim)
	if !lowerHex(c.Key[:], words[0]) || !lowerHex(c.Salt[:], words[1]) {
		return bad
	}
	at, err := strconv.ParseInt(words[2], 10, 64)
	if err != nil || strconv.FormatInt(at, 10) != words[2] {
		return bad
	}
	address, ok := canonicalBase64(words[3])
	if !ok {
		return bad
	}
	c.Time, c.Address = at, string(address)
	s.Claim = c
	return nil
}

// lowerHex fills dst from exactly as many lower-case hex digits.
func lowerHex(dst []byte, text string) bool {
	if len(text) != hex.EncodedLen(len(dst)) {
		return false
	}
	_, err := hex.Decode(dst, []byte(text))
	return err == nil && hex.EncodeToString(dst) == text
}

// canonicalBase64 accepts standard base64 with padding in its one form.
func canonicalBase64(text string) ([]byte, bool) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || base64.StdEncoding.EncodeToString(raw) != text {
		return nil, false
	}
	return raw, true
}

// Check tests the statement against its own body: the digest of each disclosure is there, no field twice, the notice
// has the named hash, the claim opens the capsule. It returns the opened fields.
// It says nothing about the log; [Policy.Verify] does.
func (s *Statement) Check() (map[string]json.RawMessage, error) {
	if err := s.checkForm(); err != nil {
		return nil, err
	}
	fields := make(map[string]json.RawMessage, len(s.Disclosures))
	for _, d := range s.Disclosures {
		name, value, err := d.Open()
		if err != nil {
			return nil, err
		}
		if !slices.Contains(s.Body.Digests[:], d.Digest()) {
			return nil, fault(PartDisclosure, "a disclosure is not of this event")
		}
		if _, twice := fields[name]; twice {
			return nil, fault(PartDisclosure, "a field is there twice")
		}
		fields[name] = value
	}
	if s.Notice != nil && sha256.Sum256(s.Notice) != s.Body.Notice {
		return nil, fault(PartNotice, "not the text the event names")
	}
	if s.Claim != nil {
		if err := s.Claim.Check(&s.Body); err != nil {
			return nil, err
		}
	}
	return fields, nil
}
