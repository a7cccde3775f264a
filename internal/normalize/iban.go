package normalize

import "bytes"

// ibanStructures are the BBAN structures of the countries in the IBAN registry of
// SWIFT, neighbors of one class joined: n digits, a upper-case letters, c both.
// Territories whose accounts carry the code of another country, such as
// Guadeloupe (FR), Åland (FI) and Jersey (GB), have none of their own, and
// countries that use something alike without being registered are not in it.
var ibanStructures = map[string]string{
	"AD": "8n12c", "AE": "19n", "AL": "8n16c", "AT": "16n", "AZ": "4a20c",
	"BA": "16n", "BE": "12n", "BG": "4a6n8c", "BH": "4a14c", "BI": "23n",
	"BR": "8c15n1a1c", // the bank's eight were digits; the registry's newer example has a letter
	"BY": "4c4n16c", "CH": "5n12c", "CR": "18n", "CY": "8n16c", "CZ": "20n",
	"DE": "18n", "DJ": "23n", "DK": "14n", "DO": "4c20n", "EE": "16n",
	"EG": "25n", "ES": "20n", "FI": "14n", "FK": "2a12n", "FO": "14n",
	"FR": "10n11c2n", "GB": "4a14n", "GE": "2a16n", "GI": "4a15c", "GL": "14n",
	"GR": "7n16c", "GT": "24c", "HN": "4a20n", "HR": "17n", "HU": "24n",
	"IE": "4a14n", "IL": "19n", "IQ": "4a15n", "IS": "22n", "IT": "1a10n12c",
	"JO": "4a4n18c", "KW": "4a22c", "KZ": "3n13c", "LB": "4n20c", "LC": "4a24c",
	"LI": "5n12c", "LT": "16n", "LU": "3n13c", "LV": "4a13c", "LY": "21n",
	"MC": "10n11c2n", "MD": "20c", "ME": "18n", "MK": "3n10c2n", "MN": "16n",
	"MR": "23n", "MT": "4a5n18c", "MU": "4a19n3a", "NI": "4a20n", "NL": "4a10n",
	"NO": "11n", "OM": "3n16c", "PK": "4a16c", "PL": "24n", "PS": "4a21c",
	"PT": "21n", "QA": "4a21c", "RO": "4a16c", "RS": "18n", "RU": "14n15c",
	"SA": "2n18c", "SC": "4a20n3a", "SD": "14n", "SE": "20n", "SI": "15n",
	"SK": "20n", "SM": "1a10n12c", "SO": "19n", "ST": "21n", "SV": "4a20n",
	"TL": "19n", "TN": "20n", "TR": "6n16c", "UA": "6n19c", "VA": "18n",
	"VG": "4a16n", "XK": "16n", "YE": "4a4n18c",
}

// IBANStructure returns the structure of a country's account number without country
// and check digits, such as "4a10n" for "NL": in order, how many characters of which class,
// n for a digit, a for an upper-case letter, c for either. The counts add up to the length.
func IBANStructure(country string) (bban string, ok bool) {
	bban, ok = ibanStructures[country]
	return bban, ok
}

// ValidIBAN reports whether text is an IBAN (ISO 13616) in its normal form: upper
// case without spaces, of a country in the registry, of that country's length and
// classes, with check digits 02 to 98 (ISO 7064 makes no others) that leave 1 modulo 97.
// National check digits inside the account number are not looked at.
func ValidIBAN[T ~string | ~[]byte](text T) bool {
	if len(text) < 5 {
		return false
	}
	rest, ok := ibanStructures[string(text[:2])]
	if !ok {
		return false
	}
	i := 4
	for len(rest) > 0 {
		count := 0
		for rest[0] <= '9' {
			count, rest = 10*count+int(rest[0]-'0'), rest[1:]
		}
		class := rest[0]
		rest = rest[1:]
		if len(text)-i < count {
			return false
		}
		for range count {
			c := text[i]
			digit, letter := '0' <= c && c <= '9', 'A' <= c && c <= 'Z'
			if class == 'n' && !digit || class == 'a' && !letter || !digit && !letter {
				return false
			}
			i++
		}
	}
	if i != len(text) || !digitPair(text[2], text[3]) {
		return false
	}
	check := int(text[2]-'0')*10 + int(text[3]-'0')
	if check < 2 || check > 98 {
		return false
	}
	return modulo97(modulo97(0, text[4:]), text[:4]) == 1
}

// modulo97 goes on from sum with the digits of text, letters counting as 10 to 35.
func modulo97[T ~string | ~[]byte](sum uint64, text T) uint64 {
	for i := range len(text) {
		if c := text[i]; c <= '9' {
			sum = sum*10 + uint64(c-'0')
		} else {
			sum = sum*100 + uint64(c-'A') + 10
		}
		if sum > 1<<56 { // 100 times that still fits
			sum %= 97
		}
	}
	return sum % 97
}

func digitPair(a, b byte) bool { return a-'0' <= 9 && b-'0' <= 9 }

// AppendIBAN appends an IBAN in its normal form, or reports false and appends
// nothing when text is none. Letters become upper case, spaces, hyphens and dots go, and so
// does the word IBAN in front, with or without a colon.
func AppendIBAN(dst, text []byte) ([]byte, bool) {
	start := len(dst)
	out, ok := appendASCII(dst, text)
	if !ok {
		return dst, false
	}
	text = out[start:]
	if len(text) > 4 && bytes.EqualFold(text[:4], []byte("IBAN")) {
		text = bytes.TrimPrefix(bytes.TrimLeft(text[4:], " "), []byte(":"))
	}
	out, ok = appendDense(dst, text)
	if !ok || !ValidIBAN(out[start:]) {
		return dst, false
	}
	return out, true
}
