package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/grondslag/grondslag/anonymize"
	"github.com/grondslag/grondslag/anonymize/reidentify"
)

// treat applies the plan to the file, or reverses it.
func (p *program) treat(ctx context.Context) error {
	policy, set, err := p.setting(ctx)
	if err != nil {
		return err
	}
	capability := reidentify.Because(p.reason)
	if p.reverse && !capability.Permits() {
		return usagef("-reason says why data is turned back, and may not be empty")
	}
	src, closeFile, err := p.open()
	if err != nil {
		return err
	}
	defer closeFile()
	in, out := &watched{r: src}, &watched{w: p.stdout}
	var helpers sync.WaitGroup
	defer helpers.Wait()
	tell := func(n int64) {
		if p.progress {
			fmt.Fprintf(p.stderr, "\r%d rows", n)
		}
	}
	var rows int64
	if p.format == "jsonl" {
		lines := anonymize.JSONLines{Policy: policy, Setting: set, Go: helpers.Go, Progress: tell}
		if p.reverse {
			rows, err = lines.Reveal(ctx, capability, out, in)
		} else {
			rows, err = lines.Apply(ctx, out, in)
		}
	} else {
		table := anonymize.CSV{Policy: policy, Setting: set, Go: helpers.Go, Progress: tell}
		buffered := bufio.NewReaderSize(in, 64<<10)
		if table.Comma, err = p.separator(buffered); err != nil {
			return err
		}
		if p.reverse {
			rows, err = table.Reveal(ctx, capability, out, buffered)
		} else {
			rows, err = table.Apply(ctx, out, buffered)
		}
	}
	if p.progress {
		fmt.Fprintln(p.stderr)
	}
	switch {
	case err == nil:
		return nil
	case in.err != nil || out.err != nil || rows > 0 || out.wrote || inData(err):
		return fmt.Errorf("after %d rows: %w", rows, err)
	}
	return usageError{err} // the plan, the setting or the header
}

// inData reports whether the error is of a row, not of the header or the plan.
func inData(err error) bool {
	if row, ok := errors.AsType[*anonymize.RowError](err); ok {
		return row.Row > 0
	}
	_, ok := errors.AsType[*anonymize.LineError](err)
	return ok
}

// watched notes whether reading or writing fails, and whether anything was written.
type watched struct {
	r     io.Reader
	w     io.Writer
	wrote bool
	err   error
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}

func (w *watched) Write(p []byte) (int, error) {
	n, err := w.w.Write(p)
	if n > 0 {
		w.wrote = true
	}
	if err != nil {
		w.err = err
	}
	return n, err
}

// open opens the file, "-" being standard input.
func (p *program) open() (io.Reader, func() error, error) {
	if p.file == "-" {
		return p.stdin, func() error { return nil }, nil
	}
	f, err := os.Open(p.file)
	if err != nil {
		return nil, nil, usageError{err}
	}
	return f, f.Close, nil
}

// separator returns that of the flag, or else the one of comma, semicolon and tab
// that the first line has most of.
func (p *program) separator(r *bufio.Reader) (rune, error) {
	switch {
	case p.comma == "tab" || p.comma == `\t`:
		return '\t', nil
	case len(p.comma) == 1:
		return rune(p.comma[0]), nil
	case p.comma != "":
		return 0, usagef("-comma is one ASCII character, or tab")
	}
	head, err := r.Peek(r.Size())
	if err != nil && err != io.EOF && err != bufio.ErrBufferFull && len(head) == 0 {
		return 0, err
	}
	line, _, _ := bytes.Cut(head, []byte("\n"))
	best, most, quoted := ',', 0, false
	count := map[rune]int{}
	for _, b := range line {
		if b == '"' {
			quoted = !quoted
		}
		if !quoted {
			count[rune(b)]++
		}
	}
	for _, c := range []rune{',', ';', '\t'} {
		if count[c] > most {
			best, most = c, count[c]
		}
	}
	return best, nil
}

// describe prints what the plan does.
func (p *program) describe(ctx context.Context) error {
	policy, set, err := p.setting(ctx)
	if err != nil {
		return err
	}
	report, err := reportOf(policy, set)
	if err != nil {
		return usageError{err}
	}
	_, err = report.WriteTo(p.stdout)
	return err
}

// reportOf makes the plan as for objects of JSON, which have the same paths as columns.
func reportOf(policy anonymize.Policy, set anonymize.Setting) (anonymize.Report, error) {
	plan, err := anonymize.CompilePolicy[map[string]any](policy, set)
	if err != nil {
		return nil, err
	}
	return plan.Report(), nil
}
