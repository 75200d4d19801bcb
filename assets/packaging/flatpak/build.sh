#!/usr/bin/env bash
# Builds the Flatpak into build/package/out. Built by the release workflow only: it takes the runtime from Flathub.
set -euo pipefail
cd "$(dirname "$0")/../../.."
version=$(sed -n 's/^Version = "\(.*\)"/\1/p' FyneApp.toml)
date=$(date -u -d "@$(git log -1 --format=%ct)" +%F)
work=build/package/flatpak
rm -rf "$work" && mkdir -p "$work/source" build/package/out
git archive HEAD | tar -x -C "$work/source"
(cd "$work/source" && go mod vendor)
sed "s/@VERSION@/$version/; s/@DATE@/$date/" assets/packaging/linux/app.freshkey.freshkey.metainfo.xml.in >"$work/source/metainfo.xml"
cp assets/packaging/flatpak/app.freshkey.freshkey.yaml "$work/"
cd "$work"
flatpak remote-add --user --if-not-exists flathub https://dl.flathub.org/repo/flathub.flatpakrepo
flatpak-builder --user --install-deps-from=flathub --repo=repo --force-clean tree app.freshkey.freshkey.yaml
flatpak build-bundle repo "../out/freshkey-$version-linux-amd64.flatpak" app.freshkey.freshkey
