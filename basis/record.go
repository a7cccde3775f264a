package basis

import (
	"fmt"
	"reflect"

	"github.com/grondslag/grondslag/internal/model"
)

// Verdicts says of each field of the record whether the purpose may use it, in
// the order of their names. A record is a struct, whose type must have been given
// to [NewPurposes] when it has purpose tags, a map[string]any as decoders return
// it, or a pointer to one. Structs and maps with the same fields have the same
// verdicts; a field whose value is nil or an empty list and of which only inner
// fields are declared has none.
func (ps *Purposes) Verdicts(record any, id PurposeID) ([]Verdict, error) {
	fields, err := ps.fieldsOf(record)
	if err != nil {
		return nil, err
	}
	out := make([]Verdict, len(fields))
	for i, f := range fields {
		out[i] = ps.Verdict(id, f)
	}
	return out, nil
}

// Check returns a finding with [CodeUndeclared] for each field of the record that
// no purpose declares, in the order of their names (GDPR Art. 5(1)(c)). Records
// are as for [Purposes.Verdicts].
func (ps *Purposes) Check(record any) ([]Finding, error) {
	fields, err := ps.fieldsOf(record)
	if err != nil {
		return nil, err
	}
	var out []Finding
	for _, f := range fields {
		if ps.declaration(f) == nil {
			out = append(out, Finding{
				Code: CodeUndeclared, Severity: SeverityError, Path: string(f),
				Article: CodeUndeclared.article(), Text: CodeUndeclared.text(),
			})
		}
	}
	return out, nil
}

func (ps *Purposes) fieldsOf(record any) ([]Field, error) {
	w, err := model.Walk(record, purposeTag())
	if err != nil {
		return nil, err
	}
	if t := model.StructOf(record); t != nil && len(w.Tags)+len(w.Errors) > 0 && !ps.hasModel(t) {
		return nil, fmt.Errorf("basis: the purpose tags of %s are unknown: give it to NewPurposes", t)
	}
	var fields []Field
	for _, l := range w.Leaves {
		if !l.Empty || ps.declaration(Field(l.Field)) != nil || !ps.hasGroup(Field(l.Field)) {
			fields = append(fields, Field(l.Field))
		}
	}
	return fields, nil
}

func (ps *Purposes) hasModel(t reflect.Type) bool { return ps != nil && ps.models[t] }

func (ps *Purposes) hasGroup(f Field) bool { return ps != nil && ps.groups[f] }
