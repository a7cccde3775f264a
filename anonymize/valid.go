package anonymize

import "github.com/grondslag/grondslag/internal/normalize"

// These take the normal form and no other writing, so that what is valid is also
// what was stored: "1112.22.333" is not. [Form] reads the usual writings into it, and is the
// check for what people type.

// ValidBSN reports whether number has nine digits that pass the 11-test of the Dutch
// citizen service number, not all of them 0. A valid number need not be anyone's.
func ValidBSN(number string) bool { return normalize.ValidBSN(number) }

// ValidIBAN reports whether account is an IBAN in upper case without spaces: of a
// country in the IBAN registry, of its length, its letters and digits where it has
// them, with check digits from 02 to 98 that fit modulo 97 (ISO 13616).
func ValidIBAN(account string) bool { return normalize.ValidIBAN(account) }

// ValidPostcode reports whether code can be a postcode of region NL (also ""), BE,
// DE, LU, FR or GB (also UK), in upper case without space: "1234AB", "SW1A1AA". Whether the place
// exists is not known; of any other region none is valid.
func ValidPostcode(code, region string) bool {
	return normalize.ValidPostcode(code, Form{Region: region}.region())
}

// ValidPlate reports whether plate is a Dutch licence plate, six letters and digits
// in the order of one of the sidecodes 1 to 14: "AB123C".
func ValidPlate(plate string) bool { return normalize.ValidPlate(plate) }

// ValidLuhn reports whether number has two digits or more and nothing else, the last
// of which is the check digit that payment cards have (ISO/IEC 7812-1).
func ValidLuhn(number string) bool { return normalize.ValidLuhn(number) }
