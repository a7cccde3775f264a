package anonymize

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestForm(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		form     Form
		in, want string
	}{
		{Form{}, " Jan ", " Jan "},
		{Form{Norm: NormEmail}, " Jan+x@Bücher.Example ", "jan+x@xn--bcher-kva.example"},
		{Form{Norm: NormEmail, Local: LocalFold}, "Jan+x@Example.NL", "jan+x@example.nl"},
		{Form{Norm: NormEmail, Local: LocalKeep}, "Jan+x@Example.NL", "Jan+x@example.nl"},
		{Form{Norm: NormEmail, Local: LocalPlain}, "Jan+x@Example.NL", "jan@example.nl"},
		{Form{Norm: NormPhone}, "06-12345678", "+31612345678"},
		{Form{Norm: NormPhone, Region: "BE"}, "0470 12 34 56", "+32470123456"},
		{Form{Norm: NormPhone, Region: "UK"}, "020 7946 0958", "+442079460958"},
		{Form{Norm: NormIBAN}, "IBAN nl91 abna 0417 1643 00", "NL91ABNA0417164300"},
		{Form{Norm: NormBSN}, "1112.22.333", "111222333"},
		{Form{Norm: NormPlate}, "ab-123-c", "AB123C"},
		{Form{Norm: NormPlate, Region: "DE"}, "FÜ-AB 123", "FÜAB123"},
		{Form{Norm: NormPostcode}, "1234 ab", "1234AB"},
		{Form{Norm: NormPostcode, Region: "DE"}, "D-10115", "10115"},
		{Form{Norm: NormName}, "Ĳsbrand  van der Berg", "ijsbrand van der berg"},
		{Form{Norm: NormCasedName}, "Ĳsbrand  O’Neil", "IJsbrand O'Neil"},
		{Form{Norm: NormIP}, "::ffff:192.0.2.1", "192.0.2.1"},
		{Form{Norm: NormText}, " Zoe\u0308 ", "Zoë"},
	} {
		require.NoError(t, c.form.Check())
		got, err := c.form.String(c.in)
		require.NoError(t, err, c.in)
		require.Equal(t, c.want, got)
		again, err := c.form.String(got)
		require.NoError(t, err)
		require.Equal(t, got, again, "not idempotent")
		// The text may lie in dst, as it does in a buffer that is used again.
		dst := append(make([]byte, 0, 256), c.in...)
		out, err := c.form.Append(dst, dst)
		require.NoError(t, err)
		require.Equal(t, c.in+c.want, string(out))
	}
}

func TestFormRefuses(t *testing.T) {
	t.Parallel()
	const secret = "geheim"
	for _, norm := range append(Norm("").Values(), "") {
		form := Form{Norm: Norm(norm)}
		for _, in := range []string{"", secret + "\xff"} {
			dst := []byte("keep")
			out, err := form.Append(dst, []byte(in))
			require.ErrorIs(t, err, ErrNotNormal, norm)
			require.True(t, strings.HasPrefix(err.Error(), "anonymize: "))
			require.NotContains(t, err.Error(), secret)
			require.Equal(t, "keep", string(out))
			text, err := form.String(in)
			require.ErrorIs(t, err, ErrNotNormal)
			require.Empty(t, text)
		}
	}
	for _, norm := range []Norm{NormEmail, NormPhone, NormIBAN, NormBSN, NormPlate, NormPostcode, NormIP} {
		_, err := Form{Norm: norm}.String("+433942")
		require.ErrorIs(t, err, ErrNotNormal)
		require.Equal(t, "anonymize: the value has no normal form: "+string(norm), err.Error())
	}
}

func TestFormCheck(t *testing.T) {
	t.Parallel()
	for _, form := range []Form{
		{Norm: "e-mail"}, {Norm: NormEmail, Local: "lower"}, {Norm: NormName, Local: LocalKeep}, {Local: LocalFold},
		{Norm: NormPhone, Region: "US"}, {Norm: NormPhone, Region: "nl"}, {Norm: NormPostcode, Region: "US"}, {Norm: NormPlate, Region: "Benelux"},
		{Norm: NormIBAN, Region: "NL"}, {Region: "NL"}, {Norm: NormPhone, Region: "usa", Phones: PhoneParserFunc(nil)},
	} {
		err := form.Check()
		require.ErrorContains(t, err, "anonymize: ")
	}
	for _, form := range []Form{{Norm: "e-mail"}, {Norm: NormEmail, Local: "lower"}} {
		out, err := form.Append([]byte("keep"), []byte("jan@example.nl"))
		require.EqualError(t, err, form.Check().Error())
		require.Equal(t, "keep", string(out))
	}
	require.NoError(t, Form{Norm: NormPhone, Region: "US", Phones: PhoneParserFunc(nil)}.Check())
	require.NoError(t, Form{Norm: NormPlate, Region: "PL"}.Check())
}

func TestPhoneParser(t *testing.T) {
	t.Parallel()
	answer, failure, asked := "", error(nil), 0
	form := Form{Norm: NormPhone, Region: "US", Phones: PhoneParserFunc(func(number, region string) (string, error) {
		asked++
		require.Equal(t, "(212) 555-0123", number)
		require.Equal(t, "US", region)
		return answer, failure
	})}
	for _, answer = range []string{"+12125550123", "+1234567", "+123456789012345"} {
		got, err := form.String("(212) 555-0123")
		require.NoError(t, err)
		require.Equal(t, answer, got)
	}
	for _, answer = range []string{"", "+", "12125550123", "+1 212 555 0123", "+02125550123", "+123456", "+1234567890123456", "+1212555012x", "++12125550123"} {
		_, err := form.String("(212) 555-0123")
		require.ErrorIs(t, err, ErrNotNormal, answer)
	}
	answer, failure = "+12125550123", errors.New("no number: (212) 555-0123")
	_, err := form.String("(212) 555-0123")
	require.ErrorIs(t, err, ErrNotNormal)
	require.NotErrorIs(t, err, failure)
	require.NotContains(t, err.Error(), "555")
	before := asked
	for _, in := range []string{"", "\xff", strings.Repeat("1", 257)} {
		_, err := form.String(in)
		require.ErrorIs(t, err, ErrNotNormal)
	}
	require.Equal(t, before, asked, "not even asked")
}

func TestValid(t *testing.T) {
	t.Parallel()
	require.True(t, ValidBSN("111222333"))
	require.False(t, ValidBSN("111222334") || ValidBSN("1112.22.333") || ValidBSN("000000000") || ValidBSN("10000008"))
	require.True(t, ValidIBAN("NL91ABNA0417164300"))
	require.False(t, ValidIBAN("NL91 ABNA 0417 1643 00") || ValidIBAN("nl91abna0417164300") || ValidIBAN("NL91ABNA0417164301"))
	require.True(t, ValidPostcode("1234AB", "") && ValidPostcode("1234AB", "NL") && ValidPostcode("SW1A1AA", "UK"))
	require.False(t, ValidPostcode("1234 AB", "") || ValidPostcode("1234ab", "NL") || ValidPostcode("10115", "NL") || ValidPostcode("90210", "US"))
	require.True(t, ValidPlate("AB123C"))
	require.False(t, ValidPlate("AB-123-C") || ValidPlate("ABCDEF"))
	require.True(t, ValidLuhn("4111111111111111"))
	require.False(t, ValidLuhn("4111111111111112") || ValidLuhn("4111 1111 1111 1111"))
}

func FuzzForm(f *testing.F) {
	for i := range Norm("").Values() {
		f.Add("Jan+x@Example.NL", uint8(i), "NL", uint8(i))
	}
	f.Fuzz(func(t *testing.T, s string, norm uint8, region string, local uint8) {
		norms, locals := append(Norm("").Values(), ""), append(LocalPart("").Values(), "")
		form := Form{Norm: Norm(norms[int(norm)%len(norms)]), Region: region, Local: LocalPart(locals[int(local)%len(locals)])}
		once, err := form.String(s)
		if err != nil {
			require.ErrorIs(t, err, ErrNotNormal)
			require.Empty(t, once)
			return
		}
		require.NotEmpty(t, once)
		twice, err := form.String(once)
		require.NoError(t, err)
		require.Equal(t, once, twice)
	})
}

func BenchmarkForm(b *testing.B) {
	for _, c := range []struct {
		norm Norm
		text string
	}{{NormEmail, "jan.de.vries@example.com"}, {NormPhone, "06-12345678"}, {NormIBAN, "NL91 ABNA 0417 1643 00"}, {NormBSN, "111222333"}, {NormName, "Jan van der Berg"}} {
		b.Run(string(c.norm), func(b *testing.B) {
			b.ReportAllocs()
			form, in, dst := Form{Norm: c.norm}, []byte(c.text), make([]byte, 0, 256)
			for b.Loop() {
				if _, err := form.Append(dst, in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
