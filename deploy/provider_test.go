package deploy_test

// block is what one block of a resource may hold: arguments, nested blocks, and
// what it exports beside its arguments.
type block struct {
	required []string
	optional []string
	exported []string
	blocks   map[string]block
}

// provider is what the files here use of the provider alicloud, after its
// documentation as of 21 August 2026 (1.289.0 and unreleased changes; commit
// 81c43b6727a09e9da37b3d88818c3ba5fa17fa14):
//
//	https://github.com/aliyun/terraform-provider-alicloud/tree/master/website/docs
//
// r/<name>.html.markdown for resources, d/<name>.html.markdown for data
// sources, the name without "alicloud_". Deprecated arguments are left out.
var provider = map[string]block{
	"data.alicloud_account": {exported: []string{"id"}},
	"data.alicloud_regions": {optional: []string{"name", "current", "output_file"}, exported: []string{"ids", "regions"}},

	"alicloud_event_bridge_event_bus": {
		required: []string{"event_bus_name"},
		optional: []string{"description"},
		exported: []string{"id"},
	},
	"alicloud_event_bridge_rule": {
		required: []string{"event_bus_name", "rule_name", "filter_pattern"},
		optional: []string{"description", "status"},
		exported: []string{"id"},
		blocks: map[string]block{"targets": {
			required: []string{"target_id", "type", "endpoint"},
			optional: []string{"push_retry_strategy"},
			blocks: map[string]block{
				"dead_letter_queue": {optional: []string{"arn"}},
				"param_list":        {required: []string{"resource_key", "form"}, optional: []string{"template", "value"}},
			},
		}},
	},
	"alicloud_event_bridge_service_linked_role": {required: []string{"product_name"}, exported: []string{"id"}},

	"alicloud_fcv3_async_invoke_config": {
		required: []string{"function_name"},
		optional: []string{"async_task", "max_async_event_age_in_seconds", "max_async_retry_attempts", "qualifier"},
		exported: []string{"id", "create_time", "function_arn", "last_modified_time"},
		blocks: map[string]block{"destination_config": {blocks: map[string]block{
			"on_failure": {optional: []string{"destination"}},
			"on_success": {optional: []string{"destination"}},
		}}},
	},
	"alicloud_fcv3_concurrency_config": {
		required: []string{"function_name"},
		optional: []string{"reserved_concurrency"},
		exported: []string{"id", "function_arn"},
	},
	"alicloud_fcv3_function": {
		required: []string{"handler", "runtime"},
		optional: []string{
			"cpu", "description", "disk_size", "environment_variables", "function_name", "idle_timeout",
			"instance_concurrency", "instance_isolation_mode", "internet_access", "layers", "memory_size",
			"resource_group_id", "role", "session_affinity", "session_affinity_config", "tags", "timeout",
		},
		exported: []string{"id", "code_size", "create_time", "function_arn", "function_id", "last_modified_time", "state"},
		blocks: map[string]block{
			"code": {optional: []string{"checksum", "oss_bucket_name", "oss_object_name", "zip_file"}},
			"log_config": {optional: []string{
				"enable_instance_metrics", "enable_request_metrics", "log_begin_rule", "logstore", "project",
			}},
			"vpc_config": {optional: []string{"security_group_id", "vswitch_ids", "vpc_id"}},
		},
	},
	"alicloud_fcv3_trigger": {
		required: []string{"function_name", "qualifier", "trigger_type"},
		optional: []string{"description", "invocation_role", "source_arn", "trigger_config", "trigger_name"},
		exported: []string{"id", "create_time", "http_trigger", "last_modified_time", "status", "target_arn", "trigger_id"},
	},

	"alicloud_log_project": {
		optional: []string{"description", "policy", "project_name", "resource_group_id", "tags"},
		exported: []string{"id", "create_time", "status"},
	},
	"alicloud_log_store": {
		optional: []string{
			"append_meta", "auto_split", "enable_web_tracking", "hot_ttl", "infrequent_access_ttl", "logstore_name",
			"max_split_shard_count", "metering_mode", "mode", "project_name", "retention_period", "shard_count",
			"telemetry_type",
		},
		exported: []string{"id", "create_time", "shards"},
	},
	"alicloud_log_store_index": {
		required: []string{"project", "logstore"},
		exported: []string{"id"},
		blocks: map[string]block{
			"full_text": {optional: []string{"case_sensitive", "include_chinese", "token"}},
			"field_search": {
				required: []string{"name"},
				optional: []string{"alias", "case_sensitive", "enable_analytics", "include_chinese", "token", "type"},
			},
		},
	},

	"alicloud_ram_policy": {
		optional: []string{"description", "force", "policy_document", "policy_name", "rotate_strategy", "tags"},
		exported: []string{"id", "attachment_count", "create_time", "type", "version_id", "default_version"},
	},
	"alicloud_ram_role": {
		optional: []string{"assume_role_policy_document", "description", "force", "max_session_duration", "role_name", "tags"},
		exported: []string{"id", "arn", "create_time", "role_id"},
	},
	"alicloud_ram_role_policy_attachment": {
		required: []string{"policy_name", "policy_type", "role_name"},
		exported: []string{"id"},
	},
}
