#!/bin/sh
# Puts Freshkey below a folder, /usr/local if none is said, or takes it away: ./install.sh [--remove] [PREFIX]
# Tokens and settings are touched by neither.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
remove=
if [ "${1:-}" = --remove ]; then remove=1; shift; fi
prefix=${1:-/usr/local}
(cd "$here/tree" && find . -type f) | while read -r file; do
	if [ -n "$remove" ]; then
		rm -f "$prefix/$file"
	else
		mode=644
		case $file in ./bin/*) mode=711 ;; esac # a program of root's that nobody else can read keeps its memory to itself
		mkdir -p "$prefix/$(dirname "$file")"
		cp "$here/tree/$file" "$prefix/$file.new"
		chmod $mode "$prefix/$file.new"
		mv "$prefix/$file.new" "$prefix/$file" # a program that runs is not written over
	fi
done
if [ -z "$remove" ]; then echo "Freshkey is in $prefix/bin. Start it: freshkey"; fi
