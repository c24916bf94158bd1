# A task of ECS whose image is found in Parameter Store. Nothing here knows the state of the registry's own stack.

data "aws_ssm_parameter" "url" {
  name = "${var.ssm_prefix}/${var.repository}/url"
}

data "aws_ssm_parameter" "arn" {
  name = "${var.ssm_prefix}/${var.repository}/arn"
}

locals {
  # The provider marks every `value` as sensitive, which would hide the whole container definition in plans. A URL is no
  # secret. Newer releases of the provider have the same without the mark as `insecure_value`.
  url   = nonsensitive(data.aws_ssm_parameter.url.value)
  arn   = nonsensitive(data.aws_ssm_parameter.arn.value)
  image = startswith(var.image, "sha256:") ? "${local.url}@${var.image}" : "${local.url}:${var.image}"

  execution_role_arn = var.execution_role_arn != null ? var.execution_role_arn : aws_iam_role.execution[0].arn
}

resource "aws_ecs_task_definition" "this" {
  family                   = "web-app"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  execution_role_arn       = local.execution_role_arn

  container_definitions = jsonencode([
    {
      name         = "web-app"
      image        = local.image
      essential    = true
      portMappings = [{ containerPort = 8080, protocol = "tcp" }]
    }
  ])
}

output "image" {
  description = "What the task runs."
  value       = local.image
}

output "task_definition_arn" {
  description = "The revision, for a service."
  value       = aws_ecs_task_definition.this.arn
}
