//go:build !unix

package anonymize

import "io/fs"

func ownFile(fs.FileInfo) bool { return true }
