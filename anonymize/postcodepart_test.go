package anonymize

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPostcodePart(t *testing.T) {
	t.Parallel()
	for part, want := range map[PostcodePart]string{4: "1234", 3: "123", 2: "12"} {
		for _, in := range []string{"1234AB", "1234 AB", "1234 ab"} {
			out, err := part.Append([]byte("x"), in)
			require.NoError(t, err)
			require.Equal(t, "x"+want, string(out))
		}
	}
	// PostNL gives out no 0 in front and no SA, SD, SS.
	for _, in := range []string{"", "1234", "0123AB", "1234A", "1234ABC", "12345", "1234SS", "1234 SA", "AB1234", "1234A1", "1234AB\x00", "1234\xffB"} {
		out, err := PostcodePart(4).Append(nil, in)
		require.ErrorIs(t, err, Malformed, in)
		require.Nil(t, out)
	}
	for _, part := range []PostcodePart{0, 1, 5, 6, -1} {
		_, err := part.Append(nil, "1234AB")
		require.ErrorIs(t, err, OutOfRange)
	}
}

func ExamplePostcodePart() {
	out, err := PostcodePart(3).Append(nil, "1234 AB")
	fmt.Println(string(out), err)
	// Output: 123 <nil>
}
