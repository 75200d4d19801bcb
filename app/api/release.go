package api

// Release is a version of Freshkey.
type Release struct {
	Version string `json:"version"`
	Page    string `json:"page"` // https
}
