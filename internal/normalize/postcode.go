package normalize

import "strings"

// HasPostcodes reports whether the postcodes of a region are known here: BE, DE, FR,
// GB (also as UK), LU and NL.
func HasPostcodes(region string) bool {
	switch region {
	case "NL", "BE", "DE", "LU", "FR", "GB", "UK":
		return true
	}
	return false
}

// ValidPostcode reports whether text is a postcode of the region in its normal form,
// which has no space:
//
//	NL      1234AB   1000 to 9999, two letters but SA, SD and SS (PostNL)
//	BE, LU  1234     1000 to 9999
//	DE      12345    01000 to 99999
//	FR      12345    00000 to 98999 (00 is the army's)
//	GB, UK  SW1A1AA  the six forms of BS 7666, and GIR0AA
//
// Whether the place exists is not known.
func ValidPostcode[T ~string | ~[]byte](text T, region string) bool {
	switch region {
	case "NL":
		if len(text) != 6 || !allDigits(text[:4]) || text[0] == '0' {
			return false
		}
		a, b := text[4], text[5]
		return upper(a) && upper(b) && !(a == 'S' && (b == 'A' || b == 'D' || b == 'S'))
	case "BE", "LU":
		return len(text) == 4 && allDigits(text) && text[0] != '0'
	case "DE":
		return len(text) == 5 && allDigits(text) && (text[0] != '0' || text[1] != '0')
	case "FR":
		return len(text) == 5 && allDigits(text) && (text[0] != '9' || text[1] != '9')
	case "GB", "UK":
		return validBritish(string(text))
	}
	return false
}

// validBritish: an area of one or two letters, a district, a digit and two letters.
func validBritish(text string) bool {
	if len(text) < 5 || len(text) > 7 {
		return false
	}
	if text == "GIR0AA" {
		return true
	}
	out, in := text[:len(text)-3], text[len(text)-3:]
	if !digit(in[0]) || !oneOf(in[1], "ABDEFGHJLNPQRSTUWXYZ") || !oneOf(in[2], "ABDEFGHJLNPQRSTUWXYZ") {
		return false
	}
	if !oneOf(out[0], "ABCDEFGHIJKLMNOPRSTUWYZ") { // no Q, V, X
		return false
	}
	last := "ABCDEFGHJKPSTUW" // of A9A
	district := out[1:]
	if oneOf(district[0], "ABCDEFGHKLMNOPQRSTUVWXY") { // no I, J, Z
		district, last = district[1:], "ABEHMNPRVWXY" // of AA9A
	}
	switch len(district) {
	case 1:
		return digit(district[0])
	case 2:
		return digit(district[0]) && (digit(district[1]) || oneOf(district[1], last))
	}
	return false
}

// AppendPostcode appends a postcode of the region in its normal form, or reports
// false and appends nothing when text is none. Letters become upper case; spaces,
// hyphens and dots go, and so does the country's sign in front, such as "NL-",
// "B-", "D-", "L-" and "F-".
func AppendPostcode(dst, text []byte, region string) ([]byte, bool) {
	start := len(dst)
	out, ok := appendCode(dst, text)
	if !ok {
		return dst, false
	}
	code := out[start:]
	if !ValidPostcode(code, region) {
		n := signLength(string(code), region)
		if n == 0 || !ValidPostcode(code[n:], region) {
			return dst, false
		}
		out = out[:start+copy(code, code[n:])]
	}
	return out, true
}

func signLength(code, region string) int {
	short := ""
	switch region {
	case "NL":
	case "BE", "DE", "LU", "FR":
		short = region[:1]
	default:
		return 0
	}
	switch {
	case strings.HasPrefix(code, region):
		return 2
	case short != "" && strings.HasPrefix(code, short):
		return 1
	}
	return 0
}

func digit(c byte) bool { return '0' <= c && c <= '9' }
func upper(c byte) bool { return 'A' <= c && c <= 'Z' }

func oneOf(c byte, set string) bool { return strings.IndexByte(set, c) >= 0 }

func allDigits[T ~string | ~[]byte](text T) bool {
	for i := range len(text) {
		if !digit(text[i]) {
			return false
		}
	}
	return len(text) > 0
}
