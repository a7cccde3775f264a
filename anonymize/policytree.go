package anonymize

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// policyTree holds the rules of a policy by level.
type policyTree struct {
	path  string
	rule  *Rule
	used  bool
	names map[string]*policyTree
}

// tree returns the rules of the policy by level.
func (p Policy) tree() *policyTree {
	root := &policyTree{used: true}
	for path, r := range p.Fields {
		t := root
		for level := range strings.SplitSeq(path, ".") {
			next, ok := t.names[level]
			if !ok {
				if t.names == nil {
					t.names = map[string]*policyTree{}
				}
				next = &policyTree{path: strings.TrimPrefix(t.path+"."+level, ".")}
				t.names[level] = next
			}
			t = next
		}
		t.rule = &r
	}
	return root
}

// inside reports whether there are rules for what lies inside.
func (t *policyTree) inside() bool { return t != nil && len(t.names) > 0 }

// find returns the rules of a field whose canonical name may have several levels; nil
// for none.
func (t *policyTree) find(name string) *policyTree {
	for level := range strings.SplitSeq(name, ".") {
		if t == nil {
			return nil
		}
		t = t.names[level]
		if t != nil {
			t.used = true
		}
	}
	return t
}

// has is find that uses nothing.
func (t *policyTree) has(name string) bool {
	for level := range strings.SplitSeq(name, ".") {
		if t == nil {
			return false
		}
		t = t.names[level]
	}
	return t != nil
}

// levels are the names at this level in order, "*" first.
func (t *policyTree) levels() []string { return slices.Sorted(maps.Keys(t.names)) }

// unused reports the rules for fields that the record does not have.
func (t *policyTree) unused(report func(path string, r *Rule, err error)) {
	for _, name := range t.levels() {
		next := t.names[name]
		if !next.used && next.rule != nil {
			report(next.path, next.rule, fmt.Errorf("anonymize: the record has no such field"))
		}
		next.unused(report)
	}
}
