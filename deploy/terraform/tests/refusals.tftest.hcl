# What is refused before anything is made. A run gives several variables a wrong value each, and each must be found.

mock_provider "alicloud" {
  mock_data "alicloud_account" {
    defaults = { id = "1234567890123456" }
  }
}

mock_provider "alicloud" {
  alias = "alarm_center"
}

variables {
  package      = "versions.tf"
  alarm_emails = { ops = "ops@example.com" }
}

run "one_mistake_each" {
  command = plan

  variables {
    regions              = ["hangzhou"]
    watched_roles        = ["2345678901234567:role/reactivate-watched"]
    lang                 = "de"
    alarm_emails         = { ops = "not-a-mail" }
    balance_floor        = "200 CNY"
    max_instances        = -1
    sweep_every          = "30m"
    sweep_window         = 30
    watch_every          = "1h"
    digest               = "daily"
    region               = "hangzhou"
    log_project          = "My_Logs"
    alarm_center_region  = "heyuan"
    event_bus            = "default"
    service_linked_roles = ["AliyunServiceRoleForFC"]
    function_name        = "Reactivate"
    reserved_concurrency = 0
  }

  expect_failures = [
    var.regions, var.watched_roles, var.lang, var.alarm_emails, var.balance_floor, var.max_instances, var.sweep_every, var.sweep_window,
    var.watch_every, var.digest, var.region, var.log_project, var.alarm_center_region, var.event_bus, var.service_linked_roles,
    var.function_name, var.reserved_concurrency,
  ]
}

run "another_mistake_each" {
  command = plan

  variables {
    regions       = ["*", "cn-beijing"] # all, and one more?
    watched_roles = ["*:role/*"]        # would let the function assume any role
    alarm_emails  = { "the whole team" = "ops@example.com" }
    sweep_every   = "0/30 * * * *" # five fields
    watch_every   = "1441m"
    function_name = "reactivate-of-operations" # alarms take no name so long
  }

  expect_failures = [
    var.regions, var.watched_roles, var.alarm_emails, var.sweep_every, var.watch_every, var.function_name,
  ]
}

run "a_third_mistake_each" {
  command = plan

  variables {
    watched_roles = ["!2345678901234567"] # leaves out, and names none
    balance_floor = ".5"
    sweep_every   = "@every 90s"
  }

  expect_failures = [var.watched_roles, var.balance_floor, var.sweep_every]
}

run "a_fourth_mistake_each" {
  command = plan

  variables {
    watched_roles = ["acs:ram::2345678901234567:role/a", "*:role/a", "acs:ram::2345678901234567:role/b"] # the same account twice
  }

  expect_failures = [var.watched_roles]
}

run "a_fifth_mistake" {
  command = plan

  variables {
    watched_roles = ["acs:ram::2345678901234567:role/a", "!2345678901234567"] # leaves out the only one
  }

  expect_failures = [var.watched_roles]
}

run "no_https" {
  command = plan

  variables {
    notify = "http://hook.invalid/x"
  }

  expect_failures = [alicloud_fcv3_function.function]
}

run "an_unknown_kind" {
  command = plan

  variables {
    notify = "teams=https://hook.invalid/x"
  }

  expect_failures = [alicloud_fcv3_function.function]
}

run "a_target_twice" {
  command = plan

  variables {
    notify = "cloudmonitor, cloudmonitor"
  }

  expect_failures = [alicloud_fcv3_function.function]
}

run "a_secret_that_slack_does_not_use" {
  command = plan

  variables {
    notify = "print, https://hooks.slack.com/services/0#secret"
  }

  expect_failures = [alicloud_fcv3_function.function]
}

run "an_unknown_name_in_the_environment" {
  command = plan

  variables {
    environment = { REACTIVATE_DRYRUN = "true" }
  }

  expect_failures = [alicloud_fcv3_function.function]
}

run "a_dry_run_said_twice" {
  command = plan

  variables {
    environment = { REACTIVATE_DRY_RUN = "false" } # would go live where dry_run is true
  }

  expect_failures = [alicloud_fcv3_function.function]
}

run "no_package" {
  command = plan

  variables {
    package = "no/such/file.zip"
  }

  expect_failures = [alicloud_fcv3_function.function]
}

run "more_than_4_kb_of_environment" {
  command = plan

  variables {
    watched_roles = [for i in range(90) : "acs:ram::${2345678901234567 + i}:role/reactivate-watched"]
  }

  expect_failures = [alicloud_fcv3_function.function]
}

run "an_alarm_that_never_ends" {
  command = plan

  variables {
    sweep_every = "@every 2h" # sweep_window is one
  }

  expect_failures = [alicloud_fcv3_function.function]
}

run "tags_said_twice" {
  command = plan

  variables {
    only_tagged = true
    environment = { REACTIVATE_INCLUDE_TAGS = "env=prod" }
  }

  expect_failures = [alicloud_fcv3_function.function]
}

run "authorization_said_twice" {
  command = plan

  variables {
    environment = { REACTIVATE_HTTP_AUTH = "deny" }
  }

  expect_failures = [alicloud_fcv3_function.function]
}
