// Package anonymize treats personal data field by field: it replaces it by tokens,
// encrypts it, masks it or makes it coarser, as a struct tag or a policy declares.
// It answers the question: how do you process it safely (GDPR Art. 25, 32)?
//
//	type Contact struct {
//		ID    string     `anonymize:"token,subject"`
//		Email string     `anonymize:"token,norm=email"`
//		Plate string     `anonymize:"fpe"`
//		IP    netip.Addr `anonymize:"ip=24/48"`
//		Born  time.Time  `anonymize:"date=year"`
//		Note  string     `anonymize:"redact"`
//	}
//
//	plan, err := anonymize.Compile[Contact](anonymize.Setting{
//		Domain: anonymize.Domain{Recipient: "mailer", Purpose: "newsletter"},
//		Keys:   keys,
//	})
//	if err != nil {
//		return err // a field without rule, an unknown option, a key that is missing
//	}
//	copied, err := plan.Apply(ctx, contact)
//
// The package example is this program, complete.
//
// # Concepts
//
// A [Rule] says what is done with a field, by which [Method]. A [Plan] holds the
// rules of a whole record: every field is declared or there is no plan. It comes
// from the tags of a struct ([Compile]) or from a [Policy] by path
// ([CompilePolicy]), for types one does not own, maps, JSON and CSV. A [Domain] is
// who receives the copy and for what: each has keys of its own, so that two
// recipients can't join what they got. A [Keyring] holds the root secrets; it, the
// [Vault] and the [SubjectKeys] are the additional information of Art. 4(5), which
// is kept apart from the data and is never written with it.
//
// Pseudonymised data stays personal data. Methods that take information away make a
// value less telling; whether a record is anonymous depends on all its fields
// together, on what others know, and no rule says so by itself.
//
// # Rules
//
// A tag is a method, perhaps an argument, and options: method[=argument][,option[=value]]...
// Text after ";keys=" is the rule for the keys of a map. "-" is keep.
//
//	method       argument            own options            does
//	keep, walk                                              leaves the value; goes into the field
//	token                            bits, per=record       one-way keyed token
//	tokenize                                                random token in a vault
//	siv                                                     deterministic encryption
//	seal                             alg=gcm|xchacha, shred randomised encryption
//	fpe          format              valid, alphabet        format-preserving encryption
//	blindindex   -                   bits                   short keyed hash (required: bits=)
//	slowindex    -                   bits                   the same over Argon2id
//	cryptopan                                               IP address, prefixes kept
//	dateshift    days (182)          layout                 date moved by days per subject
//	surrogate    list                by=subject             a name from a list: given, family or your own
//	redact                                                  "[redacted]", other kinds zero
//	null                                                    NULL, nil, empty or zero
//	const        text                                       the text
//	mask         first..last (0..0)  with, length, domain   all but the first and last characters hidden
//	ip           v4/v6 (24/48)                              IP address cut to a prefix
//	postcode     4, 3 or 2                                  Dutch postcode cut to digits
//	date         month, quarter,     layout                 date cut to its period
//	             year, decade
//	age          years (5)           top, layout            date of birth to a band of ages
//	bound        bottom..top                                numbers beyond cut off
//	round        unit                                       numbers rounded to the unit
//	bucket       edge:edge:...                              numbers to the interval they lie in
//	hierarchy    name                level                  climbs a hierarchy
//	noise        laplace, gauss      scale, min, max        numbers with random noise
//	swap                                                    values permuted among records (batches)
//	microaggregate  k                                       numbers to the mean of their group (batches)
//
// Every keyed method also takes field=name, the name under which its key is derived
// instead of the path: two fields of one domain with the same name can be joined.
// For all: norm=email|phone|iban|bsn|plate|postcode|name|ip|text with region= and
// local= brings the value into one form first; empty=keep|treat|refuse says what
// becomes of an empty text; direct, quasi, sensitive or other says how telling the
// field is; subject says that the value names whom the record is about.
//
// [Method.Technique] has the names of ISO/IEC 20889:2018.
//
// # What stays visible
//
// Equal values under token, tokenize, siv, fpe and blindindex have equal results
// within a field and domain, so frequencies show. Lengths show under siv, seal and
// mask (unless length= is given), the format under fpe, the common prefix under
// cryptopan. Values of which there are few (a citizen service number, a number
// plate) are safe only as long as the key is: an unkeyed hash of all valid citizen
// service numbers takes eleven seconds, so there is none here.
//
// # Stored forms
//
// These are stable; a later version of this module reads them.
//
//	v1.<key id>.<base64url>   token, siv, seal, blindindex, slowindex
//	r1.<base64url>            tokenize: 128 random bits
//	s1.<base64url>            seal,shred: nonce (12 bytes), ciphertext, tag (16 bytes)
//
// base64url is that of RFC 4648 section 5 without padding, and no other writing of
// the same bytes is read. Keys are derived by HKDF-SHA-256 (RFC 5869) without salt
// with the info "grondslag anonymize 1" and then method, recipient, purpose and
// field, each after its length as 4 bytes, big endian. A key id is 1 to 32 letters,
// digits, "_" or "-". The results of fpe, cryptopan, dateshift and surrogate have no
// room for a key id and are made and reversed under the primary key.
//
// # Errors
//
// A [FieldError] names the path and the method and wraps a [Reason] to branch on:
//
//	Malformed     the value has not the form that the rule wants
//	OutOfRange    a number or date that the rule can't treat
//	EmptyValue    the rule refuses empty values
//	Tampered      not made with this key, domain and field, or changed
//	UnknownKey    made with a key that the ring lacks
//	UnknownToken  not in the vault
//	UnknownValue  not in the hierarchy
//	Undeclared    a field that no rule covers, in a map, JSON or CSV
//	Unsupported   what an interface holds can't be treated
//	NoSubject     the record does not say whom it is about
//	Shredded      the key of the subject was destroyed
//	NotPermitted  revealing without a reason
//	NotApproved   the method does not run under GODEBUG=fips140=only
//	Collision     two keys of a map would become one
//	TooDeep       too many levels, or a record that contains itself
//
// No error holds a value, a token or a key.
//
// # FIPS 140-3
//
// With GODEBUG=fips140=only a plan with siv, fpe, cryptopan, slowindex or
// seal,alg=xchacha does not build: [NotApproved]. Everything else runs.
package anonymize

//go:generate go run github.com/grondslag/grondslag/internal/enumgen Algorithm Class DatePart Distribution Empty LocalPart Method Norm Reason Step Unknown
