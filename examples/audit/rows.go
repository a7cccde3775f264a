package main

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/grondslag/grondslag/basis/reconsent"
)

// rowWriter writes one line per contact, purpose and channel, as JSON or CSV.
type rowWriter struct {
	w     io.Writer
	csv   *csv.Writer
	names *tokens
	lang  string
	line  []byte
	also  []string
	gaps  []string
	kept  bool // lines say how long data may be kept
}

// rowKeys are the keys of a line, in order.
var rowKeys = []string{"file", "row", "contact", "purpose", "channel", "outcome", "rule", "cites", "also", "evidence", "gaps", "why"}

// keptKeys follow them when a purpose of the policy names a retention rule.
var keptKeys = []string{"retention", "retention_last_day", "retention_rule"}

// newRowWriter returns nil for the forms that have no lines.
func newRowWriter(o *options, w io.Writer, names *tokens, kept bool) *rowWriter {
	r := &rowWriter{w: w, names: names, lang: o.lang, kept: kept}
	switch o.format {
	case "csv":
		r.csv = csv.NewWriter(w)
		keys := rowKeys
		if kept {
			keys = slices.Concat(rowKeys, keptKeys)
		}
		if err := r.csv.Write(keys); err != nil {
			return r // the next write reports it
		}
	case "jsonl":
	default:
		return nil
	}
	return r
}

func (r *rowWriter) write(f *reconsent.Facts, a *reconsent.Answer, k kept) error {
	channel := string(f.Channel)
	if channel == "" {
		channel = "email"
	}
	r.also = a.AppendAlso(r.also[:0])
	r.gaps = r.gaps[:0]
	for g := range a.Gaps.All() {
		r.gaps = append(r.gaps, string(g))
	}
	contact, why := r.names.name(f), a.Why.In(r.lang)
	if r.csv != nil {
		list := func(s []string) string { return strings.Join(s, ";") }
		cells := []string{
			f.Origin.File, strconv.Itoa(f.Origin.Row), cell(contact), cell(f.Purpose), channel, string(a.Outcome), a.Rule,
			list(a.Cites), list(r.also), string(a.Evidence), list(r.gaps), why,
		}
		if r.kept {
			cells = append(cells, string(k.State), k.LastDay.String(), k.Rule)
		}
		err := r.csv.Write(cells)
		if err == nil {
			r.csv.Flush()
			err = r.csv.Error()
		}
		return err
	}
	b := r.line[:0]
	b = appendString(append(b, `{"file":`...), f.Origin.File)
	b = strconv.AppendInt(append(b, `,"row":`...), int64(f.Origin.Row), 10)
	b = appendString(append(b, `,"contact":`...), contact)
	b = appendString(append(b, `,"purpose":`...), f.Purpose)
	b = appendString(append(b, `,"channel":`...), channel)
	b = appendString(append(b, `,"outcome":`...), string(a.Outcome))
	b = appendString(append(b, `,"rule":`...), a.Rule)
	b = appendList(append(b, `,"cites":`...), a.Cites)
	b = appendList(append(b, `,"also":`...), r.also)
	b = appendString(append(b, `,"evidence":`...), string(a.Evidence))
	b = appendList(append(b, `,"gaps":`...), r.gaps)
	b = appendString(append(b, `,"why":`...), why)
	if k.Rule != "" {
		b = appendString(append(b, `,"retention":`...), string(k.State))
		if k.LastDay != 0 {
			b = append(b, `,"retention_last_day":"`...)
			b, _ = k.LastDay.AppendText(b) // a last day is a day
			b = append(b, '"')
		}
		b = appendString(append(b, `,"retention_rule":`...), k.Rule)
	}
	r.line = append(b, "}\n"...)
	_, err := r.w.Write(r.line)
	return err
}

// cell keeps text from the file from being taken for a formula by a spreadsheet.
func cell(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func appendList(b []byte, list []string) []byte {
	b = append(b, '[')
	for i, s := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, s)
	}
	return append(b, ']')
}

// appendString appends s as a JSON string; the plain ones, nearly all, without a detour.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			quoted, err := json.Marshal(s)
			if err != nil { // not reached: a string always encodes
				return append(b, `""`...)
			}
			return append(b, quoted...)
		}
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}
