# One page to look at: what is overdue first, the machine last.

locals {
  # query: a file of queries. x and y: its columns. The page is 20 wide; at is left, top, width, height.
  # What is open comes from the last sweeps alone: an instance that came back is in no later report.
  charts = [
    { title = "Overdue now", type = "number", query = "overdue-now", minutes = var.sweep_window, x = [], y = ["overdue"], at = [0, 0, 5, 5] },
    { title = "Brought back in 7 days", type = "number", query = "brought-back", minutes = 10080, x = [], y = ["instances"], at = [5, 0, 5, 5] },
    { title = "Days to the nearest release", type = "number", query = "nearest-release", minutes = var.sweep_window, x = [], y = ["days"], at = [10, 0, 5, 5] },
    { title = "Minutes since the last sweep", type = "number", query = "last-sweep", minutes = 1440, x = [], y = ["minutes"], at = [15, 0, 5, 5] },
    { title = "Outcomes by hour", type = "bar", query = "outcomes", minutes = 10080, x = ["t"], y = ["reactivated", "recovered", "accepted", "planned", "waiting", "failed", "deferred"], at = [0, 5, 20, 10] },
    { title = "What is open, and what to do", type = "table", query = "open", minutes = var.sweep_window, x = ["account", "region", "instance", "name", "outcome", "verdict", "release", "advice"], y = [], at = [0, 15, 20, 12] },
    { title = "Errors", type = "table", query = "errors", minutes = 10080, x = ["logged", "type", "error", "request"], y = [], at = [0, 27, 12, 10] },
    { title = "Duration in seconds", type = "line", query = "duration", minutes = 10080, x = ["t"], y = ["longest", "average"], at = [12, 27, 8, 10] },
  ]
}

resource "alicloud_log_dashboard" "function" {
  count = var.dashboard && var.logs ? 1 : 0

  project_name   = alicloud_log_project.function[0].project_name
  dashboard_name = var.function_name
  display_name   = var.function_name
  attribute      = jsonencode({ type = "grid" })
  char_list = jsonencode([
    for chart in local.charts : {
      title  = chart.title
      type   = chart.type
      action = {}
      search = {
        logstore = alicloud_log_store.function[0].logstore_name
        topic    = ""
        query    = local.queries[chart.query]
        start    = "-${chart.minutes * 60}s"
        end      = "now"
      }
      display = {
        displayName = chart.title
        xAxis       = chart.x
        yAxis       = chart.y
        xPos        = chart.at[0]
        yPos        = chart.at[1]
        width       = chart.at[2]
        height      = chart.at[3]
      }
    }
  ])

  depends_on = [alicloud_log_store_index.function]
}
