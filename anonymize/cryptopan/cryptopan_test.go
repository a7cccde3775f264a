package cryptopan_test

import (
	"crypto/aes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"testing"

	"github.com/grondslag/grondslag/anonymize/cryptopan"
	"github.com/stretchr/testify/require"
)

func key(t testing.TB) []byte {
	k, err := hex.DecodeString("1522178d33a4cf80130a5b1649907d10d8988f837979652762574c2d2a842202")
	require.NoError(t, err)
	return k
}

// The sample trace of the original program; the source is in the file.
func TestTrace(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("testdata/sample_trace.json")
	require.NoError(t, err)
	var file struct {
		Key     string `json:"key_hex"`
		Vectors []struct{ In, Out string }
	}
	require.NoError(t, json.Unmarshal(b, &file))
	require.NotEmpty(t, file.Vectors)
	k, err := hex.DecodeString(file.Key)
	require.NoError(t, err)
	c, err := cryptopan.New(k)
	require.NoError(t, err)
	for _, v := range file.Vectors {
		got, err := c.Anonymize(netip.MustParseAddr(v.In))
		require.NoError(t, err)
		require.Equal(t, v.Out, got.String(), v.In)
		back, err := c.Reveal(got)
		require.NoError(t, err)
		require.Equal(t, v.In, back.String())
		mapped, err := c.Anonymize(netip.MustParseAddr("::ffff:" + v.In))
		require.NoError(t, err)
		require.Equal(t, "::ffff:"+v.Out, mapped.String())
	}
}

// naive is the construction as the paper has it, with the address as a row of bits.
func naive(key []byte, addr []byte) []byte {
	block, _ := aes.NewCipher(key[:16])
	pad := make([]byte, 16)
	block.Encrypt(pad, key[16:])
	bit := func(b []byte, i int) byte { return b[i/8] >> (7 - i%8) & 1 }
	out := make([]byte, len(addr))
	for i := range len(addr) * 8 {
		in := make([]byte, 16)
		for j := range 128 {
			from := pad
			if j < i {
				from = addr
			}
			in[j/8] |= bit(from, j) << (7 - j%8)
		}
		block.Encrypt(in, in)
		out[i/8] |= (bit(addr, i) ^ in[0]>>7) << (7 - i%8)
	}
	return out
}

func common(a, b netip.Addr) int {
	x, y := a.AsSlice(), b.AsSlice()
	for i := range len(x) * 8 {
		if (x[i/8]^y[i/8])>>(7-i%8)&1 == 1 {
			return i
		}
	}
	return len(x) * 8
}

func TestReference(t *testing.T) {
	t.Parallel()
	c, err := cryptopan.New(key(t))
	require.NoError(t, err)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 400 {
		b := make([]byte, 4+12*(i%2))
		for j := range b {
			b[j] = byte(random.Uint32())
		}
		a, _ := netip.AddrFromSlice(b)
		if a.Is4In6() {
			continue
		}
		got, err := c.Anonymize(a)
		require.NoError(t, err)
		require.Equal(t, naive(key(t), b), got.AsSlice(), a)
		back, err := c.Reveal(got)
		require.NoError(t, err)
		require.Equal(t, a, back)

		// Another address with a prefix in common.
		n := random.IntN(len(b) * 8)
		other := append([]byte(nil), b...)
		other[n/8] ^= 1 << (7 - n%8)
		for j := n + 1; j < len(b)*8; j++ {
			other[j/8] ^= byte(random.IntN(2)) << (7 - j%8)
		}
		o, _ := netip.AddrFromSlice(other)
		gotOther, err := c.Anonymize(o)
		require.NoError(t, err)
		require.Equal(t, n, common(got, gotOther))
	}
}

// The one network that would become that of IPv4 in IPv6 comes back too.
func TestNetworkOfIPv4(t *testing.T) {
	t.Parallel()
	c, err := cryptopan.New(key(t))
	require.NoError(t, err)
	// Its first 96 bits, found one by one: each bit of a result depends on those before.
	want := netip.MustParseAddr("::ffff:0.0.0.0").As16()
	var b [16]byte
	for i := range 96 {
		if got := naive(key(t), b[:]); (got[i/8]^want[i/8])>>(7-i%8)&1 == 1 {
			b[i/8] ^= 1 << (7 - i%8)
		}
	}
	once, _ := netip.AddrFromSlice(naive(key(t), b[:]))
	require.True(t, once.Is4In6())
	for _, last := range []byte{0, 1, 255} {
		b[15] = last
		a := netip.AddrFrom16(b)
		got, err := c.Anonymize(a)
		require.NoError(t, err)
		require.False(t, got.Is4In6())
		once := naive(key(t), b[:])
		require.Equal(t, naive(key(t), once), got.AsSlice())
		back, err := c.Reveal(got)
		require.NoError(t, err)
		require.Equal(t, a, back)
	}
}

func FuzzAnonymize(f *testing.F) {
	f.Add("192.0.2.1")
	f.Add("2001:db8::1")
	f.Add("::ffff:192.0.2.1")
	f.Add("fe80::1%eth0")
	c, err := cryptopan.New(key(f))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		a, err := netip.ParseAddr(text)
		if err != nil {
			return
		}
		got, err := c.Anonymize(a)
		if a.Zone() != "" {
			require.ErrorIs(t, err, cryptopan.ErrAddress)
			return
		}
		require.NoError(t, err)
		back, err := c.Reveal(got)
		require.NoError(t, err)
		require.Equal(t, a, back)
	})
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	for n := range 65 {
		_, err := cryptopan.New(make([]byte, n))
		require.Equal(t, n == cryptopan.KeySize, err == nil, n)
	}
	c, err := cryptopan.New(key(t))
	require.NoError(t, err)
	for _, a := range []netip.Addr{{}, netip.MustParseAddr("fe80::1%eth0")} {
		_, err := c.Anonymize(a)
		require.ErrorIs(t, err, cryptopan.ErrAddress)
		_, err = c.Reveal(a)
		require.ErrorIs(t, err, cryptopan.ErrAddress)
	}
}

func ExampleCipher() {
	c, err := cryptopan.New([]byte("0123456789abcdef0123456789abcdef")) // use random bytes
	if err != nil {
		panic(err)
	}
	for _, text := range []string{"192.0.2.1", "192.0.2.77", "198.51.100.3"} {
		out, err := c.Anonymize(netip.MustParseAddr(text))
		fmt.Println(out, err)
	}
	// Output:
	// 177.225.229.134 <nil>
	// 177.225.229.242 <nil>
	// 181.243.106.124 <nil>
}

func BenchmarkAnonymize(b *testing.B) {
	c, err := cryptopan.New(key(b))
	require.NoError(b, err)
	for name, text := range map[string]string{"IPv4": "192.0.2.1", "IPv6": "2001:db8::1"} {
		a := netip.MustParseAddr(text)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = c.Anonymize(a)
			}
		})
	}
}
