package oauth

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// seals is the folder of answers as they were read. Each file is encrypted under the account's seal key, which lies in the
// keychain since before anything was sent: without the keychain it is noise. The last few stay when the vault has taken
// their grants, because a keychain may forget its last writes: after a power cut, or a crash of its own.
type seals struct{ dir string }

// mostSeals is how many answers of an account stay beside the newest.
const mostSeals = 8

// path names the refresh token that was spent, by its fingerprint, and the intent.
func (s seals) path(account string, in *Intent) string {
	return filepath.Join(s.dir, account+"-"+in.Fingerprint+"-"+in.ID+".sealed")
}

// sealed is what lies in a sealed file.
type sealed struct {
	Cause  Cause `json:"cause"`
	Chosen bool  `json:"chosen,omitempty"` // another person's sign-in, and it was said to be right
	Reply  Reply `json:"reply"`
}

// usualAnswer is the room made for a sealed answer before it is asked for; real ones take about 2 KB.
const usualAnswer = 8 << 10

// headerSize is the length of what follows, big endian; 0 while there is room and no answer.
const headerSize = 4

// prepare makes room for the answer, so that a full disk or a lost folder shows before anything is spent.
func (s seals) prepare(account string, in *Intent) error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return fmt.Errorf("make room for the answer: %w", err)
	}
	f, err := os.OpenFile(s.path(account, in), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("make room for the answer: %w", err)
	}
	_, err = f.Write(make([]byte, usualAnswer))
	return errors.Join(err, f.Close())
}

// keep writes the reply under the intent's key. The file is there when the write returns, which is what a crash needs;
// power may fail too, so it is then synced.
func (s seals) keep(account string, in *Intent, r Reply, chosen bool) error {
	plain, err := json.Marshal(sealed{in.Cause, chosen, r})
	if err != nil {
		return fmt.Errorf("seal answer: %w", err)
	}
	gcm, err := sealCipher(in.Key)
	if err != nil {
		return err
	}
	data := make([]byte, headerSize+gcm.NonceSize(), headerSize+gcm.NonceSize()+len(plain)+gcm.Overhead())
	nonce := data[headerSize:]
	_, _ = rand.Read(nonce)
	data = gcm.Seal(data, nonce, plain, []byte(account+in.ID))
	binary.BigEndian.PutUint32(data, uint32(len(data)-headerSize))
	f, err := os.OpenFile(s.path(account, in), os.O_WRONLY|os.O_CREATE, 0o600)
	if errors.Is(err, fs.ErrNotExist) && os.MkdirAll(s.dir, 0o700) == nil { // somebody tidied up meanwhile
		f, err = os.OpenFile(s.path(account, in), os.O_WRONLY|os.O_CREATE, 0o600)
	}
	if err != nil {
		return fmt.Errorf("seal answer: %w", err)
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close(), syncDir(s.dir))
}

// has tells whether the answer to an intent is sealed.
func (s seals) has(account string, in *Intent) bool {
	if in == nil {
		return false
	}
	_, err := s.open(account, in)
	return err == nil
}

// damaged tells whether something is sealed that cannot be opened; perhaps another time.
func (s seals) damaged(account string, in *Intent) bool {
	if in == nil {
		return false
	}
	_, err := s.open(account, in)
	return err != nil && !errors.Is(err, fs.ErrNotExist)
}

// open reads the sealed reply of the intent; fs.ErrNotExist if there is none.
func (s seals) open(account string, in *Intent) (Reply, error) {
	data, err := os.ReadFile(s.path(account, in))
	if err != nil {
		return Reply{}, err
	}
	out, err := unseal(data, in.Key, account+in.ID)
	return out.Reply, err
}

// unseal opens a sealed file's data; fs.ErrNotExist if room was made and no answer came.
func unseal(data, key []byte, name string) (out sealed, err error) {
	gcm, err := sealCipher(key)
	if err != nil {
		return out, err
	}
	if len(data) < headerSize || binary.BigEndian.Uint32(data) == 0 {
		return out, fs.ErrNotExist
	}
	box := data[headerSize:min(len(data), headerSize+int(binary.BigEndian.Uint32(data)))]
	if len(box) < gcm.NonceSize() {
		return out, errors.New("open seal: too short")
	}
	plain, err := gcm.Open(nil, box[:gcm.NonceSize()], box[gcm.NonceSize():], []byte(name))
	if err != nil {
		return out, errors.New("open seal: damaged, or not of this intent")
	}
	if err := json.Unmarshal(plain, &out); err != nil {
		return out, errors.New("open seal: not a reply")
	}
	return out, nil
}

// drop removes the seal of an intent whose answer is in the vault or needs no keeping.
func (s seals) drop(account string, in *Intent) error {
	if in == nil {
		return nil
	}
	if err := os.Remove(s.path(account, in)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("drop seal: %w", err)
	}
	return nil
}

func newSealKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails; see crypto/rand
	return key
}

func sealCipher(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, errors.New("seal: the intent has no usable key")
	}
	return cipher.NewGCM(block)
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
