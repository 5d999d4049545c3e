# A bus for recharge events that you publish, with a rule that calls the function. Alibaba Cloud
# publishes no event of a recharge itself.

terraform {
  required_version = ">= 1.5.0"

  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = ">= 1.263.0, < 2.0.0"
    }
  }
}

variable "event_bus" {
  description = "Name of the bus, 2 to 127 letters, digits or hyphens."
  type        = string
  default     = "reactivate"
}

variable "function_name" {
  description = "Name of the function, in the region of the bus."
  type        = string
}

variable "function_arn" {
  description = "ARN of the function."
  type        = string
}

variable "invocation_type" {
  description = "Async or Sync; empty leaves the parameter out. Event streams document it (CreateEventStreaming, SinkFcParameters.InvocationType), rules do not: if it is refused, make it empty and choose asynchronous in the console. A synchronous call is cut off after 5 minutes."
  type        = string
  default     = "Async"
}

resource "alicloud_event_bridge_event_bus" "recharge" {
  event_bus_name = var.event_bus
  description    = "Recharge events of your own billing"
}

resource "alicloud_event_bridge_rule" "recharge" {
  event_bus_name = alicloud_event_bridge_event_bus.recharge.event_bus_name
  rule_name      = "recharge"
  description    = "An account was recharged"

  # Patterns are case-sensitive and have no "any case":
  # https://www.alibabacloud.com/help/en/eventbridge/latest/event-patterns
  filter_pattern = jsonencode({
    type = [
      { contains = "Recharge" },
      { contains = "recharge" },
      { contains = "RECHARGE" },
    ]
  })

  targets {
    target_id           = "reactivate"
    type                = "acs.fc.function"
    endpoint            = var.function_arn
    push_retry_strategy = "BACKOFF_RETRY"

    param_list {
      resource_key = "functionName"
      form         = "CONSTANT"
      value        = var.function_name
    }

    param_list {
      resource_key = "Qualifier"
      form         = "CONSTANT"
      value        = "LATEST"
    }

    # An assumption: the documents of this target list serviceName too, which is of Function Compute 2.0
    # (https://www.alibabacloud.com/help/en/eventbridge/user-guide/event-target-parameters). Functions of
    # 3.0 belong to no service, so it is left out here. Not tried on an account: if the rule is refused,
    # make this target in the EventBridge console, and keep the bus and the pattern.

    # The whole event: its type says that it is a recharge.
    param_list {
      resource_key = "Body"
      form         = "ORIGINAL"
    }

    dynamic "param_list" {
      for_each = var.invocation_type == "" ? [] : [var.invocation_type]
      content {
        resource_key = "InvocationType"
        form         = "CONSTANT"
        value        = param_list.value
      }
    }
  }
}

output "event_bus" {
  description = "Name of the bus to publish to."
  value       = alicloud_event_bridge_event_bus.recharge.event_bus_name
}
