package exports

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

// factColumn is one column of the facts CSV: how its text becomes a fact. The same
// names are the targets of a policy's column mapping and fills.
type factColumn struct {
	name string
	// set reads text that is not empty.
	set func(f *reconsent.Facts, text []byte, in *reading) error
	// isSet reports whether the fact is known.
	isSet func(f *reconsent.Facts) bool
	// fixed columns may not be filled for a whole file: that would invent what each
	// person did or is.
	fixed bool
	// consent columns are the evidence of a consent.
	consent bool
}

// reading says how strictly texts are read: a facts file is held to its form, the
// columns of other exports are read as people fill them in.
type reading struct {
	strict  bool
	moments moments
}

// FactColumns lists the columns of the facts CSV.
func FactColumns() []string {
	var out []string
	for _, c := range factColumns() {
		out = append(out, c.name)
	}
	return out
}

// factColumns is the facts CSV, column by column.
func factColumns() []factColumn {
	type F = reconsent.Facts
	return []factColumn{
		str("contact", func(f *F) *string { return &f.Contact }).keep(),
		oneOf("person", func(f *F) *reconsent.Person { return &f.Person }, "consumer", "sole_trader", "legal_person_named", "legal_person_generic"),
		oneOf("channel", func(f *F) *basis.Channel { return &f.Channel }, "email", "sms", "phone", "post", "none"),
		str("purpose", func(f *F) *string { return &f.Purpose }).keep(),
		oneOf("kind", func(f *F) *basis.Kind { return &f.Kind }, "contract", "service", "marketing", "other"),
		basisColumn(),
		when("consent_at", func(f *F) *reconsent.When { return &f.ConsentAt }).keep().evidence(),
		str("consent_text", func(f *F) *string { return &f.ConsentText }).evidence(),
		oneOf("consent_action", func(f *F) *reconsent.Action { return &f.ConsentAction }, "active", "preticked", "silence", "unknown").evidence(),
		yesNo("consent_bundled", func(f *F) *reconsent.YesNo { return &f.ConsentBundled }).evidence(),
		yesNo("consent_withdrawal_told", func(f *F) *reconsent.YesNo { return &f.ConsentWithdrawalTold }).evidence(),
		when("withdrawn_at", func(f *F) *reconsent.When { return &f.WithdrawnAt }).keep(),
		when("objected_at", func(f *F) *reconsent.When { return &f.ObjectedAt }).keep(),
		when("sale_at", func(f *F) *reconsent.When { return &f.SaleAt }).keep(),
		oneOf("sale_entity", func(f *F) *reconsent.Entity { return &f.SaleEntity }, "same", "other"),
		yesNo("similar", func(f *F) *reconsent.YesNo { return &f.Similar }),
		yesNo("informed", func(f *F) *reconsent.YesNo { return &f.Informed }),
		yesNo("optout_at_collection", func(f *F) *reconsent.YesNo { return &f.OptOutAtCollection }),
		yesNo("optout_in_messages", func(f *F) *reconsent.YesNo { return &f.OptOutInMessages }),
		yesNo("free_account", func(f *F) *reconsent.YesNo { return &f.FreeAccount }),
		yesNo("published_for_purpose", func(f *F) *reconsent.YesNo { return &f.PublishedForPurpose }),
		oneOf("lia", func(f *F) *reconsent.Assessment { return &f.LIA }, "none", "draft", "passed", "failed", "overdue"),
		str("law_ref", func(f *F) *string { return &f.LawRef }),
		when("law_until", func(f *F) *reconsent.When { return &f.LawUntil }),
		yesNo("contract_active", func(f *F) *reconsent.YesNo { return &f.ContractActive }),
		oneOf("source", func(f *F) *basis.Source { return &f.Source }, "subject", "third_party", "public", "derived", "unknown"),
		when("acquired_at", func(f *F) *reconsent.When { return &f.AcquiredAt }),
		when("notice_at", func(f *F) *reconsent.When { return &f.NoticeAt }),
		oneOf("special", func(f *F) *reconsent.Special { return &f.Special }, "none", "special", "criminal"),
		str("condition", func(f *F) *string { return &f.Condition }),
		yesNo("public_task", func(f *F) *reconsent.YesNo { return &f.PublicTask }),
		when("birth_date", func(f *F) *reconsent.When { return &f.BirthDate }).keep(),
		yesNo("parental_consent", func(f *F) *reconsent.YesNo { return &f.ParentalConsent }),
		yesNo("online_service", func(f *F) *reconsent.YesNo { return &f.OnlineService }),
		oneOf("sector", func(f *F) *reconsent.Sector { return &f.Sector }, "none", "charity", "lottery", "press"),
		yesNo("purpose_changed", func(f *F) *reconsent.YesNo { return &f.PurposeChanged }),
		yesNo("compatible", func(f *F) *reconsent.YesNo { return &f.Compatible }),
		unneededColumn(),
	}
}

// factColumnNamed returns the column of that name.
func factColumnNamed(name string) (factColumn, bool) {
	for _, c := range factColumns() {
		if c.name == name {
			return c, true
		}
	}
	return factColumn{}, false
}

// evidence marks a column as part of the evidence of a consent.
func (c factColumn) evidence() factColumn {
	c.consent = true
	return c
}

// keep marks a column as one that no fill may set.
func (c factColumn) keep() factColumn {
	c.fixed = true
	return c
}

func str(name string, field func(*reconsent.Facts) *string) factColumn {
	return factColumn{
		name:  name,
		isSet: func(f *reconsent.Facts) bool { return *field(f) != "" },
		set: func(f *reconsent.Facts, text []byte, _ *reading) error {
			*field(f) = decode(text)
			return nil
		},
	}
}

func when(name string, field func(*reconsent.Facts) *reconsent.When) factColumn {
	return factColumn{
		name:  name,
		isSet: func(f *reconsent.Facts) bool { return !field(f).IsZero() },
		set: func(f *reconsent.Facts, text []byte, in *reading) (err error) {
			if in.strict {
				w, err := reconsent.ParseWhen(text)
				if err != nil {
					return errStrictMoment
				}
				*field(f) = w
				return nil
			}
			*field(f), err = in.moments.parse(text)
			return err
		},
	}
}

var (
	errStrictMoment = errors.New("not a date (2006-01-02) or an RFC 3339 time")
	errYesNo        = errors.New("neither yes nor no")
)

// oneOf takes the listed values, which may be fewer than the type's: the facts CSV
// has its own list.
func oneOf[E ~string](name string, field func(*reconsent.Facts) *E, values ...string) factColumn {
	bad := errors.New("not one of " + strings.Join(values, ", "))
	return factColumn{
		name:  name,
		isSet: func(f *reconsent.Facts) bool { return *field(f) != "" },
		set: func(f *reconsent.Facts, text []byte, in *reading) error {
			for _, v := range values {
				if string(text) == v || !in.strict && strings.EqualFold(string(text), v) {
					*field(f) = E(v)
					return nil
				}
			}
			return bad
		},
	}
}

func yesNo(name string, field func(*reconsent.Facts) *reconsent.YesNo) factColumn {
	return factColumn{
		name:  name,
		isSet: func(f *reconsent.Facts) bool { return *field(f) != "" },
		set: func(f *reconsent.Facts, text []byte, in *reading) error {
			v, ok := truth(text, in.strict)
			if !ok {
				return errYesNo
			}
			*field(f) = v
			return nil
		},
	}
}

// truth reads yes and no in any case and, unless strict, what programs and people
// write for them.
func truth(text []byte, strict bool) (reconsent.YesNo, bool) {
	var buf [16]byte
	if len(text) > len(buf) {
		return "", false
	}
	lower := buf[:len(text)]
	for i, c := range text {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	switch string(lower) {
	case "yes":
		return reconsent.Yes, true
	case "no":
		return reconsent.No, true
	}
	if strict {
		return "", false
	}
	switch string(lower) {
	case "true", "1", "y", "t", "ja", "j", "waar", "oui", "vrai", "x", "on", "wahr":
		return reconsent.Yes, true
	case "false", "0", "n", "f", "nee", "onwaar", "non", "faux", "off", "nein", "falsch":
		return reconsent.No, true
	}
	return "", false
}

// basisColumn takes the six texts in a facts file; elsewhere whatever names a basis.
func basisColumn() factColumn {
	six := oneOf("basis", func(f *reconsent.Facts) *basis.Basis { return &f.Basis },
		"consent", "contract", "legal_obligation", "vital_interests", "public_task", "legitimate_interests")
	strict := six.set
	six.set = func(f *reconsent.Facts, text []byte, in *reading) error {
		if in.strict {
			return strict(f, text, in)
		}
		b, err := basis.ParseBasis(text)
		if err == nil && b == basis.SoftOptIn {
			err = errors.New("the soft opt-in is a conclusion, not a basis to state")
		}
		if err == nil {
			f.Basis = b
		}
		return err
	}
	return six
}

func unneededColumn() factColumn {
	return factColumn{
		name:  "unneeded_fields",
		isSet: func(f *reconsent.Facts) bool { return len(f.UnneededFields) > 0 },
		set: func(f *reconsent.Facts, text []byte, _ *reading) error {
			var names []string
			for n := range strings.SplitSeq(decode(text), ";") {
				if n = strings.TrimSpace(n); n != "" {
					names = append(names, n)
				}
			}
			slices.Sort(names)
			f.UnneededFields = slices.Compact(names)
			return nil
		},
	}
}

// decode returns text as UTF-8: as it is, or read as Windows-1252 when it is not.
func decode(text []byte) string {
	if utf8.Valid(text) {
		return string(text)
	}
	s, err := charmap.Windows1252.NewDecoder().Bytes(text)
	if err != nil { // not reached: the decoder replaces what it can't map
		return strings.ToValidUTF8(string(text), "\uFFFD")
	}
	return string(s)
}

func trim(text []byte) []byte { return bytes.TrimSpace(text) }
