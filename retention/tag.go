package retention

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/grondslag/grondslag/internal/model"
)

// Declaration is what a retain tag says of one field; see [ParseDeclaration]. At
// most one of its parts is set. The zero value declares nothing.
type Declaration struct {
	// Any: the field stays as long as any class of the record does (keys).
	Any bool
	// None: the field holds no personal data.
	None bool
	// Classes are in the order of the tag, without repeats.
	Classes []ClassID
}

// ParseDeclaration reads the value of a retain tag:
//
//	"customer"          the field is in that class
//	"customer,invoice"  it is in both, and stays as long as one needs it
//	"*"                 it stays as long as any class of the record does
//	"-"                 it holds no personal data
//
// Nothing else is accepted: no spaces, no empty or repeated item, nothing beside
// "*" or "-". [Declaration.String] is the inverse.
func ParseDeclaration(tag string) (Declaration, error) {
	switch tag {
	case "":
		return Declaration{}, errors.New("retention: retain tag is empty")
	case "*":
		return Declaration{Any: true}, nil
	case "-":
		return Declaration{None: true}, nil
	}
	var d Declaration
	for item := range strings.SplitSeq(tag, ",") {
		id := ClassID(item)
		if !id.valid() {
			return Declaration{}, fmt.Errorf("retention: retain tag %q: malformed class %q", tag, item)
		}
		if slices.Contains(d.Classes, id) {
			return Declaration{}, fmt.Errorf("retention: retain tag %q: %s is repeated", tag, id)
		}
		d.Classes = append(d.Classes, id)
	}
	return d, nil
}

// String returns the tag.
func (d Declaration) String() string {
	switch {
	case d.Any:
		return "*"
	case d.None:
		return "-"
	}
	var b strings.Builder
	for i, id := range d.Classes {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(string(id))
	}
	return b.String()
}

// retainTag is the tag, for those who walk a model.
func retainTag() model.Tag[Declaration] {
	return model.Tag[Declaration]{
		Package: "retention", Key: "retain",
		Parse: ParseDeclaration,
		None:  func(d Declaration) bool { return d.None },
	}
}
