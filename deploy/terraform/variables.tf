variable "function_name" {
  description = "Name of the function."
  type        = string
  default     = "reactivate"
}

variable "package" {
  description = "The zip that \"make package\" writes."
  type        = string
  default     = "../../target/reactivate.zip"
}

variable "role_name" {
  description = "Name of the function's RAM role. Watched accounts trust it by this name."
  type        = string
  default     = "reactivate-function"
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

variable "watched_role_name" {
  description = "Name that the roles of watched accounts have: the function's role may assume roles of this name only."
  type        = string
  default     = "reactivate-watched"
}

variable "notify" {
  description = "Who is told of a run: REACTIVATE_NOTIFY. URLs of robots are secrets; they also stand in the state. Empty: nobody."
  type        = string
  default     = ""
  sensitive   = true
}

variable "lang" {
  description = "Language of messages and advice: en or zh."
  type        = string
  default     = "en"
}

variable "only_tagged" {
  description = "Reactivate only instances tagged auto-reactivate=true, by policy and by configuration."
  type        = bool
  default     = false
}

variable "dry_run" {
  description = "Judge and report, and never start an instance."
  type        = bool
  default     = false
}

variable "max_instances" {
  description = "If a run would start more instances than this, it starts none and fails. 0: no cap."
  type        = number
  default     = 0
}

variable "sweep_every" {
  description = "How often to look without being told: \"@every 30m\", or a cron expression of six fields from the seconds, in UTC."
  type        = string
  default     = "@every 30m"
}

variable "reserved_concurrency" {
  description = "Instances of the function at one time, set aside from the account's quota in the region."
  type        = number
  default     = 5
}

variable "failure_queue" {
  description = "Name of an existing MNS (SMQ) queue of the region: what failed for good is put there. Empty: nowhere."
  type        = string
  default     = "reactivate-failed"
}

variable "logs" {
  description = "Create a log project and write the function's log there. Without it there are no reports to read and no alarms."
  type        = bool
  default     = true
}

variable "log_project" {
  description = "Name of the log project to create, unique in all of Alibaba Cloud. Empty: reactivate-ACCOUNT-REGION."
  type        = string
  default     = ""
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
