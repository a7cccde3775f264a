package anonymize

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/grondslag/grondslag/anonymize/cryptopan"
	"github.com/grondslag/grondslag/anonymize/fpe"
)

// treat makes the treatment of each method.
func (r Rule) treat(path string, form Form, set *Setting) (*treatment, error) {
	switch r.Method {
	case MethodKeep, MethodWalk:
		return keepTreatment(), nil
	case MethodNull:
		return nullTreatment(), nil
	case MethodRedact:
		return constTreatment(redactedText), nil
	case MethodConst:
		return constTreatment(r.Argument), nil
	case MethodToken:
		return r.tokenTreatment(path, form, set)
	case MethodTokenize:
		return r.tokenizeTreatment(path, form, set)
	case MethodSIV:
		return r.sivTreatment(path, form, set)
	case MethodSeal:
		return r.sealTreatment(path, form, set)
	case MethodFPE:
		return r.fpeTreatment(path, form, set)
	case MethodBlindIndex, MethodSlowIndex:
		return r.blindIndexTreatment(path, form, set)
	case MethodCryptoPAn:
		return r.cryptopanTreatment(path, set)
	case MethodDateShift:
		return r.dateShiftTreatment(set)
	case MethodSurrogate:
		return r.surrogateTreatment(path, form, set)
	}
	return r.coarsen(form, set)
}

func keepTreatment() *treatment {
	return &treatment{
		keep:    true,
		text:    func(_ *scope, dst []byte, in string) ([]byte, error) { return append(dst, in...), nil },
		integer: func(_ *scope, in int64) (int64, error) { return in, nil },
		float:   func(_ *scope, in float64) (float64, error) { return in, nil },
		instant: func(_ *scope, in time.Time) (time.Time, error) { return in, nil },
		addr:    func(_ *scope, in netip.Addr) (netip.Addr, error) { return in, nil },
	}
}

func nullTreatment() *treatment {
	t := constTreatment("")
	t.null = true
	return t
}

// constTreatment gives text the constant, and everything else its zero value, or the
// number that the constant is.
func constTreatment(constant string) *treatment {
	number, numberErr := strconv.ParseInt(constant, 10, 64)
	float, floatErr := strconv.ParseFloat(constant, 64)
	t := &treatment{
		text: func(_ *scope, dst []byte, _ string) ([]byte, error) { return append(dst, constant...), nil },
	}
	zero := constant == redactedText || constant == ""
	if zero || numberErr == nil {
		t.integer = func(*scope, int64) (int64, error) { return number, nil }
	}
	if zero || floatErr == nil {
		t.float = func(*scope, float64) (float64, error) { return float, nil }
	}
	if zero {
		t.instant = func(*scope, time.Time) (time.Time, error) { return time.Time{}, nil }
		t.addr = func(*scope, netip.Addr) (netip.Addr, error) { return netip.Addr{}, nil }
	}
	return t
}

// fpeTreatment: fpe[=format][,valid][,alphabet=...]
func (r Rule) fpeTreatment(path string, form Form, set *Setting) (*treatment, error) {
	c, err := set.Keys.formatPreserving(set.Domain, r.field(path), r.Argument, r)
	if err != nil {
		return nil, err
	}
	cross := func(f func(string) (string, error)) func(*scope, []byte, string) ([]byte, error) {
		return func(_ *scope, dst []byte, in string) ([]byte, error) {
			out, err := f(in)
			if err != nil {
				return dst, fpeReason(err)
			}
			return append(dst, out...), nil
		}
	}
	return &treatment{
		text: normalised(form, cross(c.Encrypt)),
		back: &treatment{text: cross(c.Decrypt)},
	}, nil
}

func fpeReason(err error) error {
	if errors.Is(err, fpe.ErrTampered) {
		return Tampered
	}
	return Malformed
}

// FormatPreserving makes the encryption of one field in one domain that keeps the
// format, under the primary key: what it makes has no room for a key id.
func (r *Keyring) FormatPreserving(d Domain, field string, format fpe.Format, o fpe.Options) (*fpe.Cipher, error) {
	// Format and options are part of the use: two formats never share a permutation.
	use := field + "\x00" + string(format) + "\x00" + strconv.FormatBool(o.Valid) + "\x00" + o.Alphabet
	ciphers, err := derived(&Keyring{keys: r.keys[:1]}, MethodFPE, d, use, 32, func(_ KeyID, key []byte) (*fpe.Cipher, error) {
		return fpe.New(key, format, o)
	})
	if err != nil {
		return nil, err
	}
	return ciphers[0], nil
}

func (r *Keyring) formatPreserving(d Domain, field, format string, rule Rule) (*fpe.Cipher, error) {
	var o fpe.Options
	_, o.Valid = rule.Option("valid")
	o.Alphabet, _ = rule.Option("alphabet")
	return r.FormatPreserving(d, field, fpe.Format(format), o)
}

// PrefixPreserving makes the encryption of IP addresses of one field in one domain
// that keeps common prefixes (Crypto-PAn), under the primary key.
func (r *Keyring) PrefixPreserving(d Domain, field string) (*cryptopan.Cipher, error) {
	ciphers, err := derived(&Keyring{keys: r.keys[:1]}, MethodCryptoPAn, d, field, 32, func(_ KeyID, key []byte) (*cryptopan.Cipher, error) {
		return cryptopan.New(key)
	})
	if err != nil {
		return nil, err
	}
	return ciphers[0], nil
}

func (r Rule) cryptopanTreatment(path string, set *Setting) (*treatment, error) {
	c, err := set.Keys.PrefixPreserving(set.Domain, r.field(path))
	if err != nil {
		return nil, err
	}
	t := addrTreatment(c.Anonymize)
	t.back = addrTreatment(c.Reveal)
	return t, nil
}

// addrTreatment treats addresses, in text too.
func addrTreatment(f func(netip.Addr) (netip.Addr, error)) *treatment {
	addr := func(_ *scope, in netip.Addr) (netip.Addr, error) {
		out, err := f(in)
		if err != nil {
			return netip.Addr{}, Malformed
		}
		return out, nil
	}
	return &treatment{
		addr: addr,
		text: func(s *scope, dst []byte, in string) ([]byte, error) {
			a, err := netip.ParseAddr(in)
			if err != nil {
				return dst, Malformed
			}
			out, err := addr(s, a)
			if err != nil {
				return dst, err
			}
			return out.AppendTo(dst), nil
		},
	}
}

// normalised brings the text into its normal form before f.
func normalised(form Form, f func(*scope, []byte, string) ([]byte, error)) func(*scope, []byte, string) ([]byte, error) {
	if form.Norm == NormNone {
		return func(s *scope, dst []byte, in string) ([]byte, error) {
			if !utf8.ValidString(in) {
				return dst, Malformed
			}
			return f(s, dst, in)
		}
	}
	return func(s *scope, dst []byte, in string) ([]byte, error) {
		var buf [128]byte
		plain, err := appendNormal(buf[:0], in, form)
		if err != nil {
			return dst, err
		}
		return f(s, dst, string(plain))
	}
}

// bindField returns bytes that no other domain and field have.
func bindField(d Domain, field string) (out []byte) {
	for _, part := range []string{string(d.Recipient), string(d.Purpose), field} {
		out = appendPart(out, part)
	}
	return out
}

// appendPart appends a text after its length as 4 bytes, so that two rows of texts
// never run together into the same bytes.
func appendPart(dst []byte, part string) []byte {
	return append(binary.BigEndian.AppendUint32(dst, uint32(len(part))), part...)
}

func optionError(name string) error {
	return fmt.Errorf("anonymize: option %s has a value that is not known", name)
}

func settingError(what string) error { return fmt.Errorf("anonymize: the setting lacks %s", what) }

// number returns the value of an option that is a whole number.
func (r Rule) number(option string, otherwise int) (int, error) {
	text, ok := r.Option(option)
	if !ok {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || strconv.Itoa(n) != text {
		return 0, optionError(option)
	}
	return n, nil
}

func integerArgument(text string, otherwise int) (int, error) {
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || strconv.Itoa(n) != text {
		return 0, errors.New("anonymize: the argument is no whole number")
	}
	return n, nil
}
