#!/bin/sh
# Makes the PNG and ICO files of assets/icons from the drawing below. Needs rsvg-convert and icotool (librsvg2-bin, icoutils).
# Each state has a badge of its own shape, so that nobody has to tell colours apart. In Windows' tray, which takes the
# drawing of 32 pixels for all sizes up to that, the badge is larger. macOS colours the menu bar's
# pictures itself: of a template picture only the shape counts, and the triangle has no room for its sign.
set -eu
cd "$(dirname "$0")/icons"

draw() { # name, tile colour, badge
	cat > "$1.svg" <<SVG
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
  <rect x="2" y="2" width="60" height="60" rx="14" fill="$2" stroke="#ffffff" stroke-width="2"/>
  <g fill="none" stroke="#ffffff" stroke-width="6" stroke-linecap="round" stroke-linejoin="round">
    <circle cx="22" cy="24" r="10"/>
    <path d="M29.5 31.5 L49 51 M41 43 L47 37"/>
  </g>
$3
</svg>
SVG
	rsvg-convert -w 64 -h 64 "$1.svg" -o "$1.png"
	rsvg-convert -w 48 -h 48 "$1.svg" -o "/tmp/freshkey-$$-48.png"
	{ sed '/^<\/svg>/,$d; /^  <\/g>/q' "$1.svg"; echo "<g transform=\"translate(42 22) scale(1.4) translate(-46 -18)\">$3</g></svg>"; } > "/tmp/freshkey-$$.svg"
	for size in 16 24 32; do rsvg-convert -w $size -h $size "/tmp/freshkey-$$.svg" -o "/tmp/freshkey-$$-$size.png"; done
	template "$3" | rsvg-convert -w 44 -h 44 -o "$1-template.png"
	icotool -c -o "$1.ico" /tmp/freshkey-$$-16.png /tmp/freshkey-$$-24.png /tmp/freshkey-$$-32.png /tmp/freshkey-$$-48.png
	rm -f /tmp/freshkey-$$.svg /tmp/freshkey-$$-*.png
}

template() { # badge
	cat <<SVG
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">
  <mask id="shape">
    <g fill="none" stroke="#ffffff" stroke-width="7" stroke-linecap="round" stroke-linejoin="round">
      <circle cx="22" cy="24" r="12"/>
      <path d="M31 33 L53 55 M43 45 L50 38"/>
    </g>
$(printf '%s' "$1" | sed 's/fill="#[0-9a-f]*" stroke="#ffffff" stroke-width="3"/fill="white" stroke="black" stroke-width="6"/; s/#ffffff/black/g; s/#1f2937/white/g')
  </mask>
  <rect width="64" height="64" mask="url(#shape)"/>
</svg>
SVG
}

teal='#0b6e67'
grey='#5b6570'
draw freshkey "$teal" ''
draw idle "$grey" ''
draw fresh "$teal" '  <circle cx="46" cy="18" r="15" fill="#22a447" stroke="#ffffff" stroke-width="3"/>
  <path d="M39 18 l5 6 l9 -11" fill="none" stroke="#ffffff" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/>'
draw busy "$teal" '  <circle cx="46" cy="18" r="15" fill="#2563eb" stroke="#ffffff" stroke-width="3"/>
  <path d="M38.5 18 a7.5 7.5 0 1 1 3 6" fill="none" stroke="#ffffff" stroke-width="4" stroke-linecap="round"/>
  <path d="M36 26.5 l8 0.5 l-4 -7 z" fill="#ffffff"/>'
draw resting "$teal" '  <rect x="31" y="5" width="30" height="26" rx="5" fill="#6b7280" stroke="#ffffff" stroke-width="3"/>
  <path d="M39 18 h14" stroke="#ffffff" stroke-width="5" stroke-linecap="round"/>'
draw attention "$teal" '  <path d="M46 3 L62 32 L30 32 Z" fill="#f59e0b" stroke="#ffffff" stroke-width="3" stroke-linejoin="round"/>
  <path d="M46 13 v8" stroke="#1f2937" stroke-width="4" stroke-linecap="round"/><circle cx="46" cy="27" r="2.4" fill="#1f2937"/>'
draw problem "$teal" '  <path d="M40 3 h12 l9 9 v12 l-9 9 h-12 l-9 -9 v-12 z" fill="#dc2626" stroke="#ffffff" stroke-width="3" stroke-linejoin="round"/>
  <path d="M41 13 l10 10 M51 13 l-10 10" stroke="#ffffff" stroke-width="4.5" stroke-linecap="round"/>'
rsvg-convert -w 256 -h 256 freshkey.svg -o freshkey-256.png
