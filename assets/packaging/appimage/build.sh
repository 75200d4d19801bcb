#!/usr/bin/env bash
# Builds an AppImage from the tar of build/package/out. Built by the release workflow only, which has fetched appimagetool and checked
# its checksum: APPIMAGETOOL is its path.
set -euo pipefail
cd "$(dirname "$0")/../../.."
version=$(sed -n 's/^Version = "\(.*\)"/\1/p' FyneApp.toml)
dir=$PWD/build/package/appimage
rm -rf "$dir" && mkdir -p "$dir/Freshkey.AppDir/usr"
tar -C "$dir" -xf "build/package/out/freshkey-$version-linux-amd64.tar.xz"
cp -r "$dir/freshkey-$version/tree/." "$dir/Freshkey.AppDir/usr/"
cd "$dir/Freshkey.AppDir"
cp usr/share/applications/app.freshkey.freshkey.desktop usr/share/icons/hicolor/256x256/apps/app.freshkey.freshkey.png .
cat >AppRun <<RUN
#!/bin/sh
# Without a word the window; with one, the command line. The agent outlives both, and the image is taken away with what was started from
# it: so the two programs run from a copy.
here=\$(dirname "\$(readlink -f "\$0")")
copy=\${XDG_DATA_HOME:-\$HOME/.local/share}/freshkey/programs/$version
if [ ! -x "\$copy/freshkey-window" ]; then
	mkdir -p "\$copy"
	for program in freshkey freshkey-window; do cp "\$here/usr/bin/\$program" "\$copy/\$program.new" && mv "\$copy/\$program.new" "\$copy/\$program"; done
fi
if [ \$# -eq 0 ]; then exec "\$copy/freshkey-window"; fi
exec "\$copy/freshkey" "\$@"
RUN
chmod +x AppRun
SOURCE_DATE_EPOCH=$(git -C "$OLDPWD" log -1 --format=%ct) ARCH=x86_64 "$APPIMAGETOOL" --no-appstream . "$OLDPWD/build/package/out/freshkey-$version-linux-amd64.AppImage"
