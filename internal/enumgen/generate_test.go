package main

import (
	"database/sql"
	"database/sql/driver"
	"encoding"
	"encoding/json"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	enums "github.com/grondslag/grondslag/internal/enum"
	"github.com/grondslag/grondslag/internal/enumgen/testdata/color"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the golden file")

const golden = "testdata/color"

var (
	_ = enums.Parse[color.Color]
	_ = enums.Parse[color.Size]

	_ encoding.TextAppender    = color.Color("")
	_ encoding.TextMarshaler   = color.Color("")
	_ encoding.TextUnmarshaler = (*color.Color)(nil)
	_ sql.Scanner              = (*color.Color)(nil)
	_ driver.Valuer            = color.Color("")
	_ slog.LogValuer           = color.Color("")
)

func TestGolden(t *testing.T) {
	t.Parallel()
	if *update {
		require.NoError(t, run(golden, []string{"Color", "Size"}, false))
	}
	want, err := os.ReadFile(filepath.Join(golden, file))
	require.NoError(t, err)
	got, err := generate(golden, []string{"Color", "Size"})
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}

func TestCheck(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, src string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(src), 0o644))
	}
	write("a.go", "package a\n\ntype A string\n\nconst One A = \"1\"\n")

	require.ErrorIs(t, run(dir, []string{"A"}, true), os.ErrNotExist)
	require.NoFileExists(t, filepath.Join(dir, file), "a check writes nothing")
	require.NoError(t, run(dir, []string{"A"}, false))
	require.NoError(t, run(dir, []string{"A"}, true))

	// A new constant in a new file: out of date until written, and what is written is not read back.
	write("b.go", "package a\n\nconst Two A = \"2\"\n")
	before, err := os.ReadFile(filepath.Join(dir, file))
	require.NoError(t, err)
	require.ErrorContains(t, run(dir, []string{"A"}, true), "not up to date: run go generate")
	after, err := os.ReadFile(filepath.Join(dir, file))
	require.NoError(t, err)
	require.Equal(t, before, after, "a check writes nothing")
	require.NoError(t, run(dir, []string{"A"}, false))
	require.NoError(t, run(dir, []string{"A"}, true))
}

func TestGenerateRefuses(t *testing.T) {
	t.Parallel()
	_, err := generate(golden, []string{"Color", "Shape"})
	require.EqualError(t, err, "no constants of type Shape in package color")

	_, err = generate(t.TempDir(), []string{"Color"})
	require.ErrorContains(t, err, "no constants of type Color")

	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.go"), []byte("package a\n\nconst = 1\n"), 0o644))
	_, err = generate(dir, []string{"Color"})
	require.Error(t, err)
}

// The methods in the golden file, which is compiled into this test.
func TestMethods(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"red", "green"}, color.Red.Values())
	require.Equal(t, []string{"l", "s", "m", "xxl"}, color.Size("").Values())
	require.Equal(t, "string", color.Red.GormDataType())
	require.Equal(t, "red", color.Red.String())
	require.Equal(t, "red", color.Red.LogValue().String())

	const purple = color.Color("purple")
	require.True(t, color.Green.Valid())
	require.False(t, color.Color("").Valid())
	require.False(t, purple.Valid())
	require.True(t, color.Color("").IsZero())
	require.False(t, purple.IsZero())

	v, err := color.Green.Value()
	require.NoError(t, err)
	require.Equal(t, driver.Value("green"), v)
	_, err = purple.Value()
	require.ErrorContains(t, err, "color.Color: unknown value")
	_, err = purple.MarshalText()
	require.Error(t, err)

	c := color.Green
	require.Error(t, c.Scan("purple"))
	require.Error(t, c.UnmarshalText([]byte("purple")))
	require.Equal(t, color.Green, c, "an error leaves the value as it was")
	require.NoError(t, c.Scan(nil))
	require.Empty(t, c)
	require.NoError(t, c.Scan([]byte("red")))
	require.Equal(t, color.Red, c)
}

func TestJSON(t *testing.T) {
	t.Parallel()
	type dress struct {
		Color color.Color         `json:"color,omitzero"`
		Sizes []color.Size        `json:"sizes"`
		Stock map[color.Color]int `json:"stock"`
	}
	in := dress{Sizes: []color.Size{color.Huge, ""}, Stock: map[color.Color]int{color.Red: 2}}
	b, err := json.Marshal(in)
	require.NoError(t, err)
	require.JSONEq(t, `{"sizes":["xxl",""],"stock":{"red":2}}`, string(b))
	var out dress
	require.NoError(t, json.Unmarshal(b, &out))
	require.Equal(t, in, out)

	for _, bad := range []string{`{"color":"RED"}`, `{"sizes":["xl"]}`, `{"stock":{"blue":1}}`, `{"color":1}`} {
		require.Error(t, json.Unmarshal([]byte(bad), &out), bad)
	}
	_, err = json.Marshal(dress{Color: "blue"})
	require.Error(t, err)
}

// TestConstantsThatWouldBeMissed: a closed list that is not complete is none.
func TestConstantsThatWouldBeMissed(t *testing.T) {
	for want, text := range map[string]string{
		"before the equals sign": `B = Color("b")`,
		"zero value":             `B Color = ""`,
	} {
		dir := t.TempDir()
		src := "package p\n\ntype Color string\n\nconst (\n\tA Color = \"a\"\n\t" + text + "\n)\n"
		require.NoError(t, os.WriteFile(filepath.Join(dir, "p.go"), []byte(src), 0o600))
		_, err := generate(dir, []string{"Color"})
		require.ErrorContains(t, err, want)
	}
}
