terraform {
  required_version = ">= 1.5.0"

  required_providers {
    alicloud = {
      source = "aliyun/alicloud"
      # 1.252.0 has the role_name and assume_role_policy_document of alicloud_ram_role.
      version = ">= 1.252.0, < 2.0.0"
    }
  }
}

# Keys come from the environment: ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET.
provider "alicloud" {
  region = var.region
}

# Recipients of Simple Log Service's alarms are records of the account, kept in one region for all:
# https://github.com/aliyun/alibabacloud-landing-zone (terraform-alicloud-landing-zone-actiontrail-event-alert)
# and the documentation of alicloud_log_resource_record name cn-heyuan.
provider "alicloud" {
  alias  = "alarm_center"
  region = var.alarm_center_region
}
