# Not optional: finds what events missed, and runs first after an arrears of this very account.
resource "alicloud_fcv3_trigger" "sweep" {
  count = var.manage_function ? 1 : 0

  function_name = alicloud_fcv3_function.function[0].function_name
  trigger_name  = "sweep"
  trigger_type  = "timer"
  description   = "Looks for overdue instances that no event told of"
  qualifier     = "LATEST"

  trigger_config = jsonencode({
    cronExpression = var.sweep_every
    enable         = true
    payload        = jsonencode({ sweep = true })
  })
}

# There is no memory between runs: what stays wrong is told once a day.
resource "alicloud_fcv3_trigger" "digest" {
  count = var.manage_function && var.digest != "" ? 1 : 0

  function_name = alicloud_fcv3_function.function[0].function_name
  trigger_name  = "digest"
  trigger_type  = "timer"
  description   = "A sweep that tells of all that needs a person"
  qualifier     = "LATEST"

  trigger_config = jsonencode({
    cronExpression = var.digest
    enable         = true
    payload        = jsonencode({ sweep = true, notify = "problems" })
  })
}

resource "alicloud_fcv3_trigger" "http" {
  count = var.manage_function && var.http_trigger ? 1 : 0

  function_name = alicloud_fcv3_function.function[0].function_name
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

resource "alicloud_event_bridge_service_linked_role" "function" {
  count = var.create_event_bridge_role && (var.ecs_events || var.event_bus != "") ? 1 : 0

  product_name = "AliyunServiceRoleForEventBridgeSendToFC"
}

locals {
  ecs_patterns = {
    ecs-stopped = {
      source = ["acs.ecs"]
      type   = ["ecs:Instance:StateChange"]
      data   = { state = ["Stopped"] }
    }
    ecs-auto-reactivated = {
      source = ["acs.ecs"]
      type   = ["ecs:Instance:AutoReactivateCompleted"]
    }
  }
}

# Each becomes a rule of the bus named default: ECS events of this account and region, filtered there.
resource "alicloud_fcv3_trigger" "ecs" {
  for_each = { for name, pattern in local.ecs_patterns : name => jsonencode(pattern) if var.manage_function && var.ecs_events }

  function_name = alicloud_fcv3_function.function[0].function_name
  trigger_name  = each.key
  trigger_type  = "eventbridge"
  qualifier     = "LATEST"

  trigger_config = jsonencode({
    triggerEnable = true
    # The name says that true is asynchronous, the API reference says the opposite. Look at the
    # trigger in the console after the first deployment; if it says synchronous, write false.
    asyncInvocationType    = true
    eventRuleFilterPattern = each.value
    eventSourceConfig = {
      eventSourceType       = "Default"
      eventSourceParameters = {}
    }
    eventSinkConfig = {
      deliveryOption = { eventSchema = "CloudEvents" }
    }
    # Tolerance, retries and dead letters have an effect on event streams alone.
    runOptions = { mode = "event-driven" }
  })

  depends_on = [alicloud_event_bridge_service_linked_role.function]
}

module "recharge_bus" {
  source = "./recharge-bus"
  count  = var.manage_function && var.event_bus != "" ? 1 : 0

  event_bus     = var.event_bus
  function_name = alicloud_fcv3_function.function[0].function_name
  function_arn  = alicloud_fcv3_function.function[0].function_arn

  depends_on = [alicloud_event_bridge_service_linked_role.function]
}
