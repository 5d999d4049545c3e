# What the choices make. Run by "terraform test". The provider is mocked: nothing is made, and no account is asked.

mock_provider "alicloud" {
  mock_data "alicloud_account" {
    defaults = { id = "1234567890123456" }
  }

  mock_resource "alicloud_ram_policy" {
    defaults = { type = "Custom" }
  }

  mock_resource "alicloud_fcv3_trigger" {
    defaults = { http_trigger = [{ url_internet = "https://example.invalid" }] }
  }
}

mock_provider "alicloud" {
  alias = "alarm_center"
}

variables {
  package = "versions.tf" # any file: the function need not be built for this
}

# Whoever deploys and reads nothing starts nothing.
run "by_default" {
  assert {
    condition     = alicloud_fcv3_function.function.environment_variables["REACTIVATE_DRY_RUN"] == "true"
    error_message = "A deployment that chose nothing starts instances."
  }

  assert {
    condition     = alicloud_fcv3_function.function.environment_variables["REACTIVATE_MAX_INSTANCES"] == "50"
    error_message = "A deployment that chose nothing has no cap."
  }

  # Or a new package would change nothing that the provider sees.
  assert {
    condition     = strcontains(alicloud_fcv3_function.function.description, substr(filesha256("versions.tf"), 0, 12))
    error_message = "The description does not have the package's sum."
  }

  assert {
    condition     = startswith(output.mode, "dry run:")
    error_message = "The output does not say that it is a dry run."
  }

  assert {
    condition = {
      for name, trigger in alicloud_fcv3_trigger.event : name => [jsondecode(trigger.trigger_config).cronExpression, jsondecode(jsondecode(trigger.trigger_config).payload)]
      } == {
      sweep  = ["@every 30m", { sweep = true }]
      watch  = ["@every 5m", { watch = "5m" }]
      digest = ["CRON_TZ=Asia/Shanghai 0 0 9 * * *", { sweep = true, notify = "problems" }]
    }
    error_message = "A timer asks for something else, or at another time."
  }

  assert {
    condition     = keys(alicloud_ram_policy.function) == ["ecs"] && length(alicloud_event_bridge_service_linked_role.function) == 0 && length(alicloud_fcv3_trigger.http) == 1
    error_message = "Want one policy, no role that the account may have, and the HTTP trigger."
  }

  assert {
    condition     = keys(alicloud_sls_alert.log) == ["no-sweep", "overdue", "release-soon", "run-failed"]
    error_message = "Want four alarms."
  }

  expect_failures = [check.recipients]
}

run "live" {
  variables {
    dry_run = false
    notify  = "https://hook.invalid/cloudmonitor"
  }

  expect_failures = [check.mail_recipients]

  assert {
    condition     = alicloud_fcv3_function.function.environment_variables["REACTIVATE_DRY_RUN"] == "false" && startswith(output.mode, "live:")
    error_message = "dry_run = false does not go live."
  }

  # The word must be an entry of its own.
  assert {
    condition     = keys(alicloud_ram_policy.function) == ["ecs"]
    error_message = "The function may report events to CloudMonitor, though it is not to."
  }
}

run "everything" {
  variables {
    regions              = ["*", "!cn-beijing"]
    watched_roles        = ["acs:ram::2345678901234567:role/reactivate-watched", "fd-4PvlVLOL8v:role/other", "*:role/reactivate-watched", "acs:ram::3456789012345678:role/other", "!3456789012345678", "!3456789012345678"]
    notify               = "https://oapi.dingtalk.com/robot/send?access_token=0#SEC0, feishu=https://proxy.invalid/hook, https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0, https://hooks.slack.com/services/0, https://hook.invalid/cloudmonitor#whsec_MDA=,cloudmonitor"
    lang                 = "zh"
    alarm_emails         = { ops = "ops@example.com", boss = "boss@example.com" }
    balance_floor        = "1,500.50"
    max_instances        = 0
    only_tagged          = true
    sweep_every          = "@every 1h"
    sweep_window         = 90
    watch_every          = "60m"
    digest               = "0 0 1 * * MON-FRI"
    ecs_events           = true
    event_bus            = "billing"
    service_linked_roles = ["sendevent-fc", "source-cms", "source-actiontrail"]
    environment          = { REACTIVATE_LOG_LEVEL = "debug" }
    function_name        = "rescue"
    reserved_concurrency = 10
    log_project          = "rescue-logs"
  }

  assert {
    condition = alicloud_fcv3_function.function.environment_variables == tomap({
      REACTIVATE_BALANCE_FLOOR = "1,500.50"
      REACTIVATE_DRY_RUN       = "true"
      REACTIVATE_HTTP_AUTH     = "platform"
      REACTIVATE_INCLUDE_TAGS  = "auto-reactivate=true"
      REACTIVATE_LANG          = "zh"
      REACTIVATE_LINK          = "https://sls.console.aliyun.com/lognext/project/rescue-logs/dashboard/rescue"
      REACTIVATE_LOG_LEVEL     = "debug"
      REACTIVATE_MAX_INSTANCES = "0"
      REACTIVATE_NOTIFY        = var.notify
      REACTIVATE_REGIONS       = "*,!cn-beijing"
      REACTIVATE_ROLES         = "acs:ram::2345678901234567:role/reactivate-watched,fd-4PvlVLOL8v:role/other,*:role/reactivate-watched,acs:ram::3456789012345678:role/other,!3456789012345678,!3456789012345678"
    })
    error_message = "The function's environment is another."
  }

  assert {
    condition     = keys(alicloud_ram_policy.function) == ["assume", "directory", "ecs", "notify"]
    error_message = "Want a policy for each thing that the choices need."
  }

  assert {
    condition     = jsondecode(alicloud_ram_policy.function["assume"].policy_document).Statement[0].Resource == ["acs:ram::*:role/reactivate-watched", "acs:ram::*:role/other"]
    error_message = "The function may assume other roles than those it watches."
  }

  assert {
    condition     = length(alicloud_event_bridge_service_linked_role.function) == 1 && keys(alicloud_resource_manager_service_linked_role.source) == ["source-actiontrail", "source-cms"]
    error_message = "Want the three service-linked roles."
  }

  assert {
    condition     = keys(alicloud_fcv3_trigger.event) == ["digest", "ecs-auto-reactivated", "ecs-stopped", "sweep", "watch"] && length(alicloud_event_bridge_rule.recharge) == 1
    error_message = "Want the triggers for ECS events and the bus."
  }

  assert {
    condition     = [for name in ["sweep", "watch", "digest"] : jsondecode(alicloud_fcv3_trigger.event[name].trigger_config).cronExpression] == ["@every 1h", "@every 60m", "0 0 1 * * MON-FRI"]
    error_message = "A trigger keeps the settings that it was made with."
  }

  assert {
    condition     = local.robot_types == ["dingtalk", "lark", "wechat", "slack", "custom"] && length(alicloud_log_resource_record.robot) == 5
    error_message = "Want one robot for each URL, of its kind."
  }

  assert {
    condition = (jsondecode(alicloud_log_resource_record.robot["rescue.robot-1"].value).secret == "SEC0"
      && jsondecode(alicloud_log_resource_record.robot["rescue.robot-1"].value).url == "https://oapi.dingtalk.com/robot/send?access_token=0"
    && !can(jsondecode(alicloud_log_resource_record.robot["rescue.robot-5"].value).secret))
    error_message = "Want the robot's URL without its secret, and the secret; none with a webhook, for which Simple Log Service does not sign."
  }

  # Robots hear of a function that does not work; mails go out for everything.
  assert {
    condition = {
      for name, record in alicloud_log_resource_record.policy : name => [
        length(regexall("type=\"webhook_integration\"", jsondecode(record.value).primary_policy_script)),
        length(regexall("users=[[]\"rescue[.]boss\",\"rescue[.]ops\"[]]", jsondecode(record.value).primary_policy_script)),
      ]
    } == { all = [5, 1], mail = [0, 1] }
    error_message = "An alarm tells others than it should."
  }

  assert {
    condition     = { for name, alert in alicloud_sls_alert.log : name => alert.configuration[0].policy_configuration[0].action_policy_id } == { no-sweep = "rescue.all", run-failed = "rescue.all", overdue = "rescue.mail", release-soon = "rescue.mail" }
    error_message = "An alarm names another policy."
  }
}

run "nothing" {
  variables {
    alarms       = false
    dashboard    = false
    logs         = false
    watch_every  = ""
    digest       = ""
    http_trigger = false
  }

  assert {
    condition     = keys(alicloud_fcv3_trigger.event) == ["sweep"] && length(alicloud_log_project.function) == 0 && length(alicloud_sls_alert.log) == 0
    error_message = "Want the function and its sweep only."
  }
}

# The other way to deploy makes the same function. "#+" stands before the optional parts of s.yaml.
run "as_s_yaml_says" {
  variables {
    alarm_emails = { ops = "ops@example.com" }
    ecs_events   = true
    event_bus    = "reactivate"
  }

  assert {
    condition = alltrue([
      for argument, prop in { runtime = "runtime", handler = "handler", cpu = "cpu", memory_size = "memorySize", disk_size = "diskSize", timeout = "timeout" } :
      tostring(alicloud_fcv3_function.function[argument]) == tostring(yamldecode(file("../../s.yaml")).resources.reactivate.props[prop])
    ])
    error_message = "s.yaml makes another function."
  }

  assert {
    condition = merge({ recharge = jsondecode(alicloud_event_bridge_rule.recharge[0].filter_pattern) }, {
      for name, trigger in alicloud_fcv3_trigger.event :
      name => jsondecode(try(jsondecode(trigger.trigger_config).payload, jsondecode(trigger.trigger_config).eventRuleFilterPattern))
      }) == {
      for trigger in yamldecode(replace(file("../../s.yaml"), "/(?m)^( *)#[+]/", "$1")).resources.reactivate.props.triggers :
      trigger.triggerName => jsondecode(replace(try(trigger.triggerConfig.payload, trigger.triggerConfig.eventRuleFilterPattern), "$${vars.watchEvery}", "5m"))
      if trigger.triggerName != "http"
    }
    error_message = "The triggers of s.yaml ask for something else."
  }
}
