package main

import "freshkey/app/api"

// askExport shows the question whether an account may move to another computer.
func askExport(w *Window) {
	q := api.Question{ID: 1, Account: "a", Program: api.Program{PID: 4711, Path: "/usr/bin/bash"}, Export: "/home/me/work.key"}
	w.questionDialog(q, api.Account{Name: "work"}).Show()
}
