package basis

import (
	"errors"
	"fmt"
	"strings"
)

// Ground is a legal basis together with where it comes from. A basis without
// that is a claim nobody can check.
type Ground struct {
	Basis Basis `json:"basis,omitzero"`
	// Ref names the source: the consent purpose for a, the contract for b, the law
	// and its article for c and e (Art. 6(3)), the assessment for f. It may be
	// empty for d and the soft opt-in. It never holds personal data.
	Ref string `json:"ref,omitzero"`
}

// Validate returns nil when the ground is complete, and otherwise what is missing.
func (g Ground) Validate() error { return fault(g.fault()) }

// fault returns the error of text, nil for none.
func fault(text string) error {
	if text == "" {
		return nil
	}
	return errors.New("basis: " + text)
}

func (g Ground) fault() string {
	if !g.Basis.Valid() {
		return "ground without a basis"
	}
	if want := g.Basis.source(); want != "" && strings.TrimSpace(g.Ref) == "" {
		return fmt.Sprintf("ground %s does not name its %s (%s)", g.Basis, want, g.Basis.sourceArticle())
	}
	return ""
}

// IsZero reports whether nothing is stated.
func (g Ground) IsZero() bool { return g == Ground{} }

// source names what a ground on b must refer to, "" for nothing.
func (b Basis) source() string {
	switch b {
	case Consent:
		return "consent purpose"
	case Contract:
		return "contract"
	case LegalObligation, PublicTask:
		return "law"
	case LegitimateInterests:
		return "assessment"
	}
	return ""
}

// sourceArticle is the provision that asks for the source.
func (b Basis) sourceArticle() string {
	if b == LegalObligation || b == PublicTask {
		return "GDPR 6(3)"
	}
	return b.Article()
}

// Special is the ground for special categories of data, in addition to the
// [Ground] of the purpose (GDPR Art. 9). The zero value: the purpose uses none.
type Special struct {
	Condition Condition `json:"condition,omitzero"`
	// Ref names the law, and for [HealthCare] the law or contract; required for
	// Art. 9(2)(b), (g), (h), (i) and (j).
	Ref string `json:"ref,omitzero"`
}

// Validate returns nil when the condition is complete, and otherwise what is missing.
func (s Special) Validate() error { return fault(s.fault()) }

func (s Special) fault() string {
	if !s.Condition.Valid() {
		return "special data without a condition (GDPR 9(2))"
	}
	if s.Condition.needsRef() && strings.TrimSpace(s.Ref) == "" {
		return fmt.Sprintf("condition %s does not name its law (%s)", s.Condition, s.Condition.Article())
	}
	return ""
}

// IsZero reports whether nothing is stated.
func (s Special) IsZero() bool { return s == Special{} }

// Offences is the ground for data on criminal convictions and offences, in
// addition to the [Ground] of the purpose (GDPR Art. 10). The zero value: the
// purpose uses none.
type Offences struct {
	Criminal Criminal `json:"criminal,omitzero"`
	// Ref names the law or the authority; always required.
	Ref string `json:"ref,omitzero"`
}

// Validate returns nil when the ground is complete, and otherwise what is missing.
func (o Offences) Validate() error { return fault(o.fault()) }

func (o Offences) fault() string {
	if !o.Criminal.Valid() {
		return "data on offences without what GDPR 10 requires"
	}
	if strings.TrimSpace(o.Ref) == "" {
		return fmt.Sprintf("ground %s does not name its law or authority (GDPR 10)", o.Criminal)
	}
	return ""
}

// IsZero reports whether nothing is stated.
func (o Offences) IsZero() bool { return o == Offences{} }
