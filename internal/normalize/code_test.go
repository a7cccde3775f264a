package normalize

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAppendPlate(t *testing.T) {
	t.Parallel()
	// One of each sidecode of the RDW, 1 to 14.
	for in := range strings.FieldsSeq("AB-12-34 12-34-AB 12-AB-34 AB-12-CD AB-CD-12 12-AB-CD 12-ABC-3 1-ABC-23 AB-123-C A-123-BC ABC-12-D A-12-BCD 1-AB-234 123-AB-4") {
		want := strings.ReplaceAll(in, "-", "")
		require.True(t, ValidPlate(want), in)
		require.False(t, ValidPlate(in), in)
		got, ok := AppendPlate([]byte("x"), []byte(" "+strings.ToLower(in)+"\r\n"), "NL")
		require.True(t, ok, in)
		require.Equal(t, "x"+want, string(got))
	}
	for in, want := range map[string]string{
		"CD-J123": "CDJ123", "AA-12": "AA12", "1-ABC-234": "1ABC234", "AB·123·C": "AB123C", "ＡＢ–１２–３４": "AB1234",
		"AB\u00a012\u00a034": "AB1234", "\u200eAB-12-34": "AB1234", "FÜ-AB 123": "FÜAB123", "Fu\u0308 AB 123": "FÜAB123", "ü-A 1": "ÜA1",
		"": "", " ": "", "-": "", "A": "", "onbekend": "", "AB-CD-EF": "", "AB+12": "", "AB-12-34!": "", "AB\n12": "", "AB\x0012": "", "AB12\xff": "", "AB-12-34\u3000": "AB1234", strings.Repeat("-", 300) + "AB1234": "",
		"AB-12-٣٤": "", "1234567890123": "", "u\u0308\u0308-A1": "",
	} {
		got, ok := AppendPlate(nil, []byte(in), "NL")
		require.Equal(t, want, string(got), "%q", in)
		require.Equal(t, want != "", ok, "%q", in)
	}
	require.False(t, ValidPlate("AB12-3") || ValidPlate("ab1234") || ValidPlate("ABC1234"))
	got, ok := AppendPlate(nil, []byte("leo"), "BE")
	require.True(t, ok)
	require.Equal(t, "LEO", string(got))
	// Every pattern of letters and digits: fourteen are sidecodes.
	count := 0
	for pattern := range 64 {
		plate := []byte("000000")
		for i := range plate {
			if pattern>>i&1 == 1 {
				plate[i] = 'X'
			}
		}
		if ValidPlate(plate) {
			count++
		}
	}
	require.Equal(t, 14, count)
}

func TestAppendPostcode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ region, in, want string }{
		{"NL", "1234 ab", "1234AB"}, {"NL", "1234ab", "1234AB"}, {"NL", "1234\u00a0AB", "1234AB"}, {"NL", "NL-1234 AB", "1234AB"}, {"NL", "１２３４ＡＢ", "1234AB"},
		{"NL", "2595 AL", "2595AL"}, {"NL", "9999XK", "9999XK"},
		{"NL", "0234AB", ""}, {"NL", "1234", ""}, {"NL", "1234A", ""}, {"NL", "1234ABC", ""}, {"NL", "12345B", ""}, {"NL", "1234SS", ""}, {"NL", "1234SA", ""}, {"NL", "1234SD", ""}, {"NL", "1234SE", "1234SE"},
		{"NL", "+234AB", ""}, {"NL", "1234\nAB", ""}, {"NL", "", ""}, {"NL", "NL", ""}, {"NL", "N-1234AB", ""}, {"NL", "1234ÄB", ""},
		{"BE", "1000", "1000"}, {"BE", "B-1000", "1000"}, {"BE", "BE-1000", "1000"}, {"BE", "0612", ""}, {"BE", "10000", ""}, {"BE", "D-1000", ""},
		{"DE", "10115", "10115"}, {"DE", "D-01067", "01067"}, {"DE", "DE 80331", "80331"}, {"DE", "00123", ""}, {"DE", "1067", ""}, {"DE", "+1067", ""},
		{"LU", "L-1030", "1030"}, {"LU", "LU-1030", "1030"}, {"LU", "1030", "1030"}, {"LU", "0030", ""},
		{"FR", "75008", "75008"}, {"FR", "F-01000", "01000"}, {"FR", "97400", "97400"}, {"FR", "99123", ""}, {"FR", "75008 CEDEX 08", ""}, {"FR", "2A004", ""},
		// The examples of BS 7666 as the GOV.UK schema gives them.
		{"GB", "m1 1ae", "M11AE"}, {"GB", "B33 8TH", "B338TH"}, {"GB", "CR2 6XH", "CR26XH"}, {"GB", "DN55 1PT", "DN551PT"}, {"GB", "W1A 1HQ", "W1A1HQ"}, {"UK", "EC1A 1BB", "EC1A1BB"},
		{"GB", "SW1A1AA", "SW1A1AA"}, {"GB", "GIR 0AA", "GIR0AA"}, {"GB", "BF1 0AX", "BF10AX"},
		{"GB", "Q1 1AE", ""}, {"GB", "M1 1AC", ""}, {"GB", "M1 1A", ""}, {"GB", "M1 11E", ""}, {"GB", "AI1 1AA", ""}, {"GB", "W1I 1HQ", ""}, {"GB", "EC1C 1BB", ""}, {"GB", "EC 1BB", ""}, {"GB", "M123 1AE", ""}, {"GB", "GB-M1 1AE", ""},
		{"US", "12345", ""}, {"", "1234AB", ""},
	} {
		got, ok := AppendPostcode([]byte("x"), []byte(c.in), c.region)
		require.Equal(t, "x"+c.want, string(got), "%s %q", c.region, c.in)
		require.Equal(t, c.want != "", ok, "%s %q", c.region, c.in)
		if c.want != "" {
			require.True(t, HasPostcodes(c.region) && ValidPostcode(c.want, c.region))
		}
	}
	require.False(t, HasPostcodes("US") || HasPostcodes("") || HasPostcodes("nl"))
}

func TestValidLuhn(t *testing.T) {
	t.Parallel()
	// ISO/IEC 7812-1 and the test numbers of card schemes.
	for _, s := range []string{"79927398713", "4111111111111111", "5555555555554444", "378282246310005", "18", "00"} {
		require.True(t, ValidLuhn(s), s)
	}
	for _, s := range []string{"", "0", "79927398710", "4111111111111112", "4111 1111 1111 1111", "+18", "1\x008", "１８"} {
		require.False(t, ValidLuhn(s), s)
	}
	// Exactly one check digit fits.
	for body := range 1000 {
		text, fits := []byte{byte('0' + body/100), byte('0' + body/10%10), byte('0' + body%10), 0}, 0
		for d := range byte(10) {
			if text[3] = '0' + d; ValidLuhn(text) {
				fits++
			}
		}
		require.Equal(t, 1, fits)
	}
}

func TestAppendIP(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", " 192.0.2.1\n": "192.0.2.1", "0.0.0.0": "0.0.0.0", "255.255.255.255": "255.255.255.255",
		"::ffff:192.0.2.1": "192.0.2.1", "::FFFF:C000:0201": "192.0.2.1", "2001:0DB8:0:0:0:0:0:1": "2001:db8::1", "::": "::",
		"0000:0000:0000:0000:0000:ffff:192.000.002.001": "",
		"": "", " ": "", "192.0.2": "", "192.0.2.1.": "", "192.0.2.256": "", "192.0.02.1": "", "192.0.2.1:80": "", "[::1]": "", "fe80::1%eth0": "", "192.0.2.0/24": "",
		"１９２.0.2.1": "", "192.0.2.1\x00": "", "+192.0.2.1": "", "3232235777": "", "1.2.3.4.5": "", "1..2.3": "", "2001:db8::1::": "", strings.Repeat("0", 60): "",
	} {
		got, ok := AppendIP([]byte("x"), []byte(in))
		require.Equal(t, "x"+want, string(got), "%q", in)
		require.Equal(t, want != "", ok, "%q", in)
	}
}

func TestAppendName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, fold, keep string }{
		{"  Jan \t van  der\r\nBerg ", "jan van der berg", "Jan van der Berg"},
		{"IJsbrand", "ijsbrand", "IJsbrand"}, {"\u0132sbrand", "ijsbrand", "IJsbrand"}, {"\u0133sbrand", "ijsbrand", "ijsbrand"},
		{"O’Neil", "o'neil", "O'Neil"}, {"O`Neil", "o'neil", "O'Neil"}, {"O\u00b4Neil", "o'neil", "O'Neil"}, {"d\u02bcArc", "d'arc", "d'Arc"},
		{"Zoe\u0308", "zoë", "Zoë"}, {"ZOË", "zoë", "ZOË"}, {"Weiß", "weiss", "Weiß"}, {"Ma\u0308rz", "märz", "März"},
		{"Jan\u00a0Berg", "jan berg", "Jan Berg"}, {"Jan\u2010Willem", "jan-willem", "Jan-Willem"}, {"\ufeffJan\u200b", "jan", "Jan"}, {"\u200b Jan", "jan", "Jan"},
		{"ΣΊΣΥΦΟΣ", "σίσυφοσ", "ΣΊΣΥΦΟΣ"}, {"σίσυφος", "σίσυφοσ", "σίσυφος"},
		// Turkish: İ folds to i with a dot above it, I to i, and ı stays what it is.
		{"I\u015eIK", "işik", "IŞIK"}, {"I\u015f\u0131k", "işık", "Işık"}, {"\u0130nci", "i\u0307nci", "İnci"},
		{"王小明", "王小明", "王小明"}, {"\u0149", "'n", "'n"}, {"\u1fef", "'", "'"},
		{"4711 B.V.", "4711 b.v.", "4711 B.V."},
		{"", "", ""}, {" \u00a0\t", "", ""}, {"\u200b", "", ""}, {"Jan\x00", "", ""}, {"Jan\x1b[2J", "", ""}, {"J\xffn", "", ""}, {"Jan\u0080é", "", ""}, {strings.Repeat("a", 1025), "", ""}, {strings.Repeat("\u0390", 400), "", strings.Repeat("\u0390", 400)},
	} {
		for fold, want := range map[bool]string{true: c.fold, false: c.keep} {
			got, ok := AppendName([]byte("x"), []byte(c.in), fold)
			if !fold || c.fold != "" || c.keep == "" {
				require.Equal(t, "x"+want, string(got), "%q", c.in)
				require.Equal(t, want != "", ok, "%q", c.in)
			}
		}
	}
}

func TestAppendText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{" Zoe\u0308  x\n": "Zoë  x", "": "", "\u00a0\n": "", "a\xff": "", "a\x00b": "a\x00b"} {
		got, ok := AppendText([]byte("x"), []byte(in))
		require.Equal(t, "x"+want, string(got), "%q", in)
		require.Equal(t, want != "", ok, "%q", in)
	}
}

// appenders are the ways of this package to bring text into one form.
func appenders() map[string]func(dst, text []byte) ([]byte, bool) {
	by := map[string]func(dst, text []byte) ([]byte, bool){"bsn": AppendBSN, "iban": AppendIBAN, "ip": AppendIP, "text": AppendText}
	for _, region := range []string{"NL", "BE", "DE", "LU", "FR", "GB"} {
		by["plate "+region] = func(dst, text []byte) ([]byte, bool) { return AppendPlate(dst, text, region) }
		by["postcode "+region] = func(dst, text []byte) ([]byte, bool) { return AppendPostcode(dst, text, region) }
		by["phone "+region] = func(dst, text []byte) ([]byte, bool) { return AppendE164(dst, text, region) }
	}
	for _, fold := range []bool{true, false} {
		by["name "+map[bool]string{true: "folded"}[fold]] = func(dst, text []byte) ([]byte, bool) { return AppendName(dst, text, fold) }
	}
	return by
}

// Every form is one that it keeps, what was in dst stays, and nothing is appended on refusal.
func FuzzForms(f *testing.F) {
	for _, s := range []string{"AB-12-34", "FÜ-AB 123", "1234 ab", "D-01067", "::ffff:192.0.2.1", "Ĳsbrand O’Neil", "\u1fef\u0345\u0149ΐ", "0262 12 34 56", "111222333", "ǰ\u0345", "\u00ad"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for name, form := range appenders() {
			text, dst := []byte(s), []byte("keep")
			once, ok := form(dst, text)
			require.Equal(t, s, string(text), name)
			require.True(t, strings.HasPrefix(string(once), "keep"), name)
			require.Equal(t, ok, len(once) > 4, name)
			if ok {
				twice, ok := form(nil, once[4:])
				require.True(t, ok, name)
				require.Equal(t, string(once[4:]), string(twice), name+" is not idempotent")
			}
		}
		got, ok := AppendIP(nil, []byte(s))
		if addr, err := netip.ParseAddr(strings.TrimSpace(s)); err == nil && addr.Zone() == "" {
			require.Equal(t, addr.Unmap().String(), string(got))
		} else {
			require.False(t, ok)
		}
	})
}

func TestFormsAllocate(t *testing.T) {
	dst := make([]byte, 0, 256)
	for name, text := range map[string]string{
		"bsn": "1112.22.333", "iban": "NL91 ABNA 0417 1643 00", "plate NL": "ab-12-34", "postcode NL": "1234 ab", "postcode GB": "sw1a 1aa",
		"phone NL": "+31 (0)6 1234 5678", "phone FR": "06 12 34 56 78", "name folded": "Jan van der Berg", "name ": "Jan", "text": "Jan", "ip": "192.0.2.1",
	} {
		form, in := appenders()[name], []byte(text)
		require.Zero(t, testing.AllocsPerRun(100, func() { form(dst, in) }), name)
	}
	in := []byte("Jan+x@Example.NL")
	for _, part := range []Local{FoldLocal, KeepLocal, PlainLocal} {
		require.Zero(t, testing.AllocsPerRun(100, func() { AppendMailbox(dst, in, part) }))
	}
}

func BenchmarkForms(b *testing.B) {
	texts := map[string]string{
		"bsn": "111222333", "iban": "NL91 ABNA 0417 1643 00", "plate NL": "AB-12-34", "postcode NL": "1234 ab",
		"phone NL": "+31 (0)6 1234 5678", "phone FR": "06 12 34 56 78", "name folded": "Jan van der Berg", "ip": "192.0.2.1",
	}
	forms := appenders()
	forms["email"] = func(dst, text []byte) ([]byte, bool) { return AppendMailbox(dst, text, FoldLocal) }
	texts["email"] = "jan.de.vries@example.com"
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range texts {
			if !yield(name) {
				return
			}
		}
	}) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			form, in, dst := forms[name], []byte(texts[name]), make([]byte, 0, 256)
			for b.Loop() {
				if _, ok := form(dst, in); !ok {
					b.Fatal("refused")
				}
			}
		})
	}
}
