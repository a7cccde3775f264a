package anonymize

import (
	"errors"
	"net/netip"
	"strings"
)

// IPTruncation cuts IP addresses to a prefix (ISO/IEC 20889: generalization); the
// rest is zero. An IPv4 address in IPv6 ("::ffff:192.0.2.1") is cut as IPv4 and stays
// in IPv6; of one that a transition prefix carries (6to4, Teredo, NAT64, IPv4-compatible)
// no more than V4 bits stay either. A zone is left out. The zero value cuts to /24 and /48: an IPv6 /64 is
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
	bits, mapped := min(v6, carriedIPv4(a)+v4), a.Is4In6()
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

// carriedIPv4 returns at which bit an IPv6 address carries an IPv4 address, at 128 when it
// does not. A 6to4 address cut to /48 would hold the whole of it.
func carriedIPv4(a netip.Addr) int {
	if !a.Is6() {
		return 128
	}
	b := a.As16()
	switch {
	case b[0] == 0x20 && b[1] == 0x02: // 6to4, RFC 3056
		return 16
	case [6]byte(b[:6]) == [6]byte{0, 0x64, 0xff, 0x9b, 0, 1}: // local NAT64, RFC 8215, where it can begin soonest
		return 48
	case b[0] == 0x20 && b[1] == 0x01 && b[2] == 0 && b[3] == 0, // Teredo, RFC 4380
		b[0] == 0 && b[1] == 0x64 && b[2] == 0xff && b[3] == 0x9b, // NAT64, RFC 6052
		[12]byte(b[:12]) == [12]byte{}:                            // IPv4-compatible, RFC 4291
		return 96
	}
	return 128
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
