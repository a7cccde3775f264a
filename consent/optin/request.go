package optin

import (
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/grondslag/grondslag/consent"
	"github.com/grondslag/grondslag/internal/normalize"
)

const (
	maxAgent   = 256 // bytes of a User-Agent that are kept
	maxSession = 512 // bytes of a form's address
	maxHops    = 32  // proxies that are walked through
)

// Evidence returns what a request shows: IP as the policy keeps it, UserAgent cut to 256
// bytes, and Session, the form's host and path without scheme and query, at most 512 bytes.
// A query, and a path with an "@", may hold an address and are not kept. The key is for
// [consent.IPKeyed] alone, of 16 bytes or more. All of it is what the client says, but for the IP.
func Evidence(r *http.Request, proxies Proxies, policy consent.IPPolicy, key []byte) consent.Evidence {
	return consent.Evidence{
		IP:        consent.MinimizeIP(proxies.Client(r), policy, key),
		UserAgent: cut(r.UserAgent(), maxAgent),
		Session:   session(r),
	}
}

// cut returns s as UTF-8 without control characters, at most n bytes of it.
func cut(s string, n int) string {
	if len(s) > 4*n { // what is dropped can't fill the rest
		s = s[:4*n]
	}
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
	if len(s) <= n {
		return s
	}
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

func session(r *http.Request) string {
	if r.Host == "" || len(r.Host) > maxField || strings.ContainsFunc(r.Host, func(c rune) bool {
		return c <= ' ' || c >= 0x7f || strings.ContainsRune(`@/\?#"<>`, c)
	}) {
		return ""
	}
	if r.URL == nil || normalize.LooksLikeEmail(r.URL.Path) || strings.ContainsRune(r.URL.Path, '@') {
		return r.Host
	}
	return cut(r.Host+r.URL.EscapedPath(), maxSession)
}

// Proxies says which hops between the client and us tell the truth about the hop before.
// The zero value trusts none, and the client is who connects.
type Proxies struct {
	// Trusted are the addresses of our own proxies. Name no more than those: who is in
	// here can claim any address.
	Trusted []netip.Prefix
	// Forwarded reads the header Forwarded (RFC 7239) instead of X-Forwarded-For. Only
	// one of them is read, the one that our proxies write, since they let the other
	// through as the client sent it.
	Forwarded bool
}

// Client returns the address of the client: from the peer of the connection on, each
// hop that is trusted is asked for the one before, and the first that is not trusted
// is the client. Where the header says nothing readable it is the last hop that was
// read: an address that no trusted hop vouches for is never taken. Of a header with
// several lines they are one list. IPv4 within IPv6 is unmapped, a zone is dropped. The
// zero Addr is for a request without a readable RemoteAddr, as over a Unix socket.
func (p Proxies) Client(r *http.Request) netip.Addr {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	client := plain(peer.Addr())
	name, read := "X-Forwarded-For", hop
	if p.Forwarded {
		name, read = "Forwarded", element
	}
	lines := r.Header.Values(name)
	rest, more := "", false
	for range maxHops {
		if !p.trusts(client) {
			break
		}
		if !more {
			if len(lines) == 0 {
				break
			}
			rest, lines = lines[len(lines)-1], lines[:len(lines)-1]
		}
		// A comma within quotes ends an element too. Reading from the left to tell such
		// a comma would let a quote that the client opened swallow what a proxy added.
		i := strings.LastIndexByte(rest, ',')
		last := rest[i+1:]
		rest, more = rest[:max(i, 0)], i >= 0
		a, ok := read(strings.Trim(last, " \t"))
		if !ok {
			break
		}
		client = a
	}
	return client
}

func plain(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

func (p Proxies) trusts(a netip.Addr) bool {
	for _, t := range p.Trusted {
		if t.Addr().Is4In6() && t.Bits() >= 96 {
			t = netip.PrefixFrom(t.Addr().Unmap(), t.Bits()-96)
		}
		if t.Contains(a) {
			return true
		}
	}
	return false
}

// hop reads one address of X-Forwarded-For: bare, or with a port, IPv6 in brackets then.
func hop(s string) (netip.Addr, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		return plain(a), true
	}
	return node(s)
}

// node reads what RFC 7239, 6 calls a node, but for names: IPv4, or IPv6 in brackets,
// each with or without a port.
func node(s string) (netip.Addr, bool) {
	host, port, has := s, "", false
	if strings.HasPrefix(s, "[") {
		inner, after, closed := strings.Cut(s[1:], "]")
		if !closed || after != "" && after[0] != ':' {
			return netip.Addr{}, false
		}
		host = inner
		if has = after != ""; has {
			port = after[1:]
		}
	} else if host, port, has = strings.Cut(s, ":"); strings.Contains(port, ":") {
		return netip.Addr{}, false
	}
	if has {
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return netip.Addr{}, false
		}
	}
	a, err := netip.ParseAddr(host)
	if err != nil || a.Is4() == strings.HasPrefix(s, "[") {
		return netip.Addr{}, false
	}
	return plain(a), true
}

// element reads the node of one element of Forwarded: exactly one "for", quoted or a
// token (RFC 7239, 4). A node that is unknown or has a made-up name is not readable.
func element(s string) (netip.Addr, bool) {
	var value string
	found := false
	for pair := range strings.SplitSeq(s, ";") {
		name, v, ok := strings.Cut(strings.Trim(pair, " \t"), "=")
		if !ok {
			return netip.Addr{}, false
		}
		if !strings.EqualFold(name, "for") {
			continue
		}
		if found {
			return netip.Addr{}, false
		}
		value, found = v, true
	}
	if inner, ok := strings.CutPrefix(value, `"`); ok {
		if value, ok = strings.CutSuffix(inner, `"`); !ok {
			return netip.Addr{}, false
		}
	} else if strings.ContainsAny(value, ":[]") { // not characters of a token
		return netip.Addr{}, false
	}
	return node(value)
}
