# Who hears of an alarm. No-sweep and run-failed mean that the function cannot send messages itself: they go to the robots in
# notify and to alarm_emails. The others go to alarm_emails alone, because the function sends messages about those.

locals {
  emails = local.alarms_on ? var.alarm_emails : {}

  # What Simple Log Service calls each kind of robot. An https URL of no known kind is a webhook.
  # https://github.com/aliyun/alibabacloud-aiops-skills (skills/storage/sls/alibabacloud-sls-alerting, bots.md and custom-http.md)
  robot_kinds = { dingtalk = "dingtalk", feishu = "lark", wecom = "wechat", slack = "slack", webhook = "custom" }
  robot_hosts = {
    "oapi.dingtalk.com"   = "dingtalk"
    "open.feishu.cn"      = "feishu"
    "open.larksuite.com"  = "feishu"
    "qyapi.weixin.qq.com" = "wecom"
    "hooks.slack.com"     = "slack"
    "hooks.slack-gov.com" = "slack"
  }

  # The entries of notify that are URLs. cloudmonitor and print are none.
  robot_form = "^(?:(dingtalk|feishu|wecom|slack|webhook)=)?(https?://([^/:?#]+)[^#]*)(?:#(.*))?$"
  targets = [
    for found in [for entry in split(",", var.notify) : try(regex(local.robot_form, trimspace(entry)), null)] : {
      kind   = coalesce(found[0], lookup(local.robot_hosts, lower(found[2]), "webhook"))
      url    = found[1]
      secret = found[3] == null ? "" : found[3]
    } if found != null && local.alarms_on
  ]
  # Simple Log Service signs for DingTalk and Feishu alone. A webhook's secret would sign as Standard Webhooks does.
  robots = [
    for target in local.targets : {
      type   = local.robot_kinds[target.kind]
      url    = target.url
      secret = contains(["dingtalk", "feishu"], target.kind) ? target.secret : ""
    }
  ]
  # Only URLs and secrets are secret, not how many robots there are.
  robot_numbers = nonsensitive({ for i, robot in local.robots : "${var.function_name}.robot-${i + 1}" => i })
  robot_types   = nonsensitive([for robot in local.robots : robot.type])

  # One line per action, in the language of action policies.
  # https://www.alibabacloud.com/help/en/sls/developer-reference/data-structure-of-alert-resource-data
  template = local.chinese ? "sls.builtin.cn" : "sls.builtin.en"
  mail = length(local.emails) == 0 ? [] : [
    "fire(type=\"email\", users=${jsonencode([for name in keys(local.emails) : "${var.function_name}.${name}"])}, groups=[], oncall_groups=[], receiver_type=\"static\", external_url=\"\", external_headers={}, template_id=\"${local.template}\", period=\"any\")",
  ]
  chat = [
    for id, i in local.robot_numbers :
    "fire(type=\"webhook_integration\", integration_type=\"${local.robot_types[i]}\", webhook_id=\"${id}\", template_id=\"${local.template}\", period=\"any\")"
  ]
  policies = { for name, actions in { all = concat(local.mail, local.chat), mail = local.mail } : name => actions if length(actions) > 0 }
}

check "recipients" {
  assert {
    condition     = !local.alarms_on || length(local.mail) + length(local.chat) > 0
    error_message = "Alarms are made, and nobody hears of them: set alarm_emails, or a robot in notify."
  }
}

check "mail_recipients" {
  assert {
    condition     = !local.alarms_on || length(local.mail) > 0 || length(local.chat) == 0
    error_message = "alarm_emails is empty: the robots in notify hear when the function itself does not work, and nobody hears the alarms overdue and release-soon. The function sends messages about those as well."
  }
}

# In an account, or a project, whose alert center was never opened, alarms fire and reach nobody.
# https://help.aliyun.com/zh/sls/user-guide/use-terraform-to-manage-log-service-alerts
resource "alicloud_log_alert_resource" "account" {
  count    = local.alarms_on ? 1 : 0
  provider = alicloud.alarm_center

  type = "user"
  lang = local.chinese ? "cn" : "en"
}

resource "alicloud_log_alert_resource" "project" {
  count = local.alarms_on ? 1 : 0

  type    = "project"
  project = alicloud_log_project.function[0].project_name
}

resource "alicloud_log_resource_record" "user" {
  for_each = local.emails
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

  depends_on = [alicloud_log_alert_resource.account]
}

resource "alicloud_log_resource_record" "robot" {
  for_each = local.robot_numbers
  provider = alicloud.alarm_center

  resource_name = "sls.alert.action_webhook"
  record_id     = each.key
  tag           = each.key
  value = jsonencode(merge(
    {
      id      = each.key
      name    = each.key
      type    = local.robot_types[each.value]
      url     = local.robots[each.value].url
      method  = "POST"
      headers = local.robot_types[each.value] == "custom" ? [{ key = "Content-Type", value = "application/json" }] : []
    },
    local.robots[each.value].secret == "" ? {} : { secret = local.robots[each.value].secret },
  ))

  depends_on = [alicloud_log_alert_resource.account]
}

resource "alicloud_log_resource_record" "policy" {
  for_each = local.policies
  provider = alicloud.alarm_center

  resource_name = "sls.alert.action_policy"
  record_id     = "${var.function_name}.${each.key}"
  tag           = "${var.function_name} ${each.key}"
  value = jsonencode({
    action_policy_id              = "${var.function_name}.${each.key}"
    action_policy_name            = "${var.function_name} ${each.key}"
    labels                        = {}
    is_default                    = false
    primary_policy_script         = join("\n", each.value)
    secondary_policy_script       = join("\n", each.value) # not used, but must not be empty
    escalation_start_enabled      = false
    escalation_start_timeout      = "10m"
    escalation_inprogress_enabled = false
    escalation_inprogress_timeout = "30m"
    escalation_enabled            = false
    escalation_timeout            = "1h"
  })

  depends_on = [alicloud_log_resource_record.user, alicloud_log_resource_record.robot]
}
