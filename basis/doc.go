// Package basis answers one question about personal data, and keeps the answer:
//
//	May I use these fields of this person, for this purpose, over this channel,
//	towards this recipient, at this time? On what ground, until when, and how do
//	I show it?
//
// It has the words that the other packages of this module share, and imports
// nothing outside the standard library.
//
// # Concepts
//
// A [Ground] is a legal basis and where it comes from: which contract, which law,
// which assessment, which consent. A [Purpose] is one use of data on one ground,
// with the fields, channels and recipients that it needs; [Purposes] is the
// checked list of all of them. A [Witness] knows one side of the matter: who
// consented or objected, how long data may be kept, who may receive it. A [Gate]
// holds a [Question] against the purposes, asks the witnesses that the purpose
// makes necessary, and returns a [Decision] with every reason.
//
//	type Customer struct {
//		ID        string `purpose:"*"`
//		Email     string `purpose:"order,newsletter"`
//		FirstName string `purpose:"order,newsletter=optional"`
//	}
//
//	purposes, err := basis.NewPurposes([]basis.Purpose{{
//		ID: "order", Kind: basis.ContractPerformance,
//		Ground: basis.Ground{Basis: basis.Contract, Ref: "terms of sale 2026"},
//	}, {
//		ID: "newsletter", Kind: basis.DirectMarketing,
//		Ground:   basis.Ground{Basis: basis.Consent, Ref: "newsletter"},
//		Channels: []basis.Channel{basis.Email},
//	}}, Customer{})
//	if err != nil {
//		return err
//	}
//	gate := basis.Gate{Purposes: purposes, Consent: ledger}
//	d, err := gate.Ask(ctx, basis.Question{
//		Subject: "c-42", Purpose: "newsletter", Fields: []basis.Field{"email", "first_name"},
//		Channel: basis.Email, At: now,
//	})
//	if err != nil {
//		return err // it could not be found out, which is never a yes
//	}
//	if !d.Allowed() {
//		return d.Err() // every reason, each with its field and article
//	}
//
// The package example is this program, complete.
//
// # What holds throughout
//
// Zero values permit nothing: no purposes, no witness, silence, an unknown word,
// an error, a channel that was not stated are each a no. Time is an argument.
// Verdicts, findings and denials have a stable code, an article, and a sentence
// in English and Dutch. Errors and decisions hold names and references, never
// data: a [Subject] is the key of a record, and stays out of error texts.
//
// # Bases
//
// [Basis] has the six of GDPR Art. 6(1), and the soft opt-in of ePrivacy Art. 13(2),
// which stands outside them. Special categories of data need a [Condition] of Art.
// 9(2) and data on offences a [Criminal] ground of Art. 10, each in addition.
// [ParseBasis] and [AppendBases] read bases as laws, people, CRMs and the Data
// Privacy Vocabulary write them. "Withdrawn" is no basis: see [ErrWithdrawn].
//
// # Fields and the purpose tag
//
// A field goes by its canonical name: [FieldOf] of the name in its json tag, or
// else of its Go name; for maps, of the key. Fields of a struct or map within it
// follow after a dot, "address.city"; lists and pointers add nothing to the path;
// embedded structs are flattened unless their json tag has a name. Values that are
// one to the outside (with MarshalText, MarshalJSON or Value, such as time.Time)
// are one field, unless fields in them have purpose tags.
//
//	tag      = "*" / "-" / item *( "," item )
//	item     = id [ "=optional" ]
//	id       = 1*( ALPHA / DIGIT / "_" / "-" / "." / ":" )    and not "-" alone
//
// An item says that the purpose needs the field or, with "=optional", that it may
// use it with consent. "*" is for identifiers that every purpose needs, "-" for
// what is no personal data. A declaration covers the fields within its field that
// have none of their own; the closest one counts, whole. So that a type within
// itself comes to an end, its field needs a tag.
//
// Needs and Optional of a [Purpose] say the same without tags. All declarations
// count together, and a contradiction between them is an error of [NewPurposes].
//
// # Codes
//
//	code                     article        meaning
//	needed                   GDPR 5(1)(c)   verdict: the purpose needs the field
//	optional                 GDPR 6(1)(a)   verdict: allowed with consent for it
//	not_personal             GDPR 4(1)      verdict: declared to be no personal data
//	undeclared               GDPR 5(1)(c)   no purpose declares the field; also a Finding
//	other_purpose            GDPR 5(1)(b)   only other purposes declare the field
//	unknown_purpose          GDPR 5(1)(b)   the purpose is not in the catalogue
//	channel_not_declared     GDPR 5(1)(b)   the purpose lacks the channel, or none was stated
//	recipient_not_declared   GDPR 13(1)(e)  the purpose lacks the recipient
//	no_subject               GDPR 5(2)      the question has no subject
//	no_instant               GDPR 5(2)      the question has no instant
//	no_fields                GDPR 5(1)(c)   the question has no field
//	witness_missing          of the role    a required witness is nil, or one in Also
//	witness_silent           of the role    a required witness said nothing
//	wrong_testimony          of the role    it said what its role cannot say
//	no_consent               of the role    it said not_objected where consent is needed
//	expired                  of the role    what it said ended at or before the instant
//	denied                   its own        it denied; or the code that it gave
//	witness_failed           of the role    it returned an error
//	not_recorded             GDPR 5(2)      the recorder returned an error
//	not_asked                GDPR 5(2)      the zero Decision
//
// The article of the role: GDPR 7(1) where consent is needed and 9(2)(a) where it
// must be explicit, 21(3) for direct marketing, 21(1) for other uses on e and f,
// 5(1)(e) for retention, 5(2) for disclosure and the witnesses in Also.
//
// # Errors
//
//	ErrWithdrawn       a text reports a withdrawal where a basis was expected
//	Denial             what Decision.Err unwraps to, in order; use errors.AsType
//	of NewPurposes     joins everything that is wrong; unwraps to a list
//	of Gate.Ask        joins what witnesses and recorder returned, with their role
//
// All others are messages for a reader.
//
// # JSON of a decision
//
// One object, with these members in this order. Those in brackets are absent when
// empty; instants are RFC 3339 in UTC; a text is {"en","nl"}.
//
//	version    1
//	allowed    true or false
//	question   subject, purpose, fields, channel ("" when none or unknown), [recipient], at
//	[ground]   basis, [ref]
//	[fields]   list, as question.fields: field, necessity, code, article, text
//	[heard]    list, in the order of asking: field, role, says, [code], [article], [text], [ref], [until]
//	[denials]  list: code, role, [field], [article], [ref], text
//	[until]
//
// Decoding refuses another version, and an "allowed" that the other members
// contradict. That catches mistakes, not fraud: sign what must not be changed.
//
// # Compatibility
//
// The texts of the enums, the codes, the tag grammar, the canonical names and the
// JSON of version 1 stay as they are. Members and codes may be added, and readers
// must ignore members that they do not know. A change to the meaning of a member is a new
// version, and version 1 stays readable. Sentences and reports may be improved at
// any time: do not parse them.
package basis
