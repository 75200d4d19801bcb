//go:build linux

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"freshkey/app/testenv"
	"freshkey/keystore"
	"freshkey/oauth"
	"freshkey/oauth/journal"
	"freshkey/oauth/keeper"
	"freshkey/oauth/sandbox"
)

// keyringWrites is what gnome-keyring writes for one record of ours, by how many it holds: it writes its file anew each time.
func keyringWrites(programs) error {
	dir, err := os.MkdirTemp("", "fk")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s, err := testenv.NewSession(dir)
	if err != nil {
		return err
	}
	defer s.Close()
	keyring, err := s.Keyring()
	if err != nil {
		return err
	}
	if err := os.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+filepath.Join(dir, "run", "bus")); err != nil {
		return err
	}
	vault, ctx, held := keystore.Open("Freshkey (bench)"), context.Background(), 0
	record := []byte(strings.Repeat("x", 2000))
	for _, size := range []int{10, 100, 1000} {
		for ; held < size; held++ {
			if err := vault.Set(ctx, fmt.Sprint("account", held), record); err != nil {
				return err
			}
		}
		const sets = 10
		before := written(keyring.Process.Pid)
		median, _, err := spread(sets, func() error { return vault.Set(ctx, "account1", record) })
		if err != nil {
			return err
		}
		kb := float64(written(keyring.Process.Pid)-before) / sets / 1000
		row(fmt.Sprintf("gnome-keyring writes for a record, among %d", size), "", fmt.Sprintf("%.0f kB, %s", kb, ms(median)), "")
	}
	return nil
}

// How many accounts there are in the storm, and in the agent beside it.
const (
	crowd = 10_000
	few   = 10
)

// storm is ten thousand accounts that are due at once, for as long as it takes to see how that goes: all of it takes half an hour.
func storm(p programs) error {
	dir, err := os.MkdirTemp("", "fk")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s, err := testenv.NewSession(dir)
	if err != nil {
		return err
	}
	defer s.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	box := sandbox.New(sandbox.Config{Expires: 72 * time.Hour})
	go func() { log.Println(box.Serve(l)) }()
	keyring, err := s.NewFakeKeyring() // one that writes nothing: what is measured is ours
	if err != nil {
		return err
	}
	base := "http://" + l.Addr().String()
	for profile, accounts := range map[string]int{"few": few, "storm": crowd} {
		if err := fill(dir, profile, accounts, keyring, box, base); err != nil {
			return err
		}
	}
	return raise(box, &testenv.App{Session: s, Binary: p.freshkey, Profile: "storm"}, &testenv.App{Session: s, Binary: p.freshkey, Profile: "few"})
}

// raise starts the agent of few accounts and then that of many, and looks at both.
func raise(box *sandbox.Server, app, beside *testenv.App) error {
	if err := beside.StartAgent(); err != nil {
		return err
	}
	start := time.Now()
	if err := app.StartAgent(); err != nil {
		return err
	}
	answers := time.Since(start)
	if err := awaitRead(app); err != nil {
		return err
	}
	row(fmt.Sprintf("start of the agent with %d accounts", crowd), "", fmt.Sprintf("%s, all read after %.0f s", ms(answers), time.Since(start).Seconds()), "")
	return watchStorm(app, beside, box)
}

// awaitRead waits until the agent has read all records.
func awaitRead(app *testenv.App) error {
	for {
		time.Sleep(2 * time.Second)
		all, err := app.Freshkey("list", "--json")
		if err != nil || !strings.Contains(all, string(keeper.ReasonNotRead)) {
			return err
		}
	}
}

// fill gives a profile the settings and records of so many accounts, as if its machine had been off for three days.
func fill(dir, profile string, accounts int, keyring *testenv.FakeKeyring, box *sandbox.Server, base string) error {
	settings := struct {
		Version  int             `json:"version"`
		Accounts []oauth.Account `json:"accounts"`
	}{Version: 1}
	records := map[string]string{}
	for n := range accounts {
		a := box.Account(fmt.Sprintf("%08x", n), fmt.Sprint("account ", n), base)
		t, err := oauth.ReadAnswer(oauth.BuiltIn(), 200, box.NewChain(), time.Now())
		if err != nil {
			return err
		}
		r := journal.First(box.ClientSecret(), t.Shifted(-70*time.Hour), "")
		r.Origins = []string{base}
		data, err := r.Encode()
		if err != nil {
			return err
		}
		settings.Accounts, records[a.ID] = append(settings.Accounts, a), string(data)
	}
	keyring.Fill("Freshkey ("+profile+")", records)
	folder := filepath.Join(dir, "home", ".config", "freshkey", "profiles", profile)
	data, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "config.json"), data, 0o600)
}

// watchStorm looks at the agent of many accounts, and at the one of few that runs as long.
func watchStorm(app, beside *testenv.App, box *sandbox.Server) error {
	const watched = 30 * time.Second
	time.Sleep(10 * time.Second)
	before, ticks, begun := box.Counts(), usage(app.PID()).ticks, time.Now()
	time.Sleep(watched)
	hits, spent, took := box.Counts(), usage(app.PID()).ticks-ticks, time.Since(begun).Seconds()
	row(fmt.Sprintf("storm: %d due at once, requests a second", crowd), "≤ 5", fmt.Sprintf("%.1f, %d of them sent twice", float64(hits.Hits-before.Hits)/took, hits.Reuses), "")
	row("  CPU of the agent meanwhile", "", fmt.Sprintf("%.0f %% of one", float64(spent)/took), "")
	median, p99, err := asked(app.Socket(), "account%209999", 300)
	row("  token over the socket, median (p99)", "", fmt.Sprintf("%.1f ms (%.1f ms)", median.Seconds()*1e3, p99.Seconds()*1e3), "")
	much, little := resident(app.PID()), resident(beside.PID())
	each := (anonymous(app.PID()) - anonymous(beside.PID())) * 1024 / (crowd - few) // no account adds pages of the program's file
	row("  resident memory, and what each account adds", "≤ 4 KB each", fmt.Sprintf("%.1f MB, %.2f KB", much, each), fmt.Sprintf("agent of %d accounts %.1f MB", few, little))
	return err
}
