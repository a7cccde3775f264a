package basis

import "bytes"

// wordsBasis reads a basis from plain words: a name, an article, or one after
// the other when both mean the same. It returns "" when they mean none.
func wordsBasis(words []byte) Basis {
	if b := nameBasis(words); b != "" {
		return b
	}
	if b := articleBasis(words); b != "" {
		return b
	}
	for i, c := range words {
		if c != ' ' {
			continue
		}
		left, right := words[:i], words[i+1:]
		if b := nameBasis(left); b != "" && b == articleBasis(right) {
			return b
		}
		if b := articleBasis(left); b != "" && b == nameBasis(right) {
			return b
		}
	}
	return ""
}

// nameBasis reads a name of a basis in plain words: ours, everyday English and
// Dutch, the labels of the Data Privacy Vocabulary, HubSpot, SuiteCRM.
func nameBasis(words []byte) Basis {
	switch string(words) {
	case "consent", "explicit consent", "regular consent", "informed consent", "given consent", "permission",
		"data subject consent", "consent of data subject", "consent of the data subject",
		"toestemming", "uitdrukkelijke toestemming", "ondubbelzinnige toestemming", "vrije toestemming",
		"toestemming betrokkene", "toestemming van betrokkene", "toestemming van de betrokkene",
		"freely given consent", "freely given consent from contact", "consent with notice", "process and store":
		return Consent
	case "contract", "contractual", "contractual necessity", "contractual obligation", "contract performance",
		"performance of contract", "performance of a contract", "performance of the contract", "necessary for a contract",
		"enter into contract", "pre contractual", "pre contractual steps",
		"overeenkomst", "uitvoering overeenkomst", "uitvoering van overeenkomst", "uitvoering van een overeenkomst",
		"uitvoering van de overeenkomst", "uitvoering contract", "uitvoering van een contract",
		"contractuele noodzaak", "contractuele verplichting":
		return Contract
	case "legal obligation", "legal obligations", "legal duty", "legal requirement", "statutory duty", "statutory obligation",
		"compliance with legal obligation", "compliance with a legal obligation",
		"wettelijke verplichting", "wettelijke verplichtingen", "wettelijke plicht", "wettelijk verplicht",
		"nakoming wettelijke verplichting", "nakomen wettelijke verplichting":
		return LegalObligation
	case "vital interest", "vital interests", "protect vital interests", "protection of vital interest",
		"protection of vital interests", "protect vital interests of data subject", "protect vital interests of natural person",
		"vitaal belang", "vitale belangen", "bescherming vitale belangen", "bescherming van vitale belangen",
		"protection of interest":
		return VitalInterests
	case "public task", "public interest", "task in the public interest", "public interest task", "official authority",
		"exercise of official authority", "public interest or official authority",
		"publieke taak", "algemeen belang", "taak van algemeen belang", "taak in het algemeen belang",
		"publiekrechtelijke taak", "openbaar gezag", "uitoefening openbaar gezag", "uitoefening van openbaar gezag",
		"uitoefening van het openbaar gezag":
		return PublicTask
	case "legitimate interest", "legitimate interests", "legitimate business interest", "legitimate business interests",
		"legitimate interest of controller", "legitimate interest of the controller",
		"legitimate interest of third party", "legitimate interest of a third party",
		"gerechtvaardigd belang", "gerechtvaardigde belangen",
		"legitimate interest prospect lead", "legitimate interest existing customer", "legitimate interest other",
		"legitimate interest pql", "legitimate interest client":
		return LegitimateInterests
	case "soft opt in", "soft optin", "customer exception", "klantuitzondering", "uitzondering voor klanten",
		"uitzondering bestaande klanten":
		return SoftOptIn
	}
	return ""
}

// articleBasis reads an article in plain words as a basis, or returns "".
func articleBasis(words []byte) Basis {
	art, ok := readArticle(words)
	if !ok {
		return ""
	}
	switch art.law {
	case lawNone, lawGDPR:
		if art.number != 0 && art.number != 6 || art.paragraph > 1 {
			return ""
		}
		switch art.letter {
		case 'a':
			return Consent
		case 'b':
			return Contract
		case 'c':
			return LegalObligation
		case 'd':
			return VitalInterests
		case 'e':
			return PublicTask
		case 'f':
			return LegitimateInterests
		}
	case lawEPrivacy:
		if art.number == 13 && art.paragraph == 2 && art.letter == 0 {
			return SoftOptIn
		}
	case lawTelecom:
		if art.number == 11 && art.paragraph == 7 && art.letter == 0 {
			return SoftOptIn
		}
	}
	return ""
}

// article is an article as people cite it; 0 for each part that is absent.
type article struct {
	law               law
	number, paragraph int
	letter            byte
}

type law byte

const (
	lawNone law = iota
	lawGDPR
	lawEPrivacy // Directive 2002/58/EC
	lawTelecom  // Telecommunicatiewet, its Dutch transposition
)

// readArticle reads plain words as an article: "art 6 1 f gdpr", "artikel 6 lid 1
// onder f avg", "6 f", "a 6 1 f", "f". It reports false on any word that has no
// place in one.
func readArticle(words []byte) (article, bool) {
	var a article
	prose := false
	for len(words) > 0 {
		word := words
		if i := bytes.IndexByte(words, ' '); i >= 0 {
			word, words = words[:i], words[i+1:]
		} else {
			words = nil
		}
		switch string(word) {
		case "art", "article", "artikel", "artikelen", "lid", "par", "para", "paragraph", "point", "sub", "subparagraph",
			"abs", "letter", "lit", "onder", "onderdeel":
		case "aanhef", "en", "of", "the", "van", "de", "het", "eu", "ec", "eg":
			prose = true
		case "gdpr", "avg", "dsgvo", "rgpd":
			if !a.of(lawGDPR) {
				return a, false
			}
		case "eprivacy", "directive", "richtlijn":
			if !a.of(lawEPrivacy) {
				return a, false
			}
		case "tw", "telecommunicatiewet":
			if !a.of(lawTelecom) {
				return a, false
			}
		case "2002", "58":
			if a.law != lawEPrivacy {
				return a, false
			}
		case "eerste":
			if !a.part(1) {
				return a, false
			}
		case "tweede":
			if !a.part(2) {
				return a, false
			}
		default:
			if len(word) == 1 && 'a' <= word[0] && word[0] <= 'z' {
				if len(words) > 0 && word[0] == 'a' && a.number == 0 && a.letter == 0 && '0' <= words[0] && words[0] <= '9' {
					continue // the A of "A6"
				}
				if a.letter != 0 {
					return a, false
				}
				a.letter = word[0]
				continue
			}
			n, ok := small(word)
			if !ok || !a.part(n) {
				return a, false
			}
		}
	}
	if a.number == 0 {
		// A letter alone is an article in a column of letters, not in a sentence.
		return a, a.letter != 0 && !prose
	}
	return a, a.letter != 0 || a.paragraph != 0
}

// of takes the law of the article; a second law has no place.
func (a *article) of(l law) bool {
	if a.law != lawNone && a.law != l {
		return false
	}
	a.law = l
	return true
}

// part takes the next number of the article, its own or its paragraph's. A
// number after the letter, or a third one, has no place.
func (a *article) part(n int) bool {
	switch {
	case a.letter != 0:
		return false
	case a.number == 0:
		a.number = n
	case a.paragraph == 0:
		a.paragraph = n
	default:
		return false
	}
	return true
}

// small reads a number of one or two digits, 1 to 99.
func small(word []byte) (n int, ok bool) {
	if len(word) > 2 {
		return 0, false
	}
	for _, c := range word {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, n > 0
}
