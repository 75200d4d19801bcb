#!/usr/bin/env bash
# Writes the source of the last commit, with the modules that it is built from and what a package takes beside, into build/package/out: for
# whoever builds without a network, as Flathub does.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$(sed -n 's/^Version = "\(.*\)"/\1/p' FyneApp.toml)
epoch=$(git log -1 --format=%ct)
umask 022
work=build/package/source out=$PWD/build/package/out
rm -rf "$work" && mkdir -p "$work/freshkey-$version" "$out"
git archive HEAD | tar -x -C "$work/freshkey-$version"
. assets/packaging/licences.sh
(
	cd "$work/freshkey-$version"
	licences . ./app/window >third-party.txt
	go mod vendor
	sed "s/@VERSION@/$version/; s/@DATE@/$(date -u -d "@$epoch" +%F)/" assets/packaging/linux/app.freshkey.freshkey.metainfo.xml.in >metainfo.xml
)
tar --sort=name --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX,go-w --mtime="@$epoch" -C "$work" -c "freshkey-$version" | xz -T2 >"$out/freshkey-$version-source.tar.xz"
rm -r "$work"
