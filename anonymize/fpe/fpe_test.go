package fpe

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

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
		at := 1 + callingCode([]byte(in[1:]))
		require.Equal(t, in[:at], out[:at])
		require.True(t, len(in)-at == 6 || (in[at] == '0') == (out[at] == '0'), out)
	case Alphabet:
		require.Empty(t, strings.Trim(out, o.Alphabet))
	}
	if f == BSN || f == Digits || f == Luhn || f == Phone {
		require.Empty(t, strings.Trim(strings.TrimPrefix(out, "+"), "0123456789"))
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
		{Phone, Options{}, []string{"+31612345678", "+12025550123", "+352621123456", "+352271234", "+352012345", "+390612345678", "+390123456"}},
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

// No two citizen service numbers get the same result, in either mode: 60,000 numbers
// in a row, and random ones far apart; and decrypting anything but a result is refused.
func TestBSNInjective(t *testing.T) {
	t.Parallel()
	for _, valid := range []bool{false, true} {
		c := cipher(t, BSN, Options{Valid: valid})
		seen := map[string]bool{}
		for n := 10_000_000; n < 10_060_000; n++ {
			body := fmt.Appendf(nil, "%08d", n)
			check, has := checkEleven(body)
			if !has {
				continue
			}
			out, err := c.Encrypt(string(append(body, check)))
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
		{Phone, Options{}, []string{"", "+", "0612345678", "+0612345678", "+3161234", "+999612345678", "+210612345678", "+35227123", "+31 612345678", "+3161234567890123", "+31612345678x", "31612345678"}},
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

func ExampleCipher_Encrypt() {
	key := []byte("0123456789abcdef0123456789abcdef") // use random bytes
	for _, v := range []struct {
		format Format
		value  string
	}{
		{IBAN, "NL91ABNA0417164300"}, {Luhn, "4111111111111111"}, {Phone, "+31612345678"}, {Postcode, "1234AB"}, {Shape, "12-ABC-3"}, {Digits, "+433942"},
	} {
		c, err := New(key, v.format, Options{})
		if err != nil {
			panic(err)
		}
		out, err := c.Encrypt(v.value)
		fmt.Println(v.format, out, err)
	}
	// Output:
	// iban NL77EZHJ8246280938 <nil>
	// luhn 5593239507366448 <nil>
	// phone +31124029916 <nil>
	// postcode 3736ED <nil>
	// shape 99-DSJ-9 <nil>
	// digits  fpe: the value is not of the format, or the format has too few values
}

// Shapes come with the data: they can't make a cipher grow without bound.
func TestRankingsBounded(t *testing.T) {
	t.Parallel()
	c := cipher(t, Shape, Options{})
	for n := range 30 {
		for u := range 20 {
			value := strings.Repeat("7", 6+n) + strings.Repeat("Q", u)
			out, err := c.Encrypt(value)
			require.NoError(t, err)
			back, err := c.Decrypt(out)
			require.NoError(t, err)
			require.Equal(t, value, back)
		}
	}
	require.Len(t, *c.rankings.Load(), maxRankings)
}

// One key in two formats, or in both modes of one, does not give results that belong
// together: of 200 bodies, one in ten million would agree by chance.
func TestFormatsApart(t *testing.T) {
	t.Parallel()
	key := bytes.Repeat([]byte{7}, 32)
	bodies := func(f Format, o Options, value string) string {
		c, err := New(key, f, o)
		require.NoError(t, err)
		out, err := c.Encrypt(value)
		require.NoError(t, err)
		return out[:8]
	}
	for n := 10_000_000; n < 10_000_200; n++ {
		body := fmt.Appendf(nil, "%08d", n)
		eleven, has := checkEleven(body)
		if !has {
			continue
		}
		luhn := string(append(body[:8:8], checkLuhn(body)))
		bsn := string(append(body[:8:8], eleven))
		seen := map[string]bool{}
		for _, out := range []string{
			bodies(Digits, Options{}, string(body)), bodies(BSN, Options{}, bsn), bodies(BSN, Options{Valid: true}, bsn),
			bodies(Luhn, Options{}, luhn), bodies(Luhn, Options{Valid: true}, luhn), bodies(Shape, Options{}, string(body)),
		} {
			require.False(t, seen[out])
			seen[out] = true
		}
	}
}

// No verb shows the key, which a Cipher keeps.
func TestPrintsNothing(t *testing.T) {
	t.Parallel()
	c, err := New([]byte("0123456789abcdef0123456789abcdef"), Shape, Options{})
	require.NoError(t, err)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		require.Equal(t, "fpe.Cipher", fmt.Sprintf(verb, c))
	}
}

var benchmarked = []struct {
	f     Format
	value string
}{
	{Digits, "0612345678"}, {BSN, "111222333"}, {IBAN, "NL91ABNA0417164300"}, {IBAN, "GB29NWBK60161331926819"}, {Luhn, "4111111111111111"},
	{Phone, "+31612345678"}, {Postcode, "1234AB"}, {Shape, "12-ABC-3"}, {Shape, "jan.de.vries@example.nl"},
}

func BenchmarkEncrypt(b *testing.B) {
	for _, v := range benchmarked {
		b.Run(fmt.Sprint(v.f, " ", len(v.value)), func(b *testing.B) {
			c := cipher(b, v.f, Options{})
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Encrypt(v.value); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
