#!/usr/bin/env bash
# Checks the environment files and reviews their change: annotations on standard output, a report in the job's summary.
#
#   COMMAND             the ecr-constructs to be run
#   DIRECTORY           where the environment files are
#   BASE, HEAD          revisions, or empty
#   EVENT_BASE          what the event says of the base: a commit, zeros or empty
#   EVENT_HEAD          the newest commit of the pull request, or empty
#   FAIL_ON, ARGUMENTS  as of the action
#   TOKEN               for fetching where the checkout has kept no credentials
#
# Its outputs are those of the action, and `quiet`: whether there is nothing that is worth a new comment.
set -euo pipefail

readonly HERE="${BASH_SOURCE[0]%/*}"
readonly MARKER='<!-- ecr-constructs review -->'
readonly SUMMARY_LIMIT=1000000 # of 1 MiB for each step
# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands

# What is run below sees no token; and takes no file for a terminal, as Typer does where this is set.
token="$TOKEN"
unset TOKEN GH_TOKEN GITHUB_TOKEN GITHUB_ACTIONS
export ECR_ENVIRONMENTS_DIR="$DIRECTORY" GIT_TERMINAL_PROMPT=0
folder="$(mktemp -d "$RUNNER_TEMP/ecr-constructs-review.XXXXXX")"
readonly token folder

end() { # STATUS DANGERS ATTENTIONS REPORT QUIET
  printf '%s\n' "status=$1" "dangers=$2" "attentions=$3" "report=$4" "quiet=$5" >> "$GITHUB_OUTPUT"
  exit 0
}

error() { # MESSAGE
  echo "::error title=ecr-constructs::$1"
  end error '' '' '' true
}

# Show a file in the log; no line of it is taken for a command.
show() { # FILE
  local word="stop-$RANDOM$RANDOM$RANDOM"
  echo "::stop-commands::$word"
  cat -- "$1"
  echo "::$word::"
}

has() { # REVISION
  git cat-file -e "$1^{commit}" 2> "$folder/git.txt"
}

fetch() { # REVISION
  local basic options=(--quiet --no-tags)
  # Of a whole history, --depth would take the rest away.
  if [[ "$(git rev-parse --is-shallow-repository)" == true ]]; then
    options+=(--depth=1)
  fi
  if git fetch "${options[@]}" origin "$1" 2> "$folder/git.txt"; then
    return
  fi
  # By the token, which git alone sees, and no other host.
  basic="$(printf 'x-access-token:%s' "$token" | base64 | tr -d '\n')"
  GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.${GITHUB_SERVER_URL:-https://github.com}/.extraheader" \
    GIT_CONFIG_VALUE_0="AUTHORIZATION: basic $basic" \
    git fetch "${options[@]}" origin "$1" 2> "$folder/git.txt"
}

# Print the commit of a revision, which is fetched if it is not there.
commit_of() { # REVISION
  local commit
  if [[ "$1" == -* ]]; then
    return 1
  elif has "$1"; then
    commit="$(git rev-parse --verify --quiet "$1^{commit}")"
  elif fetch "$1"; then
    commit="$(git rev-parse --verify --quiet 'FETCH_HEAD^{commit}')"
  else
    return 1
  fi
  # The command takes a directory for what is meant, and a pull request may add one.
  if [[ -e "$commit" ]]; then
    echo "$commit is a file or a directory here." > "$folder/git.txt"
    return 1
  fi
  echo "$commit"
}

# Print what a commit is compared with where nothing was said; nothing where the command has to decide.
default_base() { # COMMIT
  local parents
  # A commit names its parents, also those that a shallow clone has not. What GitHub checks out merges the pull request
  # into its base as that is now, which the event may not know yet.
  parents="$(git cat-file commit "$1" | sed -n '1,/^$/s/^parent //p' | tr '\n' ' ')"
  if [[ -n "$EVENT_HEAD" && "$parents" == *" $EVENT_HEAD "* ]]; then
    echo "${parents%% *}"
  elif [[ "$EVENT_BASE" =~ ^0*$ ]]; then
    return
  elif [[ -z "$EVENT_HEAD" ]]; then
    echo "$EVENT_BASE"
  elif has "$EVENT_BASE" && git merge-base "$1" "$EVENT_BASE" 2> "$folder/git.txt"; then
    return
  else
    echo "::warning title=ecr-constructs::Where the branch began is not known in a shallow clone: what was merged since" \
      "may seem to be undone. Give actions/checkout \`fetch-depth: 0\`, or leave out its \`ref\`." >&2
    echo "$EVENT_BASE"
  fi
}

end_of_mistakes() {
  summarise
  end invalid '' '' "$folder/report.md" false
}

summarise() {
  "$HERE/cut.sh" "$folder/report.md" "$SUMMARY_LIMIT" "There is more." >> "$GITHUB_STEP_SUMMARY"
}

case "$FAIL_ON" in
  danger | attention) failing=(--fail-on "$FAIL_ON") ;;
  never) failing=() ;;
  *) error "fail-on must be danger, attention or never." ;;
esac
if ! git rev-parse --verify --quiet 'HEAD^{commit}' > "$folder/git.txt" 2>&1; then
  show "$folder/git.txt"
  error "There is no checkout: put actions/checkout before this step."
fi
more=()
has_base=true
while IFS= read -r line; do
  if [[ -n "${line//[[:space:]]/}" ]]; then
    more+=("$line")
  fi
  # A state or a stack is what is compared with, then.
  if [[ "$line" == --against* ]]; then
    has_base=false
  fi
done <<< "$ARGUMENTS"

# Where a head was given, the files that are checked out are others.
if [[ -z "$HEAD" ]] && ! "$COMMAND" validate --format github; then
  echo "$MARKER" > "$folder/report.md"
  "$COMMAND" validate --format markdown >> "$folder/report.md" || true
  end_of_mistakes
fi

tip=HEAD
if [[ -n "$HEAD" ]] && ! tip="$(commit_of "$HEAD")"; then
  show "$folder/git.txt"
  error "The head cannot be read. Give actions/checkout \`fetch-depth: 0\`."
fi
base="$BASE"
if [[ -z "$base" && "$has_base" == true ]]; then
  base="$(default_base "$tip")"
fi
sides=()
if [[ -n "$base" ]]; then
  if ! commit="$(commit_of "$base")"; then
    show "$folder/git.txt"
    error "The base cannot be read. Give actions/checkout \`fetch-depth: 0\`."
  fi
  sides+=("$commit")
elif [[ -n "$HEAD" ]]; then
  error "A head was given, and no base to compare it with."
fi
if [[ -n "$HEAD" ]]; then
  sides+=("$tip")
fi

review() { # OPTIONS
  # As bash 3.2 wants an array that may be empty.
  "$COMMAND" review ${sides[@]+"${sides[@]}"} ${more[@]+"${more[@]}"} "$@"
}

code=0
review --format github ${failing[@]+"${failing[@]}"} > "$folder/annotations.txt" 2> "$folder/errors.txt" || code=$?
cat "$folder/annotations.txt"
case "$code" in
  0) status=passed ;;
  3) status=failed ;;
  2)
    show "$folder/errors.txt"
    {
      printf '%s\n' "$MARKER" '### Nothing could be compared' ''
      # Indented, it is text, whatever a file says.
      tr -d '\r' < "$folder/errors.txt" | sed 's/^/    /'
    } > "$folder/report.md"
    end_of_mistakes
    ;;
  *)
    show "$folder/errors.txt"
    error "There is no review; the log says why."
    ;;
esac
review --format markdown > "$folder/report.md"
summarise
review --format json > "$folder/report.json"
# A file of the base that is wrong has an annotation too, and is no finding.
count() { # NAME
  sed -n "s/^ *\"$1\": \([0-9]*\),*\$/\1/p" "$folder/report.json"
}
quiet=true
if [[ -s "$folder/annotations.txt" ]]; then
  quiet=false
fi
end "$status" "$(count danger)" "$(count attention)" "$folder/report.md" "$quiet"
