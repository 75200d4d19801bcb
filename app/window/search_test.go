package main

import (
	"testing"
	"time"

	"freshkey/oauth/keeper"
)

func TestSearchFindsNoAccountByLettersOfItsOpenID(t *testing.T) {
	home := account("home", keeper.StateFresh, time.Hour)
	home.OpenID, home.ClientID, home.Provider, home.Origins = "2.0:/Kbi7Qx==", "28823037615", "sso", []string{"https://sso.example.com"}
	m := with(home)
	for search, want := range map[string]bool{
		"bi": false, "kbi7qx": false, "2.0": false, "==": false, // letters that stand there by chance, or in all of them
		"2.0:/Kbi7": true, "OM": true, "376": true, "SSO": true, "example.com": true, " home ": true, "homes": false, "": true,
	} {
		m.search = search
		if found := len(m.accounts(noon)) == 1; found != want {
			t.Errorf("%q finds it: %v", search, found)
		}
	}
}
