# Freshkey. `make demo` shows it, `make test` proves it; both install what they need on Debian and Ubuntu.

VERSION := $(shell sed -n 's/^Version = "\(.*\)"/\1/p' FyneApp.toml)
.DEFAULT_GOAL := build
LDFLAGS := -s -w -X main.version=$(VERSION)

# The agent is static: one file for every Linux. The window needs the system's GL, so it is linked against it; its addresses are
# random and its imports bound at the start.
ifeq ($(shell uname -s),Linux)
STATIC   := CGO_ENABLED=0 
HARDENED := -extldflags=-Wl,-z,relro,-z,now
endif
build_agent  = $(STATIC)go build -trimpath -ldflags '$(LDFLAGS)' -o build/freshkey .
build_window = go build -trimpath -buildmode=pie -ldflags '$(LDFLAGS) $(HARDENED)' -o build/freshkey-window ./app/window
TOOLS   := build/tools

# What building needs, and what the virtual desktop of tests and demo needs on top.
BUILD_PACKAGES   := gcc libc6-dev pkg-config libgl1-mesa-dev xorg-dev libxkbcommon-dev libwayland-dev
DESKTOP_PACKAGES := xvfb x11-xserver-utils dbus openbox xfce4-panel xfconf dunst gnome-keyring gcr libsecret-tools \
                    xdotool xclip x11-utils imagemagick libgl1-mesa-dri adwaita-icon-theme fonts-dejavu-core procps curl

# A browser for the sign-in, letters for every language, a second keychain, a second kind of desktop, and another machine. A provider that
# nobody here wrote comes by npm, whoever put that there, and so do Postman's and Bruno's programs. Of Docker, whoever put it there, the client is asked.
TEST_PACKAGES    := chromium xfce4-notifyd mako-notifier waybar lxqt-panel grim fonts-droid-fallback keepassxc sway wl-clipboard fish systemd dbus-user-session git jq python3-pytest openssh-client openssh-server

# help lists the targets that carry a comment of two signs.
help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

.PHONY: help build run demo test fuzz lint bench torture preview icons clean package test-packages list-desktop-packages packages desktop-packages bench-packages demo-packages test-tools

build: packages ## both programs, into build/
	$(build_agent)
	$(build_window)

run: build ## build and start
	build/freshkey

demo: build $(if $(DISPLAY)$(WAYLAND_DISPLAY),demo-packages,desktop-packages) ## the whole thing against a rehearsal provider
	go build -o build/demo-program ./app/testenv/demo
	build/demo-program build/freshkey build/demo

# The desktop tests play against the built binary. -p 1: each package has the machine to itself.
test: build desktop-packages test-tools ## everything, on a virtual desktop (needs root or sudo once, for packages)
	FRESHKEY_BINARY=$(CURDIR)/build/freshkey go test -race -count 1 -p 1 -timeout 14m ./...
	$(MAKE) --no-print-directory fuzz T=10s

# Each parser of what comes from outside, with inputs made up as it goes. What is found stays below testdata/fuzz, as a test. Go sometimes
# calls it a failure that the time is up ("context deadline exceeded", and no input that fails): that is none.
fuzz: packages ## what comes from outside, at random, for T=60s each parser
	@mkdir -p build; set -e; grep -rl --include='*_test.go' '^func Fuzz' . | sort | while read -r file; do \
		sed -n 's/^func \(Fuzz[A-Za-z]*\).*/\1/p' "$$file" | while read -r target; do \
			echo "$$target, $$(dirname "$$file"), $(or $(T),60s)"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(or $(T),60s) "$$(dirname "$$file")" > build/fuzz.log 2>&1 || \
				{ grep -q 'context deadline exceeded' build/fuzz.log && ! grep -q 'Failing input written' build/fuzz.log; } || { cat build/fuzz.log; exit 1; }; \
			tail -n 3 build/fuzz.log | head -n 1; \
		done; \
	done

lint: packages ## format, vet for three systems, staticcheck, workflows, known weaknesses
	@mkdir -p $(TOOLS)
	GOBIN=$(CURDIR)/$(TOOLS) go install mvdan.cc/gofumpt@v0.12.0
	GOBIN=$(CURDIR)/$(TOOLS) go install honnef.co/go/tools/cmd/staticcheck@v0.8.2
	GOBIN=$(CURDIR)/$(TOOLS) go install golang.org/x/vuln/cmd/govulncheck@v1.9.0
	GOBIN=$(CURDIR)/$(TOOLS) go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
	@unformatted=$$($(TOOLS)/gofumpt -l $$(git ls-files '*.go')); test -z "$$unformatted" || { echo "run gofumpt -w on:"; echo "$$unformatted"; exit 1; }
	$(TOOLS)/actionlint -shellcheck= -pyflakes=
	go vet ./...
	@for system in windows darwin; do \
		case $$system in windows) needs_cgo='app/window$$';; *) needs_cgo='app/window$$|app/agent$$|^freshkey$$';; esac; \
		echo "go vet for $$system"; GOOS=$$system CGO_ENABLED=0 go vet $$(GOOS=$$system CGO_ENABLED=0 go list -e ./... 2>/dev/null | grep -Ev "$$needs_cgo") || exit 1; \
	done
	$(TOOLS)/staticcheck -checks 'inherit,ST1000,ST1020,ST1021,ST1022' ./...
	@if $(TOOLS)/govulncheck -version >/dev/null 2>&1 && out=$$($(TOOLS)/govulncheck ./... 2>&1); then echo "govulncheck: nothing known"; \
	else case "$$out" in *"Your code is affected"*) echo "$$out"; exit 1;; *) echo "govulncheck: its database is out of reach; not checked";; esac; fi

# What else keeps secrets or tokens, to measure beside. What is not installed is left out.
BENCH_PACKAGES := keepassxc oidc-agent-cli libsecret-tools

bench: build desktop-packages bench-packages build/bench/fyne ## the measures, beside other programs that do something alike
	go build -trimpath -ldflags '$(LDFLAGS)' -o build/bench/line ./app/testenv/bench/testdata/line
	go run ./app/testenv/bench build build/bench
	go test -run '^$$' -bench 'Start|Memory|Tick|Snapshot|List|Token|Events' -benchtime 20x ./oauth/keeper ./app/agent | grep -E '^(pkg|Benchmark)'
	go test -run '^$$' -bench . -benchtime 20x ./app/window | grep -E '^(pkg|Benchmark)'

build/bench/fyne: app/testenv/bench/testdata/fyne/main.go
	go build -trimpath -buildmode=pie -ldflags '-s -w $(HARDENED)' -o $@ ./app/testenv/bench/testdata/fyne

torture: build desktop-packages ## N random runs (N=300 SEED=1) that try to lose a chain
	go build -o build/torture ./app/testenv/torture
	build/torture -n $(or $(N),300) -seed $(or $(SEED),1)

# preview writes a picture of every scene of the window, light and dark, in each language, to build/preview.
preview: packages test-tools ## a picture of every scene of the window, into build/preview
	@mkdir -p build/preview
	FRESHKEY_PREVIEW=$(CURDIR)/build/preview go test -count 1 -run TestPreview ./app/window

icons: assets/icons.sh ## draw the icons anew
	$(call apt,librsvg2-bin icoutils)
	assets/icons.sh

# What the packages are made with. The versions are part of what makes two builds alike.
PACKAGING_PACKAGES := jq xz-utils zstd minisign gcc-mingw-w64-x86-64 nsis wixl msitools faketime zip osslsigncode uuid-runtime
TRYING_PACKAGES    := lintian desktop-file-utils appstream man-db debootstrap rpm libarchive-tools apt-utils createrepo-c wine wine64 openssl file

package: packages ## packages for Linux and Windows, into build/package/out
	$(call apt,$(PACKAGING_PACKAGES))
	@mkdir -p $(TOOLS)
	GOBIN=$(CURDIR)/$(TOOLS) go install github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.2
	GOBIN=$(CURDIR)/$(TOOLS) go install github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.10.0
	GOBIN=$(CURDIR)/$(TOOLS) go install github.com/tc-hib/go-winres@v0.3.3
	ONLY=$(ONLY) assets/packaging/package.sh

test-packages: package desktop-packages ## installs them in a clean Debian and under Wine, and plays with them (root)
	$(call apt,$(TRYING_PACKAGES))
	assets/packaging/try-linux.sh
	assets/packaging/try-windows.sh

list-desktop-packages:
	@echo $(DESKTOP_PACKAGES)

clean: ## remove build/
	rm -rf build

packages:
	$(call apt,$(BUILD_PACKAGES))

desktop-packages:
	$(call apt,$(DESKTOP_PACKAGES))

test-tools:
	$(call apt,$(TEST_PACKAGES))
	$(if $(shell command -v npm),,$(call apt,nodejs npm))
	$(if $(shell command -v docker),,$(call apt,$(if $(shell apt-cache show docker-cli 2>/dev/null),docker-cli,docker.io)))

bench-packages:
	$(call apt,$(BENCH_PACKAGES))

demo-packages:
	$(call apt,xdotool xclip wl-clipboard)

# apt installs what is missing of a list of Debian packages, and shows the command first. Systems without apt are told
# what they need.
define apt
@if command -v dpkg-query >/dev/null; then \
	missing=""; for p in $(1); do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
		sudo=""; [ "$$(id -u)" = 0 ] || sudo="sudo"; \
		echo "+ $$sudo apt-get update && $$sudo apt-get install -y --no-install-recommends$$missing"; \
		$$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	fi; \
elif [ "$$(uname -s)" = Linux ]; then \
	echo "This system has no apt-get. Freshkey needs what these Debian packages hold: $(1)"; \
fi
endef
