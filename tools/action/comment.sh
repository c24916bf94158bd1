#!/usr/bin/env bash
# Writes the report as a comment of the pull request: the one that is there is updated.
#
#   GH_TOKEN  the token of whoever comments
#   NUMBER    of the pull request
#   REPORT    the file
#   IS_QUIET  whether there is nothing that is worth a new comment
#
# What keeps it from that is a warning: the job ends as the review does.
set -euo pipefail

readonly HERE="${BASH_SOURCE[0]%/*}"
readonly LIMIT=65536 # characters of a comment, as GitHub says where there are more
readonly SERVER="${GITHUB_SERVER_URL:-https://github.com}"
readonly RUN="$SERVER/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID"

# Of another server than github.com, gh wants to know: https://cli.github.com/manual/gh_help_environment
export GH_HOST="${SERVER#*://}" GH_ENTERPRISE_TOKEN="$GH_TOKEN"

# A comment that begins with this is one of the review.
export MARKER='<!-- ecr-constructs review -->'

# Others could write the marker too, and change their comment later.
MINE="$(gh api graphql -f query='{viewer{login}}' --jq .data.viewer.login 2> /dev/null || true)"
export MINE="${MINE:-github-actions[bot]}"

body="$(mktemp "$RUNNER_TEMP/ecr-constructs-comment.XXXXXX")"
why="$(mktemp "$RUNNER_TEMP/ecr-constructs-comment.XXXXXX")"
"$HERE/cut.sh" "$REPORT" "$LIMIT" "The rest is in the [summary of the run]($RUN)." > "$body"

warn() {
  local said
  said="$(tr '\n' ' ' < "$why")"
  if [[ "$said" == *'HTTP 403'* ]]; then
    said="the token may not write comments. Give the job \`pull-requests: write\`; pull requests from forks have no such token."
  fi
  said="${said//'%'/%25}"
  echo "::warning title=ecr-constructs::The comment was not written: $said The report is in the summary of the run."
  exit 0
}

# As `gh` sees it, variables of the process are those of jq.
gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments?per_page=100" \
  --jq '.[] | select(.user.login == env.MINE and (.body | startswith(env.MARKER))) | .id' > "$body.ids" 2> "$why" || warn
id="$(head -n 1 "$body.ids")"
if [[ -n "$id" ]]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" -F body=@"$body" 2> "$why" || warn
elif [[ "$IS_QUIET" != true ]]; then
  gh api --silent --method POST "repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments" -F body=@"$body" 2> "$why" || warn
fi
