package basis

import (
	"errors"
	"fmt"
	"strings"

	"github.com/grondslag/grondslag/internal/model"
)

// Declaration is what a purpose tag says of one field; see [ParseDeclaration].
// At most one of Any, None and the lists is set. The zero value declares nothing.
type Declaration struct {
	// Any: each purpose needs the field (identifiers).
	Any bool
	// None: the field holds no personal data.
	None bool
	// Needed and Optional are in the order of the tag, without repeats.
	Needed, Optional []PurposeID
}

// purposeTag is the tag, for those who walk a model.
func purposeTag() model.Tag[Declaration] {
	return model.Tag[Declaration]{
		Package: "basis", Key: "purpose",
		Parse: ParseDeclaration,
		None:  func(d Declaration) bool { return d.None },
	}
}

// ParseDeclaration reads the value of a purpose tag:
//
//	"order,newsletter"     each of these purposes needs the field
//	"newsletter=optional"  the purpose may use the field with consent for it
//	"*"                    every purpose needs it
//	"-"                    it holds no personal data
//
// Nothing else is accepted: no spaces, no empty or repeated item, nothing beside
// "*" or "-". [Declaration.String] is the inverse.
func ParseDeclaration(tag string) (Declaration, error) {
	switch tag {
	case "":
		return Declaration{}, errors.New("basis: purpose tag is empty")
	case "*":
		return Declaration{Any: true}, nil
	case "-":
		return Declaration{None: true}, nil
	}
	var d Declaration
	seen := map[PurposeID]bool{}
	for item := range strings.SplitSeq(tag, ",") {
		name, option, has := strings.Cut(item, "=")
		id := PurposeID(name)
		switch {
		case !id.valid():
			return Declaration{}, fmt.Errorf("basis: purpose tag %q: malformed item %q", tag, item)
		case has && option != "optional":
			return Declaration{}, fmt.Errorf("basis: purpose tag %q: unknown option %q, want optional", tag, option)
		case seen[id]:
			return Declaration{}, fmt.Errorf("basis: purpose tag %q: %s is repeated", tag, id)
		}
		seen[id] = true
		if has {
			d.Optional = append(d.Optional, id)
		} else {
			d.Needed = append(d.Needed, id)
		}
	}
	return d, nil
}

// String returns the tag: needed purposes first, then the optional ones.
func (d Declaration) String() string {
	switch {
	case d.Any:
		return "*"
	case d.None:
		return "-"
	}
	var b strings.Builder
	for _, id := range d.Needed {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(string(id))
	}
	for _, id := range d.Optional {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(string(id) + "=optional")
	}
	return b.String()
}
