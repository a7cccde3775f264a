package optin

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/consent"
)

const keyedV4 = "hmac:bb6b42bba67a64ced2bf332c1f561dd7"

var trusted = []netip.Prefix{
	netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8"), netip.MustParsePrefix("fe80::/10"),
	netip.MustParsePrefix("::ffff:172.16.0.0/108"),
}

func TestClient(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		remote string
		lines  []string
		want   string
	}{
		"no header":                 {"198.51.100.1:1", nil, "198.51.100.1"},
		"peer not trusted":          {"198.51.100.1:1", []string{"203.0.113.9"}, "198.51.100.1"},
		"one proxy":                 {"10.0.0.1:1", []string{"203.0.113.9"}, "203.0.113.9"},
		"claimed on the left":       {"10.0.0.1:1", []string{"1.1.1.1, 203.0.113.9"}, "203.0.113.9"},
		"claimed trusted":           {"10.0.0.1:1", []string{"10.9.9.9, 203.0.113.9"}, "203.0.113.9"},
		"two proxies":               {"10.0.0.1:1", []string{"1.1.1.1, 203.0.113.9, 10.0.0.2"}, "203.0.113.9"},
		"two lines":                 {"10.0.0.1:1", []string{"1.1.1.1, 203.0.113.9", "10.0.0.2"}, "203.0.113.9"},
		"three lines":               {"10.0.0.1:1", []string{"1.1.1.1", "203.0.113.9", "10.0.0.2"}, "203.0.113.9"},
		"all trusted":               {"10.0.0.1:1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
		"port":                      {"10.0.0.1:1", []string{"203.0.113.9:4711"}, "203.0.113.9"},
		"bad port":                  {"10.0.0.1:1", []string{"203.0.113.9:65536"}, "10.0.0.1"},
		"port without number":       {"10.0.0.1:1", []string{"203.0.113.9:"}, "10.0.0.1"},
		"port with a sign":          {"10.0.0.1:1", []string{"203.0.113.9:+1"}, "10.0.0.1"},
		"garbage":                   {"10.0.0.1:1", []string{"unknown"}, "10.0.0.1"},
		"garbage after one":         {"10.0.0.1:1", []string{"203.0.113.9, unknown, 10.0.0.2"}, "10.0.0.2"},
		"garbage beyond the client": {"10.0.0.1:1", []string{"<script>, 203.0.113.9"}, "203.0.113.9"},
		"empty element":             {"10.0.0.1:1", []string{"203.0.113.9,"}, "10.0.0.1"},
		"empty line":                {"10.0.0.1:1", []string{"203.0.113.9", ""}, "10.0.0.1"},
		"white space":               {"10.0.0.1:1", []string{" \t203.0.113.9 "}, "203.0.113.9"},
		"mail address":              {"10.0.0.1:1", []string{"zoe@example.org"}, "10.0.0.1"},
		"leading zero":              {"10.0.0.1:1", []string{"203.0.113.09"}, "10.0.0.1"},
		"IPv6 peer":                 {"[2001:db8::1]:1", []string{"203.0.113.9"}, "2001:db8::1"},
		"IPv6 proxy":                {"[fd00::1]:1", []string{"2001:db8::2"}, "2001:db8::2"},
		"IPv6 in brackets":          {"[fd00::1]:1", []string{"[2001:db8::2]"}, "2001:db8::2"},
		"IPv6 with port":            {"[fd00::1]:1", []string{"[2001:db8::2]:80"}, "2001:db8::2"},
		"IPv6 open bracket":         {"[fd00::1]:1", []string{"[2001:db8::2"}, "fd00::1"},
		"IPv6 then more":            {"[fd00::1]:1", []string{"[2001:db8::2]x"}, "fd00::1"},
		"IPv4 in brackets":          {"[fd00::1]:1", []string{"[203.0.113.9]"}, "fd00::1"},
		"zone of the peer":          {"[fe80::1%eth0]:1", []string{"2001:db8::2%eth1"}, "2001:db8::2"},
		"IPv4 in IPv6":              {"[::ffff:10.0.0.1]:1", []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
		"trusted as IPv4 in IPv6":   {"172.16.3.4:1", []string{"[::ffff:203.0.113.9]:9"}, "203.0.113.9"},
		"unix socket":               {"@", []string{"203.0.113.9"}, "invalid IP"},
		"no port":                   {"10.0.0.1", []string{"203.0.113.9"}, "invalid IP"},
		"too many hops":             {"10.0.0.1:1", []string{"203.0.113.9" + strings.Repeat(", 10.0.0.2", 32)}, "10.0.0.2"},
		"just enough hops":          {"10.0.0.1:1", []string{"203.0.113.9" + strings.Repeat(", 10.0.0.2", 31)}, "203.0.113.9"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = test.remote
		r.Header["X-Forwarded-For"] = test.lines
		r.Header.Set("Forwarded", "for=9.9.9.9") // of the client, and not read
		require.Equal(t, test.want, Proxies{Trusted: trusted}.Client(r).String(), name)
		if _, alone, _ := strings.Cut(test.remote, ":"); len(test.lines) > 0 && alone != "" {
			require.NotEqual(t, "203.0.113.9", Proxies{}.Client(r).String(), "%s: nobody is trusted", name)
		}
	}
}

func TestClientForwarded(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		lines []string
		want  string
	}{
		// RFC 7239, 4 and 6.
		"token":             {[]string{"for=192.0.2.60;proto=http;by=203.0.113.43"}, "192.0.2.60"},
		"upper case":        {[]string{`For="[2001:db8:cafe::17]:4711"`}, "2001:db8:cafe::17"},
		"quoted":            {[]string{`for="192.0.2.43:47011"`}, "192.0.2.43"},
		"list":              {[]string{"for=192.0.2.43, for=198.51.100.17"}, "198.51.100.17"},
		"proxies":           {[]string{`for=192.0.2.43, for="[fd00::2]";by=10.0.0.1, for=10.0.0.2`}, "192.0.2.43"},
		"two lines":         {[]string{"for=192.0.2.43", "for=10.0.0.2"}, "192.0.2.43"},
		"last in element":   {[]string{"proto=https; for=192.0.2.43"}, "192.0.2.43"},
		"unknown":           {[]string{"for=192.0.2.43, for=unknown"}, "10.0.0.1"},
		"hidden":            {[]string{`for=192.0.2.43, for="_gazonk"`}, "10.0.0.1"},
		"hidden beyond":     {[]string{"for=_hidden, for=192.0.2.43"}, "192.0.2.43"},
		"hidden port":       {[]string{`for="192.0.2.43:_p"`}, "10.0.0.1"},
		"no for":            {[]string{"for=192.0.2.43, proto=https"}, "10.0.0.1"},
		"two for":           {[]string{"for=192.0.2.43;for=192.0.2.44"}, "10.0.0.1"},
		"no value":          {[]string{"for"}, "10.0.0.1"},
		"port not quoted":   {[]string{"for=192.0.2.43:80"}, "10.0.0.1"},
		"IPv6 not quoted":   {[]string{"for=[2001:db8::1]"}, "10.0.0.1"},
		"IPv6 no brackets":  {[]string{`for="2001:db8::1"`}, "10.0.0.1"},
		"open quote":        {[]string{`for="192.0.2.43`}, "10.0.0.1"},
		"one quote":         {[]string{`for="`}, "10.0.0.1"},
		"escape":            {[]string{`for="192.0.2\.43"`}, "10.0.0.1"},
		"space around =":    {[]string{"for = 192.0.2.43"}, "10.0.0.1"},
		"comma in quotes":   {[]string{`for=192.0.2.43;host="a,b"`}, "10.0.0.1"},
		"client's quote":    {[]string{`for="10.0.0.9, for=192.0.2.43`}, "192.0.2.43"},
		"client's quote, 2": {[]string{`for=1.1.1.1;x="`, "for=192.0.2.43"}, "192.0.2.43"},
		"empty":             {[]string{""}, "10.0.0.1"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = "10.0.0.1:1"
		r.Header["Forwarded"] = test.lines
		r.Header.Set("X-Forwarded-For", "9.9.9.9") // of the client, and not read
		require.Equal(t, test.want, Proxies{Trusted: trusted, Forwarded: true}.Client(r).String(), name)
	}
}

func TestMinimizeIP(t *testing.T) {
	t.Parallel()
	key := []byte(strings.Repeat("k", 16))
	for _, test := range []struct {
		ip     string
		policy consent.IPPolicy
		want   string
	}{
		{"192.0.2.77", "", "192.0.2.0/24"},
		{"192.0.2.77", consent.IPTruncated, "192.0.2.0/24"},
		{"2001:db8:1:2:3::4", consent.IPTruncated, "2001:db8:1::/48"},
		{"::ffff:192.0.2.77", consent.IPTruncated, "192.0.2.0/24"},
		{"fe80::1%eth0", consent.IPTruncated, "fe80::/48"},
		{"192.0.2.77", consent.IPNone, ""},
		{"192.0.2.77", "everything", ""},
		{"192.0.2.77", consent.IPFull, "192.0.2.77"},
		{"::ffff:192.0.2.77", consent.IPFull, "192.0.2.77"},
		{"2001:db8::4%1", consent.IPFull, "2001:db8::4"},
		// openssl dgst -sha256 -hmac kkkkkkkkkkkkkkkk over 00000000000000000000ffffc000024d
		{"192.0.2.77", consent.IPKeyed, keyedV4},
		{"::ffff:192.0.2.77", consent.IPKeyed, keyedV4},
	} {
		require.Equal(t, test.want, consent.MinimizeIP(netip.MustParseAddr(test.ip), test.policy, key), "%s %s", test.ip, test.policy)
	}
	require.Empty(t, consent.MinimizeIP(netip.Addr{}, consent.IPFull, key))
	require.Empty(t, consent.MinimizeIP(netip.MustParseAddr("192.0.2.77"), consent.IPKeyed, key[:15]), "no unkeyed hash")
	require.Empty(t, consent.MinimizeIP(netip.MustParseAddr("192.0.2.77"), consent.IPKeyed, nil))
}

func TestEvidence(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequest("POST", "https://velg.example/sign-up/3?email=zoe@example.org", nil)
	r.RemoteAddr = "[2001:db8:1:2::3]:5"
	r.Header.Set("User-Agent", "Mozilla/5.0\r\x00\x1b[1m (zoë) \xff"+strings.Repeat("é", 300))
	e := Evidence(r, Proxies{}, "", nil)
	require.Equal(t, "2001:db8:1::/48", e.IP)
	require.Equal(t, "velg.example/sign-up/3", e.Session)
	require.True(t, strings.HasPrefix(e.UserAgent, "Mozilla/5.0[1m (zoë) é"), e.UserAgent)
	require.LessOrEqual(t, len(e.UserAgent), 256)
	require.Greater(t, len(e.UserAgent), 253)
	require.True(t, utf8.ValidString(e.UserAgent))

	for name, test := range map[string]struct{ host, path, want string }{
		"address in path":         {"velg.example", "/u/zoe@example.org/x", "velg.example"},
		"address in path encoded": {"velg.example", "/u/zoe%40example.org", "velg.example"},
		"address in host":         {"zoe@example.org", "/", ""},
		"line break in host":      {"velg.example\r\nX: y", "/", ""},
		"not ASCII":               {"vélg.example", "/", ""},
		"long host":               {strings.Repeat("a", 256), "/", ""},
		"no host":                 {"", "/form", ""},
		"port":                    {"[::1]:8080", "/form", "[::1]:8080/form"},
		"encoded path":            {"velg.example", "/a%20b%0a", "velg.example/a%20b%0a"},
		"long path":               {"velg.example", "/" + strings.Repeat("a", 1000), "velg.example/" + strings.Repeat("a", 499)},
	} {
		r := httptest.NewRequest("POST", "https://velg.example"+test.path, nil)
		r.Host = test.host
		require.Equal(t, test.want, Evidence(r, Proxies{}, "", nil).Session, name)
	}
	require.Zero(t, Evidence(&http.Request{}, Proxies{Trusted: trusted}, consent.IPFull, nil))
}

// naiveClient splits everything, and walks a list.
func naiveClient(remote string, lines []string, trusts func(netip.Addr) bool) netip.Addr {
	ap, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.Addr{}
	}
	chain := []netip.Addr{ap.Addr().Unmap().WithZone("")}
	items := strings.Split(strings.Join(lines, ","), ",")
	if len(lines) == 0 {
		items = nil
	}
	for i := len(items) - 1; i >= 0 && len(chain) <= 32; i-- {
		a, ok := hop(strings.Trim(items[i], " \t"))
		if !ok {
			break
		}
		chain = append(chain, a)
	}
	for i, a := range chain {
		if !trusts(a) || i == len(chain)-1 {
			return a
		}
	}
	return netip.Addr{}
}

// A client is the peer, or what a trusted hop vouches for.
func FuzzClient(f *testing.F) {
	f.Add("10.0.0.1:1", "1.1.1.1, 203.0.113.9", "10.0.0.2")
	f.Add("[fe80::1%eth0]:1", "[2001:db8::2]:80", "")
	f.Add("[::ffff:10.0.0.1]:1", `for="[2001:db8::1]:5";by=x`, "for=10.0.0.1")
	f.Add("@", ",,,", "%")
	f.Fuzz(func(t *testing.T, remote, first, second string) {
		p := Proxies{Trusted: trusted}
		r := &http.Request{RemoteAddr: remote, Header: http.Header{"X-Forwarded-For": {first, second}, "Forwarded": {first, second}}}
		require.Equal(t, naiveClient(remote, []string{first, second}, p.trusts), p.Client(r))
		require.Equal(t, naiveClient(remote, nil, p.trusts), Proxies{}.Client(r))
		p.Forwarded = true
		got := p.Client(r)
		require.Empty(t, got.Zone())
		require.False(t, got.Is4In6())
		e := Evidence(r, p, consent.IPTruncated, nil)
		require.Equal(t, got.IsValid(), e.IP != "")
	})
}
