package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/grondslag/grondslag/basis/reconsent/exports"
)

// progress tells on a terminal how far long input has been read.
type progress struct {
	mu    sync.Mutex // an interrupt ends it while a pass goes on
	w     io.Writer
	over  bool
	shown bool
	next  time.Time
}

// newProgress watches the set when asked to, or when w is a terminal.
func newProgress(when string, set *exports.Set, w io.Writer) *progress {
	p := &progress{w: w, next: time.Now().Add(time.Second)}
	if when == "on" || when == "auto" && isTerminal(w) {
		set.Progress = p.row
	}
	return p
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (p *progress) row(pass exports.Pass, f *exports.File, row int) {
	if row&8191 != 0 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := time.Now(); now.After(p.next) && !p.over {
		p.next = now.Add(200 * time.Millisecond)
		p.shown = true
		fmt.Fprintf(p.w, "\r%s: %s, row %d \x1b[K", f.Name, pass, row)
	}
}

// end clears the line.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over = true; p.shown {
		p.shown = false
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
