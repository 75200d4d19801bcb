#!/usr/bin/env bash
# Writes, from what lies in build/package/out, what the channels want: winget manifests, a Homebrew cask, a manifest for Flathub, and a folder that apt and rpm
# take as a repository, into build/package/channels. RELEASES and HOMEPAGE are where the files of a release will be found; the release
# workflow knows them. What a file's checksum is wanted of has to be there: a cask is written where both disk images are.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$(sed -n 's/^Version = "\(.*\)"/\1/p' FyneApp.toml)
releases=${RELEASES:?where the releases are, without the last slash}
homepage=${HOMEPAGE:-$releases}
from=assets/packaging/channels out=$PWD/build/package/out channels=$PWD/build/package/channels
epoch=$(git log -1 --format=%ct)
rm -rf "$channels" && mkdir -p "$channels"

checksum() { sha256sum "$out/$1" | cut -d' ' -f1; }
fill() { # template, and more expressions for sed
	local template=$1
	shift
	sed -e "s|@VERSION@|$version|g; s|@RELEASES@|$releases|g; s|@HOMEPAGE@|$homepage|g; s|@DATE@|$(date -u -d "@$epoch" +%F)|g" "$@" "$template"
}

winget=$channels/winget/manifests/f/Freshkey/Freshkey/$version
mkdir -p "$winget"
setup=$(checksum "freshkey-$version-windows-amd64-setup.exe" | tr a-f A-F)
for template in "$from"/winget/*.in; do
	fill "$template" -e "s|@SHA256_WINDOWS_SETUP@|$setup|" >"$winget/$(basename "$template" .in)"
done

if [ -f "$out/freshkey-$version-macos-arm64.dmg" ] && [ -f "$out/freshkey-$version-macos-amd64.dmg" ]; then
	mkdir -p "$channels/homebrew/Casks"
	fill "$from/freshkey.rb.in" -e "s|@SHA256_MACOS_ARM64@|$(checksum "freshkey-$version-macos-arm64.dmg")|" \
		-e "s|@SHA256_MACOS_AMD64@|$(checksum "freshkey-$version-macos-amd64.dmg")|" >"$channels/homebrew/Casks/freshkey.rb"
else
	echo "no cask: the disk images for macOS are not in $out" >&2
fi

# Flathub: the manifest with the archive of a release in the place of the folder.
mkdir -p "$channels/flathub"
{
	sed '/- type: dir/,$d' assets/packaging/flatpak/app.freshkey.freshkey.yaml
	printf '      - type: archive\n        url: %s/v%s/freshkey-%s-source.tar.xz\n        sha256: %s\n' "$releases" "$version" "$version" "$(checksum "freshkey-$version-source.tar.xz")"
} >"$channels/flathub/app.freshkey.freshkey.yaml"
cp assets/packaging/flatpak/freshkey-flatpak "$channels/flathub/"

# apt: a flat pool with an index for each architecture. Release is signed where APT_KEY names a key of gpg's.
apt=$channels/apt
mkdir -p "$apt/pool"
cp "$out"/*.deb "$apt/pool/"
for arch in amd64 arm64; do
	index=$apt/dists/stable/main/binary-$arch
	mkdir -p "$index"
	(cd "$apt" && apt-ftparchive --arch "$arch" packages pool) >"$index/Packages"
	gzip -9nk "$index/Packages"
done
(cd "$apt/dists/stable" && apt-ftparchive -o APT::FTPArchive::Release::Origin=Freshkey -o APT::FTPArchive::Release::Suite=stable \
	-o APT::FTPArchive::Release::Codename=stable -o APT::FTPArchive::Release::Components=main \
	-o "APT::FTPArchive::Release::Architectures=amd64 arm64" release . >../Release && mv ../Release Release)
if [ -n "${APT_KEY:-}" ]; then
	gpg --batch --yes --local-user "$APT_KEY" --clearsign -o "$apt/dists/stable/InRelease" "$apt/dists/stable/Release"
	gpg --batch --yes --local-user "$APT_KEY" --armor --detach-sign -o "$apt/dists/stable/Release.gpg" "$apt/dists/stable/Release"
fi

rpm=$channels/rpm
mkdir -p "$rpm"
cp "$out"/*.rpm "$rpm/"
createrepo_c --quiet --revision "$epoch" --set-timestamp-to-revision "$rpm"
if [ -n "${APT_KEY:-}" ]; then gpg --batch --yes --local-user "$APT_KEY" --armor --detach-sign "$rpm/repodata/repomd.xml"; fi
find "$channels" -type f | sort
