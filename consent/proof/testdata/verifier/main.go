// Command verifier checks proofs and bundles with the standard library alone. It was written from
// the comment of package proof, and shares no code with it.
//
//	verifier KEY [TRANSITION...] [WITNESS...]      as texts; each witness must have signed
//
// It reads frames, a line with a length and then so many bytes, and writes a line for each: "ok", or "no" and why.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string, in io.Reader, out io.Writer) error {
	if len(args) == 0 {
		return errors.New("usage: verifier KEY [TRANSITION...] [WITNESS...]")
	}
	pinned, err := parseKey(args[0], 1)
	if err != nil {
		return err
	}
	v := verifier{chain: []reign{{key: pinned}}}
	for _, w := range args[1:] {
		if strings.HasPrefix(w, "grondslag consent key 1\n") {
			if v.chain, err = transition(v.chain, []byte(w)); err != nil {
				return err
			}
			continue
		}
		k, err := parseKey(w, 4)
		if err != nil {
			return err
		}
		v.witnesses = append(v.witnesses, k)
	}
	r := bufio.NewReader(in)
	for {
		line, err := r.ReadString('\n')
		if err == io.EOF {
			return nil
		}
		n, err2 := strconv.Atoi(strings.TrimSpace(line))
		if err := errors.Join(err, err2); err != nil {
			return err
		}
		file := make([]byte, n)
		if _, err := io.ReadFull(r, file); err != nil {
			return err
		}
		if err := v.check(file); err != nil {
			fmt.Fprintln(out, "no", err)
		} else {
			fmt.Fprintln(out, "ok")
		}
	}
}
