# The function's role: what it may do, and nothing else. deploy/ram says what each policy grants.

resource "alicloud_ram_role" "function" {
  role_name                   = var.role_name
  description                 = "Function Compute runs ${var.function_name} with it"
  assume_role_policy_document = file("${path.module}/../ram/function-trust.json")
}

resource "alicloud_ram_policy" "function" {
  policy_name     = "${var.role_name}-ecs"
  description     = "Look at ECS instances and reactivate overdue ones"
  policy_document = file("${path.module}/../ram/${var.only_tagged ? "function-policy-tag.json" : "function-policy.json"}")
}

resource "alicloud_ram_role_policy_attachment" "function" {
  role_name   = alicloud_ram_role.function.role_name
  policy_name = alicloud_ram_policy.function.policy_name
  policy_type = alicloud_ram_policy.function.type
}

resource "alicloud_ram_policy" "assume" {
  count = length(var.watched_roles) == 0 ? 0 : 1

  policy_name = "${var.role_name}-assume"
  description = "Assume the roles of the watched accounts"
  policy_document = jsonencode({
    Version = "1"
    Statement = [{
      Effect   = "Allow"
      Action   = "sts:AssumeRole"
      Resource = "acs:ram::*:role/${var.watched_role_name}"
    }]
  })
}

resource "alicloud_ram_role_policy_attachment" "assume" {
  count = length(var.watched_roles) == 0 ? 0 : 1

  role_name   = alicloud_ram_role.function.role_name
  policy_name = alicloud_ram_policy.assume[0].policy_name
  policy_type = alicloud_ram_policy.assume[0].type
}

# REACTIVATE_NOTIFY = cloudmonitor reports events of its own to CloudMonitor.
locals {
  tells_cloudmonitor = nonsensitive(can(regex("cloudmonitor", var.notify)))
}

resource "alicloud_ram_policy" "notify" {
  count = local.tells_cloudmonitor ? 1 : 0

  policy_name     = "${var.role_name}-notify"
  description     = "Report custom events to CloudMonitor"
  policy_document = file("${path.module}/../ram/function-policy-notify.json")
}

resource "alicloud_ram_role_policy_attachment" "notify" {
  count = local.tells_cloudmonitor ? 1 : 0

  role_name   = alicloud_ram_role.function.role_name
  policy_name = alicloud_ram_policy.notify[0].policy_name
  policy_type = alicloud_ram_policy.notify[0].type
}
