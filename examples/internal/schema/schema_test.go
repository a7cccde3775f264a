package schema

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCheck(t *testing.T) {
	schema := []byte(`{"type": "object", "additionalProperties": false, "properties": {
		"a": {"type": "array", "items": {"type": "object", "properties": {"n": {"type": "integer"}}, "additionalProperties": false}},
		"b": {"enum": ["x"]}}}`)
	for document, want := range map[string]string{
		`{}`:                               "",
		`{"a": [{"n": 1}], "b": "x"}`:      "",
		`{"a": [{"n": 1}, {"n": "1"}]}`:    "/a/1/n: got string, want integer",
		`{"a": [{"m": 1}]}`:                "/a/0: additional properties 'm' not allowed",
		`{"b": "x", "b": "x"}`:             "/b: the key is there twice",
		`{"a": [{"n": 1}, {"n":1,"n":2}]}`: "/a/1/n: the key is there twice",
		`{"b": "y", "a": 1}`:               "/a: got number, want array\n/b: value must be 'x'",
	} {
		err := Check(schema, []byte(document))
		if want == "" {
			require.NoError(t, err, document)
		} else {
			require.EqualError(t, err, want, document)
		}
	}
	for _, broken := range []string{``, `{`, `{} {}`, `{"a": [}`} {
		require.Error(t, Check(schema, []byte(broken)), broken)
	}
	require.Error(t, Check([]byte(`{"type": 1}`), []byte(`{}`)))
}
