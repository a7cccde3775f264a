package ff1_test

import (
	"bytes"
	"crypto/aes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/grondslag/grondslag/anonymize/ff1"
	"github.com/stretchr/testify/require"
)

const chars = "0123456789abcdefghijklmnopqrstuvwxyz"

func alphabet(t testing.TB, radix int) *ff1.Alphabet {
	a, err := ff1.NewAlphabet(chars[:radix])
	require.NoError(t, err)
	return a
}

// The samples of NIST; the source is in the file.
func TestSamples(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("testdata/nist_samples.json")
	require.NoError(t, err)
	var file struct {
		Vectors []struct {
			Sample, Radix      int
			Key, Tweak, PT, CT string
		}
	}
	require.NoError(t, json.Unmarshal(b, &file))
	require.Len(t, file.Vectors, 9)
	for _, v := range file.Vectors {
		key, err := hex.DecodeString(v.Key)
		require.NoError(t, err)
		tweak, err := hex.DecodeString(v.Tweak)
		require.NoError(t, err)
		c, err := ff1.New(key, v.Radix)
		require.NoError(t, err)
		got, err := c.EncryptString(alphabet(t, v.Radix), v.PT, tweak)
		require.NoError(t, err)
		require.Equal(t, v.CT, got, v.Sample)
		back, err := c.DecryptString(alphabet(t, v.Radix), got, tweak)
		require.NoError(t, err)
		require.Equal(t, v.PT, back, v.Sample)
	}
}

// reference is algorithm 7 as the standard writes it down, step by step.
func reference(key []byte, radix int, tweak []byte, x []uint16) []uint16 {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic(err)
	}
	num := func(x []uint16) *big.Int {
		n := new(big.Int)
		for _, d := range x {
			n.Mul(n, big.NewInt(int64(radix))).Add(n, big.NewInt(int64(d)))
		}
		return n
	}
	str := func(n *big.Int, m int) []uint16 {
		out := make([]uint16, m)
		n, d := new(big.Int).Set(n), new(big.Int)
		for i := m - 1; i >= 0; i-- {
			n.DivMod(n, big.NewInt(int64(radix)), d)
			out[i] = uint16(d.Uint64())
		}
		return out
	}
	prf := func(x []byte) []byte {
		y := make([]byte, 16)
		for i := 0; i < len(x); i += 16 {
			for j := range 16 {
				y[j] ^= x[i+j]
			}
			block.Encrypt(y, y)
		}
		return y
	}
	n, t := len(x), len(tweak)
	u := n / 2
	v := n - u
	a, b := x[:u], x[u:]
	bytesB := int(math.Ceil(math.Ceil(float64(v)*math.Log2(float64(radix))-1e-9) / 8))
	d := 4*int(math.Ceil(float64(bytesB)/4)) + 4
	p := []byte{1, 2, 1, byte(radix >> 16), byte(radix >> 8), byte(radix), 10, byte(u % 256)}
	p = binary.BigEndian.AppendUint32(p, uint32(n))
	p = binary.BigEndian.AppendUint32(p, uint32(t))
	for i := range 10 {
		q := bytes.Clone(tweak)
		q = append(q, make([]byte, ((-t-bytesB-1)%16+16)%16)...)
		q = append(q, byte(i))
		q = append(q, num(b).FillBytes(make([]byte, bytesB))...)
		r := prf(append(bytes.Clone(p), q...))
		s := bytes.Clone(r)
		for j := 1; len(s) < d; j++ {
			in := bytes.Clone(r)
			for k, c := range binary.BigEndian.AppendUint64(make([]byte, 8), uint64(j)) {
				in[k] ^= c
			}
			block.Encrypt(in, in)
			s = append(s, in...)
		}
		y := new(big.Int).SetBytes(s[:d])
		m := v
		if i%2 == 0 {
			m = u
		}
		mod := new(big.Int).Exp(big.NewInt(int64(radix)), big.NewInt(int64(m)), nil)
		c := str(y.Add(y, num(a)).Mod(y, mod), m)
		a, b = b, c
	}
	return append(append([]uint16(nil), a...), b...)
}

func agree(t *testing.T, key []byte, radix int, tweak []byte, x []uint16) {
	t.Helper()
	c, err := ff1.New(key, radix)
	require.NoError(t, err)
	before := append([]uint16(nil), x...)
	got, err := c.Encrypt(nil, x, tweak)
	require.NoError(t, err)
	require.Equal(t, before, x, "the input stays")
	require.Equal(t, reference(key, radix, tweak, x), got, "radix %d, %d numerals, tweak of %d", radix, len(x), len(tweak))
	back, err := c.Decrypt(got[:0], got, tweak)
	require.NoError(t, err)
	require.Equal(t, x, back)
}

func TestReference(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for _, radix := range []int{2, 3, 7, 10, 16, 26, 36, 62, 255, 256, 257, 1000, 4096, 65535, 65536} {
		least := int(math.Ceil(6 / math.Log10(float64(radix))))
		lengths := []int{max(least, 2)}
		for n := least; n < least+30; n++ {
			lengths = append(lengths, max(n, 2))
		}
		lengths = append(lengths, 64, 65, 127, 128, 129, 200)
		for _, n := range lengths {
			if math.Pow(float64(radix), float64(n)) < ff1.MinDomain {
				continue
			}
			x := make([]uint16, n)
			for i := range x {
				x[i] = uint16(random.IntN(radix))
			}
			key := make([]byte, []int{16, 24, 32}[n%3])
			for i := range key {
				key[i] = byte(random.Uint32())
			}
			agree(t, key, radix, make([]byte, random.IntN(40)), x)
		}
		// All zeros and all highest: where carries go over.
		for _, d := range []int{0, radix - 1} {
			x := make([]uint16, max(least, 2)+5)
			for i := range x {
				x[i] = uint16(d)
			}
			agree(t, make([]byte, 16), radix, nil, x)
		}
	}
}

func FuzzCipher(f *testing.F) {
	f.Add(uint16(10), []byte("key"), []byte("tweak"), []byte("0123456789"))
	f.Add(uint16(0), []byte(""), []byte(""), []byte("\x00\x01\x02\x03"))
	f.Fuzz(func(t *testing.T, r uint16, keyText, tweak, text []byte) {
		radix := int(r)
		if radix < 2 {
			radix += 65535
		}
		key := make([]byte, 16)
		copy(key, keyText)
		x := make([]uint16, len(text))
		for i, b := range text {
			x[i] = uint16((int(b)<<8 | int(b)) % radix)
		}
		c, err := ff1.New(key, radix)
		require.NoError(t, err)
		if _, err := c.Encrypt(nil, x, tweak); err != nil {
			require.True(t, len(tweak) > ff1.MaxTweak || len(x) > ff1.MaxLength || float64(len(x))*math.Log10(float64(radix)) < 6.001 || len(x) < 2, "%v", err)
			return
		}
		if len(x) < 300 {
			agree(t, key, radix, tweak, x)
		}
	})
}

func FuzzString(f *testing.F) {
	f.Add("0123456789", "0123456789")
	f.Add("0123456789", "+433942")
	f.Add("aé漢\U0001F600\ufffd", "éé漢aa\U0001F600漢\ufffdaaa")
	f.Fuzz(func(t *testing.T, chars, text string) {
		a, err := ff1.NewAlphabet(chars)
		if err != nil {
			return
		}
		c, err := ff1.New(make([]byte, 32), a.Radix())
		require.NoError(t, err)
		out, err := c.EncryptString(a, text, nil)
		if err != nil {
			require.Empty(t, out)
			return
		}
		for _, r := range out {
			require.True(t, strings.ContainsRune(chars, r))
		}
		require.Equal(t, len([]rune(text)), len([]rune(out)))
		back, err := c.DecryptString(a, out, nil)
		require.NoError(t, err)
		require.Equal(t, text, back)
	})
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 15, 17, 23, 31, 33, 64} {
		_, err := ff1.New(make([]byte, n), 10)
		require.Error(t, err, n)
	}
	for _, radix := range []int{-1, 0, 1, 65537} {
		_, err := ff1.New(make([]byte, 16), radix)
		require.Error(t, err, radix)
	}
	// The least length has at least a million strings, one less has not.
	for radix, least := range map[int]int{2: 20, 10: 6, 26: 5, 36: 4, 999: 3, 1000: 2, 65536: 2} {
		c, err := ff1.New(make([]byte, 16), radix)
		require.NoError(t, err)
		_, err = c.Encrypt(nil, make([]uint16, least-1), nil)
		require.ErrorIs(t, err, ff1.ErrLength, radix)
		_, err = c.Encrypt(nil, make([]uint16, least), nil)
		require.NoError(t, err, radix)
	}
	c, err := ff1.New(make([]byte, 16), 10)
	require.NoError(t, err)
	_, err = c.Encrypt(nil, make([]uint16, ff1.MaxLength+1), nil)
	require.ErrorIs(t, err, ff1.ErrLength)
	_, err = c.Encrypt(nil, make([]uint16, ff1.MaxLength), make([]byte, ff1.MaxTweak))
	require.NoError(t, err)
	_, err = c.Encrypt(nil, make([]uint16, 10), make([]byte, ff1.MaxTweak+1))
	require.ErrorIs(t, err, ff1.ErrTweak)
	out, err := c.Decrypt([]uint16{7}, []uint16{1, 2, 3, 4, 5, 10}, nil)
	require.ErrorIs(t, err, ff1.ErrAlphabet)
	require.Equal(t, []uint16{7}, out)

	a := alphabet(t, 10)
	for _, text := range []string{"+433942", "-433942", "433942 ", "43394２", "4339421\x00", "43394a", "433942\xff", "٤٣٣٩٤٢"} {
		_, err := c.EncryptString(a, text, nil)
		require.ErrorIs(t, err, ff1.ErrAlphabet, "%q", text)
		require.NotContains(t, err.Error(), "433")
		_, err = c.DecryptString(a, text, nil)
		require.ErrorIs(t, err, ff1.ErrAlphabet, "%q", text)
	}
	_, err = c.EncryptString(a, "", nil)
	require.ErrorIs(t, err, ff1.ErrLength)
	_, err = c.EncryptString(a, strings.Repeat("1", ff1.MaxLength+1), nil)
	require.ErrorIs(t, err, ff1.ErrLength)
	_, err = c.EncryptString(alphabet(t, 11), "123456", nil)
	require.ErrorIs(t, err, ff1.ErrAlphabet)
	for _, chars := range []string{"", "a", "aa", "aba", "éé", "a\xff"} {
		_, err := ff1.NewAlphabet(chars)
		require.Error(t, err, "%q", chars)
	}
}

// Over a whole domain the cipher is a permutation, and each half takes part.
func TestPermutation(t *testing.T) {
	t.Parallel()
	c, err := ff1.New(make([]byte, 16), 10)
	require.NoError(t, err)
	a := alphabet(t, 10)
	seen := make([]bool, ff1.MinDomain)
	for i := range ff1.MinDomain {
		out, err := c.EncryptString(a, fmt.Sprintf("%06d", i), nil)
		require.NoError(t, err)
		n := 0
		for _, d := range out {
			n = n*10 + int(d-'0')
		}
		require.False(t, seen[n])
		seen[n] = true
	}
}

func TestConcurrent(t *testing.T) {
	t.Parallel()
	c, err := ff1.New(make([]byte, 16), 10)
	require.NoError(t, err)
	a := alphabet(t, 10)
	var wg sync.WaitGroup
	for g := range 8 {
		text, tweak := strings.Repeat("4", 6+g*7), make([]byte, g)
		want, err := c.EncryptString(a, text, tweak)
		require.NoError(t, err)
		wg.Go(func() {
			for range 200 {
				if got, _ := c.EncryptString(a, text, tweak); got != want {
					t.Error("differs")
				}
			}
		})
	}
	wg.Wait()
}

func ExampleCipher_EncryptString() {
	digits, err := ff1.NewAlphabet("0123456789")
	if err != nil {
		panic(err)
	}
	c, err := ff1.New([]byte("0123456789abcdef"), digits.Radix()) // use random bytes
	if err != nil {
		panic(err)
	}
	out, err := c.EncryptString(digits, "0612345678", []byte("phone"))
	fmt.Println(len(out), err)
	back, err := c.DecryptString(digits, out, []byte("phone"))
	fmt.Println(back, err)
	_, err = c.EncryptString(digits, "1234", nil)
	fmt.Println(err)
	// Output:
	// 10 <nil>
	// 0612345678 <nil>
	// ff1: too short or too long for this alphabet
}

func BenchmarkEncryptString(b *testing.B) {
	c, err := ff1.New(make([]byte, 16), 10)
	require.NoError(b, err)
	a := alphabet(b, 10)
	for _, text := range []string{"0123456789", "0123456789012345", strings.Repeat("0123456789", 5)} {
		b.Run(fmt.Sprint(len(text)), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = c.EncryptString(a, text, nil)
			}
		})
	}
}
