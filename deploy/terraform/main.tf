# The function. Its role: access.tf. When it runs: triggers.tf. Its log: log.tf. What watches it: alarms.tf,
# contacts.tf, dashboard.tf.

data "alicloud_account" "current" {}

locals {
  account     = data.alicloud_account.current.id
  package     = pathexpand(var.package)
  log_project = var.log_project == "" ? "reactivate-${local.account}-${var.region}" : var.log_project

  # https://help.aliyun.com/zh/sls/developer-reference/console-embedding-and-sharing-new-version
  # An account of alibabacloud.com signs in at another host: set REACTIVATE_LINK in environment.
  dashboard_url = "https://sls.console.aliyun.com/lognext/project/${local.log_project}/dashboard/${var.function_name}"

  # Only what is set: the program has a default for the rest.
  environment = merge(
    {
      REACTIVATE_DRY_RUN       = tostring(var.dry_run)
      REACTIVATE_MAX_INSTANCES = tostring(var.max_instances)
      REACTIVATE_LANG          = var.lang
    },
    length(var.regions) == 0 ? {} : { REACTIVATE_REGIONS = join(",", var.regions) },
    length(var.watched_roles) == 0 ? {} : { REACTIVATE_ROLES = join(",", var.watched_roles) },
    var.notify == "" ? {} : { REACTIVATE_NOTIFY = var.notify },
    var.balance_floor == "" ? {} : { REACTIVATE_BALANCE_FLOOR = var.balance_floor },
    var.only_tagged ? { REACTIVATE_INCLUDE_TAGS = "auto-reactivate=true" } : {},
    # The trigger takes signed requests only: it authenticates, not the function.
    var.http_trigger ? { REACTIVATE_HTTP_AUTH = "platform" } : {},
    var.logs && var.dashboard ? { REACTIVATE_LINK = local.dashboard_url } : {},
    var.environment,
  )

  # Bytes of names and values, a little too many: base64 makes four of each three.
  environment_size = nonsensitive(sum([for name, value in local.environment : length(base64encode("${name}${value}")) * 3 / 4]))

  # Minutes between sweeps, where sweep_every says so; null for a cron expression.
  sweep_minutes = try(tonumber(regex("^@every ([0-9]+)[mh]$", var.sweep_every)[0]) * (endswith(var.sweep_every, "h") ? 60 : 1), null)
}

resource "alicloud_fcv3_function" "function" {
  function_name = var.function_name
  # The provider does not see that the zip has changed, unless something else has: the sum of the zip does.
  # https://github.com/aliyun/terraform-provider-alicloud/issues/1530
  description     = "Starts overdue pay-as-you-go ECS instances again once the account is settled (${substr(filesha256(local.package), 0, 12)})"
  runtime         = "go1"
  handler         = "main"
  cpu             = 0.1
  memory_size     = 128
  disk_size       = 512
  timeout         = 1500 # seconds: 10 minutes of grace, 10 of watching, and 5 for the rest
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

  lifecycle {
    precondition {
      condition     = fileexists(local.package)
      error_message = "There is no ${local.package}. Run \"make package\", or let package name the zip of a release."
    }

    precondition {
      condition     = local.environment_size <= 4096
      error_message = "The function's environment has ${local.environment_size} bytes, and Function Compute takes 4096 in all. Many watched_roles fit into one entry: *:role/NAME for every member of the resource directory, fd-ID:role/NAME for a folder (docs/organization.md)."
    }

    precondition {
      condition     = local.sweep_minutes == null ? true : var.sweep_window >= local.sweep_minutes + 30
      error_message = "The alarm \"no sweep\" would never end: sweep_window is ${var.sweep_window} minutes, and sweep_every is \"${var.sweep_every}\". Want the interval and 30 minutes for a sweep that waits."
    }

    precondition {
      condition = (!(var.only_tagged && contains(keys(var.environment), "REACTIVATE_INCLUDE_TAGS"))
      && !(var.http_trigger && contains(keys(var.environment), "REACTIVATE_HTTP_AUTH")))
      error_message = "only_tagged sets REACTIVATE_INCLUDE_TAGS, and http_trigger sets REACTIVATE_HTTP_AUTH: want one of the two."
    }

    # Of what may be secret. A validation of a variable shows its value and its line in terraform.tfvars; a precondition shows neither.
    precondition {
      condition = var.notify == "" || alltrue([
        for target in split(",", var.notify) :
        can(regex("^(cloudmonitor|print|((dingtalk|feishu|wecom|slack|webhook)=)?https://[^/@?#\\s]+([/?][^#\\s]*)?(#\\S+)?)$", trimspace(target)))
      ])
      error_message = "notify: want a comma list. An entry is an https URL, with its signing secret, if it has one, behind #; or dingtalk=URL, feishu=URL, wecom=URL, slack=URL or webhook=URL where the host does not tell the kind; or cloudmonitor, or print."
    }

    precondition {
      condition     = length(split(",", var.notify)) == length(distinct([for target in split(",", var.notify) : trimspace(target)]))
      error_message = "notify: want each target once."
    }

    precondition {
      condition     = !anytrue([for target in split(",", var.notify) : can(regex("^\\s*(wecom=|slack=|https://(qyapi[.]weixin[.]qq[.]com|hooks[.]slack(-gov)?[.]com)/).*#", target))])
      error_message = "notify: want no secret behind a URL of WeCom or Slack: they sign nothing."
    }

    precondition {
      condition = length(setsubtract(keys(var.environment), [
        "REACTIVATE_ATTEMPTS", "REACTIVATE_BALANCE_FLOOR", "REACTIVATE_CONCURRENCY", "REACTIVATE_DRY_RUN", "REACTIVATE_EXCLUDE_TAGS", "REACTIVATE_GRACE",
        "REACTIVATE_HTTP_AUTH", "REACTIVATE_HTTP_TOKEN", "REACTIVATE_INCLUDE_TAGS", "REACTIVATE_LANG", "REACTIVATE_LINK", "REACTIVATE_LOG_LEVEL",
        "REACTIVATE_MAX_INSTANCES", "REACTIVATE_MAX_QPS", "REACTIVATE_NETWORK", "REACTIVATE_NOTIFY", "REACTIVATE_NOTIFY_ON", "REACTIVATE_REGIONS", "REACTIVATE_ROLES", "REACTIVATE_WAIT",
      ])) == 0
      error_message = "environment: want names that the function knows (docs/reference.md, Variables): it refuses every run while there is another. Given: ${join(", ", nonsensitive(keys(var.environment)))}."
    }

    precondition {
      condition = length(setintersection(keys(var.environment), [
        "REACTIVATE_BALANCE_FLOOR", "REACTIVATE_DRY_RUN", "REACTIVATE_LANG", "REACTIVATE_MAX_INSTANCES", "REACTIVATE_NOTIFY", "REACTIVATE_REGIONS", "REACTIVATE_ROLES",
      ])) == 0
      error_message = "environment: want none that has a variable of its own here: balance_floor, dry_run, lang, max_instances, notify, regions and watched_roles set REACTIVATE_BALANCE_FLOOR, _DRY_RUN, _LANG, _MAX_INSTANCES, _NOTIFY, _REGIONS and _ROLES."
    }
  }
}

resource "alicloud_fcv3_concurrency_config" "function" {
  function_name        = alicloud_fcv3_function.function.function_name
  reserved_concurrency = var.reserved_concurrency
}

# No destination for what failed for good: events are hints, and the next sweep finds what they told of.
resource "alicloud_fcv3_async_invoke_config" "function" {
  function_name                  = alicloud_fcv3_function.function.function_name
  qualifier                      = "LATEST"
  max_async_retry_attempts       = 2
  max_async_event_age_in_seconds = 86400
}
