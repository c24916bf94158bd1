#!/usr/bin/env bash
# Installs the command for the action, and says where it is.
#
#   VERSION  a version of PyPI; `installed` for the command on the PATH; empty for what the action itself is
set -euo pipefail

if [[ "$VERSION" == installed ]]; then
  if ! command="$(command -v ecr-constructs)"; then
    echo "::error title=ecr-constructs::version is 'installed', and there is no ecr-constructs on the PATH."
    exit 1
  fi
elif [[ -n "$VERSION" && ! "$VERSION" =~ ^[0-9]+(\.[0-9]+)*[A-Za-z0-9.]*$ ]]; then
  echo "::error title=ecr-constructs::version must be one such as 0.1.0, or 'installed'."
  exit 1
else
  package="${GITHUB_ACTION_PATH%/.}[cli]"
  if [[ -n "$VERSION" ]]; then
    package="ecr-constructs[cli]==$VERSION"
  fi
  folder="$RUNNER_TEMP/ecr-constructs"
  # -I: no file of the repository that is reviewed is imported, whatever its name is.
  python3 -I -m venv --clear "$folder"
  scripts="$folder/bin"
  if [[ -d "$folder/Scripts" ]]; then
    scripts="$folder/Scripts"
  fi
  "$scripts/python" -I -m pip install --quiet --disable-pip-version-check --no-compile "$package"
  command="$scripts/ecr-constructs"
fi
"$command" --version
echo "command=$command" >> "$GITHUB_OUTPUT"
