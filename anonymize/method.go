package anonymize

// Method names what is done with a value.
type Method string

// Methods that leave the data personal.
const (
	// MethodKeep leaves the value as it is.
	MethodKeep Method = "keep"
	// MethodWalk goes into what the field holds, where each field has a rule of its own.
	MethodWalk Method = "walk"
)

// Methods that pseudonymise (GDPR Art. 4(5)): with the keys, the vault or both at
// hand the result can be attributed to a person again, so it stays personal data.
const (
	// MethodToken replaces the value by a keyed one-way token, see [Tokens].
	MethodToken Method = "token"
	// MethodTokenize replaces it by a random token that a [Vault] keeps.
	MethodTokenize Method = "tokenize"
	// MethodSIV encrypts it deterministically, see [Deterministic].
	MethodSIV Method = "siv"
	// MethodSeal encrypts it with a random nonce, see [Sealer].
	MethodSeal Method = "seal"
	// MethodFPE encrypts it into the same format, see package fpe.
	MethodFPE Method = "fpe"
	// MethodBlindIndex replaces it by a short keyed hash on purpose too short to be unique.
	MethodBlindIndex Method = "blindindex"
	// MethodSlowIndex is a blind index over Argon2id.
	MethodSlowIndex Method = "slowindex"
	// MethodCryptoPAn encrypts an IP address, keeping common prefixes.
	MethodCryptoPAn Method = "cryptopan"
	// MethodDateShift moves dates of one person by the same secret number of days.
	MethodDateShift Method = "dateshift"
	// MethodSurrogate replaces a name by one chosen from a list.
	MethodSurrogate Method = "surrogate"
)

// Methods that take information away. Whether the record as a whole is anonymous
// depends on all of its fields together.
const (
	// MethodRedact replaces the value by a fixed text, or zero.
	MethodRedact Method = "redact"
	// MethodNull removes it: NULL, nil, "" or zero.
	MethodNull Method = "null"
	// MethodConst replaces it by a given text.
	MethodConst Method = "const"
	// MethodMask hides all but the first and last characters, see [Mask].
	MethodMask Method = "mask"
	// MethodIP cuts an IP address to a prefix, see [IPTruncation].
	MethodIP Method = "ip"
	// MethodPostcode cuts a Dutch postcode to its first digits.
	MethodPostcode Method = "postcode"
	// MethodDate cuts a date to its month, quarter, year or decade.
	MethodDate Method = "date"
	// MethodAge replaces a date of birth by a band of ages, see [AgeBand].
	MethodAge Method = "age"
	// MethodBound cuts numbers off at a bottom and a top.
	MethodBound Method = "bound"
	// MethodRound rounds numbers.
	MethodRound Method = "round"
	// MethodBucket replaces numbers by the interval they lie in.
	MethodBucket Method = "bucket"
	// MethodHierarchy climbs a [Hierarchy].
	MethodHierarchy Method = "hierarchy"
	// MethodNoise adds random noise to numbers.
	MethodNoise Method = "noise"
)

// Methods over many records; see [BatchPlan.ApplyBatch].
const (
	// MethodSwap permutes the values of a field among records.
	MethodSwap Method = "swap"
	// MethodMicroaggregate replaces numbers by the mean of a group of near ones.
	MethodMicroaggregate Method = "microaggregate"
)

// Technique returns the name that ISO/IEC 20889:2018 has for the method.
func (m Method) Technique() string { return m.about().technique }

// Reversible reports whether the value can be had back with the keys or the vault.
func (m Method) Reversible() bool { return m.about().reversible }

// Keyed reports whether the method needs a key ring.
func (m Method) Keyed() bool { return m.about().keyed }

// Approved reports whether the method runs under GODEBUG=fips140=only: it is made
// of nothing but what the Go Cryptographic Module offers. The others are refused
// there when a plan is made: AES-SIV, Crypto-PAn and FF1 are built here on the
// module's AES but are not in the module, Argon2id and XChaCha20 are not approved.
func (m Method) Approved() bool { return m.Valid() && !m.about().unapproved }

type aboutMethod struct {
	technique  string
	class      Class // unless declared
	keyed      bool
	reversible bool
	unapproved bool
}

func (m Method) about() aboutMethod {
	switch m {
	case MethodKeep:
		return aboutMethod{technique: "none", class: Other}
	case MethodWalk:
		return aboutMethod{technique: "none", class: Other}
	case MethodToken:
		return aboutMethod{technique: "pseudonymization: keyed hash", class: Direct, keyed: true}
	case MethodTokenize:
		return aboutMethod{technique: "pseudonymization: random token", class: Direct, keyed: true, reversible: true}
	case MethodSIV:
		return aboutMethod{technique: "deterministic encryption", class: Direct, keyed: true, reversible: true, unapproved: true}
	case MethodSeal:
		return aboutMethod{technique: "pseudonymization: encryption", class: Direct, keyed: true, reversible: true}
	case MethodFPE:
		return aboutMethod{technique: "format-preserving encryption", class: Direct, keyed: true, reversible: true, unapproved: true}
	case MethodBlindIndex:
		return aboutMethod{technique: "pseudonymization: truncated keyed hash", class: Direct, keyed: true}
	case MethodSlowIndex:
		return aboutMethod{technique: "pseudonymization: truncated keyed hash", class: Direct, keyed: true, unapproved: true}
	case MethodCryptoPAn:
		return aboutMethod{technique: "format-preserving encryption", class: Direct, keyed: true, reversible: true, unapproved: true}
	case MethodDateShift:
		return aboutMethod{technique: "randomization: noise addition", class: Quasi, keyed: true, reversible: true}
	case MethodSurrogate:
		return aboutMethod{technique: "pseudonymization: keyed choice", class: Direct, keyed: true}
	case MethodRedact, MethodConst:
		return aboutMethod{technique: "suppression: masking", class: Direct}
	case MethodMask:
		return aboutMethod{technique: "suppression: masking", class: Direct}
	case MethodNull:
		return aboutMethod{technique: "suppression: local suppression", class: Direct}
	case MethodIP, MethodPostcode, MethodDate, MethodAge, MethodBucket, MethodHierarchy:
		return aboutMethod{technique: "generalization", class: Quasi}
	case MethodBound:
		return aboutMethod{technique: "generalization: top and bottom coding", class: Quasi}
	case MethodRound:
		return aboutMethod{technique: "generalization: rounding", class: Quasi}
	case MethodNoise:
		return aboutMethod{technique: "randomization: noise addition", class: Quasi}
	case MethodSwap:
		return aboutMethod{technique: "randomization: permutation", class: Quasi}
	case MethodMicroaggregate:
		return aboutMethod{technique: "randomization: microaggregation", class: Quasi}
	}
	return aboutMethod{}
}

// Class says how a field contributes to finding out who a record is about.
type Class string

const (
	// Direct identifies a person by itself: a name, an address, a number.
	Direct Class = "direct"
	// Quasi helps to identify together with other fields: a date of birth, a postcode.
	Quasi Class = "quasi"
	// Sensitive must not be learned of a person (GDPR Art. 9 and 10, income, ...).
	Sensitive Class = "sensitive"
	// Other is none of these.
	Other Class = "other"
)

// Empty says what becomes of an empty value: "" or, in a map or JSON, an empty
// text. A NULL or nil is no empty value: it stays what it is under every rule.
type Empty string

const (
	// EmptyKept leaves it empty, which shows that there was none. It is the default.
	EmptyKept Empty = "keep"
	// EmptyTreated gives it the treatment of any other value; all empty ones then
	// have the same token.
	EmptyTreated Empty = "treat"
	// EmptyRefused makes it an error.
	EmptyRefused Empty = "refuse"
)
