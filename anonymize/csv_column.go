package anonymize

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/grondslag/grondslag/internal/model"
)

// A csvColumn is what is done with the cells of a column.
type csvColumn struct {
	path string
	// treatment is that of the column, nil to copy it.
	treatment *treatment
	empty     Empty
	drop      bool
	subject   bool
	reveals   bool // the subject is what the treatment makes of it
	form      Form // of the subject, as in a plan
}

// csvRules are the rules of a policy made ready.
type csvRules struct {
	paths   []string // in order
	rules   map[string]csvColumn
	unknown csvColumn
	refuse  bool // unknown columns
}

// compile makes the rules ready. Its error holds one for each path that is refused.
func (c CSV) compile(reveal bool) (*csvRules, error) {
	set, err := c.Policy.check(c.Setting)
	if err != nil {
		return nil, err
	}
	out := &csvRules{rules: map[string]csvColumn{}}
	var errs []error
	subject := ""
	for _, path := range c.Policy.paths() {
		rule := c.Policy.Fields[path]
		column, err := rule.column(path, &set, reveal)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if column.subject {
			if subject != "" {
				errs = append(errs, &FieldError{Path: path, Method: rule.Method, Err: fmt.Errorf("anonymize: %s is the subject too", subject)})
			}
			subject = path
		}
		out.paths = append(out.paths, path)
		out.rules[path] = column
	}
	for _, path := range out.paths {
		rule := c.Policy.Fields[path]
		if t := out.rules[path].treatment; t == nil || !t.needsSubject {
			continue
		}
		switch {
		case subject == "" && len(errs) == 0:
			errs = append(errs, &FieldError{Path: path, Method: rule.Method, Err: NoSubject})
		case subject != "" && reveal && out.rules[subject].treatment == nil && c.Policy.Fields[subject].Method != MethodKeep:
			errs = append(errs, &FieldError{Path: path, Method: rule.Method, Err: fmt.Errorf("anonymize: the subject: %w", Irreversible)})
		}
	}
	switch c.Policy.Unknown {
	case DropUnknown:
		out.unknown.drop = true
	case RedactUnknown:
		if !reveal {
			if out.unknown, err = (Rule{Method: MethodRedact}).column("", &set, false); err != nil {
				errs = append(errs, err)
			}
		}
	default:
		out.refuse = true
	}
	return out, errors.Join(errs...)
}

// column makes the rule ready for the cells of the column at path.
func (r Rule) column(path string, set *Setting, reveal bool) (csvColumn, error) {
	fail := func(err error) (csvColumn, error) {
		return csvColumn{}, &FieldError{Path: path, Method: r.Method, Err: err}
	}
	// One column has one path, and needs the file's other rows neither.
	if strings.Contains(path, "*") || r.Keys != nil || r.Method == MethodWalk || r.Method == MethodSwap || r.Method == MethodMicroaggregate {
		return fail(Unsupported)
	}
	t, err := r.compile(path, set)
	if err != nil {
		return csvColumn{}, err
	}
	c := csvColumn{path: path, treatment: t, empty: r.Empty, subject: r.Subject, form: r.Form}
	c.form.Phones = set.Phones
	switch {
	case t.keep:
		c.treatment = nil
	case t.text == nil && !t.null:
		return fail(Unsupported)
	case reveal:
		c.treatment = t.back
		c.reveals = c.subject
		if t.back != nil && t.back.text == nil {
			return fail(Irreversible)
		}
	}
	if c.reveals && c.treatment != nil && c.treatment.needsSubject {
		return fail(NoSubject)
	}
	return c, nil
}

// columns finds the rule of each column. Its errors do not quote the header: a file
// that has none begins with data.
func (r *csvRules) columns(header []string) ([]csvColumn, error) {
	out := make([]csvColumn, len(header))
	seen := make(map[string]bool, len(header))
	dropped := 0
	for i, name := range header {
		fail := func(err error) ([]csvColumn, error) {
			return nil, &RowError{Column: strconv.Itoa(i + 1), Err: err}
		}
		if csvBroken(name) {
			return fail(csvEncoding)
		}
		if strings.TrimSpace(name) == "" {
			return fail(errors.New("anonymize: no name"))
		}
		path := model.Canonical(name)
		if seen[path] {
			return fail(Collision)
		}
		seen[path] = true
		column, ok := r.rules[path]
		if !ok {
			if r.refuse {
				return fail(Undeclared)
			}
			column = r.unknown
			column.path = strconv.Itoa(i + 1)
		}
		if column.drop {
			dropped++
		}
		out[i] = column
	}
	for _, path := range r.paths {
		if !seen[path] {
			return nil, &FieldError{Path: path, Err: errors.New("anonymize: the file has no such column")}
		}
	}
	if dropped == len(header) {
		return nil, errors.New("anonymize: the policy drops every column")
	}
	return out, nil
}
