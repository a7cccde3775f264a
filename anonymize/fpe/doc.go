// Package fpe encrypts values into values of the same format: a citizen service
// number into nine digits, an account number into an account number, a number plate
// into letters and digits at the same places. It is FF1 (NIST SP 800-38G) over the
// rank of a value among all of its format.
//
//	c, err := fpe.New(key, fpe.BSN, fpe.Options{})
//	if err != nil {
//		return err
//	}
//	secret, err := c.Encrypt("111222333") // nine digits that fail the 11-test
//	plain, err := c.Decrypt(secret)       // 111222333
//
// # What to expect
//
// Equal values have equal results, so frequencies show, and so does all that a
// format keeps. There is no authentication: but for check digits every text of the
// format can be decrypted. A result has no room for a key id. A value that has fewer
// than 1,000,000 of its kind is refused ([ErrMalformed]): a house number, a year or a
// PIN can't be protected by a permutation of so few. Prefer a token or authenticated
// encryption where the format need not stay.
//
// The result of a format with check digits fails its check on purpose, since a valid
// one may be somebody's; no system takes it for real, and the check digit is how
// Decrypt tells nine in ten (iban: 96 in 97) other texts from results. [Options].Valid
// makes results valid. Telephone numbers and postcodes have no check: a result may
// be in use, and is not to be dialed or written to.
//
//	format     values of one kind                  what stays
//	digits     10^n, n >= 6                        the number of digits
//	bsn        10^8                                nothing; the 11-test fails, unless Valid
//	iban       all account numbers of the country  the country; mod 97 fails, unless Valid
//	luhn       10^(n-1), n >= 7                    the number of digits; the check fails, unless Valid
//	phone      9 * 10^(n-1), n >= 7; 10^6, n = 6   calling code, number of digits n behind it, a 0 in front of them
//	postcode   9,000 * 26 * 26                     nothing (Dutch postcodes)
//	shape      the product of its classes          which characters are digits, capitals, small letters; all others
//	alphabet   radix^n                             the number of characters
//
// Check digits inside a national account number, as Belgium and France have them, are
// encrypted like the rest, and fail in most results, with Valid too.
//
// Values are in normal form: capitals, no spaces, "+31612345678", at most [MaxLength]
// bytes. Nothing else is read. A [Cipher] is safe for concurrent use. It is built on
// crypto/aes, but FF1 is in no FIPS-validated module of the standard library.
//
// # How a value is encrypted, version 1
//
// FF1 is used with AES-256 under the key as it is. A text T of a pattern, whose
// characters have classes n (0-9), N (1-9), u (A-Z), l (a-z) or a (0-9, then A-Z),
// has a rank, the number that its characters are in mixed radix, the first the most
// significant. D being the product of the sizes of the classes, the rank is
// written as n numerals of radix r, n the least even number with 65536^n >= D, r the least number
// with r^n >= D. These are encrypted, again and again until they are a rank, below D.
//
//	format     what is encrypted                        tweak
//	digits     the digits, radix 10, no rank            none
//	alphabet   the characters, by their places          none
//	bsn        8 digits, radix 10, no rank              "bsn"
//	luhn       all digits but the last, as bsn          "luhn"
//	iban       all from the fifth character on, by      the country, "NL"
//	           the registry's structure (a is u, c is a)
//	phone      Nnn... behind the calling code (of six   what stands before, "+31",
//	           digits nnnnnn; behind a 0 there nnn...)  "+390"
//	postcode   Nnnnuu                                   "postcode"
//	shape      its letters and digits, as n, u and l    the text, with n, u and l in their places
//
// With Valid the tweaks of bsn, luhn and iban have " valid" behind them, and bsn is
// encrypted again and again until its digits have a check digit. Without, the digit
// that follows the right one (0 after 9; of the iban's pair, 02 after 98) is
// written in its place; for a bsn that has none a 0, for one of zeros a 1.
//
// What this version encrypts, every later one will decrypt.
package fpe

//go:generate go run github.com/grondslag/grondslag/internal/enumgen Format
