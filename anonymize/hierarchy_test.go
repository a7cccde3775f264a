package anonymize

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

func TestHierarchy(t *testing.T) {
	t.Parallel()
	h, err := ReadHierarchy(strings.NewReader("\ufeff34;30-39;20-49;*\r\n\r\n45;40-49;20-49;*\n\"a;\"\"b\";40-49;20-49;*"))
	require.NoError(t, err)
	require.Equal(t, 3, h.Levels())
	require.Equal(t, []string{"34", "45", `a;"b`}, h.Values())
	for level, want := range []string{"34", "30-39", "20-49", "*"} {
		got, err := h.Generalize("34", level)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, level := range []int{-1, 4} {
		got, err := h.Generalize("34", level)
		require.ErrorIs(t, err, OutOfRange)
		require.Empty(t, got)
	}
	for _, value := range []string{"", "35", "34 ", "30-39", "*"} {
		_, err := h.Generalize(value, 0)
		require.ErrorIs(t, err, UnknownValue)
	}
	var b bytes.Buffer
	n, err := h.WriteTo(&b)
	require.NoError(t, err)
	require.EqualValues(t, b.Len(), n)
	require.Equal(t, "34;30-39;20-49;*\n45;40-49;20-49;*\n\"a;\"\"b\";40-49;20-49;*\n", b.String())

	var none Hierarchy
	require.Zero(t, none.Levels())
	require.Empty(t, none.Values())
	_, err = none.Generalize("a", 0)
	require.ErrorIs(t, err, UnknownValue)
}

func TestReadHierarchyRefuses(t *testing.T) {
	t.Parallel()
	const secret = "geheim"
	for text, line := range map[string]int{
		"": 1, "\ufeff": 1, "\n\n": 1,
		secret:                                    1, // no level
		secret + ";\n":                            1, // an empty group
		";*\n":                                    1,
		"a;b;*\n" + secret + ";*\n":               2, // ragged
		"a;*\n" + secret + ";x;*\n":               2,
		"a;b;*\nc;b;*\na;b;*\n":                   3, // twice
		"a;x;1\nb;x;2\n":                          2, // x is in 1 and in 2
		"a;p;x;*\nb;q;x;*\nc;p;y;*\n":             3,
		"a;p;x;*\n\nb;q;x;+\n":                    3, // lines are counted with the empty ones
		"a;*\n" + secret + "\xff;*\n":             2,
		"a;*\nb\"" + secret + ";*\n":              2, // a bare quote
		"a;*\n\"" + secret + ";*\nb;*\n":          2, // one that is not closed
		"a;*\n\"" + secret + "\"x;*\n":            2,
		"a;*\n\xef\xbb\xbfa;*\n\xef\xbb\xbfa;*\n": 3, // a mark inside is text, and here twice
		strings.Repeat("x;", 64) + "*\n":          1, // 64 levels
	} {
		h, err := ReadHierarchy(strings.NewReader(text))
		require.Error(t, err, "%q", text)
		require.Nil(t, h)
		require.True(t, strings.HasPrefix(err.Error(), "anonymize: hierarchy: "), err)
		require.Contains(t, err.Error(), fmt.Sprintf("line %d:", line), "%q", text)
		require.NotContains(t, err.Error(), secret)
	}
	broken := errors.New("disk")
	_, err := ReadHierarchy(iotest.ErrReader(broken))
	require.ErrorIs(t, err, broken)
	_, err = ReadHierarchy(iotest.OneByteReader(strings.NewReader("a;*\n")))
	require.NoError(t, err)
}

// The hierarchies of the Adult data set as ARX ships them, with the heights that its
// documentation of the data set gives.
func TestHierarchyAdult(t *testing.T) {
	t.Parallel()
	folder := filepath.Join("..", "..", "shared", "adult")
	if _, err := os.Stat(folder); err != nil {
		t.Skip("SKIPPED: the Adult hierarchies are not beside this module:", folder)
	}
	for name, want := range map[string]struct {
		values, levels   int
		value, group, up string
	}{
		"age": {100, 4, "34", "30-34", "30-39"}, "education": {16, 3, "Bachelors", "Undergraduate", "Higher education"},
		"marital-status": {7, 2, "Divorced", "spouse not present", "*"}, "native-country": {41, 2, "Cambodia", "Asia", "*"},
		"occupation": {14, 2, "Tech-support", "Technical", "*"}, "race": {5, 1, "White", "*", ""}, "salary-class": {2, 1, ">50K", "*", ""},
		"sex": {2, 1, "Male", "*", ""}, "workclass": {8, 2, "Private", "Non-Government", "*"},
	} {
		text, err := os.ReadFile(filepath.Join(folder, "adult_hierarchy_"+name+".csv"))
		require.NoError(t, err)
		h, err := ReadHierarchy(bytes.NewReader(text))
		require.NoError(t, err, name)
		require.Len(t, h.Values(), want.values, name)
		require.Equal(t, want.levels, h.Levels(), name)
		got, err := h.Generalize(want.value, 1)
		require.NoError(t, err)
		require.Equal(t, want.group, got)
		if want.up != "" {
			got, err = h.Generalize(want.value, 2)
			require.NoError(t, err)
			require.Equal(t, want.up, got)
		}
		for _, value := range h.Values() {
			top, err := h.Generalize(value, h.Levels())
			require.NoError(t, err)
			require.Equal(t, "*", top)
		}
		var b strings.Builder
		_, err = h.WriteTo(&b)
		require.NoError(t, err)
		require.Equal(t, strings.TrimSuffix(string(text), "\n")+"\n", b.String())
	}
}

func FuzzReadHierarchy(f *testing.F) {
	for _, s := range []string{"34;30-39;20-49;*\n45;40-49;20-49;*", "a;*", "\"a\r\nb\";*\n", "a;x;1\nb;x;2\n", "\ufeffa;b", " a;\\.\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h, err := ReadHierarchy(strings.NewReader(text))
		if err != nil {
			require.Nil(t, h)
			return
		}
		// Who agree at one level agree at all above.
		for level := 1; level < h.Levels(); level++ {
			parents := map[string]string{}
			for _, v := range h.Values() {
				at, err := h.Generalize(v, level)
				require.NoError(t, err)
				up, err := h.Generalize(v, level+1)
				require.NoError(t, err)
				if parents[at] == "" {
					parents[at] = up
				}
				require.Equal(t, parents[at], up)
			}
		}
		var b strings.Builder
		_, err = h.WriteTo(&b)
		require.NoError(t, err)
		again, err := ReadHierarchy(strings.NewReader(b.String()))
		require.NoError(t, err)
		require.Equal(t, h, again)
	})
}

func ExampleReadHierarchy() {
	h, err := ReadHierarchy(strings.NewReader("Bakker;Food;*\nSlager;Food;*\nSmid;Metal;*\n"))
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(h.Levels())
	fmt.Println(h.Generalize("Slager", 1))
	fmt.Println(h.Generalize("Molenaar", 1))
	// Output:
	// 2
	// Food <nil>
	//  anonymize: unknown value
}
