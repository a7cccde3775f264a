package retention_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/basis"
	"github.com/grondslag/grondslag/retention"
)

// hold is in force from 2022-01-01 until released.
func hold(t testing.TB, id string, change func(*retention.Hold)) retention.Hold {
	t.Helper()
	h := retention.Hold{ID: id, Reason: retention.Litigation, Owner: "legal", From: day(t, "2022-01-01"), Review: day(t, "2024-01-01")}
	if change != nil {
		change(&h)
	}
	return h
}

func holdsOf(t testing.TB, list ...retention.Hold) *retention.Holds {
	t.Helper()
	hs, err := retention.NewHolds(list...)
	require.NoError(t, err)
	return hs
}

func ids(list []retention.Hold) (out []string) {
	for _, h := range list {
		out = append(out, h.ID)
	}
	return out
}

func TestHoldInForce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, until string
		on          map[string]bool
	}{
		{"2022-01-01", "", map[string]bool{"2021-12-31": false, "2022-01-01": true, "9999-12-31": true}},
		{"2022-01-01", "2022-01-01", map[string]bool{"2021-12-31": false, "2022-01-01": true, "2022-01-02": false}},
		{"2022-01-01", "2022-06-30", map[string]bool{"2022-06-30": true, "2022-07-01": false}},
		{"2022-01-01", "2021-12-31", map[string]bool{"2021-12-31": false, "2022-01-01": false}}, // released before it began
	} {
		h := retention.Hold{From: day(t, c.from)}
		if c.until != "" {
			h.Until = day(t, c.until)
		}
		for on, want := range c.on {
			require.Equal(t, want, h.InForce(day(t, on)), "%s to %s on %s", c.from, c.until, on)
		}
		require.False(t, h.InForce(0), "no day")
	}
}

// A release ends a hold from that day on; it never prolongs one, and no day releases nothing.
func TestRelease(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ from, until, release, want string }{
		{"2022-01-01", "", "2022-03-10", "2022-03-09"},
		{"2022-01-01", "2023-12-31", "2022-03-10", "2022-03-09"},
		{"2022-01-01", "2022-02-01", "2022-03-10", "2022-02-01"}, // had ended
		{"2022-01-01", "2022-03-09", "2022-03-10", "2022-03-09"},
		{"2022-01-01", "2022-03-10", "2022-03-10", "2022-03-09"},
		{"2022-01-01", "", "2022-01-01", "2021-12-31"}, // on its first day: it never was
		{"2022-01-01", "", "2021-06-01", "2021-12-31"}, // before it began
		{"2022-01-01", "2023-12-31", "2021-06-01", "2021-12-31"},
		{"2022-01-01", "", "", ""},
		{"2022-01-01", "2023-12-31", "", "2023-12-31"},
	} {
		h := hold(t, "h", func(h *retention.Hold) {
			h.From = day(t, c.from)
			require.NoError(t, h.Until.UnmarshalText([]byte(c.until)))
		})
		var on retention.Date
		require.NoError(t, on.UnmarshalText([]byte(c.release)))
		released := h.Release(on)
		require.Equal(t, c.want, released.Until.String(), "%+v", c)
		_, err := retention.NewHolds(released)
		require.NoError(t, err, "%+v", c)
		require.Equal(t, released, released.Release(on), "twice is once")
	}
}

// Several holds at once: each counts, and the last to go lets go (openregister#3436, granit-dotnet#639).
func TestSeveralHolds(t *testing.T) {
	t.Parallel()
	s := scheduleOf(t, plain(t, "marketing", retention.Maximum, "P2Y", retention.Contacted))
	r := retention.Record{Subject: "c-1", History: history(t, retention.Contacted, "2020-01-01")} // due from 2022-01-02
	all := []retention.Hold{
		hold(t, "suit", func(h *retention.Hold) { h.Until = day(t, "2022-03-31") }),
		hold(t, "tax-office", func(h *retention.Hold) {
			h.Reason, h.From, h.Until = retention.Investigation, day(t, "2022-02-01"), day(t, "2022-06-30")
		}),
		hold(t, "person", func(h *retention.Hold) { h.Subjects, h.Until = []basis.Subject{"c-1", "c-1"}, day(t, "2022-02-15") }),
		hold(t, "another", func(h *retention.Hold) { h.Subjects = []basis.Subject{"c-2"} }),
	}
	hs := holdsOf(t, all...)
	for _, c := range []struct {
		at      string
		holds   []string
		state   retention.State
		overdue int
	}{
		{"2021-12-31", nil, retention.Active, 0},
		{"2022-01-01", []string{"suit", "person"}, retention.Active, 0}, // a hold that changes nothing counts all the same
		{"2022-01-02", []string{"suit", "person"}, retention.Held, 0},
		{"2022-02-01", []string{"suit", "tax-office", "person"}, retention.Held, 0},
		{"2022-02-16", []string{"suit", "tax-office"}, retention.Held, 0},
		{"2022-04-01", []string{"tax-office"}, retention.Held, 0},
		{"2022-06-30", []string{"tax-office"}, retention.Held, 0},
		{"2022-07-01", nil, retention.Due, 181}, // the clock ran on: due by 2022-01-01
	} {
		d, ok := s.Field("email", &r, day(t, c.at), hs)
		require.True(t, ok)
		require.Equal(t, c.state, d.State, c.at)
		require.Equal(t, len(c.holds), d.Holds, c.at)
		require.Equal(t, c.holds, ids(hs.On(day(t, c.at), "c-1", []retention.ClassID{"a"}, "email")), c.at)
		require.Equal(t, c.overdue, d.Overdue, c.at)
		require.Equal(t, "2022-01-01", d.KeepUntil.String(), "a hold suspends disposition, not the clock")
		if c.state == retention.Held {
			require.Zero(t, d.DeleteFrom)
			require.Empty(t, d.Purposes(), "a hold permits no use")
		}
	}
}

// What is overdue when a hold is released is due on that very day (OpenTranscribe#442).
func TestReleaseMakesDueAtOnce(t *testing.T) {
	t.Parallel()
	s := scheduleOf(t, plain(t, "marketing", retention.Maximum, "P2Y", retention.Contacted))
	r := retention.Record{Subject: "c-1", History: history(t, retention.Contacted, "2020-01-01")}
	h := hold(t, "suit", nil)
	d, _ := s.Field("email", &r, day(t, "2025-03-10"), holdsOf(t, h))
	require.Equal(t, retention.Held, d.State)
	released := holdsOf(t, h.Release(day(t, "2025-03-10")))
	d, _ = s.Field("email", &r, day(t, "2025-03-09"), released)
	require.Equal(t, retention.Held, d.State)
	d, _ = s.Field("email", &r, day(t, "2025-03-10"), released)
	require.Equal(t, retention.Due, d.State)
	require.Equal(t, "2022-01-02", d.DeleteFrom.String())
	require.Equal(t, int(day(t, "2025-03-10")-day(t, "2022-01-01")), d.Overdue)
}

// Each scope that is not empty must match: subject, class and field.
func TestHoldScopes(t *testing.T) {
	t.Parallel()
	s, err := retention.NewSchedule(retention.Policy{
		Classes: []retention.Class{
			{ID: "customer", Uses: []retention.Use{plain(t, "marketing", retention.Maximum, "P2Y", retention.Contacted)}},
			{ID: "invoice", Uses: []retention.Use{plain(t, "tax", retention.Minimum, "P1Y", retention.Drafted)}},
		},
		Fields: map[basis.Field][]retention.ClassID{
			"email": {"customer"}, "home": {"customer"}, "home.street": {"customer"}, "homepage": {"customer"}, "iban": {"customer", "invoice"}, "total": {"invoice"},
		},
	})
	require.NoError(t, err)
	r := retention.Record{Subject: "c-1", History: history(t, retention.Contacted, "2019-01-01", retention.Drafted, "2019-01-01")}
	at := day(t, "2023-01-01")
	type scope struct {
		subjects []basis.Subject
		classes  []retention.ClassID
		fields   []basis.Field
	}
	for name, c := range map[string]struct {
		scope scope
		want  []basis.Field // that are held
	}{
		"everything":            {scope{}, []basis.Field{"email", "home", "home.street", "homepage", "iban", "total"}},
		"the subject":           {scope{subjects: []basis.Subject{"c-0", "c-1"}}, []basis.Field{"email", "home", "home.street", "homepage", "iban", "total"}},
		"another subject":       {scope{subjects: []basis.Subject{"c-2"}}, nil},
		"a class":               {scope{classes: []retention.ClassID{"invoice"}}, []basis.Field{"iban", "total"}},
		"another class":         {scope{classes: []retention.ClassID{"payroll"}}, nil},
		"two classes":           {scope{classes: []retention.ClassID{"payroll", "customer"}}, []basis.Field{"email", "home", "home.street", "homepage", "iban"}},
		"a field":               {scope{fields: []basis.Field{"email"}}, []basis.Field{"email"}},
		"a record within":       {scope{fields: []basis.Field{"home"}}, []basis.Field{"home", "home.street"}},
		"a field of one within": {scope{fields: []basis.Field{"home.street"}}, []basis.Field{"home", "home.street"}},
		"a field deep within":   {scope{fields: []basis.Field{"home.street.number"}}, []basis.Field{"home", "home.street"}},
		"an undeclared field":   {scope{fields: []basis.Field{"fax"}}, nil},
		"a field of a class":    {scope{classes: []retention.ClassID{"invoice"}, fields: []basis.Field{"email", "iban"}}, []basis.Field{"iban"}},
		"all three":             {scope{[]basis.Subject{"c-1"}, []retention.ClassID{"invoice"}, []basis.Field{"total"}}, []basis.Field{"total"}},
		"one of three fails":    {scope{[]basis.Subject{"c-2"}, []retention.ClassID{"invoice"}, []basis.Field{"total"}}, nil},
	} {
		hs := holdsOf(t, hold(t, "h", func(h *retention.Hold) {
			h.Subjects, h.Classes, h.Fields = c.scope.subjects, c.scope.classes, c.scope.fields
		}))
		var held []basis.Field
		for _, d := range s.Decide(nil, &r, at, hs) {
			if d.State == retention.Held {
				held = append(held, d.Field)
				require.Equal(t, 1, d.Holds)
				continue
			}
			require.Equal(t, retention.Due, d.State)
			require.Zero(t, d.Holds)
		}
		require.Equal(t, c.want, held, name)
		// A class as such is held by a hold on any of its fields.
		_, isClass := s.Class("invoice", &r, at, hs)
		require.True(t, isClass)
		d, _ := s.Class("invoice", &r, at, hs)
		covers := (len(c.scope.subjects) == 0 || c.scope.subjects[0] != "c-2") && (len(c.scope.classes) == 0 || c.scope.classes[0] == "invoice")
		require.Equal(t, covers, d.State == retention.Held, name)
	}
}

func TestNewHoldsRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*retention.Hold)
		err    string
	}{
		"no ID":              {func(h *retention.Hold) { h.ID = "" }, "a hold needs an ID"},
		"personal data":      {func(h *retention.Hold) { h.ID = marker }, "a hold needs an ID"},
		"no reason":          {func(h *retention.Hold) { h.Reason = "" }, "hold h has no known reason"},
		"a reason of words":  {func(h *retention.Hold) { h.Reason = marker }, "has no known reason"},
		"no owner":           {func(h *retention.Hold) { h.Owner = " " }, "has no owner"},
		"no first day":       {func(h *retention.Hold) { h.From = 0 }, "has no first day"},
		"ends before":        {func(h *retention.Hold) { h.Until = h.From - 2 }, "ends before it begins"},
		"for ever, unlooked": {func(h *retention.Hold) { h.Review = 0 }, "neither an end nor a day of review"},
	} {
		hs, err := retention.NewHolds(hold(t, "g", nil), hold(t, "h", func(h *retention.Hold) {
			h.Subjects, h.Owner = []basis.Subject{marker}, marker
			c.change(h)
		}))
		require.ErrorContains(t, err, c.err, name)
		require.NotContains(t, err.Error(), marker, name)
		require.Nil(t, hs)
	}
	_, err := retention.NewHolds(hold(t, "h", nil), hold(t, "h", nil), hold(t, "i", func(h *retention.Hold) { h.Owner = "" }))
	require.ErrorContains(t, err, "hold h is there twice")
	require.ErrorContains(t, err, "hold i has no owner")
}

// A set is what it was when it was checked. No set, and an empty one, hold nothing.
func TestHoldsAreTheirOwn(t *testing.T) {
	t.Parallel()
	h := hold(t, "h", func(h *retention.Hold) {
		h.Subjects, h.Classes, h.Fields = []basis.Subject{"c-2", "c-1"}, []retention.ClassID{"a"}, []basis.Field{"email"}
	})
	list := []retention.Hold{h}
	hs := holdsOf(t, list...)
	require.Equal(t, []basis.Subject{"c-2", "c-1"}, h.Subjects, "the order of the caller")
	h.Subjects[0], h.Subjects[1], h.Classes[0], h.Fields[0], list[0].From = "x", "x", "x", "x", 1
	on := day(t, "2022-01-01")
	require.Equal(t, []string{"h"}, ids(hs.On(on, "c-1", []retention.ClassID{"a"}, "email")))
	require.Empty(t, hs.On(on, "x", []retention.ClassID{"x"}, "x"))

	var none *retention.Holds
	for _, hs := range []*retention.Holds{none, {}, holdsOf(t)} {
		require.Empty(t, hs.On(on, "c-1", nil, "email"))
		require.Empty(t, hs.Reviews(on))
	}
}

// Evidence for an open request must not be purged before the answer (margince#3380).
func TestRequestHold(t *testing.T) {
	t.Parallel()
	received := day(t, "2022-01-02")
	due, err := retention.SubjectRequest().LastDay(received, retention.HolidayFunc(func(retention.Date) bool { return false }))
	require.NoError(t, err)
	h := retention.RequestHold("request-7", "c-1", received, due)
	require.Equal(t, retention.OpenRequest, h.Reason)
	hs := holdsOf(t, h)
	s := scheduleOf(t, plain(t, "marketing", retention.Maximum, "P2Y", retention.Contacted))
	for subject, want := range map[basis.Subject]retention.State{"c-1": retention.Held, "c-2": retention.Due} {
		r := retention.Record{Subject: subject, History: history(t, retention.Contacted, "2020-01-01")}
		d, _ := s.Field("email", &r, received, hs)
		require.Equal(t, want, d.State, subject)
	}
	require.Empty(t, hs.Reviews(due-1))
	require.Equal(t, []string{"request-7"}, ids(hs.Reviews(due)))
	require.Equal(t, []string{"request-7"}, ids(hs.Reviews(due+100)), "until it is released")
	require.Empty(t, holdsOf(t, h.Release(due)).Reviews(due))
	_, err = retention.NewHolds(retention.RequestHold("request-8", "c-1", received, 0))
	require.ErrorContains(t, err, "neither an end nor a day of review")
}

func TestReviews(t *testing.T) {
	t.Parallel()
	hs := holdsOf(t,
		hold(t, "later", func(h *retention.Hold) { h.Review = day(t, "2023-06-02") }),
		hold(t, "now", func(h *retention.Hold) { h.Review = day(t, "2023-06-01") }),
		hold(t, "long-ago", func(h *retention.Hold) { h.Review = day(t, "2022-06-01") }),
		hold(t, "ended", func(h *retention.Hold) { h.Review, h.Until = day(t, "2022-06-01"), day(t, "2023-05-31") }),
		hold(t, "to-come", func(h *retention.Hold) { h.Review, h.From = day(t, "2023-06-01"), day(t, "2023-06-02") }),
		hold(t, "bounded", func(h *retention.Hold) { h.Review, h.Until = 0, day(t, "2024-01-01") }),
	)
	require.Equal(t, []string{"now", "long-ago"}, ids(hs.Reviews(day(t, "2023-06-01"))))
}

// A hold is kept as JSON and comes back the same.
func TestHoldJSON(t *testing.T) {
	t.Parallel()
	h := hold(t, "suit", func(h *retention.Hold) { h.Subjects = []basis.Subject{"c-1"} })
	b, err := json.Marshal(h)
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"suit","reason":"litigation","owner":"legal","from":"2022-01-01","review":"2024-01-01","subjects":["c-1"]}`, string(b))
	var back retention.Hold
	require.NoError(t, json.Unmarshal(b, &back))
	require.Equal(t, h, back)
}
