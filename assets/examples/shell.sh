#!/bin/sh
# Calls an API with a fresh token from a shell script: shell.sh ACCOUNT URL
# The exit code tells what is wrong: 3 sign in again, 4 the keychain is locked, 6 offline.
set -eu
account=$1 url=$2

# The token stays out of the list of processes: curl reads its header from standard input. In a pipe the exit code of sign would be lost.
header=$(freshkey sign "$account" GET "$url")
printf '%s\n' "$header" | curl --silent --show-error --fail --globoff --header @- "$url"
