package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/grondslag/grondslag/anonymize"
	"github.com/grondslag/grondslag/basis"
)

// sampleRows is how many rows a proposal looks at.
const sampleRows = 1000

// column is what a proposal knows of one field.
type column struct {
	path   string
	values []string // those of the sample that are not empty
}

// propose writes a plan for the file: a rule for each column by its name, if the
// values of a sample agree; everything else is redacted.
func (p *program) propose(ctx context.Context) error {
	policy := anonymize.Policy{Version: 1, Fields: map[string]anonymize.Rule{}}
	if p.domain != "" {
		var err error
		if policy.Domain, err = anonymize.ParseDomain(p.domain); err != nil {
			return usageError{err}
		}
	}
	ring, err := p.ring(ctx)
	if err != nil {
		return usageError{err}
	}
	if ring != nil {
		policy.Key = ring.Primary().Fingerprint()
	}
	src, closeFile, err := p.open()
	if err != nil {
		return err
	}
	defer closeFile()
	r := bufio.NewReaderSize(src, 64<<10)
	var columns []column
	if p.format == "jsonl" {
		columns, err = sampleLines(r)
	} else {
		columns, err = p.sampleTable(r)
	}
	if err != nil {
		return err
	}
	hasSubject, needsDomain := false, false
	for _, c := range columns {
		rule, why := c.rule(!hasSubject)
		hasSubject = hasSubject || rule.Subject
		needsDomain = needsDomain || rule.Method.Keyed()
		policy.Fields[c.path] = rule
		fmt.Fprintf(p.stderr, "%-24s %-28s %s\n", c.path, rule, why)
	}
	text, err := json.MarshalIndent(policy, "", "  ")
	if err != nil {
		return err
	}
	if needsDomain && policy.Domain.IsZero() {
		fmt.Fprintln(p.stderr, "for whom is the copy? give -domain here, or each time")
	}
	if needsDomain && policy.Key == "" {
		fmt.Fprintln(p.stderr, "the plan pins no key yet: give -keys here, or add the line that it asks for")
	}
	fmt.Fprintln(p.stderr, "a proposal: read it, and change what you know better")
	_, err = fmt.Fprintf(p.stdout, "%s\n", text)
	return err
}

// sampleTable reads the header and the first rows of a CSV file.
func (p *program) sampleTable(r *bufio.Reader) ([]column, error) {
	if mark, err := r.Peek(3); err == nil && bytes.Equal(mark, []byte("\ufeff")) {
		r.Discard(3)
	}
	comma, err := p.separator(r)
	if err != nil {
		return nil, err
	}
	table := csv.NewReader(r)
	table.Comma = comma
	header, err := table.Read()
	if err != nil {
		return nil, usagef("there is no header that can be read")
	}
	columns := make([]column, len(header))
	seen := map[string]bool{}
	for i, name := range header {
		columns[i].path = string(basis.FieldOf(strings.ReplaceAll(name, ".", "_")))
		if path := columns[i].path; path == "_" || seen[path] {
			return nil, usagef("column %d has no name, or that of a column before it", i+1)
		}
		seen[columns[i].path] = true
	}
	for range sampleRows {
		row, err := table.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			if broken, ok := errors.AsType[*csv.ParseError](err); ok {
				return nil, fmt.Errorf("line %d can't be read", broken.StartLine)
			}
			return nil, err
		}
		for i, value := range row {
			if value = strings.TrimSpace(value); value != "" {
				columns[i].values = append(columns[i].values, value)
			}
		}
	}
	return columns, nil
}

// sampleLines reads the fields of the first JSON objects, those of objects within by
// their path, those of lists by the path of the list.
func sampleLines(r *bufio.Reader) ([]column, error) {
	var columns []column
	at := map[string]int{}
	add := func(path string) int {
		i, ok := at[path]
		if !ok {
			i = len(columns)
			at[path] = i
			columns = append(columns, column{path: path})
		}
		return i
	}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for name, inner := range v {
				below := string(basis.FieldOf(strings.ReplaceAll(name, ".", "_")))
				if path != "" {
					below = path + "." + below
				}
				walk(below, inner)
			}
		case []any:
			for _, inner := range v {
				walk(path, inner)
			}
			if len(v) == 0 {
				add(path)
			}
		case nil:
			add(path)
		default:
			i := add(path)
			columns[i].values = append(columns[i].values, fmt.Sprint(v))
		}
	}
	lines := json.NewDecoder(r)
	lines.UseNumber()
	for n := range sampleRows {
		var object map[string]any
		err := lines.Decode(&object)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("object %d can't be read", n+1)
		}
		walk("", object)
	}
	if len(columns) == 0 {
		return nil, usagef("there is no object with fields in it")
	}
	return columns, nil
}
