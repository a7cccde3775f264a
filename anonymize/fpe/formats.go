package fpe

import (
	"strings"
	"unicode/utf8"

	"github.com/grondslag/grondslag/internal/normalize"
)

// bsn enciphers the eight digits before the check digit. Which check digit a body of
// eight digits has follows from them; one in eleven bodies has none. Without Valid
// the result may be any body, with a check digit that is never the right one, so no
// walk is needed to make it fail. (To walk from valid numbers until one fails would give two numbers the
// same result.) With Valid the walk is over the bodies that have a check digit.
func (c *Cipher) bsn(value string, decrypt bool) (string, error) {
	if len(value) != 9 || !digits(value) {
		return "", ErrMalformed
	}
	body, check := value[:8], value[8]
	switch {
	case !decrypt && !normalize.ValidBSN(value), decrypt && c.valid && !normalize.ValidBSN(value):
		return "", ErrMalformed
	case decrypt && !c.valid && check != wrongBSN(body):
		return "", ErrTampered
	}
	for {
		var err error
		if body, err = c.crypt(c.decimal, body, nil, decrypt); err != nil {
			return "", err
		}
		right, has := checkBSN(body)
		switch {
		case !decrypt && !c.valid:
			return body + string(rune(wrongBSN(body))), nil
		case has:
			return body + string(rune(right)), nil
		case !c.valid: // decrypted to what is no number
			return "", ErrTampered
		}
	}
}

// checkBSN returns the check digit of a body, and whether it has one; "00000000" has none.
func checkBSN(body string) (byte, bool) {
	sum := 0
	for i := range 8 {
		sum += int(body[i]-'0') * (9 - i)
	}
	return '0' + byte(sum%11), sum%11 < 10 && sum > 0
}

func wrongBSN(body string) byte {
	right, has := checkBSN(body)
	if !has {
		if body == "00000000" {
			return '1'
		}
		return '0'
	}
	return '0' + (right-'0'+1)%10
}

// luhn enciphers the digits before the check digit; every body has one.
func (c *Cipher) luhn(value string, decrypt bool) (string, error) {
	if len(value) < 7 || !digits(value) {
		return "", ErrMalformed
	}
	body, check := value[:len(value)-1], value[len(value)-1]
	right := checkLuhn(body)
	switch {
	case decrypt && !c.valid:
		if check != wrong(right) {
			return "", ErrTampered
		}
	case check != right:
		return "", ErrMalformed
	}
	out, err := c.crypt(c.decimal, body, nil, decrypt)
	if err != nil {
		return "", err
	}
	if right = checkLuhn(out); !decrypt && !c.valid {
		right = wrong(right)
	}
	return out + string(rune(right)), nil
}

func wrong(right byte) byte { return '0' + (right-'0'+1)%10 }

// checkLuhn returns the check digit (ISO/IEC 7812-1, annex B).
func checkLuhn(body string) byte {
	sum := 0
	for i := range len(body) {
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
func (c *Cipher) iban(value string, decrypt bool) (string, error) {
	if len(value) < 5 {
		return "", ErrMalformed
	}
	country, check, account := value[:2], value[2:4], value[4:]
	structure, ok := normalize.IBANStructure(country)
	if !ok || !digits(check) {
		return "", ErrMalformed
	}
	pattern := ibanPattern(structure)
	if len(pattern) != len(account) {
		return "", ErrMalformed
	}
	for i := range len(account) {
		if _, _, ok := digit(pattern[i], account[i]); !ok {
			return "", ErrMalformed
		}
	}
	right := checkIBAN(country, account)
	switch {
	case decrypt && !c.valid:
		if check != wrongIBAN(right) {
			return "", ErrTampered
		}
	case check != right:
		return "", ErrMalformed
	}
	out, err := c.pattern([]byte(pattern), []byte(account), []byte(country), decrypt)
	if err != nil {
		return "", err
	}
	if right = checkIBAN(country, out); !decrypt && !c.valid {
		right = wrongIBAN(right)
	}
	return country + right + out, nil
}

// ibanPattern spells a structure such as "4a10n" out.
func ibanPattern(structure string) string {
	var b strings.Builder
	count := 0
	for _, r := range []byte(structure) {
		switch r {
		case 'n':
			b.WriteString(strings.Repeat("n", count))
			count = 0
		case 'a':
			b.WriteString(strings.Repeat("u", count))
			count = 0
		case 'c':
			b.WriteString(strings.Repeat("a", count))
			count = 0
		default:
			count = count*10 + int(r-'0')
		}
	}
	return b.String()
}

// checkIBAN returns the two check digits (ISO 13616-1: 98 less the remainder modulo 97).
func checkIBAN(country, account string) string {
	rest := 0
	for _, part := range []string{account, country, "00"} {
		for _, b := range []byte(part) {
			if '0' <= b && b <= '9' {
				rest = (rest*10 + int(b-'0')) % 97
			} else {
				rest = (rest*100 + int(b-'A') + 10) % 97
			}
		}
	}
	return twoDigits(98 - rest)
}

// wrongIBAN is the next of 02 to 98.
func wrongIBAN(right string) string {
	n := int(right[0]-'0')*10 + int(right[1]-'0') + 1
	if n > 98 {
		n = 2
	}
	return twoDigits(n)
}

func twoDigits(n int) string { return string([]byte{'0' + byte(n/10), '0' + byte(n%10)}) }

// phone keeps "+" and the country calling code and enciphers the national number.
func (c *Cipher) phone(value string, decrypt bool) (string, error) {
	if len(value) < 8 || len(value) > 16 || value[0] != '+' || value[1] == '0' || !digits(value[1:]) {
		return "", ErrMalformed
	}
	n := 1 + callingCodeLength(value[1:])
	out, err := c.crypt(c.decimal, value[n:], []byte(value[:n]), decrypt)
	if err != nil {
		return "", err
	}
	return value[:n] + out, nil
}

// callingCodeLength: ITU-T E.164 has codes of one digit (1 and 7), of two, and all
// others of three.
func callingCodeLength(number string) int {
	switch two := number[:2]; {
	case two[0] == '1', two[0] == '7':
		return 1
	case strings.Contains(" 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98 ", " "+two+" "):
		return 2
	}
	return 3
}

// shape enciphers the letters and digits of a text, whose shape is the tweak.
func (c *Cipher) shape(value string, decrypt bool) (string, error) {
	var buf [3][64]byte
	pattern, text, tweak := buf[0][:0], buf[1][:0], buf[2][:0]
	for _, b := range []byte(value) {
		p := byte(0)
		switch {
		case '0' <= b && b <= '9':
			p = 'n'
		case 'A' <= b && b <= 'Z':
			p = 'u'
		case 'a' <= b && b <= 'z':
			p = 'l'
		case b >= utf8.RuneSelf || b < ' ' || b == 0x7f:
			return "", ErrMalformed
		}
		if p == 0 {
			tweak = append(tweak, b)
			continue
		}
		pattern, text, tweak = append(pattern, p), append(text, b), append(tweak, p)
	}
	out, err := c.pattern(pattern, text, tweak, decrypt)
	if err != nil {
		return "", err
	}
	if len(out) == len(value) {
		return out, nil
	}
	whole, at := []byte(value), 0
	for i, b := range whole {
		if '0' <= b && b <= '9' || 'A' <= b && b <= 'Z' || 'a' <= b && b <= 'z' {
			whole[i] = out[at]
			at++
		}
	}
	return string(whole), nil
}

func digits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}
