package journal

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

	"freshkey/oauth"
)

// Seals is the folder of answers as they were read, a file for each intent, in a folder for each account: see folders. Each answer is encrypted under the account's
// seal key, which lies in the keychain since before anything was sent: without the keychain it is noise. The last few stay
// when the vault has taken their grants, because a keychain may forget its last writes: after a power cut, or a crash of
// its own.
type Seals struct{ Dir string }

// Sealed is what lies in a sealed file.
type Sealed struct {
	To            Target      `json:"to,omitzero"`
	Settings      string      `json:"settings,omitempty"`
	Cause         Cause       `json:"cause"`
	Asked         bool        `json:"asked,omitempty"`  // a sign-in that somebody was asked about
	ConfirmedUser bool        `json:"chosen,omitempty"` // and it was said to be right
	Reply         oauth.Reply `json:"reply"`
}

// Consent says whether a person has to agree to what an answer brings.
type Consent int

// What a person may have said.
const (
	NotAsked Consent = iota
	Asked            // and not answered, or said no
	Agreed
)

// Phase is how far the request of an intent has come, as its file says.
type Phase int

// The phases. What cannot be told apart is said to be PhaseUnknown.
const (
	PhaseUnknown    Phase = iota // there is no file, or one from before version 0.2 without an answer: it may have been sent
	PhaseReserved                // nothing was sent
	PhaseSending                 // it may have been sent, and no answer was read
	PhaseSealed                  // an answer is sealed, whether it can be opened or not
	PhaseOutOfReach              // there is a file, and the disk does not give it just now
)

// A file begins with four bytes, big endian: the length of the sealed answer behind them, or one of these. Before version 0.2
// there was no other mark than 0 for a file without an answer.
const (
	headerSize   = 4
	markEmpty    = 0
	markReserved = 0xFFFFFFFD
	markSending  = 0xFFFFFFFE
)

// reservedSize is the room made for a sealed answer before it is asked for; real ones take about 2 KB.
const reservedSize = 8 << 10

// name names the refresh token that is spent, by its fingerprint, and the intent.
func name(account string, in *Intent) string {
	return account + "-" + in.Fingerprint + "-" + in.ID + ".sealed"
}

// path is where the file of an intent lies.
func (s Seals) path(account string, in *Intent) string {
	if old := filepath.Join(s.Dir, name(account, in)); exists(old) {
		return old
	}
	return filepath.Join(s.folder(account), name(account, in))
}

// Reserve makes room for the answer, so that a full disk or a lost folder shows before anything is spent.
func (s Seals) Reserve(account string, in *Intent) error {
	if err := os.MkdirAll(s.folder(account), 0o700); err != nil {
		return fmt.Errorf("make room for the answer: %w", err)
	}
	f, err := os.OpenFile(s.path(account, in), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("make room for the answer: %w", err)
	}
	_, err = f.Write(binary.BigEndian.AppendUint32(nil, markReserved))
	if err == nil {
		_, err = f.Write(make([]byte, reservedSize-headerSize))
	}
	return errors.Join(err, f.Close())
}

// Sending writes down that the request may be sent from now on, and it is on the disk when Sending returns: what says
// "reserved" after a power cut was never sent.
func (s Seals) Sending(account string, in *Intent) error { return s.mark(account, in, markSending) }

// Unsent takes Sending back: a connection never stood.
func (s Seals) Unsent(account string, in *Intent) error { return s.mark(account, in, markReserved) }

func (s Seals) mark(account string, in *Intent, mark uint32) error {
	if err := writeFile(s.path(account, in), os.O_WRONLY, binary.BigEndian.AppendUint32(nil, mark)); err != nil {
		return fmt.Errorf("mark the room for the answer: %w", err)
	}
	return s.syncFolders(account)
}

// Write keeps the reply under the intent's key. The file is there when the write returns, which is what a crash needs; power
// may fail too, so it is then synced. If the disk is full, what was sealed before stays.
func (s Seals) Write(account string, in *Intent, r oauth.Reply, consent Consent) error {
	plain, err := json.Marshal(Sealed{in.To, in.Settings, in.Cause, consent != NotAsked, consent == Agreed, r})
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
	path := s.path(account, in)
	if phase := phaseOf(path); len(data) <= reservedSize && (phase == PhaseReserved || phase == PhaseSending) {
		err = writeFile(path, os.O_WRONLY, data) // the room that was made
	} else {
		err = replaceFile(path, data)
	}
	if err != nil {
		return fmt.Errorf("seal answer: %w", err)
	}
	return s.syncFolders(account)
}

// Phase reads how far the request of an intent has come.
func (s Seals) Phase(account string, in *Intent) Phase {
	if in == nil {
		return PhaseUnknown
	}
	return phaseOf(s.path(account, in))
}

func phaseOf(path string) Phase {
	data, err := readHeader(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return PhaseUnknown
	case err != nil:
		return PhaseOutOfReach
	case len(data) < headerSize:
		return PhaseUnknown
	}
	switch binary.BigEndian.Uint32(data) {
	case markEmpty:
		return PhaseUnknown
	case markReserved:
		return PhaseReserved
	case markSending:
		return PhaseSending
	}
	return PhaseSealed
}

// Open reads the sealed answer of an intent; fs.ErrNotExist if there is none. An *fs.PathError says that it cannot be read
// just now; any other error that it is damaged.
func (s Seals) Open(account string, in *Intent) (Sealed, error) {
	data, err := os.ReadFile(s.path(account, in))
	if err != nil {
		return Sealed{}, err
	}
	return decryptReply(data, in.Key, account+in.ID)
}

// decryptReply opens a sealed file's data; fs.ErrNotExist if there is room and no answer.
func decryptReply(data, key []byte, name string) (out Sealed, err error) {
	gcm, err := sealCipher(key)
	if err != nil {
		return out, err
	}
	if len(data) < headerSize {
		return out, fs.ErrNotExist
	}
	size := binary.BigEndian.Uint32(data)
	if size == markEmpty || size == markReserved || size == markSending {
		return out, fs.ErrNotExist
	}
	box := data[headerSize:min(len(data), headerSize+int(size))]
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

// Drop removes the file of an intent whose answer is in the vault or needs no keeping.
func (s Seals) Drop(account string, in *Intent) error {
	if in == nil {
		return nil
	}
	if err := os.Remove(s.path(account, in)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("drop seal: %w", err)
	}
	return nil
}

func sealCipher(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, errors.New("seal: the intent has no usable key")
	}
	return cipher.NewGCM(block)
}
