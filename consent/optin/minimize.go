package optin

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"

	"github.com/grondslag/grondslag/consent"
)

// minIPKey is the least length of the key of [consent.IPKeyed], in bytes. The 2^32
// addresses of IPv4 are soon tried, so the key is all that protects them.
const minIPKey = 16

// minimize returns what the policy keeps of an address: its network ("192.0.2.0/24",
// "2001:db8:1::/48"), "hmac:" and 32 hexadecimal digits, the address itself, or
// nothing. No policy is [consent.IPTruncated]; an unknown one keeps nothing, and so does
// [consent.IPKeyed] with a key of less than 16 bytes.
func minimize(a netip.Addr, policy consent.IPPolicy, key []byte) string {
	if !a.IsValid() {
		return ""
	}
	a = a.Unmap().WithZone("")
	switch policy {
	case "", consent.IPTruncated:
		bits := 48
		if a.Is4() {
			bits = 24
		}
		p, err := a.Prefix(bits)
		if err != nil {
			return ""
		}
		return p.String()
	case consent.IPKeyed:
		if len(key) < minIPKey {
			return ""
		}
		h := hmac.New(sha256.New, key)
		b := a.As16()
		h.Write(b[:])
		return "hmac:" + hex.EncodeToString(h.Sum(nil)[:16])
	case consent.IPFull:
		return a.String()
	}
	return ""
}
