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
	"slices"
)

// seals is the folder of answers that were read and are not in the vault yet. Each file is encrypted under the one-time
// key of its intent, which lies in the keychain since before anything was sent: without the keychain it is noise.
type seals struct{ dir string }

func (s seals) path(account string, in *Intent) string {
	return filepath.Join(s.dir, account+"-"+in.ID+".sealed")
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
func (s seals) keep(account string, in *Intent, r Reply) error {
	plain, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("seal answer: %w", err)
	}
	gcm, err := sealCipher(in)
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
	gcm, err := sealCipher(in)
	if err != nil {
		return Reply{}, err
	}
	if len(data) < headerSize || binary.BigEndian.Uint32(data) == 0 {
		return Reply{}, fs.ErrNotExist // room was made, and no answer came
	}
	sealed := data[headerSize:min(len(data), headerSize+int(binary.BigEndian.Uint32(data)))]
	if len(sealed) < gcm.NonceSize() {
		return Reply{}, errors.New("open seal: too short")
	}
	plain, err := gcm.Open(nil, sealed[:gcm.NonceSize()], sealed[gcm.NonceSize():], []byte(account+in.ID))
	if err != nil {
		return Reply{}, errors.New("open seal: damaged, or not of this intent")
	}
	var r Reply
	if err := json.Unmarshal(plain, &r); err != nil {
		return Reply{}, errors.New("open seal: not a reply")
	}
	return r, nil
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

func sealCipher(in *Intent) (cipher.AEAD, error) {
	block, err := aes.NewCipher(in.Key)
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

// keepOnly removes the seals of an account that none of the intents refers to: a crash between the store of a grant and
// the removal of its seal leaves one. Without intents it removes all.
func (s seals) keepOnly(account string, intents ...*Intent) {
	files, _ := filepath.Glob(filepath.Join(s.dir, account+"-*.sealed")) // ids are hex digits: the pattern is a good one
	for _, f := range files {
		wanted := slices.ContainsFunc(intents, func(in *Intent) bool { return in != nil && s.path(account, in) == f })
		if !wanted {
			_ = os.Remove(f)
		}
	}
}
