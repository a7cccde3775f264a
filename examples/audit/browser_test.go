package main

import (
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/examples/internal/browser"
)

// TestReportInABrowser opens the page wide and narrow, and uses its filter.
func TestReportInABrowser(t *testing.T) {
	ctx := browser.Start(t)
	page := filepath.Join(t.TempDir(), "report.html")
	status, _, errs := call(t, "-html", page)
	require.Zero(t, status, errs)
	eval := func(js string) int {
		t.Helper()
		return browser.Int(ctx, t, js)
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
