package exports

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/grondslag/grondslag/basis/reconsent"
)

// fill is a fact that holds where a row states none.
type fill struct {
	column factColumn
	value  []byte
}

// fill prepares the facts that every row begins with.
func (f *File) fill() error {
	fills, err := compileFills("fill", f.cfg.Fill)
	if err != nil {
		return err
	}
	var common []fill
	for _, fl := range fills {
		facts := &f.template
		if fl.column.name == "basis" && f.Product != FactsCSV {
			// What a row or purpose states is a list to choose from, and counts for more.
			facts, common = new(reconsent.Facts), append(common, fl)
		}
		if err := fl.column.set(facts, fl.value, f.reading); err != nil {
			return fmt.Errorf("fill %q: %w", fl.column.name, err)
		}
	}
	for i := range f.purposes {
		p := &f.purposes[i]
		fills, err := compileFills("purpose "+p.ID, p.Fill)
		if err != nil {
			return err
		}
		for _, fl := range fills {
			var scrap reconsent.Facts
			if err := fl.column.set(&scrap, fl.value, f.reading); err != nil {
				return fmt.Errorf("purpose %q, fill %q: %w", p.ID, fl.column.name, err)
			}
		}
		p.fills = append(fills, common...)
	}
	o := &f.template.Origin
	o.File = f.Name
	for _, c := range f.columns {
		o.Columns = append(o.Columns, c.name)
	}
	slices.Sort(o.Columns)
	o.Columns = slices.Compact(o.Columns)
	return nil
}

func compileFills(where string, values map[string]string) ([]fill, error) {
	var out []fill
	for _, c := range factColumns() {
		v, ok := values[c.name]
		if !ok {
			continue
		}
		if c.fixed {
			return nil, fmt.Errorf("%s: %s can't be filled in for a whole file; it is each person's own", where, c.name)
		}
		if v != "" {
			out = append(out, fill{c, []byte(v)})
		}
	}
	for name := range values {
		if _, ok := factColumnNamed(name); !ok {
			return nil, fmt.Errorf("%s: %q is no fact", where, name)
		}
	}
	return out, nil
}

// bindMapped binds the columns that the configuration maps, after the product's own.
func bindMapped(b *binder) error {
	for _, c := range factColumns() {
		m, ok := b.cfg.Columns[c.name]
		if !ok {
			continue
		}
		if err := b.mapped(c, m); err != nil {
			return err
		}
	}
	for name := range b.cfg.Columns {
		if _, ok := factColumnNamed(name); !ok {
			return fmt.Errorf("columns: %q is no fact", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.cfg.Unneeded)) {
		field := b.cfg.Unneeded[name]
		b.on(func(r *row, _ []byte) error {
			r.facts.UnneededFields = append(slices.Clip(r.facts.UnneededFields), field)
			slices.Sort(r.facts.UnneededFields)
			r.facts.UnneededFields = slices.Compact(r.facts.UnneededFields)
			return nil
		}, key(name))
	}
	return b.err
}

func (b *binder) mapped(c factColumn, m Column) error {
	i := -1
	if k := key(m.Name); k != "" {
		i = b.col(k)
	}
	if i < 0 {
		return fmt.Errorf("columns: %s is mapped to column %q, which the file does not have", c.name, m.Name)
	}
	values := map[string]string{}
	for from, to := range m.Values {
		values[strings.ToLower(strings.TrimSpace(from))] = to
	}
	reading := *b.file.reading
	b.columns = append(b.columns, column{index: i, name: b.names[i], join: joins(c.name), set: func(r *row, text []byte) error {
		if len(values) > 0 {
			if to, ok := values[strings.ToLower(decode(text))]; ok {
				if text = []byte(to); to == "" {
					return nil
				}
			}
		}
		if r.file.Product == FactsCSV {
			return c.set(&r.facts, text, &reading) // judged as it stands
		}
		switch c.name {
		case "contact":
			r.id = text
			return nil
		case "purpose":
			return r.speakOf(decode(text))
		case "basis":
			own := len(r.bases)
			err := setBases(r, text)
			if r.basisMapped = len(r.bases) > own; r.basisMapped {
				r.bases = slices.Delete(r.bases, 0, own)
			}
			return err
		case "objected_at":
			if r.only != nil && !marketing(r.only.Kind) {
				return r.denied(text, &r.facts.ObjectedAt) // Art. 21(1): to this purpose alone
			}
			var at reconsent.When
			err := r.denied(text, &at)
			r.object("", at)
			return err
		case "withdrawn_at":
			var at reconsent.When
			err := r.denied(text, &at)
			r.withdrawAll(at)
			return err
		case "channel":
			if err := c.set(&r.facts, text, &reading); err != nil {
				return err
			}
			r.stated = r.facts.Channel
			return nil
		}
		return c.set(&r.facts, text, &reading)
	}})
	return b.err
}

// joins reports whether the first pass needs the mapped fact.
func joins(fact string) bool {
	switch fact {
	case "contact", "purpose", "channel", "kind", "basis", "objected_at", "withdrawn_at":
		return true
	}
	return false
}

var errPurpose = errors.New("names no purpose of the policy")

// speakOf limits the row to the purpose of that name.
func (r *row) speakOf(name string) error {
	if r.only = r.file.purpose(name); r.only == nil {
		return errPurpose
	}
	return nil
}

// purpose finds a purpose by its id or by a product's name for it.
func (f *File) purpose(name string) *Purpose {
	k := key(name)
	for i := range f.purposes {
		p := &f.purposes[i]
		if key(p.ID) == k {
			return p
		}
		for _, s := range p.Subscriptions {
			if key(s) == k {
				return p
			}
		}
	}
	return nil
}
