//go:build linux

package testenv_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"freshkey/app/words"
)

// What stands in the places of a sentence that a script does not fill: anything, or any number.
const (
	anyText   = "ⵣ" // a letter that no sentence has
	anyNumber = 987654321
)

// sentence is the pattern of a sentence of the catalogue, by its key, in the script's language. Places are filled by NAME=VALUE.
func sentence(ts *testscript.TestScript, key string, filled []string) string {
	args := reflect.New(reflect.TypeFor[words.Args]()).Elem()
	for n := range args.NumField() {
		switch f := args.Field(n); f.Kind() {
		case reflect.String:
			f.SetString(anyText)
		case reflect.Int:
			f.SetInt(anyNumber)
		}
	}
	for _, one := range filled {
		name, value, ok := strings.Cut(one, "=")
		place := args.FieldByName(name)
		if !ok || !place.IsValid() {
			ts.Fatalf("%s fills no place of a sentence", one)
		}
		if place.Kind() == reflect.String {
			place.SetString(value)
			continue
		}
		n, err := strconv.Atoi(value)
		ts.Check(err)
		place.Set(reflect.ValueOf(n)) // a number, or what chooses the plural
	}
	text := stageOf(ts).catalog.Text(key, args.Interface().(words.Args))
	if text == key {
		ts.Fatalf("the catalogue has no %s", key)
	}
	pattern := strings.ReplaceAll(regexp.QuoteMeta(text), anyText, `.+?`)
	pattern = strings.ReplaceAll(pattern, strconv.Itoa(anyNumber), `\d+`)
	return strings.ReplaceAll(pattern, "\t", `\s+`) // a table's columns are set apart by blanks
}

// says wants a sentence in what was printed.
func says(ts *testscript.TestScript, neg bool, args []string) {
	times := -1
	if len(args) > 0 && strings.HasPrefix(args[0], "-count=") {
		n, err := strconv.Atoi(strings.TrimPrefix(args[0], "-count="))
		ts.Check(err)
		times, args = n, args[1:]
	}
	wellFormed(ts, len(args) > 1, "[!] says [-count=N] stdout|stderr|FILE KEY [PLACE=VALUE…]")
	pattern := sentence(ts, args[1], args[2:])
	found := len(regexp.MustCompile(pattern).FindAllString(ts.ReadFile(args[0]), -1))
	if times >= 0 && found != times {
		ts.Fatalf("%s is there %d times: %s", args[1], found, pattern)
	}
	if (found > 0) == neg {
		ts.Fatalf("%s is there %d times: %s", args[1], found, pattern)
	}
}

// problem wants on standard error what happened, then what to do, and nothing else. What to do is KEY.advice, or what follows each plus.
func problem(ts *testscript.TestScript, neg bool, args []string) {
	const usage = "problem KEY [PLACE=VALUE…] [+ KEY [PLACE=VALUE…]]…"
	wellFormed(ts, !neg && len(args) > 0, usage)
	if !slices.Contains(args, "+") {
		args = append(slices.Clone(args), "+", adviceOf(ts, args[0]))
	}
	var lines []string
	for len(args) > 0 {
		next := slices.Index(append(args, "+"), "+")
		wellFormed(ts, next > 0, usage)
		lines = append(lines, sentence(ts, args[0], args[1:next]))
		args = args[min(next+1, len(args)):]
	}
	pattern := `^freshkey: ` + lines[0] + "\n" + strings.Join(lines[1:], " ?") + "\n$"
	if said := ts.ReadFile("stderr"); !regexp.MustCompile(pattern).MatchString(said) {
		ts.Fatalf("%q is not %s", said, pattern)
	}
}

// adviceOf is what to do where a script does not say: the sentence's own advice, or that of its kind.
func adviceOf(ts *testscript.TestScript, key string) string {
	own := key + ".advice"
	switch {
	case stageOf(ts).catalog.Text(own) != own:
		return own
	case strings.HasPrefix(key, "flaw."):
		return "problem.field.advice"
	case strings.HasPrefix(key, "usage."):
		return "usage.help"
	}
	return own // which sentence finds missing
}

// decode reads a file of JSON: its value, or the list of them if there are several.
func decode(ts *testscript.TestScript, file string) any {
	var all []any
	for dec := json.NewDecoder(strings.NewReader(ts.ReadFile(file))); ; {
		var one any
		dec.UseNumber()
		err := dec.Decode(&one)
		if errors.Is(err, io.EOF) {
			break
		}
		ts.Check(err)
		all = append(all, one)
	}
	if len(all) == 1 {
		return all[0]
	}
	return all
}

// at is the part of a value at a path like .[0].state; nil if there is none.
func at(value any, path string) any {
	for _, step := range strings.FieldsFunc(path, func(r rune) bool { return strings.ContainsRune(".[]", r) }) {
		switch v := value.(type) {
		case map[string]any:
			value = v[step]
		case []any:
			n, err := strconv.Atoi(step)
			if err != nil || n < 0 || n >= len(v) {
				return nil
			}
			value = v[n]
		default:
			return nil
		}
	}
	return value
}

// jsonValue wants a value at a path, any or that one.
func jsonValue(ts *testscript.TestScript, neg bool, args []string) {
	wellFormed(ts, len(args) == 2 || len(args) == 3, "[!] json stdout|FILE PATH [VALUE]")
	got := at(decode(ts, args[0]), args[1])
	found := got != nil && (len(args) == 2 || fmt.Sprint(got) == args[2])
	if found == neg {
		ts.Fatalf("%s is %v", args[1], got)
	}
}

// fields wants an object to have these fields at least, or with -only no others: scripts of people's read them.
func fields(ts *testscript.TestScript, neg bool, args []string) {
	only := len(args) > 0 && args[0] == "-only"
	if only {
		args = args[1:]
	}
	wellFormed(ts, !neg && len(args) > 2, "fields [-only] stdout|FILE PATH NAME…")
	object, _ := at(decode(ts, args[0]), args[1]).(map[string]any)
	for _, name := range args[2:] {
		if _, ok := object[name]; !ok {
			ts.Fatalf("%s is missing in %v", name, object)
		}
	}
	if only && len(object) != len(args[2:]) {
		ts.Fatalf("there is more than %v in %v", args[2:], object)
	}
}
