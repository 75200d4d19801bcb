package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"time"
)

// Door is the way in for programs that speak only HTTP: a port of this computer, and a key for each of them.
type Door struct {
	Address string    `json:"address"`           // "127.0.0.1:17465"; empty while there is no key
	Problem *Problem  `json:"problem,omitempty"` // why nobody is listening there
	Keys    []DoorKey `json:"keys"`
}

// DoorKey is what a key opens. The key itself was shown once.
type DoorKey struct {
	Name      string    `json:"name"`
	Accounts  []string  `json:"accounts"` // their ids
	Forms     []Form    `json:"forms"`
	Origins   []string  `json:"origins,omitempty"` // of pages that may ask with it
	CreatedAt time.Time `json:"created_at"`
	UsedAt    time.Time `json:"used_at"` // since the agent runs
}

// MarshalJSON writes a time that is not known as null.
func (k DoorKey) MarshalJSON() ([]byte, error) {
	type plain DoorKey
	return json.Marshal(struct {
		plain
		UsedAt *time.Time `json:"used_at"`
	}{plain(k), known(k.UsedAt)})
}

// DoorRequest is a key to be made. Accounts are names or ids.
type DoorRequest struct {
	Name     string   `json:"name"`
	Accounts []string `json:"accounts"`
	Forms    []Form   `json:"forms,omitempty"` // access-token and header if none is named
	Origins  []string `json:"origins,omitempty"`
	Port     int      `json:"port,omitempty"` // another one than the door has, for all its keys
}

// DoorResult is a key that was made, shown this once.
type DoorResult struct {
	Name    string `json:"name"`
	Key     string `json:"key"`
	Address string `json:"address"`

	Problem *Problem `json:"problem,omitempty"` // why nobody is listening there
}

// Format masks the key for every verb.
func (r DoorResult) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "[hidden key %q]", r.Name) }

// Door is the door as it is now.
func (c *Client) Door(ctx context.Context) (Door, error) {
	return ask[Door](ctx, c, "GET", "/v1/door", nil, nil)
}

// AddDoorKey makes a key.
func (c *Client) AddDoorKey(ctx context.Context, in DoorRequest) (DoorResult, error) {
	return ask[DoorResult](ctx, c, "POST", "/v1/door/keys", nil, in)
}

// RemoveDoorKey has a key open nothing any more.
func (c *Client) RemoveDoorKey(ctx context.Context, name string) error {
	return c.tell(ctx, "DELETE", "/v1/door/keys/"+url.PathEscape(name), nil, nil)
}
