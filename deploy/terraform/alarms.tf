# What a person must hear of. Each alarm repeats daily while it lasts and says when it is over.

locals {
  log_alarms_on = var.alarms && var.logs

  # Of the log. condition is empty where any row is an alarm; groups are fields of which each value has
  # an alarm of its own. Severity: 10 critical, 8 high, 6 medium.
  log_alarms = {
    no-sweep = {
      title     = "no sweep in ${var.sweep_window} minutes"
      text      = "The timer's sweep does not run, or does not end. See Nothing happens at all in docs/operations.md."
      severity  = 10
      minutes   = var.sweep_window
      condition = "sweeps < 1"
      groups    = []
      no_data   = true # silence is the alarm: it needs no line to fire
    }
    run-failed = {
      title     = "a run failed"
      text      = "$${type}, $${runs} times: $${error}"
      severity  = 8
      minutes   = 15
      condition = ""
      groups    = ["type"]
      no_data   = false
    }
    overdue = {
      title     = "instances are overdue and not coming back"
      text      = "Account $${account}: $${instances} instances, $${waiting} of them waiting for money: $${names}. $${advice}"
      severity  = 8
      minutes   = var.sweep_window
      condition = ""
      groups    = ["account"]
      no_data   = false
    }
    release-soon = {
      title     = "instances are released within 3 days"
      text      = "Account $${account}: $${instances} instances with their data, the first at $${nearest}: $${names}."
      severity  = 10
      minutes   = var.sweep_window
      condition = ""
      groups    = ["account"]
      no_data   = false
    }
  }

  # Of Function Compute's and the queue's metrics: what the log cannot say, since the function was not
  # there to say it. times are minutes in a row. Names of the metrics:
  # https://github.com/aliyun-fc/fc-docs (docs/zh-CN, 04, page 089).
  function_dimensions = jsonencode([{ region = var.region, functionName = var.function_name }])
  queue_dimensions    = jsonencode([{ userId = local.account, region = var.region, queue = var.failure_queue }])
  metric_alarms = merge(
    {
      function-errors    = { project = "acs_fc", metric = "FunctionFunctionErrors", statistics = "Value", times = 1, dimensions = local.function_dimensions }
      server-errors      = { project = "acs_fc", metric = "FunctionServerErrors", statistics = "Value", times = 1, dimensions = local.function_dimensions }
      throttled          = { project = "acs_fc", metric = "FunctionConcurrencyThrottles", statistics = "Value", times = 15, dimensions = local.function_dimensions }
      no-capacity        = { project = "acs_fc", metric = "FunctionResourceThrottles", statistics = "Value", times = 15, dimensions = local.function_dimensions }
      events-dropped     = { project = "acs_fc", metric = "FunctionAsyncEventExpiredDropped", statistics = "Value", times = 1, dimensions = local.function_dimensions }
      destination-errors = { project = "acs_fc", metric = "FunctionDestinationErrors", statistics = "Value", times = 1, dimensions = local.function_dimensions }
    },
    # Namespace, fields and statistics as CloudMonitor's API reference shows them for a queue. SMQ's own
    # reference calls the same number NumberOfMessagesVisible: look whether the alarm has data.
    var.failure_queue == "" ? {} : {
      queue-not-empty = { project = "acs_mns_new", metric = "ActiveMessages", statistics = "Maximum", times = 1, dimensions = local.queue_dimensions }
    },
  )
}

resource "alicloud_sls_alert" "log" {
  for_each = { for name, alarm in local.log_alarms : name => alarm if local.log_alarms_on }

  project_name = alicloud_log_project.function[0].project_name
  alert_name   = "${var.function_name}-${each.key}"
  display_name = "${var.function_name}: ${each.value.title}"
  status       = "ENABLED"

  schedule {
    type     = "FixedRate"
    interval = "15m"
  }

  configuration {
    version          = "2.0"
    type             = "default"
    dashboard        = "internal-alert-analysis"
    threshold        = 1
    send_resolved    = true
    no_data_fire     = each.value.no_data
    no_data_severity = each.value.severity

    query_list {
      store_type     = "log"
      region         = var.region
      project        = alicloud_log_project.function[0].project_name
      store          = alicloud_log_store.function[0].logstore_name
      query          = local.queries[each.key]
      start          = "-${each.value.minutes}m"
      end            = "now"
      time_span_type = "Relative"
      power_sql_mode = "auto"
    }

    severity_configurations {
      severity = each.value.severity
      eval_condition {
        condition       = each.value.condition
        count_condition = ""
      }
    }

    group_configuration {
      type   = length(each.value.groups) == 0 ? "no_group" : "custom"
      fields = each.value.groups
    }

    annotations {
      key   = "title"
      value = "${var.function_name}: ${each.value.title}"
    }

    annotations {
      key   = "desc"
      value = each.value.text
    }

    policy_configuration {
      alert_policy_id  = "sls.builtin.dynamic"
      action_policy_id = local.action_policy
      repeat_interval  = "24h"
    }

    sink_alerthub {
      enabled = true # from where the action policy takes it
    }
  }

  depends_on = [alicloud_log_store_index.function]
}

resource "alicloud_cms_alarm" "metric" {
  for_each = { for name, alarm in local.metric_alarms : name => alarm if var.alarms && length(local.contact_groups) > 0 }

  name              = "${var.function_name}: ${each.key}"
  project           = each.value.project
  metric            = each.value.metric
  metric_dimensions = each.value.dimensions
  period            = 60
  silence_time      = 86400
  contact_groups    = local.contact_groups

  escalations_critical {
    statistics          = each.value.statistics
    comparison_operator = ">"
    threshold           = "0"
    times               = each.value.times
  }
}
