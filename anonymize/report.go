package anonymize

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// FieldReport says what a plan does with one field, for the record of processing
// activities (GDPR Art. 30) and for whoever reviews the plan. It holds no data.
type FieldReport struct {
	Path   string `json:"path"`
	Method Method `json:"method"`
	// Technique is the name that ISO/IEC 20889 has for the method.
	Technique string `json:"technique"`
	// Reversible: the value can be had back with the key or the vault.
	Reversible bool `json:"reversible"`
	// KeyID is that of the key under which new values are made, and Domain for whom;
	// both are only there for keyed methods.
	KeyID  KeyID  `json:"key_id,omitzero"`
	Domain Domain `json:"domain,omitzero"`
	Class  Class  `json:"class"`
	// Form is how the value is normalised before, as it stands in the rule.
	Form  string `json:"form,omitzero"`
	Empty Empty  `json:"empty"`
	// Subject: the value names whom the record is about.
	Subject bool `json:"subject,omitzero"`
	// Keys is what becomes of the keys of a map, nil where there is none.
	Keys *FieldReport `json:"keys,omitzero"`
}

// fieldReport describes a rule; t is nil for what is only walked.
func fieldReport(path string, r Rule, t *treatment, set *Setting) FieldReport {
	out := FieldReport{
		Path: path, Method: r.Method, Technique: r.Method.Technique(), Class: r.class(),
		Reversible: r.Method.Reversible() && (t == nil || t.back != nil),
		Form:       Rule{Form: r.Form}.forms(), Empty: r.Empty, Subject: r.Subject,
	}
	if out.Empty == "" {
		out.Empty = EmptyKept
	}
	if r.Method.Keyed() && set.Keys != nil {
		out.KeyID, out.Domain = set.Keys.Primary().ID, set.Domain
	}
	if r.Keys != nil {
		out.Keys = new(fieldReport(path, *r.Keys, nil, set))
	}
	return out
}

// forms is the part of the rule's text that is about its normal form.
func (r Rule) forms() string { return strings.TrimPrefix(Rule{Form: r.Form}.String(), ",") }

// Report is what a plan does, field by field.
type Report []FieldReport

func (r Report) clone() Report {
	out := slices.Clone(r)
	for i := range out {
		if k := out[i].Keys; k != nil {
			out[i].Keys = new(*k)
		}
	}
	return out
}

// String returns a table for the eye; its form may change.
func (r Report) String() string {
	var b strings.Builder
	r.WriteTo(&b) // a strings.Builder takes everything
	return b.String()
}

// WriteTo writes what String returns.
func (r Report) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "FIELD\tMETHOD\tTECHNIQUE\tCLASS\tREVERSIBLE\tKEY\tDOMAIN")
	for _, f := range r {
		f.line(table, f.Path)
		if f.Keys != nil {
			f.Keys.line(table, f.Path+" (keys)")
		}
	}
	table.Flush()
	var out strings.Builder
	for line := range strings.Lines(b.String()) {
		out.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	n, err := io.WriteString(w, out.String())
	return int64(n), err
}

func (f FieldReport) line(w io.Writer, name string) {
	reversible := "no"
	if f.Reversible {
		reversible = "yes"
	}
	if f.Subject {
		name += " (subject)"
	}
	fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", name, f.Method, f.Technique, f.Class, reversible, f.KeyID, f.Domain)
}
