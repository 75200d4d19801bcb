#!/usr/bin/env bash
# Writes the package for fleets: msi.sh FILES LIBRARY OUT, with VERSION and SOURCE_DATE_EPOCH in the environment. FILES is the folder of what
# is installed, LIBRARY is made of agents.c.
set -euo pipefail
from=$(cd "$(dirname "$0")" && pwd)
files=$1 library=$(realpath "$2") out=$(realpath -m "$3")
numbers=${VERSION%%[-+]*}
id() { uuidgen --sha1 --namespace @url --name "https://freshkey.app/$VERSION/$SOURCE_DATE_EPOCH/$1" | tr a-f A-F; }
text=$(mktemp -d)
trap 'rm -r "$text"' EXIT
sed "s/@VERSION@/$numbers/; s/@PRODUCT@/$(id product)/; s/@PACKAGE@/$(id package)/" "$from/freshkey.wxs.in" >"$text/freshkey.wxs"
cp "$library" "$text/agents.dll" # wixl takes a folder's files by their names only
(cd "$files" && faketime -f "$(date -u -d "@$SOURCE_DATE_EPOCH" '+%F %T')" wixl -I "$text" -a x64 -o "$out" "$text/freshkey.wxs")

# wixl 0.101 has no element for the environment, and does not know IncludeMaximum: versions before a release have the numbers of that
# release, and would stay beside it.
upgrade=$(sed -n 's/.*UpgradeCode="\([^"]*\)".*/\1/p' "$from/freshkey.wxs.in")
msibuild "$out" -s Freshkey "The Freshkey authors" "x64;1033" "{$(id package)}"
msibuild "$out" -q \
	'CREATE TABLE Environment (Environment CHAR(72) NOT NULL, Name CHAR(255) NOT NULL LOCALIZABLE, Value CHAR(255) LOCALIZABLE, Component_ CHAR(72) NOT NULL PRIMARY KEY Environment)' \
	"INSERT INTO Environment (Environment, Name, Value, Component_) VALUES ('Path', '=-Path', '[~];[INSTALLDIR]', 'Programs')" \
	"DELETE FROM Upgrade WHERE ActionProperty='WIX_UPGRADE_DETECTED'" \
	"INSERT INTO Upgrade (UpgradeCode, VersionMax, Attributes, ActionProperty) VALUES ('{$upgrade}', '$numbers', 513, 'WIX_UPGRADE_DETECTED')"
