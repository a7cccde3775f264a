package proof

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/note"
)

const (
	// maxNote bounds a signed note of one checkpoint or transition.
	maxNote = 64 << 10
	// maxLines is what note.Open accepts; C2SP signed-note asks for at least 16.
	maxLines = 100

	signaturePrefix = "— "
)

// signed is a signed note taken apart, its signatures not yet checked.
type signed struct {
	text  []byte // with its last newline
	lines []signature
}

// signature is one line: key name, key hash and what the key's algorithm makes.
type signature struct {
	name string
	hash uint32
	sig  []byte
}

// parseSigned reads a signed note (C2SP signed-note) in its one form. note.Open is laxer: it drops a second line of
// a key unseen, and takes base64 with line breaks or spare bits, so that two files could mean one.
func parseSigned(msg []byte, limit int) (signed, string) {
	if len(msg) > limit {
		return signed{}, "signed note is longer than the limit"
	}
	if !isNoteText(msg) {
		return signed{}, "signed note is not UTF-8 text without control characters"
	}
	split := bytes.LastIndex(msg, []byte("\n\n"))
	if split < 0 {
		return signed{}, "signed note has no signature block"
	}
	s := signed{text: msg[:split+1]}
	for line := range bytes.Lines(msg[split+2:]) {
		text, ok := bytes.CutSuffix(line, []byte("\n"))
		if !ok {
			return signed{}, "signed note does not end with a newline"
		}
		one, ok := parseSignature(string(text))
		if !ok {
			return signed{}, "signature line is not in its canonical form"
		}
		if s.find(one.name, one.hash) != nil {
			return signed{}, "two signature lines of one key"
		}
		s.lines = append(s.lines, one)
		if len(s.lines) > maxLines {
			return signed{}, "more than 100 signature lines"
		}
	}
	if len(s.lines) == 0 {
		return signed{}, "signed note has no signature line"
	}
	return s, ""
}

func parseSignature(line string) (signature, bool) {
	line, ok := strings.CutPrefix(line, signaturePrefix)
	if !ok {
		return signature{}, false
	}
	name, text, ok := strings.Cut(line, " ")
	if !ok || !isKeyName(name) {
		return signature{}, false
	}
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) < 5 || base64.StdEncoding.EncodeToString(raw) != text {
		return signature{}, false
	}
	return signature{name, binary.BigEndian.Uint32(raw), raw[4:]}, true
}

// appendTo writes the line, with its newline.
func (s *signature) appendTo(dst []byte) []byte {
	dst = append(dst, signaturePrefix...)
	dst = append(dst, s.name...)
	dst = append(dst, ' ')
	raw := append(binary.BigEndian.AppendUint32(nil, s.hash), s.sig...)
	dst = base64.StdEncoding.AppendEncode(dst, raw)
	return append(dst, '\n')
}

// find returns the line of a key, or nil.
func (s *signed) find(name string, hash uint32) *signature {
	for i := range s.lines {
		if l := &s.lines[i]; l.hash == hash && l.name == name {
			return l
		}
	}
	return nil
}

// signature states of one key on one note
const (
	absent = iota
	invalid
	valid
)

// check says what the key's line is worth.
func (s *signed) check(v note.Verifier) int {
	line := s.find(v.Name(), v.KeyHash())
	switch {
	case line == nil:
		return absent
	case v.Verify(s.text, line.sig):
		return valid
	}
	return invalid
}

// isNoteText is the rule of C2SP signed-note: UTF-8 without control characters below U+0020 but the newline.
func isNoteText(text []byte) bool {
	for _, b := range text {
		if b < 0x20 && b != '\n' {
			return false
		}
	}
	return utf8.Valid(text)
}

// isKeyName is the rule of C2SP signed-note, with a bound of 255 bytes.
func isKeyName(name string) bool {
	return name != "" && len(name) <= 255 && utf8.ValidString(name) && !strings.ContainsFunc(name, func(r rune) bool {
		return r < 0x20 || r == '+' || unicode.IsSpace(r)
	})
}

// signText makes a signed note; text ends with a newline.
func signText(text []byte, signers []note.Signer) ([]byte, error) {
	msg, err := note.Sign(&note.Note{Text: string(text)}, signers...)
	if err != nil {
		return nil, err
	}
	if _, reason := parseSigned(msg, maxNote); reason != "" {
		return nil, fault(PartSignature, reason)
	}
	return msg, nil
}
