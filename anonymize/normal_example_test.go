package anonymize_test

import (
	"errors"
	"fmt"

	"github.com/grondslag/grondslag/anonymize"
)

func ExampleForm() {
	phone := anonymize.Form{Norm: anonymize.NormPhone}
	for _, written := range []string{"06-12345678", "+31 (0)6 1234 5678", "0031612345678", "06-1234567"} {
		number, err := phone.String(written)
		if errors.Is(err, anonymize.ErrNotNormal) {
			fmt.Println(err)
			continue
		}
		fmt.Println(number)
	}
	// Output:
	// +31612345678
	// +31612345678
	// +31612345678
	// anonymize: the value has no normal form: phone
}

func ExampleForm_Append() {
	email := anonymize.Form{Norm: anonymize.NormEmail, Local: anonymize.LocalPlain}
	line, err := email.Append([]byte("to="), []byte(" Jan.de.Vries+News@Bücher.Example"))
	fmt.Println(string(line), err)
	// Output: to=jan.de.vries@xn--bcher-kva.example <nil>
}

func ExampleForm_Check() {
	fmt.Println(anonymize.Form{Norm: anonymize.NormPostcode, Region: "US"}.Check())
	// Output: anonymize: norm "postcode" does not know region "US"
}

// A parser of one's own, here for one kind of number only.
func ExamplePhoneParserFunc() {
	form := anonymize.Form{Norm: anonymize.NormPhone, Region: "US", Phones: anonymize.PhoneParserFunc(
		func(number, region string) (string, error) {
			var area, exchange, line int
			if _, err := fmt.Sscanf(number, "(%3d) %3d-%4d", &area, &exchange, &line); err != nil || region != "US" {
				return "", errors.New("no such number")
			}
			return fmt.Sprintf("+1%03d%03d%04d", area, exchange, line), nil
		})}
	fmt.Println(form.String("(212) 555-0123"))
	// Output: +12125550123 <nil>
}

func ExampleValidBSN() {
	fmt.Println(anonymize.ValidBSN("111222333"), anonymize.ValidBSN("111222334"))
	// Output: true false
}

func ExampleValidIBAN() {
	fmt.Println(anonymize.ValidIBAN("NL91ABNA0417164300"), anonymize.ValidIBAN("NL91 ABNA 0417 1643 00"))
	// Output: true false
}

func ExampleValidPostcode() {
	fmt.Println(anonymize.ValidPostcode("1234AB", "NL"), anonymize.ValidPostcode("0234AB", "NL"), anonymize.ValidPostcode("SW1A1AA", "GB"))
	// Output: true false true
}

func ExampleValidPlate() {
	fmt.Println(anonymize.ValidPlate("AB123C"), anonymize.ValidPlate("ABCDEF"))
	// Output: true false
}

func ExampleValidLuhn() {
	fmt.Println(anonymize.ValidLuhn("4111111111111111"), anonymize.ValidLuhn("4111111111111112"))
	// Output: true false
}
