package anonymize

import (
	"errors"
	"net/netip"
	"strings"
)

// IPTruncation cuts IP addresses to a prefix (ISO/IEC 20889: generalization); the
// rest is zero. An IPv4 address in IPv6 ("::ffff:192.0.2.1") is cut as IPv4 and stays
// in IPv6; a zone is left out. The zero value cuts to /24 and /48: an IPv6 /64 is
// commonly one household, so less is kept.
type IPTruncation struct {
	V4 int // bits, 1 to 31; 0 is 24
	V6 int // bits, 1 to 127; 0 is 48
}

// ParseIPTruncation reads "24/48".
func ParseIPTruncation(text string) (IPTruncation, error) {
	v4, v6, ok := strings.Cut(text, "/")
	a, err4 := integerArgument(v4, -1)
	b, err6 := integerArgument(v6, -1)
	if !ok || err4 != nil || err6 != nil || a < 1 || a > 31 || b < 1 || b > 127 {
		return IPTruncation{}, errors.New("anonymize: malformed truncation, want bits of IPv4 / bits of IPv6, such as 24/48")
	}
	return IPTruncation{a, b}, nil
}

// Truncate cuts the address.
func (p IPTruncation) Truncate(a netip.Addr) (netip.Addr, error) {
	v4, v6 := p.V4, p.V6
	if v4 == 0 {
		v4 = 24
	}
	if v6 == 0 {
		v6 = 48
	}
	if !a.IsValid() {
		return netip.Addr{}, Malformed
	}
	if v4 < 1 || v4 > 31 || v6 < 1 || v6 > 127 {
		return netip.Addr{}, OutOfRange
	}
	a = a.WithZone("")
	bits, mapped := v6, a.Is4In6()
	if a.Is4() || mapped {
		a, bits = a.Unmap(), v4
	}
	prefix, err := a.Prefix(bits)
	if err != nil {
		return netip.Addr{}, Malformed
	}
	if out := prefix.Addr(); !mapped {
		return out, nil
	} else {
		return netip.AddrFrom16(out.As16()), nil
	}
}

// ipTreatment: ip[=v4/v6]
func (r Rule) ipTreatment() (*treatment, error) {
	var p IPTruncation
	if r.Argument != "" {
		var err error
		if p, err = ParseIPTruncation(r.Argument); err != nil {
			return nil, err
		}
	}
	return addrTreatment(p.Truncate), nil
}
