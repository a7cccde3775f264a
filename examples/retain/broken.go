package main

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/internal/delimited"
)

// rowError is a row that can't be used. It holds no text of the row.
type rowError struct {
	Row    int
	Column string
	Reason basis.Text
}

func (e *rowError) Error() string { return words{}.broken(e) }

// broken says which row can't be used, and why.
func (w words) broken(e *rowError) string {
	out := fmt.Sprintf(w.in("row %d", "regel %d"), e.Row)
	if e.Column != "" {
		out += fmt.Sprintf(w.in(", column %q", ", kolom %q"), e.Column)
	}
	return out + ": " + e.Reason.In(w.lang)
}

// Why rows can't be used.
func malformed(b delimited.Broken) basis.Text {
	text := basis.Text{En: string(b), Nl: "een record van meer dan 1 MiB"}
	switch b {
	case delimited.BareQuote:
		text.Nl = "een aanhalingsteken in een veld zonder aanhalingstekens"
	case delimited.TextAfter:
		text.Nl = "tekst na een sluitend aanhalingsteken"
	case delimited.UnclosedQuote:
		text.Nl = "een aanhalingsteken dat niet wordt gesloten"
	}
	return text
}

func tooManyFields() basis.Text {
	return basis.Text{
		En: "more fields than the header has columns; a separator in a field was not quoted",
		Nl: "meer velden dan de kop kolommen heeft; een scheidingsteken in een veld staat niet tussen aanhalingstekens",
	}
}

func noDay() basis.Text {
	return basis.Text{
		En: "neither a day that exists, as 2006-01-02, nor an instant, as 2006-01-02T15:04:05+01:00",
		Nl: "geen dag die bestaat, zoals 2006-01-02, en geen tijdstip, zoals 2006-01-02T15:04:05+01:00",
	}
}

// badReference says why a reference to a subject can't be used: it appears in what is
// printed, so that it must be no address and nothing but text.
func badReference(id string) basis.Text {
	const longest = 100
	switch {
	case id == "":
		return basis.Text{En: "no reference to the subject", Nl: "geen verwijzing naar de betrokkene"}
	case len(id) > longest:
		return basis.Text{En: "a reference of more than 100 bytes", Nl: "een verwijzing van meer dan 100 bytes"}
	case strings.Contains(id, "@"):
		return basis.Text{En: "an address is no reference: it would be printed", Nl: "een adres is geen verwijzing: het zou worden afgedrukt"}
	case !utf8.ValidString(id) || strings.ContainsFunc(id, func(r rune) bool { return !unicode.IsPrint(r) }):
		return basis.Text{En: "the reference has characters that are not printable", Nl: "de verwijzing heeft tekens die niet afdrukbaar zijn"}
	}
	return basis.Text{}
}
