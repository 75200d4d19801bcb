package api

import (
	"context"
	"fmt"
	"io"
	"net/url"
)

// ExportRequest moves an account into a file.
type ExportRequest struct {
	Path       string `json:"path"` // absolute; nothing may lie there, but for the file of an export that was interrupted
	Passphrase string `json:"passphrase"`
}

// Format masks the request for every verb.
func (ExportRequest) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[request to export]") }

// ImportRequest takes an account out of a file.
type ImportRequest struct {
	File       []byte `json:"file"` // in base64
	Passphrase string `json:"passphrase"`
	Name       string `json:"name,omitempty"`      // another name than it had
	TakeBack   bool   `json:"take_back,omitempty"` // it was exported here, and imported nowhere
}

// Format masks the request for every verb.
func (ImportRequest) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[request to import]") }

// Export moves an account into a file for another computer, once a person agrees; then it is no longer here. Whoever was interrupted asks
// for the same again.
func (c *Client) Export(ctx context.Context, ref string, in ExportRequest) error {
	return c.tell(ctx, "POST", "/v1/accounts/"+url.PathEscape(ref)+"/export", nil, in)
}

// Import stores the account of a file.
func (c *Client) Import(ctx context.Context, in ImportRequest) (Account, error) {
	return ask[Account](ctx, c, "POST", "/v1/import", nil, in)
}
