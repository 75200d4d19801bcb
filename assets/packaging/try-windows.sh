#!/usr/bin/env bash
# Tries the Windows installers of build/package/out under Wine, on a virtual desktop: silent setup, the main job, kills, an upgrade, removal;
# the MSI; one beside the other; signatures with a certificate made for it. Pictures of window and tray go to build/package/pictures.
# make test-packages calls it.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$(sed -n 's/^Version = "\(.*\)"/\1/p' FyneApp.toml)
work=$PWD/build/package
say() { printf '\n== %s\n' "$*"; }

say "the programs: icon, version, manifest; one with a console and one without"
for name in freshkey:'(console)' freshkey-window:'(GUI)'; do
	file "$work/windows/files/${name%:*}.exe" | grep -F "${name#*:}" >/dev/null || { echo "$name"; exit 1; }
done
for name in freshkey freshkey-window; do
	for part in "permonitorv2" "asInvoker"; do
		grep -a "$part" "$work/windows/files/$name.exe" >/dev/null || { echo "$name: no $part"; exit 1; }
	done
	grep -aP "P\x00r\x00o\x00d\x00u\x00c\x00t\x00V\x00e\x00r\x00s\x00i\x00o\x00n" "$work/windows/files/$name.exe" >/dev/null || { echo "$name: no version"; exit 1; }
done

say "what Wine lacks, and another program"
mkdir -p "$work/wine"
x86_64-w64-mingw32-gcc -shared -O2 -s -o "$work/wine/bcryptprimitives.dll" assets/packaging/windows/random.c -ladvapi32
x86_64-w64-mingw32-gcc -O2 -s -o "$work/wine/stranger.exe" assets/packaging/windows/stranger.c

say "later packages for fleets: a version before a release has the numbers of that release"
mkdir -p "$work/later"
for later in 99.0.0-rc.1 99.0.0; do
	package=$work/later/freshkey-$later-windows-amd64.msi
	VERSION=$later SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) TZ=UTC assets/packaging/windows/msi.sh "$work/windows/files" "$work/windows/agents.dll" "$package"
	msiinfo export "$package" Property | tr -d '\r' | grep -Fx "$(printf 'ProductVersion\t99.0.0')"
done

say "setup, main job, kills, upgrade, removal; the package for fleets; one beside the other"
mkdir -p "$work/pictures"
go test -c -tags wine -o "$work/wine.test" ./app/testenv
(cd app/testenv && FRESHKEY_BINARY=$work/linux-amd64/freshkey FRESHKEY_WINE_TOOLS=$work/wine FRESHKEY_INSTALLERS=$work/out \
	FRESHKEY_LATER=$work/later FRESHKEY_PICTURES=$work/pictures "$work/wine.test" -test.v -test.count 1 -test.timeout 8m -test.run '^TestWindows')

say "signed with a certificate"
rm -rf "$work/signed" && mkdir -p "$work/signed"
(
	cd "$work/signed"
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=Freshkey test" -addext "extendedKeyUsage=codeSigning" -keyout key.pem -out cert.pem 2>/dev/null
	printf password >password
	openssl pkcs12 -export -inkey key.pem -in cert.pem -passout file:password -out cert.p12
)
VERSION=$version SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) TZ=UTC GOFLAGS=-buildvcs=false PACKAGE_OUT=build/package/signed \
	WINDOWS_CERTIFICATE=$work/signed/cert.p12 WINDOWS_PASSWORD_FILE=$work/signed/password assets/packaging/windows.sh >/dev/null
for signed in "$work"/signed/*.exe "$work"/signed/*.msi "$work"/windows/files/*.exe "$work/windows/agents.dll"; do
	osslsigncode verify -CAfile "$work/signed/cert.pem" -in "$signed" >"$work/signed/verify" 2>&1 || { cat "$work/signed/verify"; exit 1; }
done
echo "all as it should be"
