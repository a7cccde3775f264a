package fpe

// phone keeps "+" and the country calling code, and enciphers what follows. A number
// that begins with 0 there (as in Italy) goes on to do so, and no other begins to,
// because where 0 is dialed before numbers none begins with it, and software drops
// it. Of six digits, that rule would leave 900,000 numbers, so it does not hold.
func (c *Cipher) phone(text []byte, decrypt bool) error {
	if len(text) < 8 || len(text) > 16 || text[0] != '+' || !digits(text[1:]) {
		return ErrMalformed
	}
	n := callingCode(text[1:])
	if n == 0 {
		return ErrMalformed
	}
	pattern := [16]byte{'N', 'n', 'n', 'n', 'n', 'n', 'n', 'n', 'n', 'n', 'n', 'n', 'n', 'n', 'n', 'n'}
	kept := 1 + n
	switch {
	case len(text)-kept == 6:
		pattern[0] = 'n'
	case text[kept] == '0':
		pattern[0] = 'n'
		kept++
	}
	return c.pattern(pattern[:len(text)-kept], text[kept:], text[:kept], decrypt)
}

// callingCode returns the length of the country calling code that a number of at
// least three digits begins with, 0 for none (ITU-T E.164, list of assigned codes; compared with
// that of libphonenumber on 2026-11-24).
func callingCode(number []byte) int {
	if number[0] == '1' || number[0] == '7' {
		return 1
	}
	two := int(number[0]-'0')*10 + int(number[1]-'0')
	switch two {
	case 20, 27, 30, 31, 32, 33, 34, 36, 39, 40, 41, 43, 44, 45, 46, 47, 48, 49, 51, 52, 53, 54, 55, 56,
		57, 58, 60, 61, 62, 63, 64, 65, 66, 81, 82, 84, 86, 90, 91, 92, 93, 94, 95, 98:
		return 2
	}
	three := two*10 + int(number[2]-'0')
	switch three {
	case 211, 212, 213, 216, 218, 290, 291, 297, 298, 299, 385, 386, 387, 389, 420, 421, 423, 670, 800, 808,
		850, 852, 853, 855, 856, 870, 878, 880, 881, 882, 883, 886, 888, 979, 992, 993, 994, 995, 996, 998:
		return 3
	}
	for _, r := range [...][2]int{
		{220, 258}, {260, 269}, {350, 359}, {370, 383}, {500, 509}, {590, 599}, {672, 683}, {685, 692}, {960, 968}, {970, 977},
	} {
		if r[0] <= three && three <= r[1] {
			return 3
		}
	}
	return 0
}
