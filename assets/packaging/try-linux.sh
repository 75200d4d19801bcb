#!/usr/bin/env bash
# Tries the packages of build/package/out: the field's checkers, two builds with the same bytes, and an installation for real in a clean
# Debian below build/package/root, with the main job on a virtual desktop, an upgrade over a running agent, removal and purge. It needs
# root. make test-packages calls it.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$(sed -n 's/^Version = "\(.*\)"/\1/p' FyneApp.toml)
work=build/package out=build/package/out root=$PWD/build/package/root tools=build/tools
PREVIOUS=f1344a0 # the commit that stands for the version before: its records name no origin
say() { printf '\n== %s\n' "$*"; }

say "lintian"
lintian --allow-root --fail-on error "$out"/*.deb
say "desktop file, AppStream, manual"
desktop-file-validate assets/packaging/linux/*.desktop
appstreamcli validate --pedantic --no-net "$work"/share/*.metainfo.xml
for page in "$work"/share/man/*.gz "$work"/share/*.1.gz; do
	said=$(man --warnings -E UTF-8 -l "$page" 2>&1 >/dev/null)
	test -z "$said" || { echo "$page: $said"; exit 1; }
done
say "rpm, apk, archlinux: contents and scripts"
for arch in x86_64 aarch64; do
	for list in "rpm -qlp $out/freshkey-agent-$version-1.$arch.rpm" "tar -tzf $out/freshkey-agent_$version-r1_$arch.apk" "bsdtar -tf $out/freshkey-agent-$version-1-$arch.pkg.tar.zst"; do
		$list 2>/dev/null | grep 'usr/bin/freshkey$' >/dev/null || { echo "$list: no program in it"; exit 1; }
	done
	! tar -tzf "$out/freshkey-agent_$version-r1_$arch.apk" 2>/dev/null | grep '^\.\(pre\|post\)-' >/dev/null || { echo "a script in the apk"; exit 1; }
done
for package in "$out"/*.rpm; do
	test -z "$(rpm -qp --scripts "$package")" || { echo "$package: a script"; exit 1; }
	test "$(rpm -qp --qf '%{BUILDHOST}' "$package")" = freshkey.app || { echo "$package knows where it was built"; exit 1; }
done
for package in "$out"/*.deb; do # whatever the umask of who cloned
	odd=$(dpkg-deb -c "$package" | grep -v '^drwxr-xr-x root/root\|^-rw-r--r-- root/root\|^-rwx--x--x root/root .* \./usr/bin/freshkey\|^lrwxrwxrwx root/root' || true)
	test -z "$odd" || { echo "$package: $odd"; exit 1; }
done
rpm -qlp "$out/freshkey-$version-1.x86_64.rpm" | grep '^/usr/bin/freshkey-window$' >/dev/null
bsdtar -tf "$out/freshkey-$version-1-x86_64.pkg.tar.zst" | grep '^usr/bin/freshkey-window$' >/dev/null
(cd "$out" && sha256sum --check --quiet SHA256SUMS)

say "licences of every module"
licensed() { # program, list
	go version -m "$1" | awk '$1 == "dep" {print $2, $3}' | while read -r module release; do
		grep -F "$module $release, " "$2" >/dev/null || { echo "$2: nothing of $module"; exit 1; }
	done
}
gzip -dc "$work/share/third-party-agent.gz" >"$work/agent.txt" && gzip -dc "$work/share/third-party-window.gz" >"$work/window.txt"
licensed "$work/linux-amd64/freshkey" "$work/agent.txt"
licensed "$work/linux-amd64/freshkey" "$work/window.txt"
licensed "$work/linux-amd64/freshkey-window" "$work/window.txt"
licensed "$work/windows/files/freshkey.exe" "$work/windows/files/licences/third-party.txt"
licensed "$work/windows/files/freshkey-window.exe" "$work/windows/files/licences/third-party.txt"

say "the agent, from the source with its modules, without a network"
rm -rf "$work/unpacked" && mkdir "$work/unpacked" && tar -C "$work/unpacked" --strip-components 1 -xf "$out/freshkey-$version-source.tar.xz"
(cd "$work/unpacked" && GOPROXY=off GOFLAGS='-mod=vendor -buildvcs=false' CGO_ENABLED=0 go build -trimpath -o freshkey . && ./freshkey version)
rm -rf "$work/unpacked"

say "the version before, packaged the same way"
rm -rf "$work/previous" && mkdir -p "$work/previous/source" "$work/previous/out"
git archive "$PREVIOUS" | tar -x -C "$work/previous/source"
(cd "$work/previous/source" && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=0.0.9' -o ../linux-amd64/freshkey . &&
	go build -trimpath -ldflags '-s -w -X main.version=0.0.9' -o ../linux-amd64/freshkey-window ./app/window)
rm -rf "$work/previous/source"
for list in agent window; do
	PROGRAMS=$work/previous ARCH=amd64 VERSION=0.0.9 "$tools/nfpm" package -f assets/packaging/linux/$list.yaml -p deb -t "$work/previous/out" >/dev/null
done

say "a clean Debian"
if [ ! -f "$work/root.tar" ]; then
	debootstrap --variant=minbase bookworm "$root" >"$work/debootstrap.log"
	tar -C "$root" -cf "$work/root.tar" . && rm -rf "$root"
fi
leave() {
	for at in dev/pts dev proc; do mountpoint -q "$root/$at" && umount -l "$root/$at"; done
	rm -rf "$root"
}
trap leave EXIT
mkdir -p "$root" && tar -C "$root" -xf "$work/root.tar"
for at in dev dev/pts; do mount --bind "/$at" "$root/$at"; done
mount -t proc proc "$root/proc"
cp /etc/resolv.conf "$root/etc/"
rm -f "$root/etc/apt/sources.list" && cp -r /etc/apt/. "$root/etc/apt/"
cp -r /etc/ssl/certs "$root/etc/ssl/" 2>/dev/null || true
mkdir -p "$root/packages/current" "$root/packages/previous"
cp "$out"/*_amd64.deb "$root/packages/current/"
cp "$work"/previous/out/*.deb "$root/packages/previous/"
inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
inside apt-get update -qq

say "the agent alone: no X, no GL"
inside apt-get install -y -qq --no-install-recommends "/packages/current/freshkey-agent_$version-1_amd64.deb" >/dev/null
inside freshkey version
inside freshkey doctor && { echo "a doctor that finds nothing wrong without a keychain"; exit 1; }
inside freshkey quit
rm -r "$root/root/.config/freshkey" "$root/root/.local/state/freshkey" # a person's own folders, which no package removes
! inside dpkg -l libx11-6 libgl1 2>/dev/null | grep ^ii >/dev/null || { echo "the agent brought X along"; exit 1; }

say "with the window, and the main job on a virtual desktop"
inside apt-get install -y -qq --no-install-recommends "/packages/current/freshkey-agent_$version-1_amd64.deb" "/packages/current/freshkey_$version-1_amd64.deb" >/dev/null
read -ra desktop <<<"$(make -s list-desktop-packages)"
inside apt-get install -y -qq --no-install-recommends "${desktop[@]}" >/dev/null
go test -c -tags packages -o "$root/packages/testenv.test" ./app/testenv
play() { inside FRESHKEY_BINARY=/usr/bin/freshkey /packages/testenv.test -test.count 1 -test.timeout 5m -test.v -test.run "$1"; }
play '^(TestTrayCopiesWhatTheProviderTakes|TestDeadChainNotifiesOnceAndTheTokenStaysInUse|TestSecondStartOpensTheFirstOnesWindow|TestAgentKilledAtRestLosesNothing)$/^X11$'

say "upgrade over a running agent, removal, purge"
play '^TestPackagesAreUpgradedRemovedAndPurgedWithoutTouchingAToken$'

say "from a repository"
RELEASES=https://example.com/releases assets/packaging/channels.sh >/dev/null
mv "$work/channels/apt" "$root/packages/repository"
echo "deb [trusted=yes] file:/packages/repository stable main" >"$root/etc/apt/sources.list.d/freshkey.list"
inside dpkg --purge freshkey freshkey-agent >/dev/null
inside apt-get update -qq
inside apt-get install -y -qq --no-install-recommends freshkey >/dev/null
inside freshkey version
inside dpkg --purge freshkey freshkey-agent >/dev/null
grep -F "InstallerSha256: $(sha256sum "$out/freshkey-$version-windows-amd64-setup.exe" | cut -d' ' -f1 | tr a-f A-F)" \
	"$work/channels/winget/manifests/f/Freshkey/Freshkey/$version/Freshkey.Freshkey.installer.yaml" >/dev/null
ls "$work"/channels/rpm/repodata/*-primary.xml.gz >/dev/null

say "the tar"
inside mkdir -p /packages/tar
tar -C "$root/packages/tar" -xf "$out/freshkey-$version-linux-amd64.tar.xz"
inside "/packages/tar/freshkey-$version/install.sh" /usr/local >/dev/null
inside /usr/local/bin/freshkey version
inside "/packages/tar/freshkey-$version/install.sh" --remove /usr/local
test ! -e "$root/usr/local/bin/freshkey"
inside sh -c "umask 077; /packages/tar/freshkey-$version/install.sh /opt/f >/dev/null && test \"\$(stat -c %a /opt/f/bin)\" = 755 && ! /packages/tar/freshkey-$version/install.sh --help >/dev/null"
inside "/packages/tar/freshkey-$version/install.sh" /opt/f --remove
test -z "$(find "$root/opt/f" -type f)"

say "the same bytes a second time, and signed"
cp "$out/SHA256SUMS" "$work/first"
minisign -G -W -f -p "$work/minisign.pub" -s "$work/minisign.key" >/dev/null
MINISIGN_KEY=$work/minisign.key assets/packaging/package.sh >/dev/null
cmp "$work/first" "$out/SHA256SUMS"
minisign -V -q -p "$work/minisign.pub" -m "$out/SHA256SUMS"
rm "$out/SHA256SUMS.minisig"
echo "all as it should be"
