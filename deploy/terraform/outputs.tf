output "mode" {
  description = "Whether anything is started at all."
  value = var.dry_run ? (
    "dry run: nothing is started. To go live, set dry_run = false in terraform.tfvars and apply again."
    ) : (
    "live: overdue instances are started, at most ${var.max_instances == 0 ? "any number" : var.max_instances} a run."
  )
}

output "function_arn" {
  description = "ARN of the function."
  value       = alicloud_fcv3_function.function.function_arn
}

output "role_arn" {
  description = "ARN of the function's role: what watched accounts trust."
  value       = alicloud_ram_role.function.arn
}

output "log_project" {
  description = "Name of the log project with the reports and the dashboard."
  value       = one(alicloud_log_project.function[*].project_name)
}

output "url" {
  description = "Address of the HTTP trigger on the internet, for signed requests."
  value       = one(alicloud_fcv3_trigger.http[*].http_trigger[0].url_internet)
}

output "dashboard" {
  description = "Address of the dashboard, which messages link to."
  value       = var.logs && var.dashboard ? local.dashboard_url : null
}
