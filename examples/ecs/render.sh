#!/usr/bin/env bash
# Writes a task definition with the image of a published repository in it.
#
#   render.sh TEMPLATE CONTAINER REPOSITORY IMAGE > rendered.json
#   render.sh task-definition.json web-app web-app v1.2.3 > rendered.json
#   aws ecs register-task-definition --cli-input-json file://rendered.json
#
# REPOSITORY is the logical name by which it is published below /ecr (ECR_SSM_PREFIX), IMAGE a tag or a digest
# (sha256:...). The image has to stand in what is registered: ECS knows neither {{resolve:ssm:...}}, which is
# CloudFormation's, nor any other way to look an image up. `secrets[].valueFrom` is about variables of the container alone:
# ECS reads the parameter, by its name or, of another region, by its ARN, when a task starts, with the execution role
# (`parameter_names` of ecr_ecs_execution_role).
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html
#
# It needs the AWS CLI, jq and `ssm:GetParameter` on that parameter.
set -euo pipefail

[[ $# -eq 4 ]] || { echo "usage: render.sh TEMPLATE CONTAINER REPOSITORY IMAGE" >&2 && exit 2; }
template=$1 container=$2 repository=$3 image=$4
prefix=${ECR_SSM_PREFIX:-/ecr}

if [[ "$image" =~ ^sha256:[0-9a-f]{64}$ ]]; then
  version="@$image"
elif [[ "$image" =~ ^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$ && "$image" != latest ]]; then
  version=":$image"
else
  echo "render.sh: $image is neither a digest nor a tag that stays" >&2
  exit 2
fi

url=$(aws ssm get-parameter --name "$prefix/$repository/url" --query Parameter.Value --output text)
jq --arg container "$container" --arg image "$url$version" '
  if any(.containerDefinitions[]; .name == $container) then
    (.containerDefinitions[] | select(.name == $container)).image = $image
  else
    error("there is no container \($container)")
  end' "$template"
