package holiday

import (
	"errors"
	"fmt"
)

// For returns the calendar of a country by its ISO 3166 code in capitals: [AT], [BE],
// [DE], [DK], [ES], [FR], [IE], [IT], [LU], [NL], [PL], [SE], and [UK] for GB, and for
// UK too. It makes a new one each time. A program that calls it links all of them.
//
// "EU" and every other code is an error: Regulation 1182/71 counts the holidays of the
// Member State in which the act is to be done (Art. 2(1)), so there are none of the
// Union as such.
func For(country string) (*Calendar, error) {
	switch country {
	case "AT":
		return AT(), nil
	case "BE":
		return BE(), nil
	case "DE":
		return DE(), nil
	case "DK":
		return DK(), nil
	case "ES":
		return ES(), nil
	case "FR":
		return FR(), nil
	case "GB", "UK":
		return UK(), nil
	case "IE":
		return IE(), nil
	case "IT":
		return IT(), nil
	case "LU":
		return LU(), nil
	case "NL":
		return NL(), nil
	case "PL":
		return PL(), nil
	case "SE":
		return SE(), nil
	case "EU":
		return nil, errors.New("holiday: the Union has no list of its own: name the Member State in which the act is done")
	}
	return nil, fmt.Errorf("holiday: no list of holidays for country %q", country)
}
