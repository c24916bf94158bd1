variable "region" {
  description = "Region of the task, and of the parameters that it reads."
  type        = string
}

variable "repository" {
  description = "Logical name of the repository, by which it is published."
  type        = string
  default     = "web-app"
}

variable "ssm_prefix" {
  description = "ecr_ssm_prefix of the environment."
  type        = string
  default     = "/ecr"
}

# There is no default: a tag such as latest says nothing about what runs, and a new image under it changes no plan.
variable "image" {
  description = "What to run: a tag (v1.2.3) or, better, a digest (sha256:...), which nobody can move."
  type        = string

  validation {
    condition     = can(regex("^(sha256:[0-9a-f]{64}|[A-Za-z0-9_][A-Za-z0-9._-]{0,127})$", var.image)) && var.image != "latest"
    error_message = "Must be a tag other than latest, or a digest (sha256: and 64 hexadecimal digits)."
  }
}

variable "execution_role_arn" {
  description = "Role by which ECS pulls the image: ecr_ecs_execution_role of the environment makes it. Default: one of its own."
  type        = string
  default     = null
}
