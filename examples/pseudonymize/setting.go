package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/grondslag/grondslag/anonymize"
)

// makeKeys makes a key file with one key, which has the day as its name.
func (p *program) makeKeys(ctx context.Context) error {
	now := time.Now().UTC()
	key, err := anonymize.NewKey(anonymize.KeyID("k"+now.Format("20060102")), now.Truncate(time.Second))
	if err != nil {
		return err
	}
	ring, err := anonymize.NewKeyring(key)
	if err != nil {
		return err
	}
	if err := (anonymize.FileKeys{Path: p.newKeys}).Create(ctx, ring); err != nil {
		return usageError{err}
	}
	fmt.Fprintf(p.stderr, "made %s with key %s, fingerprint %s\nkeep it apart from the data: who has both can tell who everyone is\n", p.newKeys, key.ID, key.Fingerprint())
	return nil
}

// setting reads the plan and all that it needs.
func (p *program) setting(ctx context.Context) (anonymize.Policy, anonymize.Setting, error) {
	policy, set, err := p.readSetting(ctx)
	if err != nil {
		err = usageError{err}
	}
	return policy, set, err
}

func (p *program) readSetting(ctx context.Context) (policy anonymize.Policy, set anonymize.Setting, err error) {
	text, err := os.ReadFile(p.plan)
	if err != nil {
		return policy, set, err
	}
	if policy, err = anonymize.ParsePolicy(text); err != nil {
		return policy, set, fmt.Errorf("%s: %w", p.plan, err)
	}
	set = anonymize.Setting{On: p.on, Lists: map[string][]string{}, Hierarchies: map[string]*anonymize.Hierarchy{}}
	if p.domain != "" {
		if set.Domain, err = anonymize.ParseDomain(p.domain); err != nil {
			return policy, set, err
		}
	}
	if set.Keys, err = p.ring(ctx); err != nil {
		return policy, set, err
	}
	if policy.Key == "" && keyed(policy) {
		if set.Keys == nil {
			return policy, set, errors.New("the plan needs a key: give -keys, made by -new-keys")
		}
		return policy, set, fmt.Errorf("%s pins no key: if %s is the right one, add the line \"key\": %q", p.plan, p.keys, set.Keys.Primary().Fingerprint())
	}
	for name, file := range p.hierarchies {
		if set.Hierarchies[name], err = readHierarchy(file); err != nil {
			return policy, set, fmt.Errorf("%s: %w", file, err)
		}
	}
	for name, file := range p.lists {
		if set.Lists[name], err = readList(file); err != nil {
			return policy, set, fmt.Errorf("%s: %w", file, err)
		}
	}
	return policy, set, nil
}

// ring returns the keys, nil when no file was given.
func (p *program) ring(ctx context.Context) (*anonymize.Keyring, error) {
	if p.keys == "" {
		return nil, nil
	}
	return anonymize.FileKeys{Path: p.keys}.Load(ctx)
}

func keyed(policy anonymize.Policy) bool {
	for _, rule := range policy.Fields {
		for r := &rule; r != nil; r = r.Keys {
			if r.Method.Keyed() {
				return true
			}
		}
	}
	return false
}

func readHierarchy(file string) (*anonymize.Hierarchy, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return anonymize.ReadHierarchy(f)
}

// readList reads one text from each line that is not empty.
func readList(file string) ([]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var list []string
	lines := bufio.NewScanner(io.LimitReader(f, 64<<20))
	for lines.Scan() {
		if text := strings.TrimSpace(lines.Text()); text != "" {
			list = append(list, text)
		}
	}
	return list, lines.Err()
}
