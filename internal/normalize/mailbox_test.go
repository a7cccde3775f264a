package normalize

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAppendMailbox(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", 64)
	for _, c := range []struct{ in, fold, keep, plain string }{
		{" Jan.de.Vries+News@Example.NL\r\n", "jan.de.vries+news@example.nl", "Jan.de.Vries+News@example.nl", "jan.de.vries@example.nl"},
		{"a+b+c@x.nl", "a+b+c@x.nl", "a+b+c@x.nl", "a@x.nl"},
		{"+News@x.nl", "+news@x.nl", "+News@x.nl", "+news@x.nl"},
		{"jan@localhost", "jan@localhost", "jan@localhost", "jan@localhost"},
		{"Jan@Bücher.Example", "jan@xn--bcher-kva.example", "Jan@xn--bcher-kva.example", "jan@xn--bcher-kva.example"},
		{"jan@XN--bcher-kva.example", "jan@xn--bcher-kva.example", "jan@xn--bcher-kva.example", "jan@xn--bcher-kva.example"},
		{"jan@ＥＸＡＭＰＬＥ。nl", "jan@example.nl", "jan@example.nl", "jan@example.nl"},
		{"Zoe\u0308+x@example.nl", "zoë+x@example.nl", "Zoë+x@example.nl", "zoë@example.nl"},
		{"IŞIK@example.com", "işik@example.com", "IŞIK@example.com", "işik@example.com"}, // no Turkish rule: I is i
		{`"Jan+a b"@x.nl`, `"jan+a b"@x.nl`, `"Jan+a b"@x.nl`, `"jan+a b"@x.nl`},
		{`"a@b"@x.nl`, `"a@b"@x.nl`, `"a@b"@x.nl`, `"a@b"@x.nl`},
		{`"a\"b"@x.nl`, `"a\"b"@x.nl`, `"a\"b"@x.nl`, `"a\"b"@x.nl`},
		{"o'neil..x.@x.nl", "o'neil..x.@x.nl", "o'neil..x.@x.nl", "o'neil..x.@x.nl"}, // such boxes exist
		{long + "@x.nl", long + "@x.nl", long + "@x.nl", long + "@x.nl"},
	} {
		for part, want := range map[Local]string{FoldLocal: c.fold, KeepLocal: c.keep, PlainLocal: c.plain} {
			got, ok := AppendMailbox([]byte("x"), []byte(c.in), part)
			require.True(t, ok, c.in)
			require.Equal(t, "x"+want, string(got), c.in)
		}
	}
	label := strings.Repeat("a", 63)
	for _, in := range []string{
		"", " ", "@", "jan", "jan@", "@x.nl", "jan@x.nl,piet@x.nl", "Jan <jan@x.nl>", "<jan@x.nl>", "mailto:jan@x.nl", "jan@x.nl (Jan)", "(c)jan@x.nl",
		"jan de@x.nl", "jan@x .nl", "jan@x.nl.", "jan@.nl", "jan@x..nl", "jan@-x.nl", "jan@x-.nl", "jan@x_y.nl", "jan@[192.0.2.1]", "jan@192.0.2.1", "jan@x.1",
		"jan@piet@x.nl", "jan\x00@x.nl", "jan\n@x.nl", "jan\u200b@x.nl", "jan\u00a0@x.nl", "jan@x\u200b.nl\x00", "jan\xff@x.nl", "jan@x\xff.nl",
		`"@x.nl`, `""@x.nl`, `"a"b"@x.nl`, `"a\"@x.nl`, `a"b@x.nl`, `"a` + "\x01" + `"@x.nl`, "jan＠x.nl",
		long + "a@x.nl", "jan@" + label + "a.nl", "jan@" + label + "." + label + "." + label + "." + label + ".nl",
		"jan@xn--a.nl", "jan@xn--.nl", "jan@\u00ad", strings.Repeat("\u00ad", 2000) + "@x.nl", "+433942",
	} {
		for _, part := range []Local{FoldLocal, KeepLocal, PlainLocal} {
			got, ok := AppendMailbox([]byte("x"), []byte(in), part)
			require.False(t, ok, "%q", in)
			require.Equal(t, "x", string(got), "%q", in)
		}
	}
}

func FuzzAppendMailbox(f *testing.F) {
	f.Add("Jan+x@Bücher.example", uint8(2))
	f.Add(`"a\"b"@xn--bcher-kva.example`, uint8(0))
	f.Fuzz(func(t *testing.T, s string, part uint8) {
		local := Local(part % 3)
		once, ok := AppendMailbox(nil, []byte(s), local)
		require.Equal(t, ok, len(once) > 0)
		if !ok {
			return
		}
		twice, ok := AppendMailbox(nil, once, local)
		require.True(t, ok)
		require.Equal(t, string(once), string(twice), "not idempotent")
		if local == FoldLocal {
			require.Equal(t, string(AppendEmail(nil, []byte(s))), string(once), "marks of consent would not be found")
		}
	})
}
