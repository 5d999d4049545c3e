# The function with its role. Roads by which events come: triggers.tf.

data "alicloud_account" "current" {}

data "alicloud_regions" "current" {
  current = true
}

locals {
  region  = data.alicloud_regions.current.regions[0].id
  account = data.alicloud_account.current.id
  package = "${path.module}/${var.package}"

  # What separates words in the log's index.
  log_token = ", '\";=()[]{}?@&<>/:\n\t\r"

  # Only what is set: the program has a default for the rest.
  environment = merge(
    {
      REACTIVATE_DRY_RUN       = tostring(var.dry_run)
      REACTIVATE_MAX_INSTANCES = tostring(var.max_instances)
      REACTIVATE_GRACE         = "10m"
      REACTIVATE_WAIT          = "10m"
    },
    length(var.regions) == 0 ? {} : { REACTIVATE_REGIONS = join(",", var.regions) },
    length(var.watched_roles) == 0 ? {} : { REACTIVATE_ROLES = join(",", var.watched_roles) },
    var.only_tagged ? { REACTIVATE_INCLUDE_TAGS = "auto-reactivate=true" } : {},
    var.notify == "" ? {} : { REACTIVATE_NOTIFY = var.notify, REACTIVATE_LANG = var.lang },
    # The trigger takes signed requests only: it authenticates, not the function.
    var.http_trigger ? { REACTIVATE_HTTP_AUTH = "platform" } : {},
  )
}

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

# The whole report of every run is in the log, and the alarms of docs/operations.md ask it.
resource "alicloud_log_project" "function" {
  count = var.logs ? 1 : 0

  project_name = var.log_project == "" ? "reactivate-${local.account}-${local.region}" : var.log_project
  description  = "Logs of ${var.function_name}"
}

resource "alicloud_log_store" "function" {
  count = var.logs ? 1 : 0

  project_name     = alicloud_log_project.function[0].project_name
  logstore_name    = var.function_name
  retention_period = 90
  shard_count      = 1
}

# Without an index nothing can be searched. Function Compute writes each line into the field message.
resource "alicloud_log_store_index" "function" {
  count = var.logs ? 1 : 0

  project  = alicloud_log_project.function[0].project_name
  logstore = alicloud_log_store.function[0].logstore_name

  full_text {
    token = local.log_token
  }

  dynamic "field_search" {
    for_each = ["functionName", "message"]
    content {
      name             = field_search.value
      type             = "text"
      enable_analytics = true
      token            = local.log_token
    }
  }
}

resource "alicloud_fcv3_function" "function" {
  function_name = var.function_name
  # The provider does not see that the zip has changed, unless something else has: the sum of the
  # zip does.
  description     = "Starts overdue pay-as-you-go ECS instances again once the account is settled (${substr(filesha256(local.package), 0, 12)})"
  runtime         = "go1"
  handler         = "main"
  cpu             = 0.1
  memory_size     = 128
  disk_size       = 512
  timeout         = 1500 # seconds: grace, wait, and five minutes
  internet_access = true
  role            = alicloud_ram_role.function.arn

  environment_variables = local.environment

  code {
    zip_file = filebase64(local.package)
  }

  dynamic "log_config" {
    for_each = alicloud_log_store.function
    content {
      project                = log_config.value.project_name
      logstore               = log_config.value.logstore_name
      enable_request_metrics = true
    }
  }

  tags = {
    app = "reactivate"
  }
}

resource "alicloud_fcv3_concurrency_config" "function" {
  function_name        = alicloud_fcv3_function.function.function_name
  reserved_concurrency = var.reserved_concurrency
}

resource "alicloud_fcv3_async_invoke_config" "function" {
  function_name                  = alicloud_fcv3_function.function.function_name
  qualifier                      = "LATEST"
  max_async_retry_attempts       = 2
  max_async_event_age_in_seconds = 86400

  dynamic "destination_config" {
    for_each = var.failure_queue == "" ? [] : [var.failure_queue]
    content {
      on_failure {
        destination = "acs:mns:${local.region}:${local.account}:/queues/${destination_config.value}/messages"
      }
    }
  }
}
