# Accounts that the resource directory lists: *:role/NAME and fd-ID:role/NAME in watched_roles. The function then has to run in
# the management account, or better in a delegated administrator.

locals {
  lists_accounts = length([for role in var.watched_roles : role if can(regex("^([*]|fd-)", role))]) > 0
}

resource "alicloud_ram_policy" "directory" {
  count = local.lists_accounts ? 1 : 0

  policy_name     = "${var.role_name}-directory"
  description     = "List the accounts of the resource directory"
  policy_document = file("${path.module}/../ram/function-policy-directory.json")
}

resource "alicloud_ram_role_policy_attachment" "directory" {
  count = local.lists_accounts ? 1 : 0

  role_name   = alicloud_ram_role.function.role_name
  policy_name = alicloud_ram_policy.directory[0].policy_name
  policy_type = alicloud_ram_policy.directory[0].type
}
