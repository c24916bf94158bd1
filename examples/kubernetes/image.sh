#!/usr/bin/env bash
# Writes a kustomization.yaml that has the Deployment run the image which a tag names now, by its digest.
#
#   image.sh REPOSITORY TAG > kustomization.yaml
#   kubectl apply --kustomize .
#
# REPOSITORY is the logical name by which it is published below /ecr (ECR_SSM_PREFIX). A digest is one image for ever: pods
# that start later run the same as the first one, whatever is pushed under the tag meanwhile, and a change is seen in the
# commit. Committed, it is what Argo CD and Flux deploy.
#
# It needs the AWS CLI, `ssm:GetParameter` on the parameter and `ecr:DescribeImages` on the repository.
set -euo pipefail

[[ $# -eq 2 ]] || { echo "usage: image.sh REPOSITORY TAG" >&2 && exit 2; }
repository=$1 tag=$2
url=$(aws ssm get-parameter --name "${ECR_SSM_PREFIX:-/ecr}/$repository/url" --query Parameter.Value --output text)
# Account, region and name of the URL, which may be of another account or region.
[[ "$url" =~ ^([0-9]{12})\.dkr[.-]ecr(-fips)?\.([a-z0-9-]+)\.[^/]+/(.+)$ ]] || { echo "$url is not of ECR" >&2 && exit 2; }
digest=$(aws ecr describe-images --region "${BASH_REMATCH[3]}" --registry-id "${BASH_REMATCH[1]}" \
  --repository-name "${BASH_REMATCH[4]}" --image-ids "imageTag=$tag" \
  --query 'imageDetails[0].imageDigest' --output text)

cat << END
# Written by image.sh: $repository, as $tag was then.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - deployment.yaml
images:
  - name: web-app
    newName: $url
    digest: $digest
END
