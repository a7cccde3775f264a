package receipt

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestHTMLGolden(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "nl"} {
		page, err := shopRecord(t).HTML(lang)
		require.NoError(t, err)
		golden(t, "receipt."+lang+".html", page)
	}
}
