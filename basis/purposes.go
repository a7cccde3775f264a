package basis

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"reflect"
	"slices"

	"github.com/grondslag/grondslag/internal/model"
)

// Purposes is the validated catalogue of what an organization uses personal data
// for, and of the fields that each purpose may use. Nil and the zero value hold
// no purpose, and permit nothing. It does not change after [NewPurposes] and is
// safe for concurrent use.
type Purposes struct {
	order  []PurposeID
	byID   map[PurposeID]*Purpose
	fields map[Field]*declared
	groups map[Field]bool // fields that declared fields lie in
	models map[reflect.Type]bool
}

// declared is what all declarations of one field come to.
type declared struct {
	any, none        bool
	needed, optional []PurposeID
}

// NewPurposes checks the purposes and the purpose tags of the models, structs or
// pointers to them, and combines the two. A field may be declared in several
// places; each adds to the others. The canonical name counts: models of one
// catalogue mean the same by the same name.
//
// The error joins everything that is wrong: what [Purpose.Validate] finds, a
// repeated id, a model that is no struct, a tag that is malformed, on a field that
// is not exported, or names an unknown purpose, and declarations that contradict
// each other. With an error no catalogue is returned.
func NewPurposes(list []Purpose, models ...any) (*Purposes, error) {
	ps := &Purposes{
		byID:   make(map[PurposeID]*Purpose, len(list)),
		fields: map[Field]*declared{},
		groups: map[Field]bool{},
		models: map[reflect.Type]bool{},
	}
	var errs []error
	for _, p := range list {
		errs = append(errs, p.faults()...)
		if ps.byID[p.ID] != nil {
			errs = append(errs, fmt.Errorf("basis: purpose %q is declared twice", p.ID))
			continue
		}
		ps.order = append(ps.order, p.ID)
		ps.byID[p.ID] = new(p.clone())
		for _, f := range p.Needs {
			ps.declare(f, Declaration{Needed: []PurposeID{p.ID}})
		}
		for _, f := range p.Optional {
			ps.declare(f, Declaration{Optional: []PurposeID{p.ID}})
		}
	}
	for _, m := range models {
		errs = append(errs, ps.model(m)...)
	}
	errs = append(errs, ps.contradictions()...)
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return ps, nil
}

// model adds the tags of a struct.
func (ps *Purposes) model(m any) (errs []error) {
	t := model.StructOf(m)
	if t == nil {
		return []error{fmt.Errorf("basis: model %T is no struct", m)}
	}
	w, err := model.Walk(m, purposeTag())
	if err != nil {
		return []error{err}
	}
	ps.models[t] = true
	errs = w.Errors
	for _, tag := range w.Tags {
		for _, list := range [][]PurposeID{tag.Declaration.Needed, tag.Declaration.Optional} {
			for _, id := range list {
				if ps.byID[id] == nil {
					errs = append(errs, fmt.Errorf("basis: tag on field %q of %s names the unknown purpose %q", tag.Field, t, id))
				}
			}
		}
		ps.declare(Field(tag.Field), tag.Declaration)
	}
	return errs
}

func (ps *Purposes) declare(f Field, d Declaration) {
	have := ps.fields[f]
	if have == nil {
		have = &declared{}
		ps.fields[f] = have
		for g := f.parent(); g != ""; g = g.parent() {
			ps.groups[g] = true
		}
	}
	have.any = have.any || d.Any
	have.none = have.none || d.None
	have.needed = union(have.needed, d.Needed)
	have.optional = union(have.optional, d.Optional)
}

func union(have, more []PurposeID) []PurposeID {
	for _, id := range more {
		if !slices.Contains(have, id) {
			have = append(have, id)
		}
	}
	return have
}

// contradictions finds fields of which two declarations can't both be true.
func (ps *Purposes) contradictions() (errs []error) {
	for _, f := range slices.Sorted(maps.Keys(ps.fields)) {
		d := ps.fields[f]
		if d.none && (d.any || len(d.needed)+len(d.optional) > 0) {
			errs = append(errs, fmt.Errorf("basis: field %q is declared both as no personal data and for purposes", f))
		}
		if d.any && len(d.optional) > 0 {
			errs = append(errs, fmt.Errorf("basis: field %q is declared both for any purpose and as optional", f))
		}
		for _, id := range d.optional {
			// Within one purpose Validate has said so already.
			p := ps.byID[id]
			if slices.Contains(d.needed, id) && !(p != nil && slices.Contains(p.Needs, f) && slices.Contains(p.Optional, f)) {
				errs = append(errs, fmt.Errorf("basis: field %q is both needed and optional for purpose %q", f, id))
			}
		}
	}
	return errs
}

// find returns the purpose, or nil. The caller must not change it.
func (ps *Purposes) find(id PurposeID) *Purpose {
	if ps == nil {
		return nil
	}
	return ps.byID[id]
}

// Get returns a copy of the purpose as it was given to [NewPurposes].
func (ps *Purposes) Get(id PurposeID) (Purpose, bool) {
	if p := ps.find(id); p != nil {
		return p.clone(), true
	}
	return Purpose{}, false
}

// All yields copies of the purposes in the order of declaration.
func (ps *Purposes) All() iter.Seq[Purpose] {
	return func(yield func(Purpose) bool) {
		if ps == nil {
			return
		}
		for _, id := range ps.order {
			if !yield(ps.byID[id].clone()) {
				return
			}
		}
	}
}

// declaration returns what is declared of the field, or of the closest field that
// it lies in, or nil.
func (ps *Purposes) declaration(f Field) *declared {
	if ps == nil {
		return nil
	}
	for ; f != ""; f = f.parent() {
		if d := ps.fields[f]; d != nil {
			return d
		}
	}
	return nil
}

func (d *declared) necessity(id PurposeID) Necessity {
	switch {
	case d.none:
		return NotPersonal
	case d.any || slices.Contains(d.needed, id):
		return Needed
	case slices.Contains(d.optional, id):
		return Optional
	}
	return NotAllowed
}

// Verdict says whether the purpose may use the field, whose name is canonical.
// It does not allocate.
func (ps *Purposes) Verdict(id PurposeID, f Field) Verdict {
	if ps.find(id) == nil {
		return verdict(f, NotAllowed, CodeUnknownPurpose)
	}
	return ps.judge(id, f)
}

// judge is Verdict for a purpose that is known.
func (ps *Purposes) judge(id PurposeID, f Field) Verdict {
	d := ps.declaration(f)
	if d == nil {
		return verdict(f, NotAllowed, CodeUndeclared)
	}
	n := d.necessity(id)
	if n == NotAllowed {
		return verdict(f, n, CodeOtherPurpose)
	}
	return verdict(f, n, Code(n))
}

// Fields yields the declared fields that the purpose may use, in the order of
// their names: what a register or a privacy notice lists.
func (ps *Purposes) Fields(id PurposeID) iter.Seq2[Field, Necessity] {
	return func(yield func(Field, Necessity) bool) {
		if ps.find(id) == nil {
			return
		}
		for _, f := range slices.Sorted(maps.Keys(ps.fields)) {
			if n := ps.fields[f].necessity(id); n == Needed || n == Optional {
				if !yield(f, n) {
					return
				}
			}
		}
	}
}

// For yields the purposes that may use the field, in the order of declaration:
// the answer to "why do you have this of me?".
func (ps *Purposes) For(f Field) iter.Seq2[PurposeID, Necessity] {
	return func(yield func(PurposeID, Necessity) bool) {
		d := ps.declaration(f)
		if d == nil {
			return
		}
		for _, id := range ps.order {
			if n := d.necessity(id); n == Needed || n == Optional {
				if !yield(id, n) {
					return
				}
			}
		}
	}
}
