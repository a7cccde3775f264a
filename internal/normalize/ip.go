package normalize

import (
	"bytes"
	"net/netip"
)

// AppendIP appends the canonical text of an IP address (RFC 5952), or reports false
// and appends nothing when text is none. An IPv4 address inside IPv6 is written as
// the IPv4 address. Zones, which have a meaning on one machine only, ports,
// brackets, prefixes and octets with leading zeros are refused.
//
// IPv4 takes no allocation, IPv6 one.
func AppendIP(dst, text []byte) ([]byte, bool) {
	text = bytes.TrimSpace(text)
	if canonicalIPv4(text) {
		return append(dst, text...), true
	}
	if len(text) > 45 { // ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255
		return dst, false
	}
	addr, err := netip.ParseAddr(string(text))
	if err != nil || addr.Zone() != "" {
		return dst, false
	}
	return addr.Unmap().AppendTo(dst), true
}

// canonicalIPv4 reports whether text is four numbers up to 255 without leading zeros.
func canonicalIPv4(text []byte) bool {
	for part := range 4 {
		n, i := 0, 0
		for ; i < len(text) && i < 3 && digit(text[i]); i++ {
			n = 10*n + int(text[i]-'0')
		}
		if i == 0 || n > 255 || i > 1 && text[0] == '0' {
			return false
		}
		text = text[i:]
		if part < 3 {
			if len(text) == 0 || text[0] != '.' {
				return false
			}
			text = text[1:]
		}
	}
	return len(text) == 0
}
