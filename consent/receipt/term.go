package receipt

import (
	_ "embed"
	"strings"
	"sync"
)

// Term is a word of a vocabulary as a compact IRI, "dpv:DirectMarketing". The prefixes
// are those of the context of the JSON-LD; see [Term.IRI].
type Term string

// dpvTerms holds a line for each term of DPV 2.3, sorted.
//
//go:embed dpv-2.3.txt
var dpvTerms string

// known is the set of them. It is never written again, and only made when it is asked for.
var known = sync.OnceValue(func() map[Term]bool {
	set := make(map[Term]bool, strings.Count(dpvTerms, "\n"))
	for line := range strings.Lines(dpvTerms) {
		if !strings.HasPrefix(line, "#") {
			set[Term(strings.TrimSuffix(line, "\n"))] = true
		}
	}
	return set
})

// own is the namespace of what DPV has no word for: the channel, the zone, the exact
// type of an event. It is a name and need not lead anywhere.
const own = "https://github.com/grondslag/grondslag/consent/receipt#"

// space returns the namespace that a prefix stands for.
func space(prefix string) string {
	switch prefix {
	case "dpv":
		return "https://w3id.org/dpv#"
	case "pd":
		return "https://w3id.org/dpv/pd#"
	case "eu-gdpr":
		return "https://w3id.org/dpv/legal/eu/gdpr#"
	case "legal-eu":
		return "https://w3id.org/dpv/legal/eu#"
	case "loc":
		return "https://w3id.org/dpv/loc#"
	case "dct":
		return "http://purl.org/dc/terms/"
	case "schema":
		return "https://schema.org/"
	case "skos":
		return "http://www.w3.org/2004/02/skos/core#"
	case "rdf":
		return "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
	case "rdfs":
		return "http://www.w3.org/2000/01/rdf-schema#"
	case "xsd":
		return "http://www.w3.org/2001/XMLSchema#"
	case "gr":
		return own
	}
	return ""
}

// prefixes are those of the context, in its order.
func prefixes() []string {
	return []string{"dpv", "pd", "eu-gdpr", "legal-eu", "loc", "dct", "schema", "skos", "rdf", "rdfs", "xsd", "gr"}
}

// IRI returns the full IRI of a term with one of our prefixes, and what has another as it is.
func (t Term) IRI() string {
	prefix, name, _ := strings.Cut(string(t), ":")
	if s := space(prefix); s != "" {
		return s + name
	}
	return string(t)
}

// Known reports whether the term exists: in the tables of DPV 2.3 for the prefixes dpv,
// pd and eu-gdpr. Of loc and legal-eu no tables are kept: there it reports whether the
// term has the form of one.
func (t Term) Known() bool {
	prefix, name, _ := strings.Cut(string(t), ":")
	if !plainName(name) {
		return false
	}
	switch prefix {
	case "dpv", "pd", "eu-gdpr":
		return known()[t]
	case "loc", "legal-eu":
		return true
	}
	return false
}

// local returns the name of the term, without its prefix.
func (t Term) local() string {
	_, name, _ := strings.Cut(string(t), ":")
	return name
}

// plainName reports whether s is 1 to 64 ASCII letters, digits, "-" and "_".
func plainName(s string) bool {
	for _, c := range []byte(s) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return s != "" && len(s) <= 64
}

// compact returns the compact form of a full IRI in one of the vocabularies, and
// anything else as it is.
func compact(s string) string {
	if !strings.HasPrefix(s, "http") {
		return s
	}
	i := strings.LastIndexAny(s, "#/") + 1
	name := s[i:]
	if !plainName(name) {
		return s
	}
	for _, p := range prefixes() {
		if s[:i] == space(p) {
			return p + ":" + name
		}
	}
	return s
}

// successor returns the term of DPV 2.3 that took the place of one that is retired.
func successor(t Term) (Term, bool) {
	switch t {
	case "dpv:ConsentTerminated":
		return "dpv:ConsentRevoked", true
	case "eu-gdpr:GDPR":
		return "legal-eu:law-GDPR", true
	case "pd:Email":
		return "pd:EmailAddress", true
	}
	return "", false
}

// vocabulary reports whether s has the form of a term in a vocabulary whose words can be
// looked up.
func vocabulary(s string) bool {
	prefix, name, ok := strings.Cut(s, ":")
	return ok && (prefix == "dpv" || prefix == "pd" || prefix == "eu-gdpr") && plainName(name)
}
