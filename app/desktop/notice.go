package desktop

import "context"

// Notice is one message for a person. A newer notice with the same Key takes its place.
type Notice struct {
	Key    string // what it is about; stable
	Title  string
	Body   string
	Action string // the label of a click on it, "Open Freshkey"
	Urgent bool   // stays until it is seen

	Amends  bool // shown only in the place of the one before, while that is shown
	Lasting bool // stays when this program ends
}

// Notify raises a notice.
func (d *Desktop) Notify(ctx context.Context, n Notice, onClick func()) error {
	n.Title = d.named(n.Title)
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return d.notices.Show(ctx, n, onClick)
}

// Ask raises a notice with choices, and calls chosen with the number of the one that is clicked. ErrNoChoices where that is not to be
// had.
func (d *Desktop) Ask(ctx context.Context, n Notice, choices []string, chosen func(n int)) error {
	n.Title = d.named(n.Title)
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return d.notices.Ask(ctx, n, choices, chosen)
}

// ClearNotice takes a notice back, and reports whether no person had put it away until then, also if it had expired; false as well where none can
// be taken back. After an error it may be on the screen still.
func (d *Desktop) ClearNotice(ctx context.Context, key string) (stood bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return d.notices.Clear(ctx, key)
}

// WatchNotices calls came when somebody is there who shows notices, and when another one has come, until ctx ends. A system that does not tell never
// calls it.
func (d *Desktop) WatchNotices(ctx context.Context, came func()) { d.notices.Watch(ctx, came) }

// KeepNotices has a file at path say what is on the screen, so that WatchNotices takes it back after a program that was killed, and returns the keys of
// what that one left. It is called before the first notice, and does nothing where the system takes notices away by itself.
func (d *Desktop) KeepNotices(path string) (stood []string) { return d.notices.Keep(path) }

// NoticesHaveChoices reports whether notices have buttons here. NoticeServer finds it out.
func (d *Desktop) NoticesHaveChoices() bool { return d.notices.HasChoices() }

// NoticeServer names who shows notices here.
func (d *Desktop) NoticeServer(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return d.notices.Server(ctx)
}

// named is a notice's title, with the profile that it is about if that has a name.
func (d *Desktop) named(title string) string {
	if d.Profile == "" {
		return title
	}
	return d.Profile + " · " + title
}
