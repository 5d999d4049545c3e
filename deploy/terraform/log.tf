# The log holds the whole report of every run. Alarms and dashboard query it: queries.

locals {
  # What separates words in the log's index.
  log_token = ", '\";=()[]{}?@&<>/:\n\t\r"

  # Fields that queries name. Function Compute writes each line of the function into message, and one line of its own per request,
  # with what it measured and whether the function failed:
  # https://github.com/aliyun-fc/fc-docs (docs/zh-CN, 04, pages 085 and 091).
  log_fields = {
    functionName     = "text"
    message          = "text"
    requestId        = "text"
    hasFunctionError = "text"
    errorType        = "text"
    durationMs       = "double"
  }

  # A query sees the first 2,048 bytes of a text field, unless the index says otherwise; 16,384 are the most. A line that was cut is
  # broken JSON, and json_extract_scalar ends the whole query with an error for it, unless it stands in try().
  # https://www.alibabacloud.com/help/en/sls/user-guide/why-are-field-values-truncated
  # https://www.alibabacloud.com/help/en/sls/json-functions
  log_text_bytes = 16384

  queries = {
    for file in fileset("${path.module}/queries", "*.sql") :
    trimsuffix(file, ".sql") => templatefile("${path.module}/queries/${file}", {
      function = var.function_name
      # The last row of each instance. Watches do not count: they look every few minutes, and call nothing.
      rows = file("${path.module}/queries/parts/rows.sql")
      # The failed runs: from the function's own line, and from Function Compute's, which also shows a crash, a timeout and a lack of
      # memory.
      failures = file("${path.module}/queries/parts/failures.sql")
      any_time = local.chinese ? "随时（伸缩组）" : "at any time (scaling group)"
    })
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

  max_text_len = local.log_text_bytes

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
