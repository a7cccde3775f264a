package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// browser starts a headless Chromium, or skips where there is none. With "chromium" in
// GRONDSLAG_REQUIRE it does not skip but fail.
func browser(t *testing.T) context.Context {
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		if slices.Contains(strings.Split(os.Getenv("GRONDSLAG_REQUIRE"), ","), "chromium") {
			t.Fatal("no chromium on the machine, and GRONDSLAG_REQUIRE names it")
		}
		t.Skip("NOT TESTED: the report in a browser, since no chromium is on the machine")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

// TestReportInABrowser opens the page wide and narrow, and uses its filter.
func TestReportInABrowser(t *testing.T) {
	ctx := browser(t)
	page := filepath.Join(t.TempDir(), "report.html")
	status, _, errs := call(t, "-html", page)
	require.Zero(t, status, errs)
	eval := func(js string) int {
		t.Helper()
		n, err := chromedp.Run(ctx, chromedp.Evaluate[int](js))
		require.NoError(t, err)
		return n
	}
	for _, width := range []int64{1200, 360} {
		require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate("file://"+page)))
		require.LessOrEqual(t, eval(`document.documentElement.scrollWidth`), int(width), "the page scrolls sideways at %d pixels", width)
		require.Positive(t, eval(`document.querySelectorAll("svg rect.bar").length`))
		require.Positive(t, eval(`Math.round(document.querySelector("svg rect.bar").getBoundingClientRect().width)`))
	}
	const shown = `document.querySelectorAll(".reason:not([hidden])").length`
	all := eval(shown)
	require.Greater(t, all, 10)
	require.NoError(t, chromedp.Do(ctx, chromedp.SendKeys(chromedp.CSS("#q"), "21(2)")))
	require.Equal(t, 1, eval(shown), "one rule cites GDPR 21(2)")
	require.NoError(t, chromedp.Do(ctx, chromedp.Click(chromedp.CSS("input[value=stop]"))))
	require.Zero(t, eval(shown))
	require.Equal(t, 1, eval(`document.querySelectorAll("#none:not([hidden])").length`))
}
