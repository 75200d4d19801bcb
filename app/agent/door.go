package agent

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"strconv"
	"time"

	"freshkey/app/api"
	"freshkey/app/door"
	"freshkey/app/words"
	"freshkey/oauth"
)

// usualPort is the door's, unless another program has it when the first key is made, or a person chose another one. It is below those
// that systems give to outgoing connections.
const usualPort = 17465

// doorConfig is the door in config.json.
type doorConfig struct {
	Port int        `json:"port,omitempty"`
	Keys []door.Key `json:"keys,omitempty"`
}

// address is where the door is; there is none without a key.
func (c doorConfig) address() string {
	if len(c.Keys) == 0 {
		return ""
	}
	return doorAddress(cmp.Or(c.Port, usualPort))
}

func doorAddress(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

func (c doorConfig) check() error {
	if c.Port < 0 || c.Port > 65535 {
		return fmt.Errorf("%d is no port for the door", c.Port)
	}
	seen := map[string]bool{}
	for _, k := range c.Keys {
		if err := k.Check(); err != nil {
			return err
		}
		if seen[lower(k.Name)] {
			return fmt.Errorf("two keys of the door are called %q", k.Name)
		}
		seen[lower(k.Name)] = true
	}
	return nil
}

// without is the door without an account: a key that opens no other goes with it.
func (c doorConfig) without(account string) doorConfig {
	var rest []door.Key
	for _, k := range c.Keys {
		k.Accounts = slices.DeleteFunc(slices.Clone(k.Accounts), func(id string) bool { return id == account })
		if len(k.Accounts) > 0 {
			rest = append(rest, k)
		}
	}
	c.Keys = rest
	return c
}

// Door is the door as it is now.
func (a *Agent) Door() api.Door {
	c := a.config.get().Door
	out := api.Door{Address: c.address(), Problem: a.doorway.trouble(), Keys: []api.DoorKey{}}
	for _, k := range c.Keys {
		out.Keys = append(out.Keys, api.DoorKey{Name: k.Name, Accounts: k.Accounts, Forms: k.Forms, Origins: k.Origins, CreatedAt: k.CreatedAt, UsedAt: a.doorUses.of(k)})
	}
	return out
}

// AddDoorKey makes a key. Only what proves it is kept.
func (a *Agent) AddDoorKey(in api.DoorRequest) (api.DoorResult, error) {
	made, err := a.addDoorKey(in)
	if err == nil {
		made.Problem = a.awaitDoor(made.Address)
	}
	return made, err
}

func (a *Agent) addDoorKey(in api.DoorRequest) (api.DoorResult, error) {
	key, err := a.newDoorKey(in)
	if err != nil {
		return api.DoorResult{}, err
	}
	secret := door.NewSecret()
	key.SHA256 = door.Sum(secret)
	a.editing.Lock()
	defer a.editing.Unlock()
	before := a.config.get().Door
	if slices.ContainsFunc(before.Keys, func(k door.Key) bool { return api.SameName(k.Name, key.Name) }) {
		return api.DoorResult{}, a.copyProblem(api.CodeUsage, "problem.door_name_taken", words.Args{Argument: key.Name})
	}
	port := cmp.Or(in.Port, before.Port)
	if port == 0 {
		port = freeDoorPort(a.otherDoors())
	}
	err = a.config.edit(func(c *config) {
		c.Door.Port = port
		c.Door.Keys = append(slices.Clone(c.Door.Keys), key)
	})
	if err != nil {
		return api.DoorResult{}, a.configProblem(err)
	}
	a.log.Info("a key of the door was made", "key", key.Name, "accounts", key.Accounts, "forms", key.Forms)
	a.watchers.tell()
	return api.DoorResult{Name: key.Name, Key: secret, Address: doorAddress(port)}, nil
}

// awaitDoor waits a moment until the door was tried at an address, and returns why it cannot be opened.
func (a *Agent) awaitDoor(address string) *api.Problem {
	for end := time.Now().Add(2 * time.Second); time.Now().Before(end) && a.doorway.lastTried() != address; {
		time.Sleep(10 * time.Millisecond)
	}
	return a.doorway.trouble()
}

// otherDoors are the ports of the person's other profiles.
func (a *Agent) otherDoors() (ports []int) {
	profiles, err := api.Profiles()
	a.report("list profiles", err)
	for _, p := range profiles {
		if c, ok := readProfile(p); ok && p != a.options.Profile && len(c.Door.Keys) > 0 {
			ports = append(ports, cmp.Or(c.Door.Port, usualPort))
		}
	}
	return ports
}

// newDoorKey is what a request asks for, without its secret.
func (a *Agent) newDoorKey(in api.DoorRequest) (door.Key, error) {
	key := door.Key{Name: oauth.Printable(in.Name), Forms: in.Forms, CreatedAt: time.Now().Round(0)}
	switch {
	case oauth.CheckName(in.Name) != nil:
		return key, a.words.Problem(oauth.CheckName(in.Name), api.Account{}, time.Now())
	case len(in.Accounts) == 0:
		return key, a.doorField("accounts", oauth.FieldMissing)
	case in.Port < 0 || in.Port > 65535 || (in.Port > 0 && in.Port < 1024):
		return key, a.usage("port", "problem.door_port", "")
	}
	for _, ref := range in.Accounts {
		account, err := a.find(ref)
		if err != nil {
			return key, err
		}
		if !slices.Contains(key.Accounts, account.ID) {
			key.Accounts = append(key.Accounts, account.ID)
		}
	}
	if len(key.Forms) == 0 {
		key.Forms = []api.Form{api.FormAccessToken, api.FormHeader}
	}
	for _, form := range key.Forms {
		if !slices.Contains(door.Forms(), form) {
			return key, a.copyProblem(api.CodeUsage, "problem.door_form_name", words.Args{Argument: oauth.Printable(string(form))})
		}
	}
	for _, text := range in.Origins {
		origin, ok := door.ParseOrigin(text)
		if !ok {
			return key, a.copyProblem(api.CodeUsage, "problem.door_origin_name", words.Args{Argument: oauth.Printable(text)})
		}
		key.Origins = append(key.Origins, origin)
	}
	return key, nil
}

func (a *Agent) doorField(field string, code oauth.FieldErrorCode) error {
	return a.words.FieldProblem(&oauth.FieldError{Field: field, Code: code})
}

// RemoveDoorKey has a key open nothing any more.
func (a *Agent) RemoveDoorKey(name string) error {
	a.editing.Lock()
	defer a.editing.Unlock()
	named := func(k door.Key) bool { return api.SameName(k.Name, name) }
	if !slices.ContainsFunc(a.config.get().Door.Keys, named) {
		return a.copyProblem(api.CodeUsage, "problem.no_door_key", words.Args{Argument: oauth.Printable(name)})
	}
	err := a.config.edit(func(c *config) { c.Door.Keys = slices.DeleteFunc(slices.Clone(c.Door.Keys), named) })
	if err != nil {
		return a.configProblem(err)
	}
	a.log.Info("a key of the door was taken back", "key", name)
	a.watchers.tell()
	return nil
}

// freeDoorPort is the usual one if nobody has it, now or when another profile's agent runs.
func freeDoorPort(taken []int) int {
	for _, port := range []int{usualPort, 0} {
		if slices.Contains(taken, port) {
			continue
		}
		if l, err := net.Listen("tcp", doorAddress(port)); err == nil {
			defer l.Close()
			return l.Addr().(*net.TCPAddr).Port
		}
	}
	return usualPort
}
