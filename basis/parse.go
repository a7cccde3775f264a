package basis

import (
	"errors"
	"slices"
)

// ErrWithdrawn is returned for a text such as SuiteCRM's "withdrawn". It states
// no basis: it reports the event that ended one, and belongs in the history of
// the consent. A caller that reads a column of bases records that event.
var ErrWithdrawn = errors.New(`basis: "withdrawn" is an event that ends a basis, not a basis`)

// The text is left out: in the wrong column it is personal data.
var (
	errBasis     = errors.New("basis: not the name, article or term of a legal basis")
	errCondition = errors.New("basis: not the name, article or term of a condition of GDPR 9(2)")
)

// ParseBasis reads one legal basis, in any of the ways it gets written:
//
//   - the text of a [Basis] and its titles in English and Dutch, in variants
//   - its article: "6(1)(f)", "Art. 6(1)(f) GDPR", "6.1.f", "6 lid 1 onder f AVG", "f"
//   - both: "Legitimate interest (Art. 6(1)(f))"; they must agree
//   - a term of the Data Privacy Vocabulary, as IRI or compact: "eu-gdpr:A6-1-f", "dpv:Consent"
//   - the options of HubSpot, in its screens and its interface, and of SuiteCRM
//
// Case, punctuation and the kind of dash do not matter. Text that says that no
// basis is recorded ("", "Not applicable", NON_GDPR) is the zero value without an
// error. Any other text is an error that does not contain it; the caller, who
// knows the column, wraps the error with that. For "withdrawn" it is [ErrWithdrawn].
//
// It does not allocate.
func ParseBasis[T ~string | ~[]byte](text T) (Basis, error) {
	text = trim(text)
	if b, ok := termBasis(text); ok {
		return b, nil
	}
	var buf [maxPlain]byte
	words, ok := plain(&buf, text)
	if !ok {
		return "", errBasis
	}
	switch string(words) {
	case "", "not applicable", "non gdpr", "n a", "nvt", "n v t", "niet van toepassing", "none", "geen":
		return "", nil
	case "withdrawn", "consent withdrawn", "withdrawal", "ingetrokken", "toestemming ingetrokken":
		return "", ErrWithdrawn
	}
	if b := wordsBasis(words); b != "" {
		return b, nil
	}
	return "", errBasis
}

// ParseBases reads a list of legal bases, see [AppendBases].
func ParseBases[T ~string | ~[]byte](text T) (bases []Basis, withdrawn bool, err error) {
	return AppendBases(nil, text)
}

// AppendBases reads a list as CRMs export them, items apart by ";" or as
// SuiteCRM's "^consent^,^contract^", and appends the bases that dst does not hold
// yet, in the order of the text. Items are read as by [ParseBasis].
//
// A withdrawal among the items is no error here but reported as withdrawn, also
// when another item is an error: it must not get lost. On error dst is returned
// as it was. It allocates only to grow dst.
func AppendBases[T ~string | ~[]byte](dst []Basis, text T) (bases []Basis, withdrawn bool, err error) {
	bases = dst
	text = trim(text)
	comma := byte(';')
	if len(text) > 0 && text[0] == '^' {
		comma = ','
	}
	for start := 0; start <= len(text); {
		end := start
		for ; end < len(text); end++ {
			if c := text[end]; c == ';' || c == comma {
				break
			}
		}
		b, itemErr := ParseBasis(text[start:end])
		switch {
		case itemErr == ErrWithdrawn:
			withdrawn = true
		case itemErr != nil:
			err = itemErr
		case b != "" && !slices.Contains(bases, b):
			bases = append(bases, b)
		}
		start = end + 1
	}
	if err != nil {
		return dst, withdrawn, err
	}
	return bases, withdrawn, nil
}

// ParseCondition reads a condition of GDPR Art. 9(2): the text of a [Condition]
// or its titles, its article ("9(2)(a)", "Art. 9(2)(a) GDPR", "9 lid 2 onder a AVG")
// or its term of the Data Privacy Vocabulary. "" is the zero value. Other text is
// an error that does not contain it.
func ParseCondition[T ~string | ~[]byte](text T) (Condition, error) {
	var buf [maxPlain]byte
	text = trim(text)
	local, ok := cutTerm(text, "eu-gdpr:", dpvGDPR)
	if !ok {
		local = text
	}
	words, ok := plain(&buf, local)
	if !ok {
		return "", errCondition
	}
	if len(words) == 0 {
		return "", nil
	}
	if art, ok := readArticle(words); ok && (art.law == lawNone || art.law == lawGDPR) && art.letter != 0 && art.number == 9 && art.paragraph == 2 {
		for _, c := range conditions() {
			if c.letter()[0] == art.letter {
				return c, nil
			}
		}
	}
	for _, c := range conditions() {
		t := c.Title()
		if same(words, string(c)) || same(words, t.En) || same(words, t.Nl) {
			return c, nil
		}
	}
	return "", errCondition
}

func conditions() [10]Condition {
	return [...]Condition{
		ExplicitConsent, EmploymentLaw, VitalIncapable, NotForProfit, ManifestlyPublic,
		LegalClaims, SubstantialPublicInterest, HealthCare, PublicHealth, Research,
	}
}

// same reports whether name reads as words.
func same(words []byte, name string) bool {
	var buf [maxPlain]byte
	have, ok := plain(&buf, name)
	return ok && string(have) == string(words)
}

// maxPlain bounds the plain form: longer text is no name or article.
const maxPlain = 96

// plain writes the words of text into buf: ASCII in lower case, digits apart from
// letters, one space for everything between. It reports false when the words do
// not fit.
func plain[T ~string | ~[]byte](buf *[maxPlain]byte, text T) ([]byte, bool) {
	n, gap, digit := 0, false, false
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c < 0x80 {
			if c = fold[c]; c == ' ' {
				gap = true
				continue
			}
		} else if size := blank(text[i:]); size > 0 {
			i += size - 1
			gap = true
			continue
		}
		if gap || digit != (c <= '9') {
			if n > 0 && n < len(buf) {
				buf[n] = ' '
				n++
			}
			gap, digit = false, c <= '9'
		}
		if n == len(buf) {
			return nil, false
		}
		buf[n] = c
		n++
	}
	return buf[:n], true
}

// fold maps ASCII letters to lower case, digits to themselves, the rest to a space.
const fold = "                                " +
	"                0123456789      " +
	" abcdefghijklmnopqrstuvwxyz     " +
	" abcdefghijklmnopqrstuvwxyz     "

// blank returns the size of the non-ASCII punctuation or space at the start of
// text, 0 when there is none: dashes, quotes and spaces of the general
// punctuation block, the minus sign, the no-break space, the byte order mark.
func blank[T ~string | ~[]byte](text T) int {
	switch {
	case len(text) >= 2 && text[0] == 0xc2 && text[1] == 0xa0:
		return 2
	case len(text) < 3:
		return 0
	case text[0] == 0xe2 && (text[1] == 0x80 || text[1] == 0x81) && text[2]&0xc0 == 0x80,
		text[0] == 0xe2 && text[1] == 0x88 && text[2] == 0x92,
		text[0] == 0xef && text[1] == 0xbb && text[2] == 0xbf:
		return 3
	}
	return 0
}

const (
	dpv     = "https://w3id.org/dpv#"
	dpvGDPR = "https://w3id.org/dpv/legal/eu/gdpr#"
)

func trim[T ~string | ~[]byte](text T) T {
	for len(text) > 0 && text[0] == ' ' {
		text = text[1:]
	}
	for len(text) > 0 && text[len(text)-1] == ' ' {
		text = text[:len(text)-1]
	}
	return text
}

// cutTerm returns what follows the first of the prefixes that text has.
func cutTerm[T ~string | ~[]byte](text T, prefixes ...string) (T, bool) {
	for _, p := range prefixes {
		if len(text) > len(p) && string(text[:len(p)]) == p {
			return text[len(p):], true
		}
	}
	return text[:0], false
}

// termBasis reads a term of the Data Privacy Vocabulary 2.3 that is a basis or
// is defined there as narrower than one. Two kinds of consent that the GDPR does
// not know, implied and uninformed, are no basis.
func termBasis[T ~string | ~[]byte](text T) (Basis, bool) {
	if local, ok := cutTerm(text, dpvGDPR, "eu-gdpr:"); ok {
		return gdprTerm(local)
	}
	local, ok := cutTerm(text, dpv, "dpv:")
	if !ok {
		return "", false
	}
	switch string(local) {
	case "Consent", "InformedConsent", "ExpressedConsent", "ExplicitlyExpressedConsent":
		return Consent, true
	case "Contract", "ContractPerformance", "EnterIntoContract":
		return Contract, true
	case "LegalObligation":
		return LegalObligation, true
	case "VitalInterest", "VitalInterestOfNaturalPerson", "VitalInterestOfDataSubject":
		return VitalInterests, true
	case "PublicInterest", "OfficialAuthorityOfController":
		return PublicTask, true
	case "LegitimateInterest", "LegitimateInterestOfController", "LegitimateInterestOfThirdParty", "LegitimateInterestOfDataSubject":
		return LegitimateInterests, true
	}
	return "", false
}

func gdprTerm[T ~string | ~[]byte](local T) (Basis, bool) {
	switch string(local) {
	case "Consent", "A6-1-a", "A6-1-a-explicit-consent", "A6-1-a-non-explicit-consent":
		return Consent, true
	case "A6-1-b", "A6-1-b-contract-performance", "A6-1-b-enter-into-contract":
		return Contract, true
	case "A6-1-c":
		return LegalObligation, true
	case "A6-1-d", "A6-1-d-data-subject", "A6-1-d-natural-person":
		return VitalInterests, true
	case "A6-1-e", "A6-1-e-official-authority", "A6-1-e-public-interest":
		return PublicTask, true
	case "A6-1-f", "A6-1-f-controller", "A6-1-f-third-party":
		return LegitimateInterests, true
	}
	return "", false
}
