package journal

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// besideSuffix is what the name of a file ends with that takes a sealed one's place once it is whole.
const besideSuffix = ".new"

// writeFile writes data to the beginning of a file and has it on the disk when it returns.
func writeFile(path string, flag int, data []byte) error {
	f, err := os.OpenFile(path, flag, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// replaceFile puts data in a file's place, whole or not at all.
func replaceFile(path string, data []byte) error {
	beside := path + besideSuffix
	err := writeFile(beside, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, data)
	if errors.Is(err, fs.ErrNotExist) && os.MkdirAll(filepath.Dir(path), 0o700) == nil { // somebody tidied up meanwhile
		err = writeFile(beside, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, data)
	}
	if err == nil {
		err = os.Rename(beside, path)
	}
	if err != nil {
		_ = os.Remove(beside)
	}
	return err
}

// readHeader reads the first bytes of a file; fewer than headerSize if it is shorter.
func readHeader(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	header := make([]byte, headerSize)
	n, err := io.ReadFull(f, header)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return header[:n], err
}

// syncDir makes a new name in the folder outlive a power cut. Systems that cannot sync a folder need not.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return nil
	}
	_ = d.Sync()
	return d.Close()
}
