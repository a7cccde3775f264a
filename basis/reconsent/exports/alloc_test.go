package exports

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis/reconsent"
)

const benchRows = 100_000

// hubspotRows and mailchimpRows are exports of n contacts, of which one in 20 left.
func hubspotRows(n int) string {
	var b strings.Builder
	b.WriteString("Record ID,First Name,Last Name,Email,Phone Number,Contact owner,Primary Company,Lead Status,Marketing contact status,Create Date,Lifecycle Stage,Became a Customer Date,Record source,Legal basis for processing contact's data,Unsubscribed from all email,Opted out of email: Newsletter\n")
	for i := range n {
		fmt.Fprintf(&b, `"%d","Jan","de Vries","jan.devries%d@example.com","+31 6 0000 1234","","Example BV","New","Marketing contact","2023-05-06 12:13","Customer","2023-06-06 10:00","Form","Legitimate interest – existing customer","false","%v"`+"\n", int64(30150000000)+int64(i), i, i%20 == 0)
	}
	return b.String()
}

func mailchimpRows(n int) string {
	var b strings.Builder
	b.WriteString(mailchimpHeader + "\n")
	for i := range n {
		fmt.Fprintf(&b, "jan.devries%d@example.com,Jan,de Vries,html,2,2020-01-02 10:00:%02d,192.0.2.%d,2020-01-02 %02d:05:%02d,192.0.2.%d,52.0,5.0,1,2,Europe/Amsterdam,nl,nh,2021-01-02 10:05:00,%d,0a1b2c,,\"vip\"\n", i, i%60, i%250, i%24, i%60, i%250, i)
	}
	return b.String()
}

func each(t testing.TB, f *File, tab *reconsent.Table) int {
	n := 0
	(&Set{Table: tab, Files: []*File{f}}).Each(func(_ *reconsent.Facts, err error) bool {
		n++
		if err != nil {
			t.Error(err)
		}
		return err == nil
	})
	return n
}

// TestAllocationsPerRow: the name of the contact, and little else.
func TestAllocationsPerRow(t *testing.T) {
	tab := table(t)
	for name, content := range map[string]func(int) string{"hubspot": hubspotRows, "mailchimp": mailchimpRows} {
		few, many := open(t, name, content(1000), Config{}), open(t, name, content(3000), Config{})
		less := testing.AllocsPerRun(3, func() { each(t, few, tab) })
		more := testing.AllocsPerRun(3, func() { each(t, many, tab) })
		require.LessOrEqual(t, (more-less)/2000, 2.0, name)
	}
}

func BenchmarkEach(b *testing.B) {
	tab := table(b)
	for _, c := range []struct{ name, content string }{{"hubspot", hubspotRows(benchRows)}, {"mailchimp", mailchimpRows(benchRows)}} {
		f := open(b, c.name, c.content, Config{})
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(c.content)))
			b.ReportAllocs()
			for b.Loop() {
				require.Equal(b, benchRows, each(b, f, tab))
			}
		})
		b.Run(c.name+"/encoding-csv", func(b *testing.B) {
			b.SetBytes(int64(len(c.content)))
			b.ReportAllocs()
			for b.Loop() {
				r := csv.NewReader(strings.NewReader(c.content))
				r.ReuseRecord = true
				for {
					if _, err := r.Read(); err == io.EOF {
						break
					} else if err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
