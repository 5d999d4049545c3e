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
