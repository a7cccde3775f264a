package anonymize

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Hierarchy is a tree of values, each under a coarser one (ISO/IEC 20889:
// generalization). Level 0 is the value itself. It does not change. The zero Hierarchy has no values.
type Hierarchy struct {
	rows   map[string][]string
	keys   []string // in the order of the file
	levels int
}

const (
	maxHierarchyLevels = 64
	maxHierarchyRows   = 1_000_000
)

// ReadHierarchy reads the CSV form of the anonymisation tool ARX: a line for each
// value, with the value first and then what it becomes at each level, separated by
// ";"; for example "34;30-39;20-49;*". Refused are lines of unequal length, a value
// twice, a group that is in two others (two lines agree at one level and not
// at the next), an empty text, no levels or more than 63, more than 1,000,000 lines, invalid UTF-8. An
// error names the line, never the value. A byte order mark and empty lines are dropped.
func ReadHierarchy(src io.Reader) (*Hierarchy, error) {
	in := bufio.NewReader(src)
	if mark, err := in.Peek(3); err == nil && bytes.Equal(mark, []byte("\ufeff")) {
		in.Discard(3)
	}
	r := csv.NewReader(in)
	r.Comma, r.FieldsPerRecord = ';', -1
	h := &Hierarchy{rows: map[string][]string{}}
	var groups []map[string]string // of each level above 0, what they become at the next
	for {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			if broken, ok := errors.AsType[*csv.ParseError](err); ok {
				return nil, fmt.Errorf("anonymize: hierarchy: line %d: a quote is not closed or not alone", broken.StartLine)
			}
			return nil, fmt.Errorf("anonymize: hierarchy: %w", err)
		}
		line, _ := r.FieldPos(0)
		fail := func(what string) (*Hierarchy, error) {
			return nil, fmt.Errorf("anonymize: hierarchy: line %d: %s", line, what)
		}
		switch {
		case len(row) < 2 || len(row) > maxHierarchyLevels:
			return fail("want a value and 1 to 63 levels")
		case len(h.keys) > 0 && len(row) != h.levels+1:
			return fail("not as many levels as above")
		case slices.Contains(row, ""):
			return fail("an empty text")
		case len(h.keys) == maxHierarchyRows:
			return fail("more than 1,000,000 values")
		case slices.ContainsFunc(row, func(s string) bool { return !utf8.ValidString(s) }):
			return fail("invalid UTF-8")
		}
		if _, twice := h.rows[row[0]]; twice {
			return fail("the value is above already")
		}
		h.levels = len(row) - 1
		for len(groups) < h.levels-1 {
			groups = append(groups, map[string]string{})
		}
		for i, parents := range groups {
			level := i + 1
			if parent, known := parents[row[level]]; known && parent != row[level+1] {
				return fail(fmt.Sprintf("its group of level %d is in another one of level %d above", level, level+1))
			}
			parents[row[level]] = row[level+1]
		}
		h.rows[row[0]] = row
		h.keys = append(h.keys, row[0])
	}
	if len(h.keys) == 0 {
		return nil, errors.New("anonymize: hierarchy: line 1: no values")
	}
	return h, nil
}

// Levels returns how many levels there are besides the values themselves.
func (h *Hierarchy) Levels() int { return h.levels }

// Values returns the values in the order of the file.
func (h *Hierarchy) Values() []string { return slices.Clone(h.keys) }

// Generalize returns what value becomes at the level: [UnknownValue] when the
// hierarchy does not have it, [OutOfRange] for a level below 0 or above [Hierarchy.Levels].
func (h *Hierarchy) Generalize(value string, level int) (string, error) {
	row, ok := h.rows[value]
	switch {
	case !ok:
		return "", UnknownValue
	case level < 0 || level >= len(row):
		return "", OutOfRange
	}
	return row[level], nil
}

// WriteTo writes the form that [ReadHierarchy] reads.
func (h *Hierarchy) WriteTo(dst io.Writer) (int64, error) {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Comma = ';'
	for _, key := range h.keys {
		if err := w.Write(h.rows[key]); err != nil {
			return 0, err
		}
	}
	w.Flush()
	n, err := io.WriteString(dst, b.String())
	return int64(n), err
}

// hierarchyTreatment: hierarchy=name[,level=n]; level 1 unless said otherwise.
func (r Rule) hierarchyTreatment(set *Setting) (*treatment, error) {
	h := set.Hierarchies[r.Argument]
	if h == nil {
		return nil, settingError("the hierarchy")
	}
	level, err := r.number("level", 1)
	if err != nil {
		return nil, err
	}
	if level < 1 || level > h.Levels() {
		return nil, fmt.Errorf("anonymize: the hierarchy has levels 1 to %d", h.Levels())
	}
	return &treatment{text: func(_ *scope, dst []byte, in string) ([]byte, error) {
		out, err := h.Generalize(in, level)
		return append(dst, out...), err
	}}, nil
}
