package normalize

// ValidBSN reports whether text is a Dutch citizen service number in its normal
// form: nine ASCII digits that pass the 11-test, 9a+8b+7c+6d+5e+4f+3g+2h-i = 0
// modulo 11 (RvIG, Logisch Ontwerp BSN). Nine zeros pass the sum and are no number.
func ValidBSN[T ~string | ~[]byte](text T) bool {
	if len(text) != 9 {
		return false
	}
	sum, seen := 0, byte(0)
	for i := range 9 {
		d := text[i] - '0'
		if d > 9 {
			return false
		}
		seen |= d
		weight := 9 - i
		if weight == 1 {
			weight = -1
		}
		sum += weight * int(d)
	}
	return seen != 0 && sum%11 == 0
}

// AppendBSN appends the nine digits of a citizen service number, or reports false
// and appends nothing when text is none. Dots, hyphens and spaces are dropped, and a number of
// eight digits gets the zero back that it had in front: they are printed and kept without it.
func AppendBSN(dst, text []byte) ([]byte, bool) {
	start := len(dst)
	out, ok := appendCode(append(dst, '0'), text)
	if !ok {
		return dst, false
	}
	digits := out[start:]
	if len(digits) == 10 {
		copy(digits, digits[1:])
		digits = digits[:9]
	}
	if !ValidBSN(digits) {
		return dst, false
	}
	return out[:start+9], true
}
