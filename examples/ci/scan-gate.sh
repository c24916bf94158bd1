#!/usr/bin/env bash
# Waits until ECR has scanned an image that was pushed, and fails where the scan found something serious.
#
#   scan-gate.sh REPOSITORY_URL DIGEST [SEVERITY]
#
# REPOSITORY_URL is what is published as /ecr/web-app/url, DIGEST what `docker push` made (sha256:...), and SEVERITY the
# least that fails: CRITICAL, HIGH (default), MEDIUM, LOW or INFORMATIONAL. What has no severity yet is reported and does
# not fail. SCAN_TIMEOUT is how many seconds to wait, by default 900.
#
# It needs the AWS CLI and jq, and the permissions of scan-gate-policy.json. Exit status: 0 nothing serious, 1 something
# serious, 2 the image was not scanned, which is not the same as being fine, or the arguments are wrong.
#
# `aws ecr wait image-scan-complete` is not used: it fails at once where a scan has not begun, and enhanced scanning, which
# goes on, never says COMPLETE but ACTIVE.
# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanStatus.html
set -euo pipefail

readonly SEVERITIES="UNDEFINED UNTRIAGED INFORMATIONAL LOW MEDIUM HIGH CRITICAL"

stop() {
  echo "scan-gate: $*" >&2
  exit 2
}

[[ $# -eq 2 || $# -eq 3 ]] || stop "usage: scan-gate.sh REPOSITORY_URL DIGEST [SEVERITY]"
url=$1 digest=$2 least=${3:-HIGH}
[[ "$url" =~ ^([0-9]{12})\.dkr[.-]ecr(-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+/(.+)$ ]] || stop "$url is no URL of a repository"
registry=${BASH_REMATCH[1]} region=${BASH_REMATCH[3]} repository=${BASH_REMATCH[4]}
[[ "$digest" =~ ^sha256:[0-9a-f]{64}$ ]] || stop "$digest is no digest"
[[ "$least" =~ ^(INFORMATIONAL|LOW|MEDIUM|HIGH|CRITICAL)$ ]] || stop "$least is no severity"
until=$((SECONDS + ${SCAN_TIMEOUT:-900}))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ecr() {
  aws ecr "$1" --region "$region" --registry-id "$registry" --repository-name "$repository" "${@:2}"
}

# Puts the answer about one image into findings.json, as soon as its scan is over.
await() {
  local image=$1 state
  while :; do
    if ecr describe-image-scan-findings --image-id "imageDigest=$image" --output json \
      > "$work/findings.json" 2> "$work/error"; then
      state=$(jq --raw-output '.imageScanStatus.status' "$work/findings.json")
    elif grep --quiet ScanNotFoundException "$work/error"; then
      state=NOT_BEGUN
    else
      stop "$(cat "$work/error")"
    fi
    case "$state" in
      COMPLETE | ACTIVE) return ;;
      NOT_BEGUN | PENDING | IN_PROGRESS) ;;
      *) stop "$image: $state: $(jq --raw-output '.imageScanStatus.description // ""' "$work/findings.json")" ;;
    esac
    ((SECONDS < until)) || stop "$image: still $state. Is this repository scanned on push?"
    sleep "${SCAN_INTERVAL:-5}"
  done
}

# Prints severity, CVE, package, installed version and the version that fixes it, the most serious first.
findings() {
  jq --raw-output --arg severities "$SEVERITIES" '
    ($severities | split(" ")) as $order
    | [ (.imageScanFindings.findings // [])[]
        | (.attributes // [] | map({(.key): .value}) | add // {}) as $of
        | [.severity, .name, $of.package_name, $of.package_version, "-"] ]
    + [ (.imageScanFindings.enhancedFindings // [])[]
        | select(.status != "SUPPRESSED" and .status != "CLOSED")
        | .packageVulnerabilityDetails as $of
        | (($of.vulnerablePackages // [])[0] // {}) as $package
        | [.severity, $of.vulnerabilityId // .title, $package.name, $package.version, $package.fixedInVersion] ]
    | map(map(. // "-")) | unique | sort_by(.[0] as $is | -($order | index($is) // 0)) | .[] | @tsv' "$work/findings.json"
}

# Docker pushes an index where an image has several platforms or an attestation: what is scanned are its images.
manifest=$(ecr batch-get-image --image-ids "imageDigest=$digest" --query 'images[0].imageManifest' --output text \
  --accepted-media-types \
  application/vnd.docker.distribution.manifest.{v2,list.v2}+json application/vnd.oci.image.{manifest,index}.v1+json)
[[ "$manifest" == "{"* ]] || stop "$repository has no $digest"
images=$(jq --raw-output --arg digest "$digest" \
  'if .manifests then .manifests[] | select(.platform.os != "unknown") | .digest else $digest end' <<< "$manifest")
[[ -n "$images" ]] || stop "$digest is an index without an image to be scanned"

serious=0
for image in $images; do
  await "$image"
  findings > "$work/table"
  while IFS=$'\t' read -r severity name package version fixed; do
    before=${SEVERITIES%%"$least"*} mark=" "
    if [[ " $before " != *" $severity "* ]]; then
      mark="!" serious=$((serious + 1))
    fi
    printf '%s %-13s %-20s %s %s, fixed in: %s\n' "$mark" "$severity" "$name" "$package" "$version" "$fixed"
  done < "$work/table"
done
if ((serious > 0)); then
  echo "scan-gate: $serious of $least and above in $repository@$digest" >&2
  exit 1
fi
echo "scan-gate: nothing of $least and above in $repository@$digest"
