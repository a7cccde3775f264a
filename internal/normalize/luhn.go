package normalize

// ValidLuhn reports whether text has at least two ASCII digits and nothing else, the
// last of which is the check digit of ISO/IEC 7812-1 annex B: from the right, every
// second digit doubled and the sum of all digits a multiple of ten.
func ValidLuhn[T ~string | ~[]byte](text T) bool {
	if len(text) < 2 || !allDigits(text) {
		return false
	}
	sum := 0
	for i := range len(text) {
		d := int(text[len(text)-1-i] - '0')
		if i%2 == 1 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return sum%10 == 0
}
