package journal

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

// accountsDir holds a folder for each account. What is sealed is listed several times in each refresh: in one folder for all of
// them, each account would pay for all others.
const accountsDir = "accounts"

func (s Seals) folder(account string) string { return filepath.Join(s.Dir, accountsDir, account) }

// folders are where an account's files may lie: in its own, and in the one for all accounts, where version 0.1 put them. What
// lies there stays there until it is removed.
func (s Seals) folders(account string) []string { return []string{s.Dir, s.folder(account)} }

// entries are what lies in an account's folders, by path.
func (s Seals) entries(account string) map[string]fs.DirEntry {
	all := map[string]fs.DirEntry{}
	for _, dir := range s.folders(account) {
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			if strings.HasPrefix(e.Name(), account+"-") {
				all[filepath.Join(dir, e.Name())] = e
			}
		}
	}
	return all
}

// files lists an account's files, all or those of one refresh token, the oldest first: by generation, and by the clock only
// within one. The folder's own path may hold anything, also what a pattern would take for its own.
func (s Seals) files(account, fingerprint string) []string {
	prefix := account + "-"
	if fingerprint != "" {
		prefix += fingerprint + "-"
	}
	var files []string
	written := map[string]time.Time{}
	for path, e := range s.entries(account) {
		if name := e.Name(); strings.HasPrefix(name, prefix) && strings.HasSuffix(name, ".sealed") && len(intentOf(name)) >= generationDigits {
			files = append(files, path)
			if info, err := e.Info(); err == nil {
				written[path] = info.ModTime()
			}
		}
	}
	slices.SortFunc(files, func(a, b string) int {
		return cmp.Or(cmp.Compare(generationOf(intentOf(a)), generationOf(intentOf(b))), written[a].Compare(written[b]), strings.Compare(a, b))
	})
	return files
}

// removeUnfinished removes what a crash left half written, beside the files.
func (s Seals) removeUnfinished(account string) {
	for path := range s.entries(account) {
		if strings.HasSuffix(path, ".sealed"+besideSuffix) {
			_ = os.Remove(path)
		}
	}
}

// syncFolders makes a new name in an account's folder outlive a power cut, and that folder too, if it is new.
func (s Seals) syncFolders(account string) error {
	return errors.Join(syncDir(s.folder(account)), syncDir(filepath.Join(s.Dir, accountsDir)), syncDir(s.Dir))
}

// unreadable reports whether a folder is there and does not say just now what lies in it.
func unreadable(dir string) bool {
	info, err := os.Stat(dir)
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR)
	}
	if !info.IsDir() {
		return false
	}
	_, err = os.ReadDir(dir)
	return err != nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
