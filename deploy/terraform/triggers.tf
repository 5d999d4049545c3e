# When the function runs.

locals {
  timers = {
    for name, timer in {
      # Not optional: it finds what events missed, and runs first after an arrears of this very account.
      sweep = {
        description = "Looks for overdue instances, and reactivates them"
        cron        = var.sweep_every
        payload     = jsonencode({ sweep = true })
      }
      watch = {
        description = "Looks, and tells of instances that have just stopped or are soon released"
        cron        = var.watch_every == "" ? "" : "@every ${var.watch_every}"
        payload     = jsonencode({ watch = var.watch_every })
      }
      # There is no memory between runs: what stays wrong is reported once a day.
      digest = {
        description = "A sweep that tells of all that needs a person"
        cron        = var.digest
        payload     = jsonencode({ sweep = true, notify = "problems" })
      }
      } : name => {
      type        = "timer"
      description = timer.description
      config      = jsonencode({ cronExpression = timer.cron, enable = true, payload = timer.payload })
    } if timer.cron != ""
  }

  # Each becomes a rule of the bus named default: ECS events of this account and region, filtered there.
  ecs_triggers = {
    for name, trigger in {
      ecs-stopped = {
        description = "An instance has stopped"
        pattern     = jsonencode({ source = ["acs.ecs"], type = ["ecs:Instance:StateChange"], data = { state = ["Stopped"] } })
      }
      ecs-auto-reactivated = {
        description = "The platform says that it has reactivated an instance"
        pattern     = jsonencode({ source = ["acs.ecs"], type = ["ecs:Instance:AutoReactivateCompleted"] })
      }
      } : name => {
      type        = "eventbridge"
      description = trigger.description
      config = jsonencode({
        triggerEnable = true
        # By its name true is asynchronous; the API reference says the opposite. Look at the trigger in the console after the first
        # deployment: if it says synchronous, write false.
        asyncInvocationType    = true
        eventRuleFilterPattern = trigger.pattern
        eventSourceConfig      = { eventSourceType = "Default", eventSourceParameters = {} }
        eventSinkConfig        = { deliveryOption = { eventSchema = "CloudEvents" } }
        runOptions             = { mode = "event-driven" } # the other options are for event streams
      })
    } if var.ecs_events
  }
}

resource "alicloud_fcv3_trigger" "event" {
  for_each = merge(local.timers, local.ecs_triggers)

  function_name  = alicloud_fcv3_function.function.function_name
  trigger_name   = each.key
  trigger_type   = each.value.type
  trigger_config = each.value.config
  description    = each.value.description
  qualifier      = "LATEST"

  # Without this each plan would change the triggers that have no address, to learn it. Terraform warns that it has no effect, but with
  # this provider it has. Ignoring all changes would hide a timer that somebody stopped in the console.
  lifecycle {
    ignore_changes = [http_trigger]
  }

  depends_on = [alicloud_event_bridge_service_linked_role.function, alicloud_resource_manager_service_linked_role.source]
}

resource "alicloud_fcv3_trigger" "http" {
  count = var.http_trigger ? 1 : 0

  function_name = alicloud_fcv3_function.function.function_name
  trigger_name  = "http"
  trigger_type  = "http"
  description   = "Manual runs by signed requests"
  qualifier     = "LATEST"

  trigger_config = jsonencode({
    authType           = "function"
    disableURLInternet = false
    methods            = ["GET", "POST"]
  })
}

# An account has one of each, whatever the region. The console makes them too, and others may come to depend on them. Which are
# needed: https://github.com/devsapp/fc3 (src/base.ts) and https://github.com/devsapp/fc/issues/827
resource "alicloud_event_bridge_service_linked_role" "function" {
  count = contains(var.service_linked_roles, "sendevent-fc") ? 1 : 0

  product_name = "AliyunServiceRoleForEventBridgeSendToFC"
}

resource "alicloud_resource_manager_service_linked_role" "source" {
  for_each = setsubtract(var.service_linked_roles, ["sendevent-fc"])

  service_name = "${each.key}.eventbridge.aliyuncs.com"
}

# A bus for recharge events that you publish, with a rule that calls the function: Alibaba Cloud publishes no event of a recharge.
resource "alicloud_event_bridge_event_bus" "recharge" {
  count = var.event_bus == "" ? 0 : 1

  event_bus_name = var.event_bus
  description    = "Recharge events of your own billing"
}

resource "alicloud_event_bridge_rule" "recharge" {
  count = var.event_bus == "" ? 0 : 1

  event_bus_name = alicloud_event_bridge_event_bus.recharge[0].event_bus_name
  rule_name      = "recharge"
  description    = "An account was recharged"

  # Patterns are case-sensitive and have no "any case": https://www.alibabacloud.com/help/en/eventbridge/latest/event-patterns
  filter_pattern = jsonencode({ type = [{ contains = "Recharge" }, { contains = "recharge" }, { contains = "RECHARGE" }] })

  targets {
    target_id           = "reactivate"
    type                = "acs.fc.function"
    endpoint            = alicloud_fcv3_function.function.function_arn
    push_retry_strategy = "BACKOFF_RETRY"

    # Not tried on an account: if the rule is refused, make this target in the EventBridge console. The documents of this list have
    # serviceName too (https://www.alibabacloud.com/help/en/eventbridge/user-guide/event-target-parameters), but functions of
    # Function Compute 3.0 belong to no service. Only event streams document InvocationType. Without it, or with Sync, a call is cut
    # off after 5 minutes.
    dynamic "param_list" {
      for_each = { functionName = var.function_name, Qualifier = "LATEST", InvocationType = "Async" }
      content {
        resource_key = param_list.key
        form         = "CONSTANT"
        value        = param_list.value
      }
    }

    # The whole event: its type says that it is a recharge.
    param_list {
      resource_key = "Body"
      form         = "ORIGINAL"
    }
  }

  depends_on = [alicloud_event_bridge_service_linked_role.function]
}
