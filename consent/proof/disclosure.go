package proof

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// MaxDisclosure is the most characters a disclosure may have: 16 of them, a notice of [MaxNotice] and the
// base64 around both stay under [MaxProof].
const MaxDisclosure = 64 << 10

// maxName bounds the name of a field and the words of a body.
const maxName = 64

// saltText is how many base64url characters 16 bytes take.
const saltText = 22

// Salt makes the digest of one field unguessable: 128 random bits, the size RFC 9901 section 9.3 recommends.
// A salt belongs to one field of one event and is never used twice.
type Salt [16]byte

// AppendDisclosure appends the disclosure of one field, as RFC 9901 section 4.2.1 defines it: base64url without
// padding of the JSON array [salt, name, value]. The name is of [a-z_]+ and value is compact JSON; this is not
// checked here, [Sealer.Seal] and [Disclosure.Open] do. It allocates when dst is too short and at no other time.
func AppendDisclosure(dst []byte, salt *Salt, name string, value []byte) []byte {
	raw := len(`["","",]`) + saltText + len(name) + len(value)
	text := base64.RawURLEncoding.EncodedLen(raw)
	// The array is written behind the place of the result, encoded into it, and wiped.
	dst = slices.Grow(dst, text+raw)
	result := dst[len(dst) : len(dst)+text]
	array := dst[len(dst)+text : len(dst)+text : len(dst)+text+raw]
	array = append(array, `["`...)
	array = base64.RawURLEncoding.AppendEncode(array, salt[:])
	array = append(array, `","`...)
	array = append(array, name...)
	array = append(array, `",`...)
	array = append(array, value...)
	array = append(array, ']')
	base64.RawURLEncoding.Encode(result, array)
	clear(array)
	return dst[:len(dst)+text]
}

// Disclosure is the text that opens one digest of a body. It is personal data; its digest is not.
type Disclosure string

// Digest is SHA-256 over the characters of the disclosure, not over what they decode to.
func (d Disclosure) Digest() [32]byte {
	return sha256.Sum256([]byte(d))
}

// Open returns the field. It is strict: only the one text that [AppendDisclosure] writes for that salt,
// name and value is accepted, so a disclosure from another SD-JWT issuer, with spaces or another salt size, is not.
func (d Disclosure) Open() (name string, value json.RawMessage, err error) {
	if len(d) > MaxDisclosure {
		return "", nil, fault(PartDisclosure, "longer than the limit")
	}
	array, err := base64.RawURLEncoding.DecodeString(string(d))
	if err != nil || base64.RawURLEncoding.EncodeToString(array) != string(d) {
		return "", nil, fault(PartDisclosure, "not canonical base64url without padding")
	}
	salt, rest, ok := cutAround(string(array), `["`, `","`)
	if !ok {
		return "", nil, fault(PartDisclosure, "not an array of salt, name and value")
	}
	if raw, err := base64.RawURLEncoding.Strict().DecodeString(salt); err != nil || len(raw) != len(Salt{}) || len(salt) != saltText {
		return "", nil, fault(PartDisclosure, "salt is not 16 bytes in canonical base64url")
	}
	name, rest, ok = strings.Cut(rest, `",`)
	if !ok || !strings.HasSuffix(rest, "]") {
		return "", nil, fault(PartDisclosure, "not an array of salt, name and value")
	}
	if err := checkName(name); err != nil {
		return "", nil, &Error{Part: PartDisclosure, Index: -1, Err: err}
	}
	value = json.RawMessage(rest[:len(rest)-1])
	if err := checkCompact(value); err != nil {
		return "", nil, &Error{Part: PartDisclosure, Index: -1, Err: err}
	}
	return name, value, nil
}

// Disclosures takes apart what [Sealer.Seal] wrote: disclosures, each ended by a newline. Their content is not
// looked at; the result shares no memory with sealed.
func Disclosures(sealed []byte) []Disclosure {
	var all []Disclosure
	for line := range strings.Lines(string(sealed)) {
		all = append(all, Disclosure(strings.TrimSuffix(line, "\n")))
	}
	return all
}

// cutAround returns what lies between the prefix and the first separator, and what follows it.
func cutAround(s, prefix, sep string) (inside, rest string, ok bool) {
	s, ok = strings.CutPrefix(s, prefix)
	if !ok {
		return "", "", false
	}
	return strings.Cut(s, sep)
}

var errName = errors.New("name is not 1 to 64 characters of a-z and _, or is _sd")

// checkName holds a field to [a-z_]{1,64}. RFC 9901 section 4.2.1 keeps _sd for itself.
func checkName(name string) error {
	if !isWord(name) || name == "_sd" {
		return errName
	}
	return nil
}

// isWord reports [a-z_]{1,64}.
func isWord(s string) bool {
	for i := range len(s) {
		if c := s[i]; c != '_' && (c < 'a' || c > 'z') {
			return false
		}
	}
	return s != "" && len(s) <= maxName
}
