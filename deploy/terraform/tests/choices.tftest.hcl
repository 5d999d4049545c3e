# What each choice makes. Run by "terraform test" (1.7 or later). The provider is mocked: nothing is made,
# and no account is asked.

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
  package = "versions.tf" # any file: the program need not be built for this
}

run "by_default" {
  assert {
    condition     = alicloud_fcv3_function.function[0].environment_variables["REACTIVATE_DRY_RUN"] == "true"
    error_message = "A deployment that chose nothing starts instances."
  }

  assert {
    condition     = alicloud_fcv3_function.function[0].environment_variables["REACTIVATE_MAX_INSTANCES"] == "50"
    error_message = "A deployment that chose nothing has no cap."
  }

  expect_failures = [check.somebody_is_told]
}

run "live" {
  variables {
    dry_run      = false
    alarm_emails = { ops = "ops@example.com" }
  }

  assert {
    condition     = alicloud_fcv3_function.function[0].environment_variables["REACTIVATE_DRY_RUN"] == "false"
    error_message = "dry_run = false does not go live."
  }
}

# The same deployment, applied without its file: a choice that is missing makes it safer, never hot.
run "the_file_is_lost" {
  assert {
    condition     = alicloud_fcv3_function.function[0].environment_variables["REACTIVATE_DRY_RUN"] == "true"
    error_message = "A later apply went live by itself."
  }

  expect_failures = [check.somebody_is_told]
}

run "everything" {
  variables {
    regions               = ["cn-hangzhou", "cn-beijing"]
    watched_roles         = ["acs:ram::2345678901234567:role/reactivate-watched"]
    only_tagged           = true
    alarm_emails          = { ops = "ops@example.com", boss = "boss@example.com" }
    alarm_dingtalk        = "https://oapi.dingtalk.invalid/robot/send?access_token=0"
    alarm_dingtalk_secret = "SEC0"
    alarm_contact_groups  = ["on call"]
    notify                = "https://hook.invalid/x,cloudmonitor"
    lang                  = "zh"
    event_bus             = "reactivate"
  }

  assert {
    condition     = length(alicloud_ram_policy.notify) == 1
    error_message = "Want the right to report events to CloudMonitor."
  }

  assert {
    condition     = length(alicloud_sls_alert.log) == 4 && length(alicloud_cms_alarm.metric) == 7
    error_message = "An alarm is missing."
  }

  assert {
    condition     = length(alicloud_cms_alarm.metric["queue-not-empty"].contact_groups) == 2
    error_message = "Want the group that was made and the one that was there."
  }
}

run "without_the_function" {
  variables {
    manage_function      = false
    package              = "no/such/file.zip"
    alarm_contact_groups = ["on call"]
    alarm_action_policy  = "on-call"
  }

  assert {
    condition     = length(alicloud_fcv3_function.function) == 0 && length(alicloud_sls_alert.log) == 4
    error_message = "Want all but the function."
  }
}

run "nothing" {
  variables {
    alarms        = false
    dashboard     = false
    logs          = false
    failure_queue = ""
    digest        = ""
    http_trigger  = false
    ecs_events    = false
  }

  assert {
    condition     = length(alicloud_fcv3_function.function) == 1 && length(alicloud_log_project.function) == 0
    error_message = "Want the function and its sweep alone."
  }
}
