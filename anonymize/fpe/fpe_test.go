package fpe

import (
	"bytes"
	"fmt"
	"math"
	"math/big"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/grondslag/grondslag/anonymize/ff1"
	"github.com/grondslag/grondslag/internal/normalize"
	"github.com/stretchr/testify/require"
)

func cipher(t testing.TB, f Format, o Options) *Cipher {
	t.Helper()
	c, err := New(bytes.Repeat([]byte{7}, 32), f, o)
	require.NoError(t, err)
	return c
}

// keeps is what a result must have in common with its value.
func keeps(t *testing.T, f Format, o Options, in, out string) {
	t.Helper()
	require.Equal(t, utf8.RuneCountInString(in), utf8.RuneCountInString(out))
	switch f {
	case BSN:
		require.Equal(t, o.Valid, normalize.ValidBSN(out), out)
	case IBAN:
		require.Equal(t, in[:2], out[:2])
		require.Equal(t, o.Valid, normalize.ValidIBAN(out), out)
	case Luhn:
		require.Equal(t, o.Valid, normalize.ValidLuhn(out), out)
	case Phone:
		require.Equal(t, in[:2], out[:2])
	case Alphabet:
		require.Empty(t, strings.Trim(out, o.Alphabet))
	}
	if f == BSN || f == Digits || f == Luhn || f == Phone {
		require.True(t, digits(strings.TrimPrefix(out, "+")))
	}
}

func TestRoundTrips(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		f      Format
		o      Options
		values []string
	}{
		{Digits, Options{}, []string{"123456", "0000000000", "0612345678", strings.Repeat("9", 100)}},
		{BSN, Options{}, []string{"111222333", "123456782"}},
		{BSN, Options{Valid: true}, []string{"111222333", "123456782"}},
		// Examples of the IBAN registry.
		{IBAN, Options{}, []string{"NL91ABNA0417164300", "DE89370400440532013000", "GB29NWBK60161331926819", "NO9386011117947", "MT84MALT011000012345MTLCAST001S", "FR1420041010050500013M02606"}},
		{IBAN, Options{Valid: true}, []string{"NL91ABNA0417164300", "BE68539007547034", "LU280019400644750000"}},
		{Luhn, Options{}, []string{"4111111111111111", "79927398713"}},
		{Luhn, Options{Valid: true}, []string{"4111111111111111", "79927398713"}},
		{Phone, Options{}, []string{"+31612345678", "+12025550123", "+352621123456"}},
		{Postcode, Options{}, []string{"1234AB", "1000AA", "9999ZZ"}},
		{Shape, Options{}, []string{"12-ABC-3", "AB-123-C", "jan.de.vries@example.nl", "a1B2c3D4", strings.Repeat("aB3-", 100)}},
		{"", Options{}, []string{"12-ABC-3"}},
		{Alphabet, Options{Alphabet: "abcdé€漢"}, []string{"abcdé€漢漢", strings.Repeat("é", 20)}},
		{"", Options{Alphabet: "01"}, []string{strings.Repeat("01", 10)}},
	} {
		x := cipher(t, c.f, c.o)
		for _, value := range c.values {
			out, err := x.Encrypt(value)
			require.NoError(t, err, "%s %q", c.f, value)
			keeps(t, c.f, c.o, value, out)
			back, err := x.Decrypt(out)
			require.NoError(t, err, "%s %q %q", c.f, value, out)
			require.Equal(t, value, back)
		}
	}
}

// Every postcode has a result of its own: the whole domain, walked.
func TestPostcodesPermute(t *testing.T) {
	t.Parallel()
	c := cipher(t, Postcode, Options{})
	seen := map[string]bool{}
	step := 1
	if testing.Short() {
		step = 7
	}
	for n := 1000; n < 10000; n += 9 * step {
		for a := byte('A'); a <= 'Z'; a++ {
			for b := byte('A'); b <= 'Z'; b++ {
				out, err := c.Encrypt(fmt.Sprintf("%d%c%c", n, a, b))
				require.NoError(t, err)
				require.False(t, seen[out])
				require.Len(t, out, 6)
				require.True(t, out[0] != '0' && digits(out[:4]))
				seen[out] = true
			}
		}
	}
}

// No two citizen service numbers get the same result, in either mode: 60,000 numbers
// in a row, and random ones far apart; and decrypting anything but a result is refused.
func TestBSNInjective(t *testing.T) {
	t.Parallel()
	for _, valid := range []bool{false, true} {
		c := cipher(t, BSN, Options{Valid: valid})
		seen := map[string]bool{}
		for n := 10_000_000; n < 10_060_000; n++ {
			body := fmt.Sprintf("%08d", n)
			check, has := checkBSN(body)
			if !has {
				continue
			}
			out, err := c.Encrypt(body + string(rune(check)))
			require.NoError(t, err)
			require.False(t, seen[out])
			seen[out] = true
			require.Equal(t, valid, normalize.ValidBSN(out))
		}
	}
	c := cipher(t, BSN, Options{})
	refused := 0
	for n := range 2000 {
		text := fmt.Sprintf("%09d", n*499_979%1_000_000_000)
		back, err := c.Decrypt(text)
		if err != nil {
			require.ErrorIs(t, err, ErrTampered)
			refused++
			continue
		}
		out, err := c.Encrypt(back)
		require.NoError(t, err)
		require.Equal(t, text, out)
	}
	require.Greater(t, refused, 1700, "one in ten check digits, and one in eleven of those has no number behind it")
	_, err := c.Decrypt("000000000")
	require.ErrorIs(t, err, ErrTampered)
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		f      Format
		o      Options
		values []string
	}{
		{Digits, Options{}, []string{"", "12345", "+433942", "-433942", "433942 ", "４３３９４２", "4339 42", "43394a", "123456\xff", strings.Repeat("1", 1001)}},
		{BSN, Options{}, []string{"", "111222335", "11122233", "000000000", "1112223333", "111.222.333", "11122233a", "+11222333"}},
		{IBAN, Options{}, []string{"", "NL", "NL91", "NL93ABNA0417164300", "NL91ABNA041716430", "nl91abna0417164300", "XX91ABNA0417164300", "NL91 ABNA 0417 1643 00", "NL9IABNA0417164300", "NL91ABN10417164300", "SK\x00\x00"}},
		{Luhn, Options{}, []string{"", "4111111111111113", "0", "123455", "4111-1111-1111-1111"}},
		{Phone, Options{}, []string{"", "+", "0612345678", "+0612345678", "+3161234", "+31 612345678", "+3161234567890123", "+31612345678x", "31612345678"}},
		{Postcode, Options{}, []string{"", "0123AB", "1234ab", "1234 AB", "12345A", "1234A", "1234ABC"}},
		{Shape, Options{}, []string{"", "1234", "ab", "A-1", "ééééééé", "abc\x00defg", "abcdefg\xff", "-------", "1984-2"}},
		{Alphabet, Options{Alphabet: "abc"}, []string{"", "abcabc", "abcabcabcabcabcd"}},
	} {
		x := cipher(t, c.f, c.o)
		for _, value := range c.values {
			out, err := x.Encrypt(value)
			require.ErrorIs(t, err, ErrMalformed, "%s %q", c.f, value)
			require.Empty(t, out)
			out, err = x.Decrypt(value)
			require.Error(t, err, "%s %q", c.f, value)
			require.Empty(t, out)
			if len(value) > 3 {
				require.NotContains(t, err.Error(), value)
			}
		}
	}
	for _, c := range []struct {
		n int
		f Format
		o Options
	}{
		{16, Digits, Options{}}, {32, "rot13", Options{}}, {32, Digits, Options{Valid: true}}, {32, Alphabet, Options{}},
		{32, Digits, Options{Alphabet: "ab"}}, {32, "", Options{Alphabet: "a"}}, {32, "", Options{Alphabet: "aa"}}, {32, "", Options{Alphabet: "a\xff"}},
	} {
		_, err := New(make([]byte, c.n), c.f, c.o)
		require.Error(t, err, "%v", c)
	}
}

// A result of one format, changed in any digit, fails its check in nine of ten cases
// (iban 96 of 97); what passes is the result of another value.
func TestTampered(t *testing.T) {
	t.Parallel()
	for f, value := range map[Format]string{BSN: "111222333", IBAN: "NL91ABNA0417164300", Luhn: "4111111111111111"} {
		c := cipher(t, f, Options{})
		out, err := c.Encrypt(value)
		require.NoError(t, err)
		refused, passed := 0, 0
		for i := range len(out) {
			for d := byte('0'); d <= '9'; d++ {
				changed := []byte(out)
				if changed[i] == d {
					continue
				}
				changed[i] = d
				back, err := c.Decrypt(string(changed))
				if err != nil {
					refused++
					continue
				}
				passed++
				again, err := c.Encrypt(back)
				require.NoError(t, err)
				require.Equal(t, string(changed), again)
			}
		}
		require.Greater(t, refused, 5*passed, f)
		_, err = c.Decrypt(value)
		require.ErrorIs(t, err, ErrTampered, "the value itself is no result")
	}
}

// The rank of a text is what a naive count gives, for small and for large domains.
func TestPatternReference(t *testing.T) {
	t.Parallel()
	c := cipher(t, Shape, Options{})
	for _, pattern := range []string{"nnnnnn", "Nnnnuu", "uuuulll", "aaaaaaaaaaaa", strings.Repeat("n", 19), strings.Repeat("n", 20), strings.Repeat("ul", 10), strings.Repeat("a", 33)} {
		text := make([]byte, len(pattern))
		domain, rank := big.NewInt(1), new(big.Int)
		for i := range text {
			chars := class(pattern[i])
			d := i * 7 % len(chars)
			text[i] = chars[d]
			domain.Mul(domain, big.NewInt(int64(len(chars))))
			rank.Mul(rank, big.NewInt(int64(len(chars)))).Add(rank, big.NewInt(int64(d)))
		}
		// The same walk with math/big alone.
		n := 2
		for bits := domain.BitLen() - 1; ; n += 2 {
			exact := new(big.Int).Exp(big.NewInt(65536), big.NewInt(int64(n)), nil)
			if exact.Cmp(domain) >= 0 || n > 1000 {
				break
			}
			_ = bits
		}
		radix := int64(2)
		for new(big.Int).Exp(big.NewInt(radix), big.NewInt(int64(n)), nil).Cmp(domain) < 0 {
			radix++
		}
		f, err := ff1.New(c.key, int(radix))
		require.NoError(t, err)
		want := new(big.Int).Set(rank)
		for walk := true; walk; walk = want.Cmp(domain) >= 0 {
			x := make([]uint16, n)
			m := new(big.Int)
			for i := n - 1; i >= 0; i-- {
				want.QuoRem(want, big.NewInt(radix), m)
				x[i] = uint16(m.Int64())
			}
			x, err = f.Encrypt(nil, x, []byte("t"))
			require.NoError(t, err)
			want.SetInt64(0)
			for _, d := range x {
				want.Mul(want, big.NewInt(radix)).Add(want, big.NewInt(int64(d)))
			}
		}
		got, err := c.pattern([]byte(pattern), text, []byte("t"), false)
		require.NoError(t, err)
		rankOf := new(big.Int)
		for i := range got {
			chars := class(pattern[i])
			rankOf.Mul(rankOf, big.NewInt(int64(len(chars)))).Add(rankOf, big.NewInt(int64(strings.IndexByte(chars, got[i]))))
		}
		require.Equal(t, want.String(), rankOf.String(), pattern)
		big1, err := c.bigPattern([]byte(pattern), text, []byte("t"), false)
		require.NoError(t, err)
		if n > 2 && domain.BitLen() > 32 && (domain.BitLen() > 64 || domain.BitLen() > 48) {
			require.Equal(t, got, big1, "both ways agree where they choose the same numerals")
		}
		back, err := c.pattern([]byte(pattern), []byte(got), []byte("t"), true)
		require.NoError(t, err)
		require.Equal(t, string(text), back)
	}
}

func TestRoot(t *testing.T) {
	t.Parallel()
	for _, n := range []int{2, 4} {
		for _, domain := range []uint64{1_000_000, 1_000_001, 6_084_000, 1 << 32, 1<<32 + 1, 1e15, math.MaxUint64 - 1, math.MaxUint64} {
			if n == 2 && domain > 1<<32 {
				continue
			}
			r := root(domain, n)
			require.LessOrEqual(t, r, uint64(65536))
			power := func(r uint64) *big.Int {
				return new(big.Int).Exp(new(big.Int).SetUint64(r), big.NewInt(int64(n)), nil)
			}
			d := new(big.Int).SetUint64(domain)
			require.GreaterOrEqual(t, power(r).Cmp(d), 0)
			require.Negative(t, power(r-1).Cmp(d))
		}
	}
}

func FuzzCipher(f *testing.F) {
	for _, s := range []string{"111222333", "NL91ABNA0417164300", "4111111111111111", "+31612345678", "1234AB", "12-ABC-3", "+433942"} {
		f.Add(s)
	}
	var all []*Cipher
	for _, format := range []Format{Digits, BSN, IBAN, Luhn, Phone, Postcode, Shape} {
		all = append(all, cipher(f, format, Options{}))
	}
	for _, format := range []Format{BSN, IBAN, Luhn} {
		all = append(all, cipher(f, format, Options{Valid: true}))
	}
	all = append(all, cipher(f, Alphabet, Options{Alphabet: "0123456789ABCD-é"}))
	f.Fuzz(func(t *testing.T, value string) {
		for _, c := range all {
			if out, err := c.Encrypt(value); err == nil {
				require.Equal(t, utf8.RuneCountInString(value), utf8.RuneCountInString(out))
				back, err := c.Decrypt(out)
				require.NoError(t, err, c.format)
				require.Equal(t, value, back, c.format)
			}
			if back, err := c.Decrypt(value); err == nil {
				again, err := c.Encrypt(back)
				require.NoError(t, err, c.format)
				require.Equal(t, value, again, c.format)
			}
		}
	})
}

func TestConcurrent(t *testing.T) {
	t.Parallel()
	c := cipher(t, Shape, Options{})
	var wg sync.WaitGroup
	for g := range 8 {
		value := strings.Repeat("Ab3-", 2+g)
		want, err := c.Encrypt(value)
		require.NoError(t, err)
		wg.Go(func() {
			for range 100 {
				if got, _ := c.Encrypt(value); got != want {
					t.Error("differs")
				}
			}
		})
	}
	wg.Wait()
}

func Example() {
	c, err := New([]byte("0123456789abcdef0123456789abcdef"), BSN, Options{}) // use random bytes
	if err != nil {
		panic(err)
	}
	out, err := c.Encrypt("111222333")
	fmt.Println(len(out), normalize.ValidBSN(out), err)
	back, err := c.Decrypt(out)
	fmt.Println(back, err)
	_, err = c.Decrypt("111222333")
	fmt.Println(err)
	// Output:
	// 9 false <nil>
	// 111222333 <nil>
	// fpe: the value was not made with this key
}

func BenchmarkEncrypt(b *testing.B) {
	for f, value := range map[Format]string{Digits: "0612345678", BSN: "111222333", IBAN: "NL91ABNA0417164300", Luhn: "4111111111111111", Shape: "12-ABC-3"} {
		b.Run(string(f), func(b *testing.B) {
			c := cipher(b, f, Options{})
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Encrypt(value); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
