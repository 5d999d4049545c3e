# The role of a watched account. Only the function's role may assume it. It may look at instances, reactivate them, and read what
# time and money are left. Apply it with a key of the watched account.

terraform {
  required_version = ">= 1.5.0"

  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = ">= 1.263.0, < 2.0.0"
    }
  }
}

variable "function_role_arn" {
  description = "ARN of the function's role (output role_arn of the function's deployment)."
  type        = string

  validation {
    condition     = can(regex("^acs:ram::[0-9]+:role/[^/*]+$", var.function_role_arn))
    error_message = "Want the ARN of one role, such as acs:ram::ACCOUNT:role/reactivate-function with the account's number."
  }
}

variable "role_name" {
  description = "Name of the role, as watched_roles of the function's deployment has it."
  type        = string
  default     = "reactivate-watched"

  validation {
    condition     = can(regex("^[A-Za-z0-9.-]{1,64}$", var.role_name))
    error_message = "Want at most 64 letters, digits, dots and hyphens, such as reactivate-watched."
  }
}

resource "alicloud_ram_role" "watched" {
  role_name            = var.role_name
  description          = "The function reactivate of another account looks after overdue instances with it"
  max_session_duration = 3600

  assume_role_policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { RAM = [var.function_role_arn] }
    }]
  })
}

resource "alicloud_ram_policy" "watched" {
  policy_name     = "${var.role_name}-ecs"
  description     = "Look at ECS instances and reactivate overdue ones"
  policy_document = file("${path.module}/../../ram/watched-account-policy.json")
  # RAM keeps five versions of a policy, and refuses a sixth.
  rotate_strategy = "DeleteOldestNonDefaultVersionWhenLimitExceeded"
}

resource "alicloud_ram_role_policy_attachment" "watched" {
  role_name   = alicloud_ram_role.watched.role_name
  policy_name = alicloud_ram_policy.watched.policy_name
  policy_type = alicloud_ram_policy.watched.type
}

output "role_arn" {
  description = "ARN of the role: one element of REACTIVATE_ROLES (watched_roles of the function's deployment)."
  value       = alicloud_ram_role.watched.arn
}
