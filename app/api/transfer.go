package api

import (
	"context"
	"fmt"
	"io"
	"net/url"
)

// ExportRequest begins or goes on with a move to another computer. The file is none, the one that was begun, or the finished one.
type ExportRequest struct {
	Passphrase string `json:"passphrase"`
	File       []byte `json:"file,omitempty"`
}

// Format masks the request for every verb.
func (ExportRequest) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[request to export]") }

// ExportResult is the file to be written.
type ExportResult struct {
	File []byte `json:"file"`
}

// Format masks the file for every verb.
func (ExportResult) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[file of an account]") }

// ImportRequest takes an account out of a file.
type ImportRequest struct {
	File       []byte `json:"file"`
	Passphrase string `json:"passphrase"`
	Name       string `json:"name,omitempty"`      // another name than it had
	TakeBack   bool   `json:"take_back,omitempty"` // it was exported here, and imported nowhere
}

// Format masks the request for every verb.
func (ImportRequest) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "[request to import]") }

// Export seals an account in a file, once a person agrees. Nothing has left by it: the file cannot be opened before LetGo.
func (c *Client) Export(ctx context.Context, ref string, in ExportRequest) (ExportResult, error) {
	return ask[ExportResult](ctx, c, "POST", "/v1/accounts/"+url.PathEscape(ref)+"/export", nil, in)
}

// LetGo finishes the file, and from then on nothing is refreshed here. It may be asked for again.
func (c *Client) LetGo(ctx context.Context, ref string, in ExportRequest) (ExportResult, error) {
	return ask[ExportResult](ctx, c, "POST", "/v1/accounts/"+url.PathEscape(ref)+"/export/let-go", nil, in)
}

// FinishExport removes an account that the finished file has.
func (c *Client) FinishExport(ctx context.Context, ref string, in ExportRequest) error {
	return c.tell(ctx, "POST", "/v1/accounts/"+url.PathEscape(ref)+"/export/finish", nil, in)
}

// Import stores the account of a file.
func (c *Client) Import(ctx context.Context, in ImportRequest) (Account, error) {
	return ask[Account](ctx, c, "POST", "/v1/import", nil, in)
}
