#!/usr/bin/env bash
# Builds the Windows installers into build/package/out: a setup program, an MSI, a zip. package.sh calls it, with VERSION and
# SOURCE_DATE_EPOCH in the environment. With WINDOWS_CERTIFICATE (a PKCS #12 file) and WINDOWS_PASSWORD_FILE, what is built is signed.
set -euo pipefail
cd "$(dirname "$0")/../.."
from=assets/packaging/windows work=build/package/windows out=${PACKAGE_OUT:-build/package/out} tools=build/tools
files=$work/files
numbers=${VERSION%%[-+]*} # Windows wants nothing but numbers, of a version before a release too
rm -rf "$work" && mkdir -p "$files/licences"
trap 'rm -f rsrc_windows_amd64.syso app/window/rsrc_windows_amd64.syso' EXIT

# Icon, version and manifest lie in a file that the linker finds in a program's own folder.
for folder in . app/window; do
	"$tools/go-winres" make --in "$from/winres.json" --arch amd64 --out "$folder/rsrc" --product-version "$numbers.0" --file-version "$numbers.0"
done
ldflags="-s -w -buildid= -X main.version=$VERSION -X main.releases=${RELEASES_FEED:-}"
export GOOS=windows GOARCH=amd64
echo "agent, windows amd64"
CGO_ENABLED=0 go build -trimpath -ldflags "$ldflags" -o "$files/freshkey.exe" .
echo "window, windows amd64"
CGO_ENABLED=1 CC=x86_64-w64-mingw32-gcc go build -trimpath -ldflags "$ldflags -H windowsgui -extldflags=-Wl,--no-insert-timestamp" \
	-o "$files/freshkey-window.exe" ./app/window
unset GOOS GOARCH

sed "s/@VERSION@/$VERSION/; s/\$/\r/" "$from/README.txt.in" >"$files/README.txt"
sed 's/$/\r/' LICENSE >"$files/licences/LICENSE.txt"
cp build/package/share/third-party-windows.txt "$files/licences/third-party.txt"
cp build/package/share/freshkey-agent-windows.cdx.json build/package/share/freshkey-windows.cdx.json "$files/licences/"

# sign signs a program or an installer in its place.
sign() {
	[ -n "${WINDOWS_CERTIFICATE:-}" ] || return 0
	osslsigncode sign -pkcs12 "$WINDOWS_CERTIFICATE" -readpass "$WINDOWS_PASSWORD_FILE" -h sha256 -n Freshkey \
		${WINDOWS_TIMESTAMP:+-ts "$WINDOWS_TIMESTAMP"} -in "$1" -out "$1.signed" >/dev/null
	mv "$1.signed" "$1"
}
sign "$files/freshkey.exe"
sign "$files/freshkey-window.exe"
find "$files" "$from" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

echo "zip"
mkdir -p "$work/zip" && cp -rp "$files" "$work/zip/freshkey-$VERSION"
(cd "$work/zip" && find "freshkey-$VERSION" -type f | sort | zip -q -X -9 "$OLDPWD/$out/freshkey-$VERSION-windows-amd64.zip" -@)

echo "setup"
setup=$out/freshkey-$VERSION-windows-amd64-setup.exe
makensis -V2 -WX -DVERSION="$VERSION" -DNUMBERS="$numbers" -DFILES="$PWD/$files" -DOUT="$PWD/$setup" -DSIZE="$(du -sk --apparent-size "$files" | cut -f1)" "$from/freshkey.nsi"
sign "$setup"

echo "msi"
msi=$out/freshkey-$VERSION-windows-amd64.msi
x86_64-w64-mingw32-gcc -shared -O2 -s -Wall -Wl,--no-insert-timestamp,--disable-auto-image-base -o "$work/agents.dll" "$from/agents.c" -lmsi -ladvapi32
sign "$work/agents.dll"
"$from/msi.sh" "$files" "$work/agents.dll" "$msi"
sign "$msi"
