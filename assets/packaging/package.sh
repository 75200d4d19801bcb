#!/usr/bin/env bash
# Builds the packages for Linux and Windows into build/package/out, from the version in FyneApp.toml. The same source gives the same bytes:
# times are the last commit's, and nothing knows where it was built. make package calls it, with the tools in build/tools.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$(sed -n 's/^Version = "\(.*\)"/\1/p' FyneApp.toml)
tag=$(git describe --exact-match --tags 2>/dev/null || true)
if [ -n "$tag" ] && [ "$tag" != "v$version" ]; then
	echo "The tag says $tag, and FyneApp.toml says $version: make them agree." >&2
	exit 1
fi
native=$(go env GOARCH)
case $version in
*-*)
	echo "$version is a version before a release, and each of the formats for Linux writes those otherwise: only windows.sh packages them." >&2
	exit 1
	;;
esac
if [ "$native" != amd64 ] && [ "${ONLY:-}" != window ]; then
	echo "Everything is built on amd64. Here, ONLY=window builds the window's packages." >&2
	exit 1
fi
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH VERSION=$version PROGRAMS=build/package TZ=UTC LC_ALL=C GOFLAGS=-buildvcs=false
umask 022
work=build/package share=build/package/share out=build/package/out tools=build/tools
rm -rf "$share" "$out" "$work"/linux-* "$work/tree"
mkdir -p "$share/man" "$out"
ldflags="-s -w -buildid= -X main.version=$version -X main.releases=${RELEASES_FEED:-}"

for arch in amd64 arm64; do
	echo "agent, linux $arch"
	CGO_ENABLED=0 GOOS=linux GOARCH=$arch go build -trimpath -ldflags "$ldflags" -o "$work/linux-$arch/freshkey" .
done
echo "window, linux $native"
go build -trimpath -buildmode=pie -ldflags "$ldflags -extldflags=-Wl,-z,relro,-z,now,--build-id=none" -o "$work/linux-$native/freshkey-window" ./app/window

echo "manual, completions, licences, parts"
go run ./app/command/manual "$share" "$version" "$SOURCE_DATE_EPOCH"
rm "$share/freshkey-window.1" # of the command; the program of that name has a page of its own
mv "$share"/*.1 "$share/man/"
gzip -9n "$share"/man/*.1
gzip -9nc assets/packaging/linux/freshkey-window.1 >"$share/freshkey-window.1.gz"
gzip -9nc CHANGELOG.md >"$share/changelog.gz"
sed "s/@VERSION@/$version/; s/@DATE@/$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)/" assets/packaging/linux/app.freshkey.freshkey.metainfo.xml.in \
	>"$share/app.freshkey.freshkey.metainfo.xml"

. assets/packaging/licences.sh
licences . | gzip -9n >"$share/third-party-agent.gz"
licences . ./app/window | gzip -9n >"$share/third-party-window.gz"
GOOS=windows GOARCH=amd64 CGO_ENABLED=1 licences . ./app/window >"$share/third-party-windows.txt"
{
	printf 'Freshkey is its authors\x27; the modules that it is built from, and their licences, are in third-party.gz.\n\n'
	cat LICENSE
} >"$share/copyright"
for name in freshkey-agent freshkey; do
	printf '%s (%s-1) unstable; urgency=medium\n\n  * What has changed is in changelog.gz.\n\n -- The Freshkey authors <packages@freshkey.app>  %s\n' \
		"$name" "$version" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")" | gzip -9n >"$share/changelog.Debian-$name.gz"
done
parts() { # folder of the program, name; for GOOS and GOARCH
	CGO_ENABLED=1 "$tools/cyclonedx-gomod" app -json -noserial -licenses=false -std -main "$1" -output - . 2>/dev/null |
		jq -S "del(.metadata.timestamp) | .metadata.component.version = \"$version\"" >"$share/$2.cdx.json"
}
for arch in amd64 arm64; do
	GOOS=linux GOARCH=$arch parts . "freshkey-agent-$arch"
	GOOS=linux GOARCH=$arch parts app/window "freshkey-$arch"
done
GOOS=windows GOARCH=amd64 parts . freshkey-agent-windows
GOOS=windows GOARCH=amd64 parts app/window freshkey-windows

find "$share" "$work"/linux-* assets/packaging/linux assets/icons -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} + # some packages hold the times of folders

pack() { # list of contents, architecture, kinds…
	local list=$1 arch=$2
	shift 2
	for kind in "$@"; do ARCH=$arch "$tools/nfpm" package -f "assets/packaging/linux/$list.yaml" -p "$kind" -t "$out" >/dev/null; done
}
pack window "$native" deb rpm archlinux
if [ "${ONLY:-}" = window ]; then # on a machine of another kind, which adds its window to the rest
	ls -l "$out"
	exit
fi
pack agent amd64 deb rpm archlinux apk
pack agent arm64 deb rpm archlinux apk

echo "tar"
tree=$work/tree/freshkey-$version/tree
mkdir -p "$tree"/{bin,share/man/man1,share/applications,share/metainfo,share/doc/freshkey,share/bash-completion/completions,share/zsh/site-functions,share/fish/vendor_completions.d} \
	"$tree"/share/icons/hicolor/{64x64,256x256,scalable}/apps
cp "$work"/linux-amd64/freshkey "$work"/linux-amd64/freshkey-window "$tree/bin/"
cp "$share"/man/* "$share/freshkey-window.1.gz" "$tree/share/man/man1/"
cp "$share/freshkey.bash" "$tree/share/bash-completion/completions/freshkey"
cp "$share/_freshkey" "$tree/share/zsh/site-functions/"
cp "$share/freshkey.fish" "$tree/share/fish/vendor_completions.d/"
cp assets/packaging/linux/app.freshkey.freshkey.desktop "$tree/share/applications/"
cp "$share/app.freshkey.freshkey.metainfo.xml" "$tree/share/metainfo/"
cp LICENSE "$share/changelog.gz" "$tree/share/doc/freshkey/"
cp "$share/third-party-window.gz" "$tree/share/doc/freshkey/third-party.gz" # which holds the agent's
cp "$share/freshkey-agent-amd64.cdx.json" "$share/freshkey-amd64.cdx.json" "$tree/share/doc/freshkey/"
cp assets/icons/freshkey-256.png "$tree/share/icons/hicolor/256x256/apps/app.freshkey.freshkey.png"
cp assets/icons/freshkey.png "$tree/share/icons/hicolor/64x64/apps/app.freshkey.freshkey.png"
cp assets/icons/freshkey.svg "$tree/share/icons/hicolor/scalable/apps/app.freshkey.freshkey.svg"
cp assets/packaging/linux/install.sh "$work/tree/freshkey-$version/"
tar --sort=name --owner=0 --group=0 --numeric-owner --mode=u+rwX,go+rX,go-w --mtime="@$SOURCE_DATE_EPOCH" -C "$work/tree" -c "freshkey-$version" | xz -T1 >"$out/freshkey-$version-linux-amd64.tar.xz"

echo "source, with its modules"
assets/packaging/source.sh

assets/packaging/windows.sh

(cd "$out" && sha256sum -- * >SHA256SUMS)
if [ -n "${MINISIGN_KEY:-}" ]; then # a file; the release workflow has it
	minisign -S -s "$MINISIGN_KEY" -m "$out/SHA256SUMS" -t "Freshkey $version" </dev/null
fi
ls -l "$out"
