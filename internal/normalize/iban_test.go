package normalize

import (
	"math/big"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The examples of the IBAN registry, in print format. Those of LC, LY, SV and VA
// are grouped there otherwise; here they are in fours.
const ibanExamples = `
AD12 0001 2030 2003 5910 0100
AE07 0331 2345 6789 0123 456
AL47 2121 1009 0000 0002 3569 8741
AT61 1904 3002 3457 3201
AZ21 NABZ 0000 0000 1370 1000 1944
BA39 1290 0794 0102 8494
BE68 5390 0754 7034
BG80 BNBG 9661 1020 3456 78
BH67 BMAG 0000 1299 1234 56
BI42 1000 0100 0100 0033 2045 181
BR18 0036 0305 0000 1000 9795 493C 1
BR66 9999 9A03 0000 1000 9795 493C 1
BY13 NBRB 3600 9000 0000 2Z00 AB00
CH93 0076 2011 6238 5295 7
CR05 0152 0200 1026 2840 66
CY17 0020 0128 0000 0012 0052 7600
CZ65 0800 0000 1920 0014 5399
DE89 3704 0044 0532 0130 00
DJ21 0001 0000 0001 5400 0100 186
DK50 0040 0440 1162 43
DO28 BAGR 0000 0001 2124 5361 1324
EE38 2200 2210 2014 5685
EG38 0019 0005 0000 0000 2631 8000 2
ES91 2100 0418 4502 0005 1332
FI21 1234 5600 0007 85
FK88 SC12 3456 7890 12
FO62 6460 0001 6316 34
FR14 2004 1010 0505 0001 3M02 606
GB29 NWBK 6016 1331 9268 19
GE29 NB00 0000 0101 9049 17
GI75 NWBK 0000 0000 7099 453
GL89 6471 0001 0002 06
GR16 0110 1250 0000 0001 2300 695
GT82 TRAJ 0102 0000 0012 1002 9690
HN88 CABF 0000 0000 0002 5000 5469
HR12 1001 0051 8630 0016 0
HU42 1177 3016 1111 1018 0000 0000
IE29 AIBK 9311 5212 3456 78
IL62 0108 0000 0009 9999 999
IQ98 NBIQ 8501 2345 6789 012
IS14 0159 2600 7654 5510 7303 39
IT60 X054 2811 1010 0000 0123 456
JO94 CBJO 0010 0000 0000 0131 0003 02
KW81 CBKU 0000 0000 0000 1234 5601 01
KZ86 125K ZT50 0410 0100
LB62 0999 0000 0001 0019 0122 9114
LC55 HEMM 0001 0001 0012 0012 0002 3015
LI21 0881 0000 2324 013A A
LT12 1000 0111 0100 1000
LU28 0019 4006 4475 0000
LV80 BANK 0000 4351 9500 1
LY83 0020 4800 0020 1001 2036 1
MC58 1122 2000 0101 2345 6789 030
MD24 AG00 0225 1000 1310 4168
ME25 5050 0001 2345 6789 51
MK07 2501 2000 0058 984
MN12 1234 1234 5678 9123
MR13 0002 0001 0100 0012 3456 753
MT84 MALT 0110 0001 2345 MTLC AST0 01S
MU17 BOMM 0101 1010 3030 0200 000M UR
NI45 BAPR 0000 0013 0000 0355 8124
NL91 ABNA 0417 1643 00
NO93 8601 1117 947
OM81 0180 0000 0129 9123 456
PK36 SCBL 0000 0011 2345 6702
PL61 1090 1014 0000 0712 1981 2874
PS92 PALS 0000 0000 0400 1234 5670 2
PT50 0002 0123 1234 5678 9015 4
QA58 DOHB 0000 1234 5678 90AB CDEF G
RO49 AAAA 1B31 0075 9384 0000
RS35 2600 0560 1001 6113 79
RU03 0445 2522 5408 1781 0538 0913 1041 9
SA03 8000 0000 6080 1016 7519
SC18 SSCB 1101 0000 0000 0000 1497 USD
SD21 2901 0501 2340 01
SE45 5000 0000 0583 9825 7466
SI56 2633 0001 2039 086
SK31 1200 0000 1987 4263 7541
SM86 U032 2509 8000 0000 0270 100
SO21 1000 0010 0100 0100 141
ST23 0001 0001 0051 8453 1014 6
SV62 CENR 0000 0000 0000 0070 0025
TL38 0080 0123 4567 8910 157
TN59 1000 6035 1835 9847 8831
TR33 0006 1005 1978 6457 8413 26
UA21 3223 1300 0002 6007 2335 6600 1
VA59 0011 2300 0012 3456 78
VG96 VPVG 0000 0123 4567 8901
XK05 1212 0123 4567 8906
YE15 CBYE 0001 0188 6123 4567 8912 34
`

func TestIBANRegistry(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for line := range strings.Lines(strings.TrimSpace(ibanExamples)) {
		printed := strings.TrimSpace(line)
		electronic := strings.ReplaceAll(printed, " ", "")
		require.True(t, ValidIBAN(electronic), printed)
		require.False(t, ValidIBAN(printed), "the normal form has no spaces")
		got, ok := AppendIBAN([]byte("x"), []byte("iban: "+strings.ToLower(printed)))
		require.True(t, ok)
		require.Equal(t, "x"+electronic, string(got))
		seen[electronic[:2]] = true
	}
	for country := range ibanStructures {
		require.True(t, seen[country], "no example of %s", country)
	}
	require.Len(t, seen, len(ibanStructures))
}

// The lengths of the registry, written apart from the structures.
func TestIBANLength(t *testing.T) {
	t.Parallel()
	lengths := map[int]string{
		15: "NO", 16: "BE", 18: "DK FI FK FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK", 21: "CH HR LI LV",
		22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
		25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
		29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
	}
	n := 0
	for length, countries := range lengths {
		for country := range strings.FieldsSeq(countries) {
			structure, ok := IBANStructure(country)
			require.True(t, ok, country)
			total, count := 4, ""
			for _, c := range structure {
				if c >= 'a' {
					k, err := strconv.Atoi(count)
					require.NoError(t, err, country)
					total, count = total+k, ""
					require.Contains(t, "nac", string(c))
				} else {
					count += string(c)
				}
			}
			require.Equal(t, length, total, country)
			require.Empty(t, count)
			n++
		}
	}
	require.Equal(t, len(ibanStructures), n)
	_, ok := IBANStructure("US")
	require.False(t, ok)
}

// mod97 is the check straight from ISO 7064.
func mod97(iban string) int64 {
	var b strings.Builder
	for _, c := range iban[4:] + iban[:4] {
		if c >= 'A' {
			b.WriteString(strconv.Itoa(int(c-'A') + 10))
		} else {
			b.WriteRune(c)
		}
	}
	n, ok := new(big.Int).SetString(b.String(), 10)
	if !ok {
		return -1
	}
	return n.Mod(n, big.NewInt(97)).Int64()
}

func TestIBANCheckDigits(t *testing.T) {
	t.Parallel()
	for line := range strings.Lines(strings.TrimSpace(ibanExamples)) {
		iban := []byte(strings.ReplaceAll(strings.TrimSpace(line), " ", ""))
		valid := 0
		for check := range 100 {
			iban[2], iban[3] = byte('0'+check/10), byte('0'+check%10)
			want := check >= 2 && check <= 98 && mod97(string(iban)) == 1
			require.Equal(t, want, ValidIBAN(iban), "%s", iban)
			if want {
				valid++
			}
		}
		require.Equal(t, 1, valid)
	}
}

func TestIBANRefused(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"", " ", "NL", "NL91", "IBAN", "NL91ABNA041716430", "NL91ABNA04171643000", "NL91ABN10417164300", "NL91ABNA041716430O",
		"NL92ABNA0417164300", "US91ABNA0417164300", "NL91ABNA\x000417164300", "NL91ABNA\n0417164300", "NL91ABNA0417164300x",
		"+NL91ABNA0417164300", "NL٩١ABNA0417164300", "NL91ABNA0417164300 (Jansen)", "NL+1ABNA0417164300", "NL91ABNA04171643\xff0",
		"GF4120041010050500013M02606", // a territory of France has FR in front
		strings.Repeat("NL91ABNA0417164300 ", 100),
	} {
		dst := []byte("keep")
		got, ok := AppendIBAN(dst, []byte(in))
		require.False(t, ok, "%q", in)
		require.Equal(t, "keep", string(got), "%q", in)
		require.False(t, ValidIBAN(in), "%q", in)
	}
	for _, in := range []string{"NL91-ABNA-0417-1643-00", "nl91abna0417164300", "\u00a0NL91\u00a0ABNA\u202f0417 1643 00", "ＮＬ９１ＡＢＮＡ０４１７１６４３００", "\ufeffNL91 ABNA 0417\t1643 00\r\n", "IBANNL91ABNA0417164300", "ＩＢＡＮ : NL91ABNA0417164300"} {
		got, ok := AppendIBAN(nil, []byte(in))
		require.True(t, ok, "%q", in)
		require.Equal(t, "NL91ABNA0417164300", string(got), "%q", in)
	}
}

func FuzzIBAN(f *testing.F) {
	f.Add("NL91 ABNA 0417 1643 00")
	f.Add("iban:ＮＬ９１ＡＢＮＡ０４１７１６４３００")
	f.Fuzz(func(t *testing.T, s string) {
		once, ok := AppendIBAN(nil, []byte(s))
		require.Equal(t, ok, len(once) > 0)
		if !ok {
			return
		}
		require.True(t, ValidIBAN(once))
		require.EqualValues(t, 1, mod97(string(once)))
		twice, ok := AppendIBAN(nil, once)
		require.True(t, ok)
		require.Equal(t, string(once), string(twice), "not idempotent")
	})
}
