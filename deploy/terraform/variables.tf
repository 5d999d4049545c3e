# What there is to choose. terraform.tfvars.example has all of it, to be copied and filled in.

variable "region" {
  description = "Where the function runs. Best in an account that does not fall into arrears itself."
  type        = string
  default     = "cn-hangzhou"
}

variable "regions" {
  description = "Regions to look in. Empty: the function's own. [\"*\"]: all."
  type        = list(string)
  default     = []
}

variable "watched_roles" {
  description = "What to watch, as in REACTIVATE_ROLES: ARNs of roles (module watched-account), *:role/NAME for every member of the resource directory, fd-ID:role/NAME for a folder, !ACCOUNT to leave one out. Empty: the function's own account, by its own role."
  type        = list(string)
  default     = []
}

variable "dry_run" {
  description = "Judge and report, and never start an instance."
  type        = bool
  default     = true
}

variable "max_instances" {
  description = "If a run would start more instances than this, it starts none and fails. 0: no cap."
  type        = number
  default     = 50

  validation {
    condition     = var.max_instances >= 0 && floor(var.max_instances) == var.max_instances
    error_message = "Want a whole number from 0, such as 50."
  }
}

variable "notify" {
  description = "Who is told of a run: REACTIVATE_NOTIFY. URLs of robots are secrets; they also stand in the state. Empty: nobody."
  type        = string
  default     = ""
  sensitive   = true
}

variable "lang" {
  description = "Language of messages, advice and alarms: en or zh."
  type        = string
  default     = "en"

  validation {
    condition     = contains(["en", "zh"], var.lang)
    error_message = "Want en or zh."
  }
}

variable "only_tagged" {
  description = "Reactivate only instances tagged auto-reactivate=true, by policy and by configuration."
  type        = bool
  default     = false
}

variable "sweep_every" {
  description = "How often to look without being told: \"@every 30m\", or a cron expression of six fields from the seconds, in UTC unless it begins with CRON_TZ."
  type        = string
  default     = "@every 30m"
}

variable "sweep_window" {
  description = "In minutes: without a sweep that ended in this time there is an alarm. The interval of sweep_every, and 30 minutes for a sweep that waits."
  type        = number
  default     = 60
}

variable "digest" {
  description = "When to send what still needs a person, as a cron expression of six fields from the seconds. Empty: never."
  type        = string
  default     = "CRON_TZ=Asia/Shanghai 0 0 9 * * *"
}

variable "environment" {
  description = "More REACTIVATE_ variables of the function, as the README lists them."
  type        = map(string)
  default     = {}
}

variable "alarms" {
  description = "Create the alarms."
  type        = bool
  default     = true
}

variable "alarm_emails" {
  description = "Who is told of an alarm: mail addresses, each with a short name."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.alarm_emails) : can(regex("^[a-z][a-z0-9]{1,19}$", name))])
    error_message = "Want short names of 2 to 20 lower-case letters and digits, such as ops = \"ops@example.com\"."
  }
}

variable "alarm_dingtalk" {
  description = "Address of a DingTalk robot that is told of an alarm. It is a secret. Empty: none."
  type        = string
  default     = ""
  sensitive   = true
}

variable "alarm_dingtalk_secret" {
  description = "The robot's signing secret, if it has one."
  type        = string
  default     = ""
  sensitive   = true
}

variable "alarm_contact_groups" {
  description = "Existing contact groups of CloudMonitor that are told of its alarms too."
  type        = list(string)
  default     = []
}

variable "alarm_action_policy" {
  description = "ID of an existing action policy of Simple Log Service that tells of its alarms. Empty: one is made of the addresses above."
  type        = string
  default     = ""
}

variable "alarm_center_region" {
  description = "Region in which Simple Log Service keeps the recipients of alarms, for all regions."
  type        = string
  default     = "cn-heyuan"
}

variable "dashboard" {
  description = "Create the dashboard."
  type        = bool
  default     = true
}

variable "logs" {
  description = "Create a log project and write the function's log there. Without it there are no reports to read, no dashboard and only the alarms of CloudMonitor."
  type        = bool
  default     = true
}

variable "log_project" {
  description = "Name of the log project to create, unique in all of Alibaba Cloud. Empty: reactivate-ACCOUNT-REGION."
  type        = string
  default     = ""
}

variable "failure_queue" {
  description = "Name of the SMQ (formerly MNS) queue to create: what failed for good is put there. Empty: none."
  type        = string
  default     = "reactivate-failed"
}

variable "http_trigger" {
  description = "Create the HTTP trigger, for signed requests."
  type        = bool
  default     = true
}

variable "ecs_events" {
  description = "Create the triggers that take ECS events from EventBridge, which must be switched on in the account."
  type        = bool
  default     = true
}

variable "event_bus" {
  description = "Name of a bus to create for recharge events that you publish. Empty: none."
  type        = string
  default     = ""
}

variable "create_event_bridge_role" {
  description = "Create the service-linked role by which EventBridge calls functions. False where the account has it."
  type        = bool
  default     = true
}

variable "reserved_concurrency" {
  description = "Instances of the function at one time, set aside from the account's quota in the region."
  type        = number
  default     = 5
}

variable "function_name" {
  description = "Name of the function, and the beginning of the names of what belongs to it."
  type        = string
  default     = "reactivate"
}

variable "role_name" {
  description = "Name of the function's RAM role. Watched accounts trust it by this name."
  type        = string
  default     = "reactivate-function"
}

variable "watched_role_name" {
  description = "Name that the roles of watched accounts have: the function's role may assume roles of this name only."
  type        = string
  default     = "reactivate-watched"
}

variable "package" {
  description = "The zip that \"make package\" writes."
  type        = string
  default     = "../../target/reactivate.zip"
}

variable "manage_function" {
  description = "False where Serverless Devs deploys the function with its triggers (s.yaml): then only what s.yaml cannot make is made here."
  type        = bool
  default     = true
}
