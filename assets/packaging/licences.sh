# shellcheck shell=bash
# To be sourced, at the top of the checkout.

# licences writes the licences of all modules that programs are linked from, and of what those hold of others.
licences() { # packages
	go list -deps -f '{{with .Module}}{{if not .Main}}{{.Path}} {{.Version}} {{.Dir}}{{end}}{{end}}' "$@" | sort -u | while read -r module release dir; do
		find "$dir" -type f \( -iname "licen[sc]e*" -o -iname "copying*" -o -iname "notice*" \) -not -name '*.go' -not -path '*/testdata/*' -not -path '*/example*/*' | sort |
			while read -r text; do
				printf '\n----\n%s %s, %s\n\n' "$module" "$release" "${text#"$dir"/}"
				cat "$text"
			done
	done
	printf '\n----\nThe Go standard library\n\n'
	cat "$(go env GOROOT)/LICENSE"
}
