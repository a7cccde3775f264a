package reconsent

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestManualListsTheRules: the package comment has every rule in the order of asking, with
// its outcomes and with provisions that the rule has.
func TestManualListsTheRules(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("doc.go")
	require.NoError(t, err)
	_, table, found := strings.Cut(string(src), "// # The rules\n")
	require.True(t, found)
	table, _, _ = strings.Cut(table, "// # Unknown")
	var listed []string
	text := map[string]string{}
	for line := range strings.Lines(table) {
		line, indented := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "//\t")
		if !indented || strings.HasPrefix(line, "rule ") {
			continue
		}
		if line[0] != ' ' {
			id, _, _ := strings.Cut(line, " ")
			listed = append(listed, id)
		}
		text[listed[len(listed)-1]] += line + "\n"
	}
	var ids []string
	for _, r := range rules() {
		if len(ids) == 0 || ids[len(ids)-1] != r.id {
			ids = append(ids, r.id)
		}
		require.Regexp(t, `\b`+string(r.outcome)+`\b`, text[r.id], r.id)
		require.Equal(t, r.balance, r.balance && strings.Contains(text[r.id], "balanced"), r.id)
		for _, c := range r.cites {
			switch c {
			case national:
				c = "national"
			case customerCode:
				c = "Code Telemarketing"
			}
			// "GDPR 21(2), 21(3)": the law is said once.
			c = strings.TrimPrefix(c, "GDPR ")
			require.Regexp(t, `\b`+regexp.QuoteMeta(c)+`(\s|,|;|$)`, text[r.id], r.id)
		}
	}
	require.Equal(t, ids, listed)
}
