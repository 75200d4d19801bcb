#!/bin/sh
# Puts Freshkey below a folder, /usr/local if none is said, or takes it away: ./install.sh [--remove] [PREFIX]
# Tokens and settings are touched by neither.
set -eu
umask 022
here=$(cd "$(dirname "$0")" && pwd)
remove='' prefix=''
for word in "$@"; do
	case $word in
	--remove) remove=1 ;;
	-*) sed -n '2,3s/^# //p' "$0"; exit 2 ;;
	*) [ -z "$prefix" ] || { sed -n '2,3s/^# //p' "$0"; exit 2; }; prefix=$word ;;
	esac
done
prefix=${prefix:-/usr/local}
if [ ! -f "$here/tree/bin/freshkey" ]; then
	echo "There is nothing to install: the folder tree is not beside $0. Unpack the whole archive." >&2
	exit 1
fi
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
if [ -n "$remove" ]; then rmdir "$prefix/share/doc/freshkey" 2>/dev/null || true; fi # the others may be anybody's
if [ -z "$remove" ]; then echo "Freshkey is in $prefix/bin. Start it: freshkey"; fi
