package siv_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/grondslag/grondslag/anonymize/siv"
	"github.com/stretchr/testify/require"
)

func fromHex(t testing.TB, s string) []byte {
	b, err := hex.DecodeString(s)
	require.NoError(t, err)
	return b
}

// RFC 5297, appendix A, and further vectors; the source is in the file.
func TestVectors(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("testdata/rfc5297.json")
	require.NoError(t, err)
	var file struct {
		Vectors []struct {
			Name, Key, Plaintext, Ciphertext string
			AD                               []string
		}
	}
	require.NoError(t, json.Unmarshal(b, &file))
	require.NotEmpty(t, file.Vectors)
	for _, v := range file.Vectors {
		c, err := siv.New(fromHex(t, v.Key))
		require.NoError(t, err)
		var ad [][]byte
		for _, a := range v.AD {
			ad = append(ad, fromHex(t, a))
		}
		plain, want := fromHex(t, v.Plaintext), fromHex(t, v.Ciphertext)
		require.Equal(t, v.Ciphertext, hex.EncodeToString(c.Seal(nil, plain, ad...)), v.Name)
		got, err := c.Open([]byte("x"), want, ad...)
		require.NoError(t, err, v.Name)
		require.Equal(t, append([]byte("x"), plain...), got, v.Name)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	for n := range 70 {
		_, err := siv.New(make([]byte, n))
		require.Equal(t, n == 32 || n == 48 || n == 64, err == nil, n)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	c, err := siv.New(bytes.Repeat([]byte{1}, 64))
	require.NoError(t, err)
	for _, n := range []int{0, 1, 15, 16, 17, 31, 32, 33, 300} {
		sealed := c.Seal(nil, bytes.Repeat([]byte("p"), n), []byte("ad"))
		for bit := range len(sealed) * 8 {
			changed := bytes.Clone(sealed)
			changed[bit/8] ^= 1 << (bit % 8)
			dst := make([]byte, 3, 512)
			got, err := c.Open(dst, changed, []byte("ad"))
			require.ErrorIs(t, err, siv.ErrOpen)
			require.Len(t, got, 3)
			require.Equal(t, make([]byte, 509), dst[3:512], "nothing is left behind")
		}
		for cut := range len(sealed) {
			_, err := c.Open(nil, sealed[:cut], []byte("ad"))
			require.ErrorIs(t, err, siv.ErrOpen)
		}
		for _, ad := range [][][]byte{nil, {[]byte("ae")}, {[]byte("a"), []byte("d")}, {[]byte("ad"), nil}, {nil, []byte("ad")}} {
			_, err := c.Open(nil, sealed, ad...)
			require.ErrorIs(t, err, siv.ErrOpen)
		}
	}
	_, err = c.Open(nil, make([]byte, 40), make([][]byte, 127)...)
	require.ErrorIs(t, err, siv.ErrOpen)
	require.Panics(t, func() { c.Seal(nil, nil, make([][]byte, 127)...) })
	require.NotPanics(t, func() { c.Seal(nil, nil, make([][]byte, 126)...) })
}

// reference is RFC 5297 written down as it stands, without regard to speed.
type reference struct{ mac, ctr cipher.Block }

func newReference(key []byte) reference {
	mac, _ := aes.NewCipher(key[:len(key)/2])
	ctr, _ := aes.NewCipher(key[len(key)/2:])
	return reference{mac, ctr}
}

func dbl(b []byte) []byte {
	out := make([]byte, 16)
	for i := range 16 {
		out[i] = b[i] << 1
		if i < 15 {
			out[i] |= b[i+1] >> 7
		}
	}
	if b[0]&0x80 != 0 {
		out[15] ^= 0x87
	}
	return out
}

func xor(a, b []byte) []byte {
	out := bytes.Clone(a)
	for i := range b {
		out[i] ^= b[i]
	}
	return out
}

func (r reference) cmac(m []byte) []byte {
	k1 := make([]byte, 16)
	r.mac.Encrypt(k1, k1)
	k1 = dbl(k1)
	last := k1
	if len(m) == 0 || len(m)%16 != 0 {
		last = dbl(k1)
		m = append(bytes.Clone(m), 0x80)
		for len(m)%16 != 0 {
			m = append(m, 0)
		}
	}
	x := make([]byte, 16)
	for i := 0; i < len(m); i += 16 {
		block := m[i : i+16]
		if i == len(m)-16 {
			block = xor(block, last)
		}
		r.mac.Encrypt(x, xor(x, block))
	}
	return x
}

func (r reference) seal(plain []byte, ad [][]byte) []byte {
	d := r.cmac(make([]byte, 16))
	for _, a := range ad {
		d = xor(dbl(d), r.cmac(a))
	}
	var t []byte
	if n := len(plain); n >= 16 {
		t = append(bytes.Clone(plain[:n-16]), xor(plain[n-16:], d)...)
	} else {
		padded := append(bytes.Clone(plain), 0x80)
		t = xor(dbl(d), append(padded, make([]byte, 15-n)...))
	}
	v := r.cmac(t)
	q := bytes.Clone(v)
	q[8] &= 0x7f
	q[12] &= 0x7f
	out := make([]byte, len(plain))
	cipher.NewCTR(r.ctr, q).XORKeyStream(out, plain)
	return append(v, out...)
}

func TestReference(t *testing.T) {
	t.Parallel()
	for _, size := range []int{32, 48, 64} {
		key := make([]byte, size)
		for i := range key {
			key[i] = byte(i*7 + size)
		}
		c, err := siv.New(key)
		require.NoError(t, err)
		for n := range 330 {
			plain := bytes.Repeat([]byte{byte(n), 0xff, 3}, n)[:n]
			for _, ad := range [][][]byte{nil, {nil}, {plain}, {[]byte("field"), plain[:n/2]}} {
				require.Equal(t, newReference(key).seal(plain, ad), c.Seal(nil, plain, ad...), "%d", n)
			}
		}
	}
}

func FuzzCipher(f *testing.F) {
	f.Add(make([]byte, 64), []byte("plain"), []byte("ad"), []byte("sealed"))
	f.Fuzz(func(t *testing.T, key, plain, ad, sealed []byte) {
		c, err := siv.New(key)
		if err != nil {
			return
		}
		made := c.Seal(nil, plain, ad)
		require.Equal(t, newReference(key).seal(plain, [][]byte{ad}), made)
		got, err := c.Open(nil, made, ad)
		require.NoError(t, err)
		require.Equal(t, string(plain), string(got))
		if got, err := c.Open(nil, sealed, ad); err == nil {
			require.Equal(t, string(sealed), string(c.Seal(nil, got, ad)))
		}
	})
}

func TestConcurrent(t *testing.T) {
	t.Parallel()
	c, err := siv.New(make([]byte, 32))
	require.NoError(t, err)
	want := c.Seal(nil, []byte("same"), []byte("ad"))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				if !bytes.Equal(want, c.Seal(nil, []byte("same"), []byte("ad"))) {
					t.Error("differs")
				}
			}
		})
	}
	wg.Wait()
}

func ExampleCipher() {
	c, err := siv.New([]byte("0123456789abcdef0123456789abcdef")) // use random bytes
	if err != nil {
		panic(err)
	}
	sealed := c.Seal(nil, []byte("jan@example.nl"), []byte("mailer"))
	again := c.Seal(nil, []byte("jan@example.nl"), []byte("mailer"))
	plain, err := c.Open(nil, sealed, []byte("mailer"))
	fmt.Println(bytes.Equal(sealed, again), string(plain), err)
	_, err = c.Open(nil, sealed, []byte("analyst"))
	fmt.Println(err)
	// Output:
	// true jan@example.nl <nil>
	// siv: message authentication failed
}

func BenchmarkSeal(b *testing.B) {
	c, err := siv.New(make([]byte, 64))
	require.NoError(b, err)
	plain, ad, dst := []byte("jan.de.vries@example.com"), []byte("mailer/newsletter/em"), make([]byte, 0, 64)
	b.ReportAllocs()
	for b.Loop() {
		c.Seal(dst, plain, ad)
	}
}
