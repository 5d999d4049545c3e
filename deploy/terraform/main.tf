# The function and its failure queue. Its role: access.tf. Roads by which events come: triggers.tf.
# Its log: log.tf. What watches it: alarms.tf, contacts.tf, dashboard.tf.

data "alicloud_account" "current" {}

locals {
  account = data.alicloud_account.current.id
  package = "${path.module}/${var.package}"

  # Only what is set: the program has a default for the rest.
  environment = merge(
    {
      REACTIVATE_DRY_RUN       = tostring(var.dry_run)
      REACTIVATE_MAX_INSTANCES = tostring(var.max_instances)
      REACTIVATE_GRACE         = "10m"
      REACTIVATE_WAIT          = "10m"
      REACTIVATE_LANG          = var.lang
    },
    length(var.regions) == 0 ? {} : { REACTIVATE_REGIONS = join(",", var.regions) },
    length(var.watched_roles) == 0 ? {} : { REACTIVATE_ROLES = join(",", var.watched_roles) },
    var.only_tagged ? { REACTIVATE_INCLUDE_TAGS = "auto-reactivate=true" } : {},
    var.notify == "" ? {} : { REACTIVATE_NOTIFY = var.notify },
    # The trigger takes signed requests only: it authenticates, not the function.
    var.http_trigger ? { REACTIVATE_HTTP_AUTH = "platform" } : {},
    var.environment,
  )
}

resource "alicloud_fcv3_function" "function" {
  count = var.manage_function ? 1 : 0

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
      project                 = log_config.value.project_name
      logstore                = log_config.value.logstore_name
      enable_request_metrics  = true # how long each run took, for the dashboard
      enable_instance_metrics = false
      log_begin_rule          = "None" # each line is a record
    }
  }

  tags = {
    app = "reactivate"
  }
}

resource "alicloud_fcv3_concurrency_config" "function" {
  count = var.manage_function ? 1 : 0

  function_name        = alicloud_fcv3_function.function[0].function_name
  reserved_concurrency = var.reserved_concurrency
}

resource "alicloud_fcv3_async_invoke_config" "function" {
  count = var.manage_function ? 1 : 0

  function_name                  = alicloud_fcv3_function.function[0].function_name
  qualifier                      = "LATEST"
  max_async_retry_attempts       = 2
  max_async_event_age_in_seconds = 86400

  dynamic "destination_config" {
    for_each = alicloud_message_service_queue.failed
    content {
      on_failure {
        destination = "acs:mns:${var.region}:${local.account}:/queues/${destination_config.value.queue_name}/messages"
      }
    }
  }
}

# What failed for good, after two more tries, with its event and its error. Seven days are the most.
resource "alicloud_message_service_queue" "failed" {
  count = var.failure_queue == "" ? 0 : 1

  queue_name               = var.failure_queue
  message_retention_period = 604800
}
