#!/usr/bin/env bash
# Builds the Flatpak into build/package/out. Built by the release workflow only: it takes the runtime from Flathub.
set -euo pipefail
cd "$(dirname "$0")/../../.."
version=$(sed -n 's/^Version = "\(.*\)"/\1/p' FyneApp.toml)
work=build/package/flatpak
assets/packaging/source.sh
rm -rf "$work" && mkdir -p "$work/source"
tar -C "$work/source" --strip-components 1 -xf "build/package/out/freshkey-$version-source.tar.xz"
cp assets/packaging/flatpak/app.freshkey.freshkey.yaml "$work/"
cd "$work"
flatpak remote-add --user --if-not-exists flathub https://dl.flathub.org/repo/flathub.flatpakrepo
flatpak-builder --user --install-deps-from=flathub --repo=repo --force-clean tree app.freshkey.freshkey.yaml
flatpak build-bundle repo "../out/freshkey-$version-linux-amd64.flatpak" app.freshkey.freshkey
