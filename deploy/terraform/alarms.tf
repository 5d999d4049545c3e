# What a person must hear of. Each alarm repeats daily while it lasts and says when it is over.

locals {
  log_alarms_on = var.alarms && var.logs
  chinese       = var.lang == "zh"

  # Of the log. condition is empty where any row is an alarm; groups are fields of which each value has
  # an alarm of its own. Severity: 10 critical, 8 high, 6 medium.
  log_alarms = {
    no-sweep = {
      title     = local.chinese ? "${var.sweep_window} 分钟内没有巡检" : "no sweep in ${var.sweep_window} minutes"
      text      = local.chinese ? "定时巡检没有运行，或没有结束。见 docs/operations.zh-CN.md 的“什么都没有发生”。" : "The timer's sweep does not run, or does not end. See Nothing happens at all in docs/operations.md."
      severity  = 10
      minutes   = var.sweep_window
      condition = "sweeps < 1"
      groups    = []
      no_data   = true # silence is the alarm: it needs no line to fire
    }
    run-failed = {
      title     = local.chinese ? "运行失败" : "a run failed"
      text      = local.chinese ? "$${type}，$${runs} 次：$${error}" : "$${type}, $${runs} times: $${error}"
      severity  = 8
      minutes   = 15
      condition = ""
      groups    = ["type"]
      no_data   = false
    }
    overdue = {
      title     = local.chinese ? "实例欠费停机，且没有恢复" : "instances are overdue and not coming back"
      text      = local.chinese ? "账号 $${account}：$${instances} 台实例，其中 $${waiting} 台等待付款：$${names}。$${advice}" : "Account $${account}: $${instances} instances, $${waiting} of them waiting for money: $${names}. $${advice}"
      severity  = 8
      minutes   = var.sweep_window
      condition = ""
      groups    = ["account"]
      no_data   = false
    }
    release-soon = {
      title     = local.chinese ? "实例将在 3 天内释放" : "instances are released within 3 days"
      text      = local.chinese ? "账号 $${account}：$${instances} 台实例将连同数据一起释放，最早在 $${nearest}：$${names}。" : "Account $${account}: $${instances} instances with their data, the first at $${nearest}: $${names}."
      severity  = 10
      minutes   = var.sweep_window
      condition = ""
      groups    = ["account"]
      no_data   = false
    }
  }

  # Of Function Compute's metrics: what the log cannot say, since the function was not there to say it.
  # minutes in a row. https://github.com/aliyun-fc/fc-docs (docs/zh-CN, 04, page 089).
  function_metrics = {
    function-errors    = { metric = "FunctionFunctionErrors", minutes = 1 }
    server-errors      = { metric = "FunctionServerErrors", minutes = 1 }
    throttled          = { metric = "FunctionConcurrencyThrottles", minutes = 15 }
    no-capacity        = { metric = "FunctionResourceThrottles", minutes = 15 }
    events-dropped     = { metric = "FunctionAsyncEventExpiredDropped", minutes = 1 }
    destination-errors = { metric = "FunctionDestinationErrors", minutes = 1 }
  }

  metric_alarms = merge(
    {
      for name, alarm in local.function_metrics : name => merge(alarm, {
        project    = "acs_fc"
        statistics = "Value"
        dimensions = jsonencode([{ region = var.region, functionName = var.function_name }])
      })
    },
    # Namespace, fields and statistics as CloudMonitor's API reference shows them for a queue. SMQ's own
    # reference calls the same number NumberOfMessagesVisible: look whether the alarm has data.
    var.failure_queue == "" ? {} : {
      queue-not-empty = {
        metric     = "ActiveMessages"
        minutes    = 1
        project    = "acs_mns_new"
        statistics = "Maximum"
        dimensions = jsonencode([{ userId = local.account, region = var.region, queue = var.failure_queue }])
      }
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
    times               = each.value.minutes
  }
}
