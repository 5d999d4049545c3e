terraform {
  required_version = ">= 1.5.0"

  required_providers {
    alicloud = {
      source = "aliyun/alicloud"
      # 1.263.0 has the max_text_len of alicloud_log_store_index.
      version = ">= 1.263.0, < 2.0.0"
    }
  }
}

# Keys come from the environment: ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET.
provider "alicloud" {
  region = var.region
}

# Simple Log Service keeps the recipients of alarms in one region, for all regions of the account. For aliyun.com that is
# cn-heyuan: https://registry.terraform.io/providers/aliyun/alicloud/latest/docs/resources/log_resource_record
provider "alicloud" {
  alias  = "alarm_center"
  region = var.alarm_center_region
}
