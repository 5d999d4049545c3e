# The function's role, and what it may do. deploy/ram says what each policy grants.

locals {
  # Names of the watched accounts' roles. An entry ends with the name, unless it leaves an account out.
  watched_role_names = distinct(flatten([for role in var.watched_roles : regexall("^[^!].*:role/(.+)$", role)]))
  lists_accounts     = anytrue([for role in var.watched_roles : can(regex("^([*]|fd-)", role))])
  reports_events     = contains([for target in split(",", nonsensitive(var.notify)) : trimspace(target)], "cloudmonitor")

  role_policies = merge(
    {
      ecs = {
        description = "Look at ECS instances and reactivate overdue ones"
        document    = file("${path.module}/../ram/${var.only_tagged ? "function-policy-tag.json" : "function-policy.json"}")
      }
    },
    length(local.watched_role_names) == 0 ? {} : {
      assume = {
        description = "Assume the roles of the watched accounts"
        document = jsonencode({
          Version = "1"
          Statement = [{
            Effect   = "Allow"
            Action   = "sts:AssumeRole"
            Resource = [for name in local.watched_role_names : "acs:ram::*:role/${name}"]
          }]
        })
      }
    },
    # The resource directory answers its management account and delegated administrators only.
    local.lists_accounts ? {
      directory = {
        description = "List the accounts of the resource directory"
        document    = file("${path.module}/../ram/function-policy-directory.json")
      }
    } : {},
    local.reports_events ? {
      notify = {
        description = "Report custom events to CloudMonitor"
        document    = file("${path.module}/../ram/function-policy-notify.json")
      }
    } : {},
  )
}

resource "alicloud_ram_role" "function" {
  role_name                   = "${var.function_name}-function"
  description                 = "Function Compute runs ${var.function_name} with it"
  assume_role_policy_document = file("${path.module}/../ram/function-trust.json")
}

resource "alicloud_ram_policy" "function" {
  for_each = local.role_policies

  policy_name     = "${var.function_name}-function-${each.key}"
  description     = each.value.description
  policy_document = each.value.document
  # RAM keeps five versions of a policy, and refuses a sixth.
  rotate_strategy = "DeleteOldestNonDefaultVersionWhenLimitExceeded"
}

resource "alicloud_ram_role_policy_attachment" "function" {
  for_each = alicloud_ram_policy.function

  role_name   = alicloud_ram_role.function.role_name
  policy_name = each.value.policy_name
  policy_type = each.value.type
}
