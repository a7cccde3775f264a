package statute

import (
	"fmt"
	"slices"

	"github.com/grondslag/grondslag/retention"
)

// All returns the rules of every country, in alphabetical order of their codes. A program
// that calls it contains them all; one that needs a single country calls the
// function of that country instead.
func All() Table {
	return slices.Concat(AT(), BE(), DE(), DK(), ES(), EU(), FR(), IE(), IT(), LU(), NL(), PL(), SE(), UK())
}

// Find returns the rule of that key, an ID or ID/variant, from all countries, and
// links them all. It builds the whole catalogue at each call: for more than a few rules,
// keep the table of [All] and use [Table.Get].
func Find(key string) (retention.Rule, error) {
	r, ok := All().Get(key)
	if !ok {
		return retention.Rule{}, fmt.Errorf("statute: no rule %q in the catalogue", key)
	}
	return r, nil
}
