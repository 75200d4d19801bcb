#!/bin/sh
# Calls an API with a fresh token from a shell script: shell.sh ACCOUNT URL
# The exit code tells what is wrong: 3 sign in again, 4 the keychain is locked, 6 offline.
set -eu
account=$1 url=$2

# The token stays out of the list of processes: curl reads the request from standard input. In a pipe the exit code of sign would be lost.
request=$(freshkey sign "$account" GET "$url" --curl)
printf '%s\n' "$request" | curl --silent --show-error --fail --config -
