package retention

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
)

// Comparison says what another schedule would make of the same records on the same
// day: the dry run of a new policy.
type Comparison struct {
	Today   Date          `json:"today"`
	Before  string        `json:"before"` // versions of the policies
	After   string        `json:"after"`
	Records int           `json:"records"`
	More    int           `json:"more"`  // records that become due in some class
	Fewer   int           `json:"fewer"` // records that are no longer due in some class
	Classes []ClassChange `json:"classes"`
}

// ClassChange counts records of one class.
type ClassChange struct {
	Class ClassID `json:"class"`
	// Due before and after, without holds; More became due, Fewer ceased to be.
	Before int `json:"before"`
	After  int `json:"after"`
	More   int `json:"more"`
	Fewer  int `json:"fewer"`
}

// Compare decides each record under both schedules, class by class, as if there were
// no holds. A class that only one of them has is due under no rule of the other.
func Compare(before, after *Schedule, today Date, records iter.Seq[Record]) Comparison {
	c := Comparison{Today: today, Before: before.version, After: after.version}
	at := map[ClassID]int{}
	for _, s := range [...]*Schedule{before, after} {
		for i := range s.classes {
			id := s.classes[i].ID
			if _, ok := at[id]; !ok {
				at[id] = len(c.Classes)
				c.Classes = append(c.Classes, ClassChange{Class: id})
			}
		}
	}
	for r := range records {
		c.Records++
		var more, fewer bool
		for i := range c.Classes {
			ch := &c.Classes[i]
			a, b := before.due(ch.Class, &r, today), after.due(ch.Class, &r, today)
			if a {
				ch.Before++
			}
			if b {
				ch.After++
			}
			if b && !a {
				ch.More++
				more = true
			}
			if a && !b {
				ch.Fewer++
				fewer = true
			}
		}
		if more {
			c.More++
		}
		if fewer {
			c.Fewer++
		}
	}
	return c
}

func (s *Schedule) due(id ClassID, r *Record, today Date) bool {
	d, ok := s.Class(id, r, today, nil)
	return ok && d.State == Due
}

// String is the comparison in a line of English: "12,345 more records become due, 3 fewer, of 1,000,000 (policy 1 to 2, 2026-11-24)".
func (c Comparison) String() string {
	noun := "records become"
	if c.More == 1 {
		noun = "record becomes"
	}
	return fmt.Sprintf("%s more %s due, %s fewer, of %s (policy %s to %s, %s)",
		thousands(c.More), noun, thousands(c.Fewer), thousands(c.Records), c.Before, c.After, c.Today)
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	var b strings.Builder
	for i, c := range s {
		if i > 0 && (len(s)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(c)
	}
	return b.String()
}
