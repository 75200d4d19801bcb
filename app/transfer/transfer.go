// Package transfer is the file in which one account goes from one computer to another. It is encrypted with a passphrase, and with a
// second key that it gets once the chain in it was let go (journal.Move): before, nobody can open it; afterwards, only whoever has it
// can spend the chain.
package transfer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"

	"filippo.io/age"

	"freshkey/oauth"
	"freshkey/oauth/journal"
)

// Errors of reading a file.
var (
	ErrNoFile     = errors.New("not a file of an account that moves")
	ErrUnfinished = errors.New("the account was not let go")
	ErrPassphrase = errors.New("another passphrase")
)

// MinPassphrase is how many characters a passphrase has at least.
const MinPassphrase = 8

// Account is what is in a file.
type Account struct {
	Settings oauth.Account
	Record   journal.Record
}

// File is one account, sealed. ID tells it from others, Release is empty until the account was let go.
type File struct {
	Freshkey string       `json:"freshkey"` // what the file is, for whoever opens it in an editor
	ID       string       `json:"id"`
	Made     time.Time    `json:"made_at"`
	Release  oauth.Secret `json:"-"`
	Sealed   []byte       `json:"sealed"` // by age, with Release and the passphrase as its passphrase
}

const (
	version   = "account on its way to another computer, 1"
	maxSealed = 1 << 20

	workFactor = 17 // of scrypt: 128 MiB, and half a second
)

// wire is a file as it is written; it spells the key out.
type wire struct {
	File
	Release string `json:"release,omitempty"`
}

// content is what is sealed.
type content struct {
	ID      string          `json:"id"` // the file's, which anybody could write over outside
	Account oauth.Account   `json:"account"`
	Record  json.RawMessage `json:"record"`
}

// Seal makes a file that is still without its key.
func Seal(a Account, id, passphrase string, release oauth.Secret, now time.Time) (File, error) {
	record, err := a.Record.Encode()
	if err != nil {
		return File{}, err
	}
	plain, err := json.Marshal(content{id, a.Settings, record})
	if err != nil {
		return File{}, err
	}
	to, err := age.NewScryptRecipient(joined(passphrase, release))
	if err != nil {
		return File{}, err
	}
	to.SetWorkFactor(workFactor)
	var sealed bytes.Buffer
	w, err := age.Encrypt(&sealed, to)
	if err != nil {
		return File{}, err
	}
	if _, err := w.Write(plain); err != nil {
		return File{}, err
	}
	if err := w.Close(); err != nil {
		return File{}, err
	}
	return File{Freshkey: version, ID: id, Made: now.Round(0), Sealed: sealed.Bytes()}, nil
}

// Open reads a file's account. The errors are the sentinels above.
func (f File) Open(passphrase string) (Account, error) {
	if f.Release == "" {
		return Account{}, ErrUnfinished
	}
	by, err := age.NewScryptIdentity(joined(passphrase, f.Release))
	if err != nil {
		return Account{}, err
	}
	by.SetMaxWorkFactor(workFactor) // a file of somebody else's could want more memory than there is
	r, err := age.Decrypt(bytes.NewReader(f.Sealed), by)
	if _, wrong := errors.AsType[*age.NoIdentityMatchError](err); wrong {
		return Account{}, ErrPassphrase
	}
	if err != nil {
		return Account{}, ErrNoFile
	}
	plain, err := io.ReadAll(io.LimitReader(r, maxSealed))
	if err != nil {
		return Account{}, ErrNoFile
	}
	var c content
	if err := json.Unmarshal(plain, &c); err != nil || c.ID != f.ID {
		return Account{}, ErrNoFile
	}
	a := Account{Settings: c.Account}
	if a.Record, err = journal.Decode(c.Record); err != nil {
		return Account{}, fmt.Errorf("%w: %w", ErrNoFile, err)
	}
	return a, nil
}

// Released is a file with its key.
func (f File) Released(key oauth.Secret) File {
	f.Release = key
	return f
}

// joined is the passphrase that age is given. The key has no line end, so no two pairs are alike.
func joined(passphrase string, release oauth.Secret) string {
	return release.Reveal() + "\n" + passphrase
}

// LongEnough reports whether a passphrase may be used.
func LongEnough(passphrase string) bool { return utf8.RuneCountInString(passphrase) >= MinPassphrase }

// Encode writes a file.
func (f File) Encode() []byte {
	data, _ := json.MarshalIndent(wire{f, f.Release.Reveal()}, "", "  ") // strings, bytes and a time always marshal
	return append(data, '\n')
}

// Parse reads what Encode wrote. The error is ErrNoFile.
func Parse(data []byte) (File, error) {
	var w wire
	if err := json.Unmarshal(data, &w); err != nil || w.Freshkey != version || w.ID == "" || len(w.Sealed) == 0 || len(w.Sealed) > maxSealed {
		return File{}, ErrNoFile
	}
	return w.File.Released(oauth.Secret(w.Release)), nil
}
