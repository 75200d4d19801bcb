package desktop

import (
	"crypto/sha256"
	"io"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	bufferPrefix = "wl-copy-buffer-" // of the folders that wl-copy makes …
	bufferName   = "stdin"           // … and of the file in each
	maxBuffer    = 1 << 20           // bytes; nothing that is copied here is longer
)

// digest is what is remembered of a copied text.
type digest [sha256.Size]byte

func digestOf(text []byte) digest { return sha256.Sum256(text) }

// copyBuffers are the folders in which this user's wl-copies keep what they serve.
func copyBuffers() map[string]bool {
	all := map[string]bool{}
	for _, parent := range []string{"/tmp", os.TempDir(), os.Getenv("XDG_RUNTIME_DIR")} {
		entries, err := os.ReadDir(parent)
		if err != nil {
			continue // there is no such folder
		}
		for _, e := range entries {
			if path := filepath.Join(parent, e.Name()); strings.HasPrefix(e.Name(), bufferPrefix) && ownFolder(path) {
				all[path] = true
			}
		}
	}
	return all
}

func ownFolder(path string) bool {
	var s unix.Stat_t
	err := unix.Lstat(path, &s)
	return err == nil && s.Mode&unix.S_IFMT == unix.S_IFDIR && int(s.Uid) == os.Getuid()
}

// newBuffer is the folder that was not among the others and holds the text; "" if there is none.
func newBuffer(others map[string]bool, text digest) string {
	for path := range copyBuffers() {
		if !others[path] && holds(path, text) {
			return path
		}
	}
	return ""
}

func holds(folder string, text digest) bool {
	f, err := os.OpenFile(filepath.Join(folder, bufferName), os.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxBuffer))
	return err == nil && digestOf(data) == text
}

// removeBuffer removes what a wl-copy that was killed left on the disk, if it is that still.
func removeBuffer(folder string, text digest) {
	if folder == "" || !ownFolder(folder) || !holds(folder, text) {
		return
	}
	_ = os.Remove(filepath.Join(folder, bufferName))
	_ = os.Remove(folder)
}
