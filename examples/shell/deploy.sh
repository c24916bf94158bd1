#!/usr/bin/env bash
# Builds an image and pushes it to a repository that is published in SSM Parameter Store. deploy.sh --help says how.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: deploy.sh [OPTION...] NAME [CONTEXT] [-- BUILD-ARGUMENT...]

Builds CONTEXT (default: the current folder), pushes the image to the repository that is published as NAME, such as
web-app or team/api, and writes what was pushed to its output. Needs bash, docker, git and the AWS CLI.

  --tag TAG        tag of the image; default: the commit that is checked out, with -dirty where files were changed since
  --latest         move the tag latest as well, where tags of the repository can be overwritten
  --prefix PATH    path below which repositories are published (ecr_ssm_prefix); default: /ecr
  --region REGION  region of Parameter Store; default: that of the AWS CLI. The registry's own region is in its URL.
  --help           this text

What follows -- is given to docker build, as in: deploy.sh web-app . -- --platform linux/arm64

An image that is there already stays as it is, and nothing is built, unless the repository is MUTABLE.
TEXT
}

fail() {
  printf 'deploy.sh: %s\n' "$2" >&2
  exit "$1"
}

name='' context='' tag='' latest=no prefix=/ecr
while (($#)); do
  case $1 in
    --tag | --prefix | --region)
      (($# > 1)) || fail 2 "$1 needs a value"
      case $1 in
        --tag) tag=$2 ;;
        --prefix) prefix=${2%/} ;;
        *) export AWS_REGION=$2 AWS_DEFAULT_REGION=$2 ;;
      esac
      shift 2
      ;;
    --latest)
      latest=yes
      shift
      ;;
    --help | -h)
      usage
      exit 0
      ;;
    --)
      shift
      break
      ;;
    -*) fail 2 "there is no option $1; --help says which there are" ;;
    *)
      if [[ -z $name ]]; then
        name=$1
      elif [[ -z $context ]]; then
        context=$1
      else
        fail 2 "$1 is one argument too many; what docker build takes comes after --"
      fi
      shift
      ;;
  esac
done
[[ -n $name ]] || fail 2 'say which repository; --help says how'

if [[ -z $tag ]]; then
  tag=$(git rev-parse HEAD)
  [[ -z $(git status --porcelain) ]] || tag+=-dirty
fi
# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html
[[ $tag =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] || fail 2 "$tag cannot be the tag of an image"

# One call, whichever of them there are: with ecr_ssm_layout: config it is url and config alone.
path=$prefix/$name
published=$(aws ssm get-parameters --query 'Parameters[].[Name, Value]' --output text \
  --names "$path/url" "$path/registry-id" "$path/tag-mutability" "$path/config")

# What is published of the repository by one of these names; a value of config is text without escapes.
value() {
  local parameter text config=''
  while IFS=$'\t' read -r parameter text; do
    if [[ $parameter == "$path/$1" ]]; then
      printf '%s' "$text"
      return
    elif [[ $parameter == "$path/config" ]]; then
      config=$text
    fi
  done <<<"$published"
  if [[ $config =~ \"$1\":\ *\"([^\"]*)\" ]]; then
    printf '%s' "${BASH_REMATCH[1]}"
  fi
}

url=$(value url)
registry_id=$(value registry-id)
mutability=$(value tag-mutability)
[[ -n $url ]] || fail 1 "nothing is published as $path in this account and region"

# The host is that of the URL: 111111111111.dkr.ecr.REGION.amazonaws.com, in China ...amazonaws.com.cn, with IPv6
# 111111111111.dkr-ecr.REGION.on.aws. The password goes to the registry that is published, and to nobody else.
host=${url%%/*}
of_aws='(amazonaws\.(com|com\.cn|eu)|(c2s|csp\.hci)\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk'
of_aws+='|on\.(aws(\.scloud|(\.hci)?\.ic\.gov)?|amazonwebservices\.(com\.cn|eu)|cloud-aws\.adc-e\.uk))'
[[ $host =~ ^([0-9]{12})\.dkr[.-]ecr(-fips)?\.([a-z0-9-]+)\.$of_aws$ ]] || fail 1 "$host is no registry of ECR"
registry_region=${BASH_REMATCH[3]}
[[ ${registry_id:-${BASH_REMATCH[1]}} == "${BASH_REMATCH[1]}" ]] || fail 1 "$host is not of account $registry_id"

if [[ $latest == yes && $mutability == IMMUTABLE ]]; then
  fail 1 "latest of $name cannot be moved: its tags are $mutability"
fi

aws ecr get-login-password --region "$registry_region" |
  docker login --username AWS --password-stdin "$host" >&2

if [[ $mutability != MUTABLE ]] && docker manifest inspect "$url:$tag" >/dev/null 2>&1; then
  printf 'deploy.sh: %s is there already and stays as it is.\n' "$url:$tag" >&2
else
  docker build --tag "$url:$tag" "$@" "${context:-.}" >&2
  docker push "$url:$tag" >&2
fi
if [[ $latest == yes ]]; then
  docker image inspect "$url:$tag" >/dev/null 2>&1 || docker pull "$url:$tag" >&2
  docker tag "$url:$tag" "$url:latest"
  # With MUTABLE_WITH_EXCLUSION or IMMUTABLE_WITH_EXCLUSION the registry knows whether latest is left out.
  docker push "$url:latest" >&2
fi
printf '%s\n' "$url:$tag"
