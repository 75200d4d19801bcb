#!/usr/bin/env bash
# Builds Freshkey.app and its disk image into build/package/out, on a Mac, for that Mac's processor. The release workflow calls it on one
# runner of each kind. With APPLE_IDENTITY the app is signed; with APPLE_KEY (a file), APPLE_KEY_ID and APPLE_ISSUER it is notarised.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$(sed -n 's/^Version = "\(.*\)"/\1/p' FyneApp.toml)
case $(uname -m) in arm64) arch=arm64 ;; *) arch=amd64 ;; esac
work=build/package/macos out=build/package/out app=build/package/macos/Freshkey.app
rm -rf "$work" && mkdir -p "$app/Contents/MacOS" "$app/Contents/Resources" "$work/freshkey.iconset" "$out"

ldflags="-s -w -buildid= -X main.version=$version -X main.releases=${RELEASES_FEED:-}"
export MACOSX_DEPLOYMENT_TARGET=12.0 CGO_ENABLED=1
go build -trimpath -ldflags "$ldflags" -o "$app/Contents/MacOS/freshkey" .
go build -trimpath -ldflags "$ldflags" -o "$app/Contents/MacOS/freshkey-window" ./app/window

sed "s/@VERSION@/$version/" assets/packaging/macos/Info.plist.in >"$app/Contents/Info.plist"
plutil -lint "$app/Contents/Info.plist"
for size in 16 32 128 256; do
	sips -z $size $size assets/icons/freshkey-256.png --out "$work/freshkey.iconset/icon_${size}x$size.png" >/dev/null
done
iconutil -c icns "$work/freshkey.iconset" -o "$app/Contents/Resources/freshkey.icns"
cp LICENSE "$app/Contents/Resources/"
. assets/packaging/licences.sh
licences . ./app/window >"$app/Contents/Resources/third-party.txt"

if [ -n "${APPLE_IDENTITY:-}" ]; then
	for program in freshkey-window freshkey; do
		codesign --force --options runtime --timestamp --sign "$APPLE_IDENTITY" "$app/Contents/MacOS/$program"
	done
	codesign --force --options runtime --timestamp --sign "$APPLE_IDENTITY" "$app"
fi

mkdir "$work/image" && cp -R "$app" "$work/image/" && ln -s /Applications "$work/image/Applications"
image=$out/freshkey-$version-macos-$arch.dmg
hdiutil create -quiet -ov -volname Freshkey -srcfolder "$work/image" -format UDZO "$image"
if [ -n "${APPLE_KEY:-}" ]; then
	xcrun notarytool submit "$image" --key "$APPLE_KEY" --key-id "$APPLE_KEY_ID" --issuer "$APPLE_ISSUER" --wait
	xcrun stapler staple "$image"
fi
"$app/Contents/MacOS/freshkey" version
ls -l "$out"
