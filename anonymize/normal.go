package anonymize

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/grondslag/grondslag/internal/normalize"
)

// Norm names the one form that all writings of a value are brought into before it is
// treated, so that equal things have equal tokens. Forms are idempotent: what one
// makes, it keeps. None makes anything of empty text, and none guesses: text that is
// no such thing is [ErrNotNormal].
//
// In phone, iban, bsn, plate and postcode, full-width digits and letters (U+FF01 to
// U+FF5E, which East Asian keyboards type) count as ASCII, invisible characters, such as
// the marks of direction that address books put around numbers, are dropped, and
// digits of other scripts and superscripts are refused. In ip only ASCII is taken. In email
// the domain is read as IDNA has it, and invisible characters before the "@" are refused.
type Norm string

// NormNone, the zero value, takes the text as it is; it must be UTF-8 and not empty.
const NormNone = ""

const (
	// NormEmail: one address and nothing else. Domain in lower case and its ASCII form
	// (IDNA), local part composed (NFC) and as [Form].Local says. Dots are kept. At most 64
	// bytes before the "@" and 254 in all (RFC 5321).
	NormEmail Norm = "email"
	// NormPhone: ITU-T E.164, such as "+31612345678". Numbers without + or 00 are of
	// [Form].Region and begin with its trunk prefix. "(0)" after the calling code goes; extensions are refused.
	// Lengths are checked by the numbering plans of NL, BE, DE, LU, FR and GB; other
	// numbers have 8 to 15 digits.
	NormPhone Norm = "phone"
	// NormIBAN: upper case, no separators, the word IBAN in front gone; country, length, classes
	// and check digits (modulo 97) must be those of the IBAN registry.
	NormIBAN Norm = "iban"
	// NormBSN: the Dutch citizen service number in nine digits, 11-test included; one of eight gets its 0 back.
	NormBSN Norm = "bsn"
	// NormPlate: letters in upper case and digits of a licence plate, 2 to 12, nothing between. Any
	// country's, since they are found in one field; with region NL at least one digit must be there.
	NormPlate Norm = "plate"
	// NormPostcode: a postcode of the region (NL, BE, DE, LU, FR, GB), upper case without
	// space: "1234AB". A country's sign in front ("D-") goes.
	NormPostcode Norm = "postcode"
	// NormName: composed (NFC), single spaces, ĳ as ij, one kind of apostrophe and hyphen, case
	// folded as Unicode has it for all languages: ß as ss, and I as i also where Turkish has ı. Particles
	// and accents stay. At most 1024 bytes.
	NormName Norm = "name"
	// NormCasedName is NormName with the case kept.
	NormCasedName Norm = "cased-name"
	// NormIP: the canonical text (RFC 5952); IPv4 inside IPv6 as IPv4. Zones, ports and leading zeros are refused.
	NormIP Norm = "ip"
	// NormText: composed (NFC), white space around it gone.
	NormText Norm = "text"
)

// LocalPart says what [NormEmail] does with what stands before the "@"; the zero
// value is LocalFold.
type LocalPart string

const (
	// LocalFold lowers the case: hosts that tell cases apart are hardly to be found.
	LocalFold LocalPart = "fold"
	// LocalKeep keeps the case, as RFC 5321 would have it.
	LocalKeep LocalPart = "keep"
	// LocalPlain lowers the case and cuts a tag ("+news") off. Not all hosts mean the same
	// by it, so that two persons may become one.
	LocalPlain LocalPart = "plain"
)

// Form says how a value is normalized. The zero Form takes it as it is. It is safe
// for concurrent use if Phones is.
type Form struct {
	Norm Norm
	// Region is the country whose writings phone, plate and postcode are read in: ISO
	// 3166-1 alpha-2, also UK; "" is NL.
	Region string
	// Local is for email.
	Local LocalPart
	// Phones reads telephone numbers instead of the plans inside.
	Phones PhoneParser
}

// PhoneParser reads a telephone number in the writing of a region into E.164; a port
// of libphonenumber knows the plans of all countries. Its error is not passed on,
// since it may quote the number, and what it returns is refused unless it is "+" and
// 7 to 15 digits of which the first is no 0.
type PhoneParser interface {
	E164(number, region string) (string, error)
}

// PhoneParserFunc makes a function a [PhoneParser].
type PhoneParserFunc func(number, region string) (string, error)

// E164 calls f.
func (f PhoneParserFunc) E164(number, region string) (string, error) { return f(number, region) }

// ErrNotNormal says that a value is not what its [Norm] is the form of. The error that
// wraps it names the norm and never holds any of the value.
var ErrNotNormal = errors.New("anonymize: the value has no normal form")

// Check reports what is wrong with the form itself: an unknown norm or local part,
// a region of which nothing is known here, or one that the norm has no use for.
func (f Form) Check() error {
	if f.Norm != NormNone && !f.Norm.Valid() {
		return fmt.Errorf("anonymize: unknown norm %q", string(f.Norm))
	}
	if f.Local != "" && !f.Local.Valid() {
		return fmt.Errorf("anonymize: unknown local part %q", string(f.Local))
	}
	if f.Local != "" && f.Norm != NormEmail {
		return fmt.Errorf("anonymize: norm %q has no local part", string(f.Norm))
	}
	if f.Region == "" {
		return nil
	}
	known := len(f.Region) == 2 && formUpper(f.Region[0]) && formUpper(f.Region[1])
	switch f.Norm {
	case NormPhone:
		if f.Phones == nil {
			_, known = normalize.CallingCode(f.Region)
		}
	case NormPostcode:
		known = normalize.HasPostcodes(f.Region)
	case NormPlate:
	default:
		return fmt.Errorf("anonymize: norm %q has no region", string(f.Norm))
	}
	if !known {
		return fmt.Errorf("anonymize: norm %q does not know region %q", string(f.Norm), f.Region)
	}
	return nil
}

func formUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

// Append appends the normal form of text, which may lie in dst. On an error, which is
// [ErrNotNormal] unless the form does not pass Check, dst is returned as it was. ASCII takes no allocation
// beyond dst, unless Phones is set and for IPv6.
func (f Form) Append(dst, text []byte) ([]byte, error) {
	var out []byte
	ok := false
	switch f.Norm {
	case NormNone:
		out, ok = append(dst, text...), len(text) > 0 && utf8.Valid(text)
	case NormEmail:
		part := normalize.FoldLocal
		switch f.Local {
		case "", LocalFold:
		case LocalKeep:
			part = normalize.KeepLocal
		case LocalPlain:
			part = normalize.PlainLocal
		default:
			return dst, f.Check()
		}
		out, ok = normalize.AppendMailbox(dst, text, part)
	case NormPhone:
		if f.Phones != nil {
			out, ok = f.appendParsed(dst, text)
		} else {
			out, ok = normalize.AppendE164(dst, text, f.region())
		}
	case NormIBAN:
		out, ok = normalize.AppendIBAN(dst, text)
	case NormBSN:
		out, ok = normalize.AppendBSN(dst, text)
	case NormPlate:
		out, ok = normalize.AppendPlate(dst, text, f.region())
	case NormPostcode:
		out, ok = normalize.AppendPostcode(dst, text, f.region())
	case NormName, NormCasedName:
		out, ok = normalize.AppendName(dst, text, f.Norm == NormName)
	case NormIP:
		out, ok = normalize.AppendIP(dst, text)
	case NormText:
		out, ok = normalize.AppendText(dst, text)
	default:
		return dst, f.Check()
	}
	if !ok {
		return dst, fmt.Errorf("%w: %s", ErrNotNormal, f.name())
	}
	return out, nil
}

// String returns the normal form of text, as [Form.Append] makes it.
func (f Form) String(text string) (string, error) {
	var buf [64]byte
	b, err := f.Append(buf[:0], []byte(text))
	if err != nil {
		return "", err
	}
	return string(b), nil
}

func (f Form) name() string {
	if f.Norm == NormNone {
		return "UTF-8"
	}
	return string(f.Norm)
}

func (f Form) region() string {
	if f.Region == "" {
		return "NL"
	}
	return f.Region
}

// maxParsedPhone bounds what is handed to a PhoneParser, in bytes.
const maxParsedPhone = 256

func (f Form) appendParsed(dst, text []byte) ([]byte, bool) {
	if len(text) == 0 || len(text) > maxParsedPhone || !utf8.Valid(text) {
		return dst, false
	}
	number, err := f.Phones.E164(string(text), f.region())
	if err != nil || len(number) < 8 || len(number) > 16 || number[0] != '+' || number[1] == '0' {
		return dst, false
	}
	for _, c := range []byte(number[1:]) {
		if c < '0' || c > '9' {
			return dst, false
		}
	}
	return append(dst, number...), true
}
