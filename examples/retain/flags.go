package main

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// form is one way to use the program. A flag that it neither needs nor takes is an error.
type form struct {
	// flag selects the form, and value too where it has several.
	flag, value  string
	needs, takes []string
	files        int
	run          func(*program) error
}

// name is the form as messages have it: "-due request".
func (f *form) name() string { return strings.TrimSpace("-" + f.flag + " " + f.value) }

// forms are all ways to use the program. Each takes -json and -lang.
func forms() []form {
	return []form{
		{flag: "cutoff", needs: []string{"rule"}, takes: []string{"at", "fy-end", "zone"}, run: (*program).cutoff},
		{flag: "rule", takes: []string{"event", "at", "fy-end", "zone", "hold"}, run: (*program).rule},
		{flag: "period", needs: []string{"from"}, takes: []string{"count", "cut", "fy-end", "zone"}, run: (*program).period},
		{flag: "due", value: "request", needs: []string{"received", "country"}, takes: []string{"regime", "extended", "identity", "zone"}, run: (*program).request},
		{flag: "due", value: "notice", needs: []string{"obtained", "country"}, takes: []string{"contacted", "disclosed", "zone"}, run: (*program).notice},
		{flag: "due", value: "breach", needs: []string{"aware"}, takes: []string{"zone"}, run: (*program).breach},
		{flag: "due", value: "breach_persons", run: (*program).breachPersons},
		{flag: "list", takes: []string{"country", "at", "zone"}, run: (*program).list},
		{flag: "plan", takes: []string{"at", "html"}, files: 1, run: (*program).plan},
	}
}

// flags are the names, what a value looks like ("" for none), and the meaning.
var flags = [...]struct{ name, value, usage string }{
	{"rule", "ID", "how long by this rule of the catalogue, an ID or ID/variant; see -list"},
	{"event", "DAY", "the day of what starts the period; without it the period is pending"},
	{"at", "DAY", "the day on which the question is asked (default today)"},
	{"fy-end", "MM-DD", "the last day of the financial year (default 12-31)"},
	{"zone", "ZONE", "the IANA zone whose days count (default that of the country)"},
	{"hold", "FROM..UNTIL", "a hold, both days included; without UNTIL it is in force; may repeat"},
	{"period", "PERIOD", "when this period of ISO 8601 ends"},
	{"from", "DAY", "the day of the event"},
	{"count", "HOW", "event (that day not counted, the default) or whole (counted)"},
	{"cut", "UNIT", "count whole days from the end of the month, quarter, year or fy (default none)"},
	{"cutoff", "", "the last day of an event that is due by -rule"},
	{"due", "WHAT", "by when to act: request, notice, breach or breach_persons"},
	{"received", "DAY", "the day of receipt"},
	{"country", "CC", "the country in which the controller acts, or of the rules to list"},
	{"regime", "LAW", "what moves a last day: eu (the default) or atw, in the Netherlands"},
	{"extended", "", "with the extension for a complex request"},
	{"identity", "FROM..UNTIL", "a wait for the person to say who asks, or what; may repeat"},
	{"obtained", "DAY", "the day on which the data were obtained"},
	{"contacted", "DAY", "the day of the first message to the person"},
	{"disclosed", "DAY", "the day of the first disclosure to another"},
	{"aware", "INSTANT", "when the controller became aware of the breach"},
	{"list", "", "list the rules of the catalogue"},
	{"plan", "SCHEDULE", "what is due in the file, by this schedule"},
	{"html", "FILE", "where the timeline of a plan goes, \"\" for none (default the name of the CSV file with .retention.html)"},
	{"json", "", "answer in JSON, one object per line"},
	{"lang", "LANG", "the language of the answer: en (the default) or nl"},
}

// repeats reports whether a flag may be given more than once.
func repeats(name string) bool { return name == "hold" || name == "identity" }

var errHelp = flag.ErrHelp

// arguments are the command line: the values of each flag that was given, in order.
type arguments struct {
	given map[string][]string
	files []string
}

// parse reads the command line and finds the form; flags may stand between and after files.
func (p *program) parse(args []string) (*form, error) {
	p.given = map[string][]string{}
	fs := flag.NewFlagSet("retain", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	for _, f := range flags {
		set := func(value string) error {
			if len(p.given[f.name]) > 0 && !repeats(f.name) {
				return fmt.Errorf("it was given before")
			}
			if f.value == "" {
				switch on, err := strconv.ParseBool(value); {
				case err != nil:
					return fmt.Errorf("it takes no value")
				case !on:
					return nil
				}
			}
			p.given[f.name] = append(p.given[f.name], value)
			return nil
		}
		if f.value == "" {
			fs.BoolFunc(f.name, f.usage, set)
		} else {
			fs.Func(f.name, f.usage, set)
		}
	}
	for {
		if err := fs.Parse(args); err != nil {
			if err == flag.ErrHelp {
				return nil, errHelp
			}
			return nil, usageError{err}
		}
		if fs.NArg() == 0 {
			break
		}
		p.files = append(p.files, fs.Arg(0))
		args = fs.Args()[1:]
	}
	p.words = words{p.value("lang")}
	f, err := p.form()
	if err != nil {
		return nil, err
	}
	return f, p.check(f)
}

// form finds the one form that the flags select.
func (a *arguments) form() (*form, error) {
	var chosen []string
	for _, name := range []string{"cutoff", "rule", "period", "due", "list", "plan"} {
		if a.has(name) && (name != "rule" || !a.has("cutoff")) {
			chosen = append(chosen, "-"+name)
		}
	}
	switch len(chosen) {
	case 0:
		if a.has("hold") || a.has("event") {
			return nil, usagef("-event and -hold need a -rule")
		}
		return nil, usagef("nothing was asked: want -rule, -period, -cutoff, -due, -list or -plan")
	case 1:
	default:
		return nil, usagef("%s do not go together", strings.Join(chosen, " and "))
	}
	all := forms()
	i := slices.IndexFunc(all, func(f form) bool {
		return "-"+f.flag == chosen[0] && (f.value == "" || f.value == a.value(f.flag))
	})
	if i < 0 {
		return nil, usagef("-due %q is not one of request, notice, breach, breach_persons", a.value("due"))
	}
	return &all[i], nil
}

// check refuses what the form does not take, and asks for what it needs.
func (a *arguments) check(f *form) error {
	var unused []string
	for _, known := range flags {
		name := known.name
		if a.has(name) && name != f.flag && name != "json" && name != "lang" && !slices.Contains(f.needs, name) && !slices.Contains(f.takes, name) {
			unused = append(unused, "-"+name)
		}
	}
	if len(unused) > 0 {
		return usagef("%s takes no %s", f.name(), strings.Join(unused, ", "))
	}
	for _, name := range f.needs {
		if !a.has(name) {
			return usagef("%s needs -%s", f.name(), name)
		}
	}
	if len(a.files) > f.files {
		return usagef("%s: unexpected argument %q", f.name(), a.files[f.files])
	}
	if len(a.files) < f.files {
		return usagef("%s needs a CSV file", f.name())
	}
	_, err := a.oneOf("lang", "en", "nl")
	return err
}

// has reports whether the flag was given, be it with an empty value.
func (a *arguments) has(name string) bool { return len(a.given[name]) > 0 }

// value is the value of a flag, "" when it was not given.
func (a *arguments) value(name string) string {
	if !a.has(name) {
		return ""
	}
	return a.given[name][0]
}

// oneOf is the value of a flag, which must be in the list; the first is the default.
func (a *arguments) oneOf(name string, list ...string) (string, error) {
	if !a.has(name) {
		return list[0], nil
	}
	v := a.value(name)
	if !slices.Contains(list, v) {
		return "", usagef("-%s %q is not one of %s", name, v, strings.Join(list, ", "))
	}
	return v, nil
}

// usage is the text of -h.
func usage() string {
	var b strings.Builder
	b.WriteString("How long must or may data about people be kept, and by when must one act?\n\n")
	for _, f := range forms() {
		line := "  retain " + f.name()
		for _, known := range flags {
			named := strings.TrimSpace("-" + known.name + " " + known.value)
			switch {
			case known.name == f.flag && f.value == "" && known.value != "":
				line = "  retain " + named + strings.TrimPrefix(line, "  retain "+f.name())
			case slices.Contains(f.needs, known.name):
				line += " " + named
			}
		}
		for _, known := range flags {
			if slices.Contains(f.takes, known.name) {
				line += " [" + strings.TrimSpace("-"+known.name+" "+known.value) + "]"
			}
		}
		b.WriteString(line + " [-lang LANG] [-json]")
		if f.files > 0 {
			b.WriteString(" CSV")
		}
		b.WriteByte('\n')
	}
	b.WriteString("\nA DAY is 2006-01-02, or an instant such as 2006-01-02T15:04:05+01:00.\n\n")
	for _, f := range flags {
		fmt.Fprintf(&b, "  %-24s %s\n", strings.TrimSpace("-"+f.name+" "+f.value), f.usage)
	}
	return b.String()
}
