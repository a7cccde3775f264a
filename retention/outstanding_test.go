package retention_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
)

func TestOutstanding(t *testing.T) {
	t.Parallel()
	log, _ := aLog(t)
	var o retention.Outstanding
	for e, err := range retention.Entries(strings.NewReader(log), retention.Head{}) {
		require.NoError(t, err)
		o.Add(e)
	}
	// 1 and 5 were completed by follow-ups; 2 and 7 have no recipients.
	numbers := func() (out []int64) {
		for _, c := range o.Certificates() {
			require.False(t, c.Complete())
			out = append(out, c.Number)
		}
		return out
	}
	require.Equal(t, []int64{4}, numbers())
	require.Empty(t, o.Strays())

	late := func(n, of int64, r basis.Recipient, s retention.NotificationState) {
		f := aFollowUp(of, r, s)
		f.Number = n
		o.Add(f)
	}
	late(8, 1, "mailer", retention.Acknowledged) // twice, of a complete one
	late(9, 3, "mailer", retention.Acknowledged) // of a follow-up
	late(10, 2, "found later", retention.Told)   // must still confirm, of a complete one
	late(11, 4, "mailer", retention.Told)        // found later, of an open one
	late(12, 4, "printer", retention.Acknowledged)
	late(13, 99, "x", retention.Acknowledged) // of nothing
	o.Add(retention.FollowUp{Number: 14, Of: 4})
	var strays []int64
	for _, f := range o.Strays() {
		strays = append(strays, f.Number)
	}
	require.Equal(t, []int64{9, 10, 13, 14}, strays)
	require.Equal(t, []int64{4}, numbers())
	require.Equal(t, []retention.Notification{
		{Recipient: "printer", State: retention.Acknowledged}, {Recipient: "mailer", State: retention.Told},
	}, o.Certificates()[0].Recipients)
	late(15, 4, "mailer", retention.Acknowledged)
	require.Empty(t, numbers())
	o.Add(nil)
	var zero retention.Outstanding
	require.Empty(t, zero.Certificates())
}
