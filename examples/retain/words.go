package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
)

// words are the sentences of the program in one language, "nl" or else English.
type words struct{ lang string }

// in picks the language.
func (w words) in(en, nl string) string { return basis.Text{En: en, Nl: nl}.In(w.lang) }

// number writes n with separators of thousands.
func (w words) number(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + w.in(",", ".") + digits[i:]
	}
	return digits
}

// plural writes a number with the form of the word that it takes.
func (w words) plural(n int, one, many string) string {
	if n == 1 {
		return w.number(n) + " " + one
	}
	return w.number(n) + " " + many
}

// state names a state.
func (w words) state(s retention.State) string {
	switch s {
	case retention.Pending:
		return w.in("pending", "in afwachting")
	case retention.Active:
		return w.in("active", "lopend")
	case retention.Restricted:
		return w.in("restricted", "beperkt")
	case retention.Held:
		return w.in("held", "vastgehouden")
	case retention.Due:
		return w.in("due", "verstreken")
	}
	return w.in("done", "afgehandeld")
}

// demand is what a rule of the kind asks once its last day is known.
func (w words) demand(k retention.Kind) string {
	switch k {
	case retention.Minimum:
		return w.in("It is a minimum: the data must be kept through that day.", "Het is een minimum: de gegevens moeten tot en met die dag worden bewaard.")
	case retention.Maximum:
		return w.in("It is a maximum: the data must be gone by the end of that day.", "Het is een maximum: de gegevens moeten aan het einde van die dag weg zijn.")
	case retention.Exact:
		return w.in("The data must be kept through that day, and deleted then.", "De gegevens moeten tot en met die dag worden bewaard, en dan worden gewist.")
	case retention.Guidance:
		return w.in("It is guidance of an authority: keeping the data longer needs a reason on record.", "Het is een richtsnoer van een toezichthouder: langer bewaren vergt een vastgelegde reden.")
	case retention.MinimumGuidance:
		return w.in("It is advice of an authority: keeping the data for less time needs a reason on record.", "Het is een advies van een toezichthouder: korter bewaren vergt een vastgelegde reden.")
	case retention.Suspension:
		return w.in("Until then a minimum does not end.", "Tot dan eindigt een minimum niet.")
	case retention.PurposeLimit:
		return w.in("It permits keeping for that purpose, and orders nothing.", "Het staat bewaren voor dat doel toe, en gebiedt niets.")
	}
	return w.in("Until then the data are blocked: for authorities and claims alone.", "Tot dan zijn de gegevens geblokkeerd: alleen voor autoriteiten en rechtsvorderingen.")
}

// weekday names a day of the week with its article.
func (w words) weekday(d time.Weekday) string {
	dutch := [...]string{"een zondag", "een maandag", "een dinsdag", "een woensdag", "een donderdag", "een vrijdag", "een zaterdag"}
	return w.in("a "+d.String(), dutch[d])
}

// width is where text breaks its lines.
const width = 96

// printer writes lines and keeps the first error.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = io.WriteString(p.w, strings.TrimRight(fmt.Sprintf(format, args...), " ")+"\n")
	}
}

// wrapped writes text after the first prefix, breaking lines before width.
func (p *printer) wrapped(prefix, text string) {
	line, used := prefix, utf8.RuneCountInString(prefix)
	indent := strings.Repeat(" ", used)
	for i, word := range strings.Fields(text) {
		n := utf8.RuneCountInString(word)
		if i > 0 && used+1+n > width {
			p.line("%s", line)
			line, used, i = indent, len(indent), 0
		}
		if i > 0 {
			line += " "
			used++
		}
		line += word
		used += n
	}
	p.line("%s", line)
}
