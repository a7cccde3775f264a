package exports

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/basis/reconsent"
)

func amsterdam(t testing.TB) *time.Location {
	loc, err := time.LoadLocation("Europe/Amsterdam")
	require.NoError(t, err)
	return loc
}

func table(t testing.TB) *reconsent.Table {
	tab, err := reconsent.NewTable(reconsent.Controller{Country: "NL"}, time.Date(2026, 11, 24, 12, 0, 0, 0, amsterdam(t)))
	require.NoError(t, err)
	return tab
}

var newsletter = Purpose{ID: "newsletter", Kind: basis.DirectMarketing, Channels: []basis.Channel{basis.Email}}

func text(s string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(s)), nil }
}

func open(t testing.TB, name, content string, cfg Config) *File {
	if cfg.Purposes == nil {
		cfg.Purposes = []Purpose{newsletter}
	}
	f, err := Open(name, text(content), cfg)
	require.NoError(t, err)
	return f
}

// answers returns what line makes of each answer, and errors as they read.
func answers(t testing.TB, files []*File, line func(*reconsent.Facts, reconsent.Answer) string) []string {
	tab := table(t)
	var out []string
	for f, err := range (&Set{Table: tab, Files: files}).All() {
		if err != nil {
			out = append(out, err.Error())
			continue
		}
		out = append(out, line(&f, tab.Decide(&f)))
	}
	return out
}

// judge returns "file:row outcome rule grade" per answer.
func judge(t testing.TB, files ...*File) []string {
	return answers(t, files, func(f *reconsent.Facts, a reconsent.Answer) string {
		return fmt.Sprintf("%s:%d %s %s %s", f.Origin.File, f.Origin.Row, a.Outcome, a.Rule, a.Evidence)
	})
}

func TestHubSpotObjectionReachesOtherRowsAndFiles(t *testing.T) {
	hub := open(t, "hub.csv", "Record ID,Email,Unsubscribed from all email\n1,a@example.com,false\n2,B@example.com,true\n3,b@example.com,\n2,c@example.com,\n", Config{})
	require.Equal(t, HubSpot, hub.Product)
	chimp := open(t, "chimp.csv", "Email Address,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LEID\nc@example.com,2024-01-01 10:00:00,1.2.3.4,2024-01-01 10:05:00,1.2.3.4,9\nd@example.com,2024-01-01 10:00:00,1.2.3.4,2024-01-01 10:06:00,1.2.3.4,9\n", Config{})
	require.Equal(t, Mailchimp, chimp.Product)
	require.Equal(t, []string{
		"hub.csv:1 ask_other_channel email.no-consent none",
		"hub.csv:2 stop_objected marketing.objected none",
		"hub.csv:3 stop_objected marketing.objected none",
		"hub.csv:4 stop_objected marketing.objected none",
		"chimp.csv:1 stop_objected marketing.objected partial",
		"chimp.csv:2 ask_other_channel email.no-consent partial",
	}, judge(t, hub, chimp))
}
