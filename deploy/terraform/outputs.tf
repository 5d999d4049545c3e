output "function_arn" {
  description = "ARN of the function."
  value       = alicloud_fcv3_function.function.function_arn
}

output "role_arn" {
  description = "ARN of the function's role: what watched accounts trust."
  value       = alicloud_ram_role.function.arn
}

output "url" {
  description = "Address of the HTTP trigger on the internet, for signed requests."
  value       = one(alicloud_fcv3_trigger.http[*].http_trigger[0].url_internet)
}
