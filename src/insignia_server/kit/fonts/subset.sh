#!/bin/sh
# Makes the fonts of this folder that are subsets or our own. Needs npm and fonttools (pip install fonttools).
# Usage: sh subset.sh FOLDER-FOR-WORK
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1" && cd "$1"

fetch() { npm pack --silent "@expo-google-fonts/$1" >/dev/null && mkdir -p "$1" && tar xzf "expo-google-fonts-$1"-*.tgz -C "$1"; }

# Japanese: kana, the kanji of JIS X 0208 and 0213, signs. What is not in it takes its Chinese form.
fetch noto-sans-jp
python3 - > kanji.txt <<'PYTHON'
seen = {0x20BB7, 0x9AD9, 0xFA11, 0x6FF5, 0x5D5C}  # forms that stand in names
for lead in range(0x81, 0xFD):
    for trail in range(0x40, 0xFD):
        try:
            text = bytes([lead, trail]).decode("shift_jis_2004")
        except UnicodeDecodeError:
            continue
        seen.update(ord(c) for c in text if ord(c) >= 0x2E80)
print(",".join(f"{code:04X}" for code in sorted(seen)))
PYTHON
pyftsubset noto-sans-jp/package/400Regular/NotoSansJP_400Regular.ttf --no-hinting --layout-features=ccmp,locl \
  --name-IDs='*' --unicodes="3000-30FF,31F0-31FF,FF00-FFEF,$(cat kanji.txt)" \
  --output-file="$here/NotoSansJP-Regular.ttf"

# Whole fonts of small scripts.
for script in armenian bengali georgian tamil; do
  name=$(echo "$script" | cut -c1 | tr '[:lower:]' '[:upper:]')$(echo "$script" | cut -c2-)
  fetch "noto-sans-$script"
  cp "noto-sans-$script/package/400Regular/NotoSans${name}_400Regular.ttf" "$here/NotoSans$name-Regular.ttf"
  cp "noto-sans-$script/package/600SemiBold/NotoSans${name}_600SemiBold.ttf" "$here/NotoSans$name-SemiBold.ttf"
done

# The layer of text under a name that is drawn as outlines: a blank glyph, half an em wide, for each character.
python3 - "$here/InsigniaLayer-Text.ttf" <<'PYTHON'
import sys
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib import newTable
from fontTools.ttLib.tables import otTables
from fontTools.ttLib.tables._g_l_y_f import Glyph

RANGES = [(0x20, 0x7E), (0xA0, 0x52F), (0x590, 0x7FF), (0x860, 0x109F), (0x1780, 0x17FF), (0x1E00, 0x1FFF), (0x200C, 0x206F),
          (0x20A0, 0x20C0), (0x25A1, 0x25A1), (0xFB00, 0xFDFF), (0xFE70, 0xFEFE)]
codes = [code for first, last in RANGES for code in range(first, last + 1)]
names = [".notdef", *(f"u{code:04X}" for code in codes)]
font = FontBuilder(1000, isTTF=True)
font.setupGlyphOrder(names)
font.setupCharacterMap({code: f"u{code:04X}" for code in codes})
font.setupGlyf({name: Glyph() for name in names})
font.setupHorizontalMetrics({name: (500, 0) for name in names})
font.setupHorizontalHeader(ascent=800, descent=-200)
font.setupNameTable({"familyName": "Insignia Layer", "styleName": "Regular", "psName": "InsigniaLayer-Text"})
font.setupOS2(sTypoAscender=800, sTypoDescender=-200, usWinAscent=800, usWinDescent=200)
font.setupPost(keepGlyphNames=False)
font.setupMaxp()
# All are base glyphs, so that shaping gives a mark alone the width of a letter, and leaves it in its place.
gdef = newTable("GDEF")
gdef.table = otTables.GDEF()
gdef.table.Version = 0x00010000
gdef.table.GlyphClassDef = otTables.GlyphClassDef()
gdef.table.GlyphClassDef.classDefs = dict.fromkeys(names[1:], 1)
for name in ("AttachList", "LigCaretList", "MarkAttachClassDef"):
    setattr(gdef.table, name, None)
font.font["GDEF"] = gdef
font.font["head"].created = font.font["head"].modified = 3_800_000_000
font.font.recalcTimestamp = False
font.save(sys.argv[1])
PYTHON
