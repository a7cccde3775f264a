package main

import (
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/grondslag/grondslag/examples/internal/browser"
)

// TestTimelineInABrowser opens the page wide and narrow: nothing sticks out, and bars lie
// within their tracks, those of today's overdue data up to the line of today.
func TestTimelineInABrowser(t *testing.T) {
	ctx := browser.Start(t)
	page := filepath.Join(t.TempDir(), "timeline.html")
	status, _, errs := call(t, "-plan", sampleSchedule, sampleContacts, "-html", page)
	require.Zero(t, status, errs)
	for _, width := range []int64{1200, 360} {
		require.NoError(t, chromedp.Do(ctx, chromedp.EmulateViewport(width, 900), chromedp.Navigate("file://"+page)))
		require.LessOrEqual(t, browser.Int(ctx, t, `document.documentElement.scrollWidth`), int(width), "the page scrolls sideways at %d pixels", width)
		require.Equal(t, 24, browser.Int(ctx, t, `document.querySelectorAll(".lane").length`))
		require.Zero(t, browser.Int(ctx, t, `[...document.querySelectorAll(".track .bar")].filter(b => {
			const bar = b.getBoundingClientRect(), track = b.parentNode.getBoundingClientRect();
			return bar.width < 1 || bar.left < track.left - 1 || bar.right > track.right + 1;
		}).length`), "bars outside of their tracks at %d pixels", width)
		require.Zero(t, browser.Int(ctx, t, `[...document.querySelectorAll(".bar.overdue")].filter(b => b.closest(".lane")).filter(b => {
			const now = b.parentNode.querySelector(".now").getBoundingClientRect();
			return Math.abs(b.getBoundingClientRect().right - now.left) > 3;
		}).length`), "what is overdue goes on until today, at %d pixels", width)
		require.Zero(t, browser.Int(ctx, t, `[...document.querySelectorAll(".lane p, .lane h3, .lane li")].filter(e => e.scrollWidth > e.clientWidth + 1).length`), "text is cut off at %d pixels", width)
	}
}
