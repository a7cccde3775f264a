package retention_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/grondslag/grondslag/retention"
)

// The stored format as an independent reading of its specification: structs that
// encoding/json writes in the order of their fields.

type referenceEntry struct {
	V          int              `json:"v"`
	N          int64            `json:"n"`
	Prev       string           `json:"prev"`
	Type       string           `json:"type"`
	Rule       string           `json:"rule,omitempty"`
	Term       int              `json:"term,omitempty"`
	Law        string           `json:"law,omitempty"`
	Class      string           `json:"class,omitempty"`
	Fields     []string         `json:"fields,omitempty"`
	Event      string           `json:"event,omitempty"`
	On         string           `json:"on,omitempty"`
	LastDay    string           `json:"last_day,omitempty"`
	DueBy      string           `json:"due_by,omitempty"`
	Decided    string           `json:"decided,omitempty"`
	Done       string           `json:"done,omitempty"`
	Action     string           `json:"action,omitempty"`
	Count      int64            `json:"count,omitempty"`
	Subject    string           `json:"subject,omitempty"`
	Of         int64            `json:"of,omitempty"`
	Recipient  string           `json:"recipient,omitempty"`
	State      string           `json:"state,omitempty"`
	Reason     string           `json:"reason,omitempty"`
	At         string           `json:"at,omitempty"`
	By         string           `json:"by"`
	Backups    string           `json:"backups_until,omitempty"`
	Recipients *[]referenceTold `json:"recipients,omitempty"`
}

type referenceTold struct {
	Recipient string `json:"recipient"`
	State     string `json:"state"`
	Reason    string `json:"reason,omitempty"`
}

func referenceLine(n int64, prev [32]byte, e retention.Entry) (line string, hash [32]byte) {
	r := referenceEntry{V: 1, N: n, Prev: hex.EncodeToString(prev[:])}
	switch e := e.(type) {
	case retention.Certificate:
		r.Type, r.Rule, r.Term, r.Law, r.Class = "certificate", e.Rule, e.Term, e.Law, e.Class
		for _, f := range e.Fields {
			r.Fields = append(r.Fields, string(f))
		}
		slices.Sort(r.Fields)
		r.Event, r.On, r.LastDay, r.DueBy = string(e.Start.Event), e.Start.On.String(), e.LastDay.String(), e.DueBy.String()
		r.Decided, r.Done, r.Action, r.Count = e.Decided.UTC().Format("2006-01-02T15:04:05Z"), e.Done.String(), string(e.Action), e.Count
		r.Subject, r.By, r.Backups = e.Subject.String(), e.Executor, e.BackupsUntil.String()
		told := []referenceTold{}
		for _, n := range e.Recipients {
			told = append(told, referenceTold{string(n.Recipient), string(n.State), string(n.Reason)})
		}
		slices.SortFunc(told, func(a, b referenceTold) int { return strings.Compare(a.Recipient, b.Recipient) })
		r.Recipients = &told
	case retention.FollowUp:
		r.Type, r.Of, r.At, r.By = "follow_up", e.Of, e.At.UTC().Format("2006-01-02T15:04:05Z"), e.Executor
		r.Recipient, r.State, r.Reason = string(e.Recipient), string(e.State), string(e.Reason)
	}
	return sealReference(strings.TrimSuffix(referenceJSON(r), "}"))
}

// sealReference ends a line as its hash demands.
func sealReference(body string) (line string, hash [32]byte) {
	hash = sha256.Sum256([]byte(body))
	return body + `,"hash":"` + hex.EncodeToString(hash[:]) + "\"}\n", hash
}

func referenceJSON(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// FuzzEntry: a line that Verify accepts is one that encoding/json writes again with
// the same bytes, without unknown keys, and that Append writes again too.
func FuzzEntry(f *testing.F) {
	for _, e := range someEntries(f) {
		line, _ := referenceLine(2, [32]byte{1}, e)
		body, _, _ := strings.Cut(line, `,"hash":`)
		f.Add(body)
		f.Add(strings.Replace(body, `"v":1`, `"v":2`, 1))
		f.Add(strings.Replace(body, `,"by":`, `, "by":`, 1))
		f.Add(strings.Replace(body, `e`, `\u0065`, 1))
	}
	from := retention.Head{Count: 1, Hash: [32]byte{1}}
	f.Fuzz(func(t *testing.T, body string) {
		line, hash := sealReference(body)
		var got []retention.Entry
		for e, err := range retention.Entries(strings.NewReader(line), from) {
			if err != nil {
				if len(body) > 40 && strings.Contains(err.Error(), body[30:]) {
					t.Fatalf("the error has content: %v", err)
				}
				return
			}
			got = append(got, e)
		}
		if len(got) != 1 {
			t.Fatalf("%d entries of one line", len(got))
		}
		var r referenceEntry
		dec := json.NewDecoder(strings.NewReader(body + "}"))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&r); err != nil {
			t.Fatalf("accepted what is no JSON: %v", err)
		}
		if again := referenceJSON(r); again != body+"}" {
			t.Fatalf("accepted\n%s\nwhich is\n%s", body, again)
		}
		if again, _ := referenceLine(2, from.Hash, got[0]); again != line {
			t.Fatalf("accepted\n%s\nwhich is\n%s", line, again)
		}
		c, err := retention.Resume(from)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		if _, err := c.Append(&out, got[0]); err != nil || out.String() != line || c.Head() != (retention.Head{Count: 2, Hash: hash}) {
			t.Fatalf("%v\n%s", err, out.String())
		}
	})
}

// FuzzVerify: whatever is read, nothing panics, and what is in order is written
// again by Append with the same bytes.
func FuzzVerify(f *testing.F) {
	log, _ := aLog(f)
	f.Add([]byte(log))
	f.Add([]byte(log[:len(log)/2]))
	f.Add([]byte("\n"))
	f.Fuzz(func(t *testing.T, log []byte) {
		var c retention.Chain
		var out bytes.Buffer
		var failed error
		for e, err := range retention.Entries(bytes.NewReader(log), retention.Head{}) {
			if failed = err; err != nil {
				break
			}
			if _, err := c.Append(&out, e); err != nil {
				t.Fatal(err)
			}
		}
		head, err := retention.Verify(bytes.NewReader(log), retention.Head{})
		if (err == nil) != (failed == nil) || head != c.Head() {
			t.Fatalf("%v, %v: %v, %v", err, failed, head, c.Head())
		}
		if !bytes.HasPrefix(log, out.Bytes()) || err == nil && !bytes.Equal(log, out.Bytes()) {
			t.Fatal("written again, it differs")
		}
	})
}
