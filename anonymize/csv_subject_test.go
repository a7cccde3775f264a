package anonymize_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/anonymize"
	"github.com/grondslag/grondslag/anonymize/reidentify"
)

// TestCSVSubjectForm: the subject is the normal form, as in a plan, or revealing from
// the normal form would move dates to days on which they never were.
func TestCSVSubjectForm(t *testing.T) {
	t.Parallel()
	p, err := anonymize.ParsePolicy([]byte(`{"version":1,"fields":{"who":"siv,norm=email,subject","at":"dateshift"}}`))
	require.NoError(t, err)
	c := anonymize.CSV{Policy: p, Setting: testSetting(t)}
	var out, back strings.Builder
	_, err = c.Apply(t.Context(), &out, strings.NewReader("who,at\n Jan@Example.nl,2026-05-17\n"))
	require.NoError(t, err)
	_, err = c.Reveal(t.Context(), reidentify.Because("test"), &back, strings.NewReader(out.String()))
	require.NoError(t, err)
	require.Equal(t, "who,at\njan@example.nl,2026-05-17\n", back.String())

	type row struct {
		Who string    `anonymize:"siv,norm=email,subject"`
		At  time.Time `anonymize:"dateshift"`
	}
	plan, err := anonymize.Compile[row](c.Setting)
	require.NoError(t, err)
	treated, err := plan.Apply(t.Context(), row{"JAN@example.nl", time.Date(2026, 5, 17, 0, 0, 0, 0, time.UTC)})
	require.NoError(t, err)
	require.Contains(t, out.String(), treated.Who+","+treated.At.Format(time.DateOnly))
}
