# What a person must hear of. Each alarm repeats daily while it lasts and says when it is over.

locals {
  alarms_on = var.alarms && var.logs
  chinese   = var.lang == "zh"

  # Each name is a file of queries. A group has an alarm of its own for each of its values. A row of the result is the alarm,
  # except where condition says what a row must show. Severity: 10 critical, 8 high.
  alarms = {
    no-sweep = {
      title     = local.chinese ? "${var.sweep_window} 分钟内没有巡检" : "no sweep in ${var.sweep_window} minutes"
      text      = local.chinese ? "定时巡检没有运行，或没有结束。见 docs/operations.zh-CN.md 的“没有巡检，或运行失败”。" : "The timer's sweep does not run, or does not end. See No sweep, or a failed run in docs/operations.md."
      severity  = 10
      minutes   = var.sweep_window
      condition = "sweeps < 1"
      groups    = []
      no_data   = true # silence is the alarm: it needs no line to fire
      policy    = "all"
    }
    run-failed = {
      title     = local.chinese ? "运行失败" : "a run failed"
      text      = local.chinese ? "$${type}，$${runs} 次：$${error}" : "$${type}, $${runs} times: $${error}"
      severity  = 8
      minutes   = 20 # more than the interval of the checks, for lines that come late
      condition = ""
      groups    = ["type"]
      no_data   = false
      policy    = "all"
    }
    overdue = {
      title     = local.chinese ? "实例欠费停机，且没有恢复" : "instances are overdue and not coming back"
      text      = local.chinese ? "账号 $${account}：$${instances} 台实例，其中 $${waiting} 台等待付款：$${names}。$${advice}" : "Account $${account}: $${instances} instances, $${waiting} of them waiting for money: $${names}. $${advice}"
      severity  = 8
      minutes   = var.sweep_window
      condition = ""
      groups    = ["account"]
      no_data   = false
      policy    = "mail"
    }
    release-soon = {
      title     = local.chinese ? "实例将在 3 天内释放" : "instances are released within 3 days"
      text      = local.chinese ? "账号 $${account}：$${instances} 台实例将连同数据一起释放，最早：$${nearest}。$${names}。" : "Account $${account}: $${instances} instances with their data, the first: $${nearest}. $${names}."
      severity  = 10
      minutes   = var.sweep_window
      condition = ""
      groups    = ["account"]
      no_data   = false
      policy    = "mail"
    }
  }
}

resource "alicloud_sls_alert" "log" {
  for_each = { for name, alarm in local.alarms : name => alarm if local.alarms_on }

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
        count_condition = "__count__ > 0" # the same as an empty one, which the provider would change at each apply
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
      action_policy_id = contains(keys(local.policies), each.value.policy) ? alicloud_log_resource_record.policy[each.value.policy].record_id : "sls.builtin"
      repeat_interval  = "24h"
    }

    # The alert center, from where the action policy takes it, and nothing else.
    sink_alerthub {
      enabled = true
    }

    sink_cms {
      enabled = false
    }

    sink_event_store {
      enabled = false
    }
  }

  depends_on = [alicloud_log_alert_resource.account, alicloud_log_alert_resource.project, alicloud_log_store_index.function]
}
