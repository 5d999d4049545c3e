# The whole report of every run is in the log. Alarms and dashboard ask it: queries.

locals {
  # What separates words in the log's index.
  log_token = ", '\";=()[]{}?@&<>/:\n\t\r"

  # Fields that queries name. Function Compute writes each line of the function into message, and a
  # line of its own on each request, with what it measured:
  # https://github.com/aliyun-fc/fc-docs (docs/zh-CN, 04, pages 085 and 091).
  log_fields = {
    functionName = "text"
    message      = "text"
    requestID    = "text"
    durationMs   = "double"
  }

  queries = {
    for file in fileset("${path.module}/queries", "*.sql") :
    trimsuffix(file, ".sql") => templatefile("${path.module}/queries/${file}", { function = var.function_name })
  }
}

resource "alicloud_log_project" "function" {
  count = var.logs ? 1 : 0

  project_name = local.log_project
  description  = "Logs of ${var.function_name}"
}

resource "alicloud_log_store" "function" {
  count = var.logs ? 1 : 0

  project_name     = alicloud_log_project.function[0].project_name
  logstore_name    = var.function_name
  retention_period = 90
  shard_count      = 1
}

# Without an index nothing can be searched.
resource "alicloud_log_store_index" "function" {
  count = var.logs ? 1 : 0

  project  = alicloud_log_project.function[0].project_name
  logstore = alicloud_log_store.function[0].logstore_name

  full_text {
    token = local.log_token
  }

  dynamic "field_search" {
    for_each = local.log_fields
    content {
      name             = field_search.key
      type             = field_search.value
      enable_analytics = true
      token            = field_search.value == "text" ? local.log_token : null
    }
  }
}
