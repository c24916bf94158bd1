#!/usr/bin/env bash
# Writes a Markdown file, cut to a limit of characters at the end of a line, with a note where something is missing.
#
#   cut.sh FILE LIMIT NOTE
set -euo pipefail

# Bytes are counted where awk knows no characters: never fewer than those.
awk -v limit="$2" -v note="$3" '
  # What is folded or fenced is closed.
  function closing(    text, each) {
    text = fenced ? "```\n" : ""
    for (each = 0; each < folded; each++) text = text "\n</details>\n"
    return text "\n" note
  }
  {
    lines[NR] = $0
    total += length($0) + 1
    if ($0 ~ /^```/) fenced = !fenced
    else if (!fenced) {
      folded += gsub(/<details>/, "&")
      folded -= gsub(/<\/details>/, "&")
    }
    if (total + length(closing()) + 1 <= limit) { fitting = NR; end = closing() }
    if (total > limit) exit
  }
  END {
    if (total <= limit) fitting = NR
    for (line = 1; line <= fitting; line++) print lines[line]
    if (total > limit) print end
  }
' "$1"
