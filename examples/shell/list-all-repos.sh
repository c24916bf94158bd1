#!/usr/bin/env bash
# Lists every repository that is published in SSM Parameter Store, with its URL. list-all-repos.sh --help says how.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: list-all-repos.sh [--prefix PATH] [--region REGION]

Writes a line for each repository that is published: its name, such as web-app or team/api, spaces, and its URL.

  --prefix PATH    path below which repositories are published (ecr_ssm_prefix); default: /ecr
  --region REGION  region of Parameter Store; default: that of the AWS CLI
  --help           this text

Whoever runs it needs ssm:GetParametersByPath on PATH itself. Where nothing is published the exit status is 1.
TEXT
}

fail() {
  printf 'list-all-repos.sh: %s\n' "$2" >&2
  exit "$1"
}

prefix=/ecr
while (($#)); do
  case $1 in
    --help | -h)
      usage
      exit 0
      ;;
    --prefix | --region)
      (($# > 1)) || fail 2 "$1 needs a value"
      if [[ $1 == --prefix ]]; then
        prefix=${2%/}
      else
        export AWS_REGION=$2 AWS_DEFAULT_REGION=$2
      fi
      shift 2
      ;;
    *) fail 2 "there is no argument $1; --help says which there are" ;;
  esac
done

# In both layouts there is a url for each repository. ends_with, because a name may contain /url, as in
# /ecr/url-shortener/arn. The AWS CLI follows the pages, of at most ten parameters each.
found=$(aws ssm get-parameters-by-path --path "$prefix" --recursive --output text \
  --query "Parameters[?ends_with(Name, '/url')].[Name, Value]" | sort)
[[ -n $found ]] || fail 1 "nothing is published below $prefix in this account and region"

width=0
while IFS=$'\t' read -r path _; do
  name=${path#"$prefix"/}
  name=${name%/url}
  ((${#name} <= width)) || width=${#name}
done <<<"$found"
while IFS=$'\t' read -r path url; do
  name=${path#"$prefix"/}
  printf '%-*s  %s\n' "$width" "${name%/url}" "$url"
done <<<"$found"
