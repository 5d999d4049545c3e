# All there is to choose. terraform.tfvars.example has each with its default, to be copied and filled in.

# ---- What most people set ----

variable "regions" {
  description = "Regions to look in. Empty: the function's own. [\"*\"]: all. [\"*\", \"!cn-beijing\"]: all but some."
  type        = list(string)
  default     = []

  validation {
    condition = alltrue([
      for region in var.regions : can(regex("^[a-z]{2}(-[a-z0-9]+)+$", region)) if !contains(var.regions, "*")
      ]) && alltrue([
      for region in var.regions : can(regex("^([*]|![a-z]{2}(-[a-z0-9]+)+)$", region)) if contains(var.regions, "*")
    ])
    error_message = "Want region ids such as [\"cn-hangzhou\", \"cn-beijing\"], [\"*\"] for all regions, or [\"*\", \"!cn-beijing\"] for all but some."
  }
}

variable "watched_roles" {
  description = "What to watch: the ARN of a role for its account, *:role/NAME for every member of the resource directory, fd-ID:role/NAME for a folder, !ACCOUNT to leave one out. Empty: the function's own account, by its own role."
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for role in var.watched_roles : can(regex("^(![0-9]{1,32}|([*]|fd-[0-9A-Za-z]{1,61}|acs:ram::[0-9]{1,32}):role/[A-Za-z0-9.@_-]{1,64})$", role))])
    error_message = "Want acs:ram::ACCOUNT:role/NAME for one account, *:role/NAME for every member of the resource directory, fd-ID:role/NAME for a folder, or !ACCOUNT for one to leave out: ACCOUNT is its number, NAME one role's name without *."
  }

  validation {
    condition = length(var.watched_roles) == 0 || anytrue([
      for role in var.watched_roles : !startswith(role, "!") && !contains(var.watched_roles, replace(role, "/^acs:ram::([0-9]+):.*$/", "!$1"))
    ])
    error_message = "These entries only leave accounts out. Name those to watch too, such as *:role/reactivate-watched."
  }

  validation {
    condition = length([for role in var.watched_roles : role if !startswith(role, "!")]) == length(distinct([
      for role in var.watched_roles : replace(role, "/:role[/].*$/", "") if !startswith(role, "!")
    ]))
    error_message = "Want one role for each account, and one for each folder."
  }
}

variable "notify" {
  description = "Where messages go, as in REACTIVATE_NOTIFY. Robots also get the alarms about a function that fails. URLs of robots are secrets; they also stand in the state. Empty: no messages."
  type        = string
  default     = ""
  sensitive   = true
  # Checked in main.tf: a validation here would show the value, though it is sensitive.
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

variable "alarm_emails" {
  description = "Who gets alarms by mail: addresses, each with a short name."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for name in keys(var.alarm_emails) : can(regex("^[a-z][a-z0-9]{1,19}$", name))])
    error_message = "Want short names of 2 to 20 lower-case letters and digits, such as ops = \"ops@example.com\"."
  }

  validation {
    condition     = alltrue([for address in values(var.alarm_emails) : can(regex("^[^@\\s,]+@[^@\\s,]+[.][A-Za-z]{2,}$", address))])
    error_message = "Want mail addresses, such as ops = \"ops@example.com\"."
  }
}

variable "balance_floor" {
  description = "An amount such as \"200\": sweeps read the balance of each account, messages say what is missing, and an account below it needs a person. Empty: no balance is read."
  type        = string
  default     = ""

  validation {
    condition     = can(regex("^(|([0-9]+|[0-9]{1,3}(,[0-9]{3})+)([.][0-9]+)?)$", var.balance_floor))
    error_message = "Want an amount such as \"200\" or \"1,500.50\", without a currency."
  }
}

# ---- How careful ----

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
    condition     = var.max_instances >= 0 && var.max_instances <= 1000000 && floor(var.max_instances) == var.max_instances
    error_message = "Want a whole number from 0 to 1000000, such as 50."
  }
}

variable "only_tagged" {
  description = "Reactivate only instances tagged auto-reactivate=true, by policy and by configuration."
  type        = bool
  default     = false
}

# ---- How often ----

variable "sweep_every" {
  description = "How often to look and act: \"@every 30m\", or a cron expression of six fields from the seconds, in UTC unless it begins with CRON_TZ."
  type        = string
  default     = "@every 30m"

  validation {
    condition     = can(regex("^(@every [1-9][0-9]*[mh]|(CRON_TZ=[A-Za-z0-9_/+-]+ )?([0-9A-Z*/,?#-]+ ){5}[0-9A-Z*/,?#-]+)$", var.sweep_every))
    error_message = "Want \"@every 30m\", \"@every 1h\", or six fields from the seconds, such as \"0 0/30 * * * *\" or \"CRON_TZ=Asia/Shanghai 0 0/30 * * * *\"."
  }
}

variable "sweep_window" {
  description = "In minutes: without a sweep that ended in this time there is an alarm. The interval of sweep_every, and 30 minutes for a sweep that waits."
  type        = number
  default     = 60

  validation {
    condition     = var.sweep_window >= 31 && var.sweep_window <= 1440 && floor(var.sweep_window) == var.sweep_window
    error_message = "Want a whole number of minutes from 31 to 1440: the interval of sweep_every, and 30."
  }
}

variable "watch_every" {
  description = "How often to look without acting, to report instances that have just stopped or are soon released: minutes such as \"5m\". Empty: never."
  type        = string
  default     = "5m"

  validation {
    condition     = var.watch_every == "" || try(regex("^[1-9][0-9]{0,3}m$", var.watch_every) != "" && tonumber(trimsuffix(var.watch_every, "m")) <= 1440, false)
    error_message = "Want minutes from \"1m\" to \"1440m\", such as \"5m\", or \"\" for no watch."
  }
}

variable "digest" {
  description = "When to send what still needs a person, as a cron expression of six fields from the seconds. Empty: never."
  type        = string
  default     = "CRON_TZ=Asia/Shanghai 0 0 9 * * *"

  validation {
    condition     = var.digest == "" || can(regex("^(CRON_TZ=[A-Za-z0-9_/+-]+ )?([0-9A-Z*/,?#-]+ ){5}[0-9A-Z*/,?#-]+$", var.digest))
    error_message = "Want six fields from the seconds, such as \"CRON_TZ=Asia/Shanghai 0 0 9 * * *\", or \"\" for no digest."
  }
}

# ---- Where, and what else is made ----

variable "region" {
  description = "Where the function runs. Best in an account that does not fall into arrears itself."
  type        = string
  default     = "cn-hangzhou"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z0-9]+)+$", var.region))
    error_message = "Want a region id such as cn-hangzhou."
  }
}

variable "logs" {
  description = "Create a log project and write the function's log there. Without it there are no reports to read, no dashboard and no alarms."
  type        = bool
  default     = true
}

variable "log_project" {
  description = "Name of the log project to create, unique in all of Alibaba Cloud. Empty: reactivate-ACCOUNT-REGION."
  type        = string
  default     = ""

  validation {
    condition     = var.log_project == "" || can(regex("^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$", var.log_project))
    error_message = "Want 3 to 63 lower-case letters, digits and hyphens, with no hyphen at either end."
  }
}

variable "alarms" {
  description = "Create the alarms."
  type        = bool
  default     = true
}

variable "alarm_center_region" {
  description = "Region in which Simple Log Service keeps the recipients of alarms, for all regions."
  type        = string
  default     = "cn-heyuan"

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z0-9]+)+$", var.alarm_center_region))
    error_message = "Want a region id such as cn-heyuan."
  }
}

variable "dashboard" {
  description = "Create the dashboard."
  type        = bool
  default     = true
}

variable "http_trigger" {
  description = "Create the HTTP trigger, for signed requests."
  type        = bool
  default     = true
}

variable "ecs_events" {
  description = "Create triggers that take ECS events from EventBridge. They help only a function in the account whose instances it watches."
  type        = bool
  default     = false
}

variable "event_bus" {
  description = "Name of a bus to create for recharge events that you publish. Empty: none."
  type        = string
  default     = ""

  validation {
    condition     = var.event_bus == "" || can(regex("^[A-Za-z0-9][A-Za-z0-9-]{1,126}$", var.event_bus)) && var.event_bus != "default"
    error_message = "Want 2 to 127 letters, digits and hyphens, and not default, which is the cloud's own bus."
  }
}

variable "service_linked_roles" {
  description = "Service-linked roles to create, where the account lacks them: sendevent-fc for ecs_events and event_bus, source-cms and source-actiontrail for ecs_events."
  type        = set(string)
  default     = []

  validation {
    condition     = length(setsubtract(var.service_linked_roles, ["sendevent-fc", "source-cms", "source-actiontrail"])) == 0
    error_message = "Want some of sendevent-fc, source-cms and source-actiontrail."
  }
}

# ---- Rarely changed ----

variable "environment" {
  description = "More REACTIVATE_ variables of the function, as docs/reference.md lists them."
  type        = map(string)
  default     = {}
  sensitive   = true
  # Checked in main.tf, as notify is.
}

variable "function_name" {
  description = "Name of the function, and the beginning of the names of what belongs to it. The one name to change for a second copy."
  type        = string
  default     = "reactivate"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}[a-z0-9]$", var.function_name))
    error_message = "Want 3 to 21 lower-case letters, digits and hyphens, from a letter to a letter or digit: alarms and the log take no other names."
  }
}

variable "reserved_concurrency" {
  description = "Instances of the function at one time, set aside from the account's quota in the region."
  type        = number
  default     = 5

  validation {
    condition     = var.reserved_concurrency >= 1 && var.reserved_concurrency <= 300 && floor(var.reserved_concurrency) == var.reserved_concurrency
    error_message = "Want a whole number from 1 to 300, such as 5."
  }
}

variable "package" {
  description = "The zip of the function: what \"make package\" writes, or that of a release. An absolute path, or one seen from deploy/terraform."
  type        = string
  default     = "../../target/reactivate.zip"
}
