# Who is told of an alarm: mail addresses and a DingTalk robot, twice, since CloudMonitor and Simple Log
# Service keep recipients of their own; and what exists already.

locals {
  dingtalk = var.alarms && nonsensitive(var.alarm_dingtalk != "")
  emails   = { for name, address in var.alarm_emails : name => address if var.alarms }

  # CloudMonitor takes no alarm without a group to tell.
  contact_groups = concat(alicloud_cms_alarm_contact_group.function[*].alarm_contact_group_name, var.alarm_contact_groups)

  # Simple Log Service: one line an action. Its built-in policy where nobody is named.
  # https://www.alibabacloud.com/help/en/sls/developer-reference/data-structure-of-alert-resource-data
  template = local.chinese ? "sls.builtin.cn" : "sls.builtin.en"
  actions = concat(
    length(local.emails) == 0 ? [] : [
      "fire(type=\"email\", users=${jsonencode([for name in keys(local.emails) : "${var.function_name}.${name}"])}, groups=[], oncall_groups=[], receiver_type=\"static\", external_url=\"\", external_headers={}, template_id=\"${local.template}\", period=\"any\")",
    ],
    local.dingtalk ? [
      "fire(type=\"webhook_integration\", integration_type=\"dingtalk\", webhook_id=\"${var.function_name}.dingtalk\", template_id=\"${local.template}\", period=\"any\")",
    ] : [],
  )
  own_policy    = local.log_alarms_on && var.alarm_action_policy == "" && length(local.actions) > 0
  action_policy = local.own_policy ? alicloud_log_resource_record.policy[0].record_id : var.alarm_action_policy == "" ? "sls.builtin" : var.alarm_action_policy
}

check "somebody_is_told" {
  assert {
    condition     = !var.alarms || length(local.actions) > 0 || (var.alarm_action_policy != "" && length(var.alarm_contact_groups) > 0)
    error_message = "Alarms are made, and nobody is named to be told of all of them: set alarm_emails or alarm_dingtalk, or both alarm_contact_groups and alarm_action_policy."
  }
}

# CloudMonitor. The owner of an address gets a mail with a link, and is told nothing before it is opened.
resource "alicloud_cms_alarm_contact" "email" {
  for_each = local.emails

  alarm_contact_name = "${var.function_name}-${each.key}"
  describe           = "Told of alarms of ${var.function_name}"
  channels_mail      = each.value
  lang               = local.chinese ? "zh-cn" : "en"

  lifecycle {
    ignore_changes = [channels_mail] # not shown until the link was opened
  }
}

# A robot that wants signatures refuses CloudMonitor, which cannot sign: give it the keyword of the
# function's name instead, or in addition.
resource "alicloud_cms_alarm_contact" "dingtalk" {
  count = local.dingtalk ? 1 : 0

  alarm_contact_name     = "${var.function_name}-dingtalk"
  describe               = "Told of alarms of ${var.function_name}"
  channels_ding_web_hook = var.alarm_dingtalk
  lang                   = local.chinese ? "zh-cn" : "en"
}

resource "alicloud_cms_alarm_contact_group" "function" {
  count = length(local.emails) > 0 || local.dingtalk ? 1 : 0

  alarm_contact_group_name = var.function_name
  describe                 = "Told of alarms of ${var.function_name}"
  contacts = concat(
    [for contact in alicloud_cms_alarm_contact.email : contact.alarm_contact_name],
    alicloud_cms_alarm_contact.dingtalk[*].alarm_contact_name,
  )
}

# Simple Log Service.
resource "alicloud_log_resource_record" "user" {
  for_each = { for name, address in local.emails : name => address if local.log_alarms_on }
  provider = alicloud.alarm_center

  resource_name = "sls.common.user"
  record_id     = "${var.function_name}.${each.key}"
  tag           = each.key
  value = jsonencode({
    user_id       = "${var.function_name}.${each.key}"
    user_name     = each.key
    email         = [each.value]
    country_code  = "86"
    phone         = ""
    enabled       = true
    sms_enabled   = false
    voice_enabled = false
  })
}

resource "alicloud_log_resource_record" "dingtalk" {
  count    = local.log_alarms_on && local.dingtalk ? 1 : 0
  provider = alicloud.alarm_center

  resource_name = "sls.alert.action_webhook"
  record_id     = "${var.function_name}.dingtalk"
  tag           = "${var.function_name} dingtalk"
  value = jsonencode({
    id      = "${var.function_name}.dingtalk"
    name    = "${var.function_name} dingtalk"
    type    = "dingtalk"
    url     = var.alarm_dingtalk
    method  = "POST"
    secret  = var.alarm_dingtalk_secret
    headers = []
  })
}

resource "alicloud_log_resource_record" "policy" {
  count    = local.own_policy ? 1 : 0
  provider = alicloud.alarm_center

  resource_name = "sls.alert.action_policy"
  record_id     = "${var.function_name}.alarms"
  tag           = "${var.function_name} alarms"
  value = jsonencode({
    action_policy_id              = "${var.function_name}.alarms"
    action_policy_name            = "${var.function_name} alarms"
    labels                        = {}
    is_default                    = false
    primary_policy_script         = join("\n", local.actions)
    secondary_policy_script       = join("\n", local.actions) # not used, but must not be empty
    escalation_start_enabled      = false
    escalation_start_timeout      = "10m"
    escalation_inprogress_enabled = false
    escalation_inprogress_timeout = "30m"
    escalation_enabled            = false
    escalation_timeout            = "1h"
  })

  depends_on = [alicloud_log_resource_record.user, alicloud_log_resource_record.dingtalk]
}
