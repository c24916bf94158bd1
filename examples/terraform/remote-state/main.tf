# The same repository found in both ways, each for what it is good at.

terraform {
  required_version = ">= 1.5"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 3.39"
    }
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  description = "Region of the parameters."
  type        = string
}

variable "state" {
  description = "Where the state of the registry's stack is: the keys of its backend. Values that are no text go as text."
  type        = map(string)
}

# What one configuration of Terraform tells another: everything that the stack puts out, such as the roles that it made.
# Whoever reads it may read the whole state, so it is for those who run Terraform, and for nobody else.
data "terraform_remote_state" "registry" {
  backend = "s3"
  config  = var.state
}

# What everyone may know: one permission on one parameter, from any program.
data "aws_ssm_parameter" "url" {
  name = "/ecr/web-app/url"
}

locals {
  registry        = data.terraform_remote_state.registry.outputs
  url_of_state    = local.registry.ecr_repository_urls["web-app"]
  url_of_ssm      = nonsensitive(data.aws_ssm_parameter.url.value)
  execution_roles = try([local.registry.ecr_ecs_execution_role_arn], [])
}

output "from_remote_state" {
  description = "The URLs of all repositories, by logical name."
  value       = local.registry.ecr_repository_urls
}

output "from_ssm" {
  description = "The URL of one."
  value       = local.url_of_ssm

  precondition {
    condition     = local.url_of_ssm == local.url_of_state
    error_message = "Parameter Store has another URL than the state: they are of two environments, or one was changed by hand."
  }
}

output "execution_role_arn" {
  description = "The role that the stack made for tasks of ECS, which only its outputs tell; null where it makes none."
  value       = one(local.execution_roles)
}
