package main

import (
	"bytes"
	"encoding/base64"
)

// forgery changes a proof where someone would who wants it to say something else. It changes the text in place, never its
// length, so that the frame stays whole; it reports false when the file has no such place.
type forgery struct {
	what string
	edit func(file []byte) bool
}

// forgeries has one or more for each part of a bundle. The package comment of consent/proof gives the form.
func forgeries() []forgery {
	return []forgery{
		{"the frame: a length", func(f []byte) bool { return swap(after(f, "-- manifest ")) }},
		{"the signed list: a hash", func(f []byte) bool {
			rest := after(f, "grondslag consent bundle 1\n")
			for range 2 { // origin, number of proofs
				rest = after(rest, "\n")
			}
			return inBase64(base64.StdEncoding, upTo(rest, "\n"), flipMiddle)
		}},
		{"the signed list: its signature", func(f []byte) bool { return signature(f) }},
		{"the body: what happened", inBody(func(body []byte) bool { return swap(after(body, "\ntype ")) })},
		{"the body: the notice that it quotes", inBody(func(body []byte) bool { return swap(after(body, "\nnotice ")) })},
		{"the body: the commitment to the address", inBody(func(body []byte) bool { return swap(after(body, "\ncapsule ")) })},
		{"a value: whose it is", inDisclosure("subject")},
		{"a value: when it happened", inDisclosure("occurred")},
		{"the text that was shown", inStatement(func(s []byte) bool {
			return inBase64(base64.StdEncoding, upTo(after(s, "\nnotice "), "\n"), flipMiddle)
		})},
		{"the place in the log", func(f []byte) bool { return swap(after(f, "\nindex ")) }},
		{"a hash of the way to the root", func(f []byte) bool {
			return inBase64(base64.StdEncoding, upTo(after(after(f, "\nindex "), "\n"), "\n"), flipMiddle)
		}},
		{"the signed head: whose log", func(f []byte) bool { return swap(head(f)) }},
		{"the signed head: its size", func(f []byte) bool { return swap(after(head(f), "\n")) }},
		{"the signed head: its root", func(f []byte) bool {
			return inBase64(base64.StdEncoding, upTo(after(after(head(f), "\n"), "\n"), "\n"), flipMiddle)
		}},
		{"the signed head: its signature", func(f []byte) bool { return signature(head(f)) }},
	}
}

// after is what follows the first occurrence of a text, nil when there is none.
func after(b []byte, text string) []byte {
	at := bytes.Index(b, []byte(text))
	if at < 0 {
		return nil
	}
	return b[at+len(text):]
}

// upTo is what stands before a text.
func upTo(b []byte, text string) []byte {
	line, _, _ := bytes.Cut(b, []byte(text))
	return line
}

// head is the checkpoint of the first proof, and what follows.
func head(file []byte) []byte { return after(after(file, "\nindex "), "\n\n") }

// swap changes the first character into another of its kind.
func swap(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	switch c := b[0]; {
	case c == '9' || c == 'f' || c == 'z' || c == 'Z':
		b[0]--
	default:
		b[0]++
	}
	return true
}

// flipMiddle changes one bit.
func flipMiddle(raw []byte) bool {
	if len(raw) == 0 {
		return false
	}
	raw[len(raw)/2] ^= 1
	return true
}

// signature changes one bit of the first signature.
func signature(b []byte) bool {
	line := after(after(b, "\n— "), " ")
	return inBase64(base64.StdEncoding, upTo(line, "\n"), func(raw []byte) bool {
		if len(raw) == 0 {
			return false
		}
		raw[len(raw)-1] ^= 1
		return true
	})
}

// inBase64 changes what a text encodes.
func inBase64(e *base64.Encoding, text []byte, edit func([]byte) bool) bool {
	raw := make([]byte, e.DecodedLen(len(text)))
	n, err := e.Decode(raw, text)
	if err != nil || len(text) == 0 || !edit(raw[:n]) || e.EncodedLen(n) != len(text) {
		return false
	}
	e.Encode(text, raw[:n])
	return true
}

// inStatement changes the first statement that has the place.
func inStatement(edit func([]byte) bool) func([]byte) bool {
	return func(file []byte) bool {
		for rest := after(file, "\nextra "); rest != nil; rest = after(rest, "\nextra ") {
			if inBase64(base64.StdEncoding, upTo(rest, "\n"), edit) {
				return true
			}
		}
		return false
	}
}

// inBody changes the body of an event.
func inBody(edit func([]byte) bool) func([]byte) bool {
	return inStatement(func(s []byte) bool {
		return inBase64(base64.StdEncoding, upTo(after(s, "\nbody "), "\n"), edit)
	})
}

// inDisclosure changes a value that was disclosed under the name: the last character that is a letter or a digit.
func inDisclosure(name string) func([]byte) bool {
	return inStatement(func(s []byte) bool {
		for rest := after(s, "\ndisclosure "); rest != nil; rest = after(rest, "\ndisclosure ") {
			changed := inBase64(base64.RawURLEncoding, upTo(rest, "\n"), func(raw []byte) bool {
				value := after(raw, `","`+name+`",`)
				for i := len(value) - 1; i >= 0; i-- {
					if c := value[i]; c >= '0' && c <= '9' || c >= 'a' && c <= 'z' {
						return swap(value[i : i+1])
					}
				}
				return false
			})
			if changed {
				return true
			}
		}
		return false
	})
}
