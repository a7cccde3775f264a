package main

import (
	"context"
	"io"
	"testing"
	"time"
)

func TestProf(t *testing.T) {
	if st := run(context.Background(), []string{"-purpose", "newsletter", "/tmp/hub.csv"}, time.Now(), io.Discard, io.Discard); st != 0 {
		t.Fatal(st)
	}
}
