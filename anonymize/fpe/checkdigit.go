package fpe

import "github.com/grondslag/grondslag/internal/normalize"

// elevens converts a number whose last digit is the check digit of the Dutch
// 11-test: a bsn, or in tests a shorter one. It enciphers the digits before. Those
// determine the check digit, and one body of eleven has none.
//
// Without valid the result may be any body, with a check digit that is never the
// right one, so no walk is needed to make it fail: different bodies have different
// results. (To walk from numbers that pass to the first that fails would give two
// numbers the same result.) With valid the walk is over the bodies that have a
// check digit; the permutation's cycles through that set are a permutation of it.
func (c *Cipher) elevens(text []byte, decrypt bool) error {
	if !digits(text) {
		return ErrMalformed
	}
	last := len(text) - 1
	body := text[:last]
	if decrypt && !c.valid {
		if text[last] != wrongEleven(body) {
			return ErrTampered
		}
	} else if right, has := checkEleven(body); !has || text[last] != right {
		return ErrMalformed
	}
	var buf [16]byte
	tweak := c.tweak(buf[:0], "bsn")
	for {
		if err := c.decimals(body, tweak, decrypt); err != nil {
			return err
		}
		right, has := checkEleven(body)
		switch {
		case !decrypt && !c.valid:
			text[last] = wrongEleven(body)
			return nil
		case has:
			text[last] = right
			return nil
		case !c.valid: // decrypted to what is no number
			return ErrTampered
		}
	}
}

// checkEleven returns the check digit of a body, and whether it has one. A body of
// zeros has none, since nine zeros are no number (see normalize.ValidBSN).
func checkEleven(body []byte) (byte, bool) {
	sum := 0
	for i, b := range body {
		sum += int(b-'0') * (len(body) + 1 - i)
	}
	return '0' + byte(sum%11), sum%11 < 10 && sum > 0
}

// wrongEleven returns the digit after the right one, after 9 comes 0; 0 for bodies
// that have none, and 1 for zeros, which would pass the sum.
func wrongEleven(body []byte) byte {
	right, has := checkEleven(body)
	switch {
	case has:
		return next(right)
	case right == '0':
		return '1'
	}
	return '0'
}

// next returns the digit after b, 0 after 9.
func next(b byte) byte { return '0' + (b-'0'+1)%10 }

// luhn enciphers the digits before the check digit; every body has one.
func (c *Cipher) luhn(text []byte, decrypt bool) error {
	if len(text) < 7 || !digits(text) {
		return ErrMalformed
	}
	last := len(text) - 1
	body := text[:last]
	right := checkLuhn(body)
	if decrypt && !c.valid {
		if text[last] != next(right) {
			return ErrTampered
		}
	} else if text[last] != right {
		return ErrMalformed
	}
	var buf [16]byte
	if err := c.decimals(body, c.tweak(buf[:0], "luhn"), decrypt); err != nil {
		return err
	}
	if text[last] = checkLuhn(body); !decrypt && !c.valid {
		text[last] = next(text[last])
	}
	return nil
}

// checkLuhn returns the check digit (ISO/IEC 7812-1, annex B).
func checkLuhn(body []byte) byte {
	sum := 0
	for i := range body {
		d := int(body[len(body)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return '0' + byte((10-sum%10)%10)
}

// iban enciphers the account number by the structure that its country has in the
// IBAN registry, with the country as the tweak.
func (c *Cipher) iban(text []byte, decrypt bool) error {
	if len(text) < 5 || !digits(text[2:4]) {
		return ErrMalformed
	}
	account := text[4:]
	structure, ok := normalize.IBANStructure(string(text[:2]))
	if !ok {
		return ErrMalformed
	}
	var patternBuf [64]byte
	pattern := appendStructure(patternBuf[:0], structure)
	if len(pattern) != len(account) {
		return ErrMalformed
	}
	for i, p := range pattern {
		if _, _, ok := digit(p, account[i]); !ok {
			return ErrMalformed
		}
	}
	right, check := checkIBAN(text), int(text[2]-'0')*10+int(text[3]-'0')
	if decrypt && !c.valid {
		if check != nextIBAN(right) {
			return ErrTampered
		}
	} else if check != right {
		return ErrMalformed
	}
	var tweakBuf [16]byte
	if err := c.pattern(pattern, account, c.tweak(tweakBuf[:0], string(text[:2])), decrypt); err != nil {
		return err
	}
	if right = checkIBAN(text); !decrypt && !c.valid {
		right = nextIBAN(right)
	}
	text[2], text[3] = '0'+byte(right/10), '0'+byte(right%10)
	return nil
}

// appendStructure spells a structure such as "4a10n" out, in the classes of patterns.
func appendStructure(dst []byte, structure string) []byte {
	count := 0
	for _, s := range []byte(structure) {
		class := byte('n')
		switch s {
		case 'n':
		case 'a':
			class = 'u'
		case 'c':
			class = 'a'
		default:
			count = count*10 + int(s-'0')
			continue
		}
		for ; count > 0; count-- {
			dst = append(dst, class)
		}
	}
	return dst
}

// checkIBAN returns the check digits that country and account have (ISO 13616-1: 98
// less the remainder modulo 97, with zeros in their place), 2 to 98.
func checkIBAN(text []byte) int {
	rest := uint64(0)
	for i := range text {
		at := i + 4 // the account, the country, the check digits
		if at >= len(text) {
			at -= len(text)
		}
		b := text[at]
		switch {
		case i >= len(text)-2:
			rest *= 10
		case b <= '9':
			rest = rest*10 + uint64(b-'0')
		default:
			rest = rest*100 + uint64(b-'A') + 10
		}
		if rest > 1<<56 { // 100 times that still fits
			rest %= 97
		}
	}
	return 98 - int(rest%97)
}

// nextIBAN returns the next of 2 to 98: no other number of that range has the same
// remainder modulo 97, so the check fails.
func nextIBAN(check int) int {
	if check == 98 {
		return 2
	}
	return check + 1
}

func digits(text []byte) bool {
	for _, b := range text {
		if b < '0' || b > '9' {
			return false
		}
	}
	return true
}
