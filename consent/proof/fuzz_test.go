package proof

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
)

func FuzzCompact(f *testing.F) {
	for _, s := range []string{`{"a":[1,2.5e-3,"\u00e9"],"b":{}}`, `{"a":1,"a":2}`, ` 1`, `"\ud83d"`, `[[[]]]`, "\"\xff\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if checkCompact(text) != nil {
			// What the library calls compact, and has no string at all, can only be refused for its depth.
			var out bytes.Buffer
			if !bytes.ContainsRune(text, '"') && json.Compact(&out, text) == nil && bytes.Equal(out.Bytes(), text) {
				require.Greater(t, bytes.Count(text, []byte("["))+bytes.Count(text, []byte("{")), maxDepth)
			}
			return
		}
		var out bytes.Buffer
		require.NoError(t, json.Compact(&out, text))
		require.Equal(t, text, out.Bytes())
		require.False(t, duplicateKeys(t, json.NewDecoder(bytes.NewReader(text))))
	})
}

// duplicateKeys is the plain way, with the tokens of encoding/json.
func duplicateKeys(t *testing.T, d *json.Decoder) bool {
	type level struct {
		object, key bool
		keys        map[string]bool
	}
	var stack []*level
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return false
		}
		require.NoError(t, err)
		top := &level{}
		if len(stack) > 0 {
			top = stack[len(stack)-1]
		}
		if token == json.Delim('}') || token == json.Delim(']') {
			stack = stack[:len(stack)-1]
			continue
		}
		if top.object {
			if top.key {
				k := token.(string)
				if top.keys[k] {
					return true
				}
				top.keys[k] = true
			}
			top.key = !top.key
		}
		if token == json.Delim('{') || token == json.Delim('[') {
			stack = append(stack, &level{token == json.Delim('{'), true, map[string]bool{}})
		}
	}
}

func FuzzDisclosure(f *testing.F) {
	f.Add(string(AppendDisclosure(nil, &Salt{1}, "subject", []byte(`{"a":"b"}`))))
	f.Add("WyIyR0xDNDJzS1F2ZUNmR2ZyeU5STjl3IiwgImdpdmVuX25hbWUiLCAiSm9obiJd")
	f.Fuzz(func(t *testing.T, text string) {
		name, value, err := Disclosure(text).Open()
		if err != nil {
			return
		}
		array, err := base64.RawURLEncoding.DecodeString(text)
		require.NoError(t, err)
		var parts []json.RawMessage
		require.NoError(t, json.Unmarshal(array, &parts))
		require.Len(t, parts, 3)
		salt, err := base64.RawURLEncoding.DecodeString(string(bytes.Trim(parts[0], `"`)))
		require.NoError(t, err)
		require.Equal(t, text, string(AppendDisclosure(nil, (*Salt)(salt), name, value)))
	})
}

func FuzzParseBody(f *testing.F) {
	_, text := sampleBody()
	f.Add([]byte(text))
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := ParseBody(text)
		if err != nil {
			return
		}
		require.NoError(t, b.Check())
		require.Equal(t, text, b.Append(nil))
	})
}

func FuzzParseStatement(f *testing.F) {
	x := newFixture(f, 3)
	for i := range x.statements {
		text, err := FormatStatement(&x.statements[i])
		require.NoError(f, err)
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := ParseStatement(text)
		if err != nil {
			return
		}
		again, err := FormatStatement(&s)
		require.NoError(t, err)
		require.Equal(t, text, again)
		_, _ = s.Check()
	})
}

func FuzzParseProof(f *testing.F) {
	x := newFixture(f, 5)
	for i := range x.statements {
		f.Add(x.proof(f, i))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		p, err := ParseProof(file)
		if err != nil {
			return
		}
		again, err := FormatProof(&p)
		require.NoError(t, err)
		require.Equal(t, file, again)
		_, _ = x.policy.Verify(file)
	})
}

func FuzzParseBundle(f *testing.F) {
	x := newFixture(f, 3)
	f.Add(x.bundle(f, 0, 2))
	f.Add([]byte("-- manifest 1\nx-- transition 0\n-- proof 2\nxy"))
	f.Fuzz(func(t *testing.T, file []byte) {
		b, err := parseBundle(file)
		if err != nil {
			return
		}
		again := appendSection(nil, sectionManifest, b.manifest)
		for _, x := range b.transitions {
			again = appendSection(again, sectionKey, x)
		}
		for _, x := range b.proofs {
			again = appendSection(again, sectionProof, x)
		}
		require.Equal(t, file, again)
		_, _ = x.policy.VerifyBundle(file)
	})
}

// FuzzSigned: what is accepted is written again byte for byte, and note.Open takes it too.
func FuzzSigned(f *testing.F) {
	x := newFixture(f, 3)
	f.Add(x.checkpoint)
	f.Add(x.transition)
	f.Fuzz(func(t *testing.T, msg []byte) {
		s, reason := parseSigned(msg, maxNote)
		if reason != "" {
			return
		}
		again := append(bytes.Clone(s.text), '\n')
		for i := range s.lines {
			again = s.lines[i].appendTo(again)
		}
		require.Equal(t, msg, again)
		_, err := note.Open(msg, nil)
		var unverified *note.UnverifiedNoteError
		require.ErrorAs(t, err, &unverified)
		require.Equal(t, string(s.text), unverified.Note.Text)
		require.Len(t, unverified.Note.UnverifiedSigs, len(s.lines))
		if _, c, err := parseCheckpoint(msg); err == nil {
			require.Equal(t, string(appendCheckpoint(nil, c.Origin, c.Head)), string(s.text))
		}
		if _, v, h, err := parseTransition(msg); err == nil {
			require.Contains(t, string(s.text), v.Name())
			require.Contains(t, string(s.text), h.Hash.String())
		}
	})
}

// FuzzKey: one text for one key, and note reads the log keys too.
func FuzzKey(f *testing.F) {
	for _, kind := range []byte{typeEd25519, typeCosignature} {
		skey, vkey, err := generateKey("example.com/log", kind)
		require.NoError(f, err)
		f.Add(vkey)
		f.Add(skey)
	}
	f.Fuzz(func(t *testing.T, key string) {
		for _, kind := range []byte{typeEd25519, typeCosignature} {
			if name, public, err := parseKey(key, kind); err == nil {
				require.Equal(t, key, formatKey(name, kind, public))
				if _, err := note.NewVerifier(key); kind == typeEd25519 {
					require.NoError(t, err)
				}
			}
			if name, private, err := parsePrivate(key, kind); err == nil {
				require.Equal(t, key, "PRIVATE+KEY+"+name+key[len("PRIVATE+KEY+"+name):])
				require.Len(t, private, 64)
			}
		}
	})
}
