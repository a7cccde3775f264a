// Command dpvterms writes the list of terms of the Data Privacy Vocabulary that package
// receipt knows, from a folder of the vocabulary's tables (tab-separated, the IRI of the
// term in the second column). Use it through go generate, in the folder of the package:
//
//	go run ./internal/dpvterms -from ../../../shared/vocabulary/dpv-2.3
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	from := flag.String("from", "", "folder with the tables")
	to := flag.String("to", "dpv-2.3.txt", "file to write")
	flag.Parse()
	if err := run(*from, *to); err != nil {
		fmt.Fprintln(os.Stderr, "dpvterms:", err)
		os.Exit(1)
	}
}

const notice = `# Terms of the Data Privacy Vocabulary (DPV) 2.3: dpv, pd and eu-gdpr.
# This document includes material derived from the Data Privacy Vocabulary 2.3,
# https://w3id.org/dpv/2.3, of the W3C Data Privacy Vocabularies and Controls Community
# Group. Copyright (c) 2026 World Wide Web Consortium.
# https://www.w3.org/copyright/software-license-2023/
# Changed: only the names of the terms were taken. The license is in LICENSE-W3C.md.
# Written by internal/dpvterms. DO NOT EDIT.
`

func run(from, to string) error {
	names, err := filepath.Glob(filepath.Join(from, "*.tsv"))
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return errors.New("no tables in the folder")
	}
	prefixes := map[string]string{
		"https://w3id.org/dpv":               "dpv:",
		"https://w3id.org/dpv/pd":            "pd:",
		"https://w3id.org/dpv/legal/eu/gdpr": "eu-gdpr:",
	}
	terms := map[string]bool{}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for line := range strings.Lines(string(data)) {
			columns := strings.Split(line, "\t")
			if len(columns) < 2 {
				continue
			}
			space, term, ok := strings.Cut(strings.TrimSpace(columns[1]), "#")
			if prefix := prefixes[space]; ok && prefix != "" {
				terms[prefix+term] = true
			}
		}
	}
	var out bytes.Buffer
	out.WriteString(notice)
	for _, t := range slices.Sorted(maps.Keys(terms)) {
		out.WriteString(t + "\n")
	}
	return os.WriteFile(to, out.Bytes(), 0o644)
}
