package anonymize

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIPTruncation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		p        IPTruncation
		in, want string
	}{
		{IPTruncation{}, "192.0.2.77", "192.0.2.0"},
		{IPTruncation{}, "2001:db8:1234:5678:9abc::1", "2001:db8:1234::"},
		{IPTruncation{}, "::ffff:192.0.2.77", "::ffff:192.0.2.0"},
		{IPTruncation{}, "fe80::1%eth0", "fe80::"},
		{IPTruncation{}, "::ffff:192.0.2.77%x", "::ffff:192.0.2.0"},
		{IPTruncation{16, 32}, "192.0.2.77", "192.0.0.0"},
		{IPTruncation{16, 32}, "2001:db8:1234::1", "2001:db8::"},
		{IPTruncation{1, 1}, "255.255.255.255", "128.0.0.0"},
		{IPTruncation{31, 127}, "255.255.255.255", "255.255.255.254"},
		{IPTruncation{31, 127}, "2001:db8::ffff", "2001:db8::fffe"},
		// An IPv4 address that a transition prefix carries: RFC 3056, 4380, 6052, 8215, 4291.
		{IPTruncation{}, "2002:c000:24d:1::1", "2002:c000:200::"}, // 192.0.2.77
		{IPTruncation{24, 127}, "2001:0:53aa:64c:0:7fff:3fff:fdb2", "2001:0:53aa:64c:0:7fff:3fff:fd00"},
		{IPTruncation{24, 127}, "64:ff9b::c000:24d", "64:ff9b::c000:200"},
		{IPTruncation{24, 127}, "64:ff9b:1:c000:2:4d00::", "64:ff9b:1:c000::"},
		{IPTruncation{24, 127}, "::192.0.2.77", "::192.0.2.0"},
		{IPTruncation{}, "::1", "::"},
	} {
		got, err := c.p.Truncate(netip.MustParseAddr(c.in))
		require.NoError(t, err)
		require.Equal(t, netip.MustParseAddr(c.want), got, "%+v of %s", c.p, c.in)
	}
	_, err := IPTruncation{}.Truncate(netip.Addr{})
	require.ErrorIs(t, err, Malformed)
	for _, p := range []IPTruncation{{32, 48}, {-1, 48}, {24, 128}, {24, -1}} {
		out, err := p.Truncate(netip.MustParseAddr("192.0.2.77"))
		require.ErrorIs(t, err, OutOfRange)
		require.Zero(t, out)
	}
}

// Every length keeps exactly the prefix: against masks of integers.
func TestIPTruncationEveryLength(t *testing.T) {
	t.Parallel()
	in := netip.MustParseAddr("203.0.113.255")
	n := binary.BigEndian.Uint32(in.AsSlice())
	for bits := 1; bits < 32; bits++ {
		out, err := IPTruncation{V4: bits}.Truncate(in)
		require.NoError(t, err)
		require.Equal(t, n>>(32-bits)<<(32-bits), binary.BigEndian.Uint32(out.AsSlice()), bits)
	}
	six := netip.MustParseAddr("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")
	for bits := 1; bits < 128; bits++ {
		out, err := IPTruncation{V6: bits}.Truncate(six)
		require.NoError(t, err)
		b := out.As16()
		for i := range 128 {
			require.Equal(t, i < bits, b[i/8]>>(7-i%8)&1 == 1, "bit %d of /%d", i, bits)
		}
	}
}

func TestParseIPTruncation(t *testing.T) {
	t.Parallel()
	p, err := ParseIPTruncation("16/32")
	require.NoError(t, err)
	require.Equal(t, IPTruncation{16, 32}, p)
	for _, text := range []string{"", "24", "/", "24/", "/48", "0/48", "32/48", "24/0", "24/128", "024/48", "24/48/56", "-1/48", "+24/48", "24 /48", "a/b"} {
		p, err := ParseIPTruncation(text)
		require.Error(t, err, text)
		require.Zero(t, p)
	}
}

func FuzzParseIPTruncation(f *testing.F) {
	f.Add("24/48", "192.0.2.1")
	f.Add("1/127", "::ffff:1.2.3.4")
	f.Fuzz(func(t *testing.T, text, address string) {
		p, err := ParseIPTruncation(text)
		if err != nil {
			require.Zero(t, p)
			return
		}
		require.Equal(t, text, fmt.Sprintf("%d/%d", p.V4, p.V6))
		a, err := netip.ParseAddr(address)
		if err != nil {
			return
		}
		out, err := p.Truncate(a)
		require.NoError(t, err)
		require.Equal(t, a.BitLen(), out.BitLen())
		again, err := p.Truncate(out)
		require.NoError(t, err)
		require.Equal(t, out, again)
	})
}

func ExampleIPTruncation() {
	var p IPTruncation // /24 and /48
	for _, text := range []string{"192.0.2.77", "2001:db8:1234:5678::1", "::ffff:192.0.2.77"} {
		fmt.Println(p.Truncate(netip.MustParseAddr(text)))
	}
	// Output:
	// 192.0.2.0 <nil>
	// 2001:db8:1234:: <nil>
	// ::ffff:192.0.2.0 <nil>
}
