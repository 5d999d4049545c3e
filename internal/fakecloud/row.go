package fakecloud

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// instanceRow is an instance as DescribeInstances shows it. Fields that the fleet
// file does not set are the same for all.
// Source: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
type instanceRow struct {
	InstanceId, InstanceName, HostName, Description       string
	RegionId, ZoneId, ResourceGroupId                     string
	CreationTime, StartTime, ExpiredTime, AutoReleaseTime string
	Status                                                Status
	StoppedMode, SpotStrategy                             string
	InstanceChargeType                                    ChargeType
	Recyclable, DeletionProtection, DeviceAvailable       bool
	InstanceType, InstanceTypeFamily, InstanceNetworkType string
	OSType, ImageId                                       string
	CPU                                                   int `json:"Cpu"`
	Memory                                                int // MiB
	OperationLocks                                        struct{ LockReason []lockRow }
	Tags                                                  struct{ Tag []tagRow }            `json:",omitzero"`
	VPCAttributes                                         struct{ VpcId, VSwitchId string } `json:"VpcAttributes"`
	PublicIPAddress                                       addresses                         `json:"PublicIpAddress"` // always empty
	EIPAddress                                            address                           `json:"EipAddress"`      // always empty
}

type lockRow struct{ LockReason, LockMsg string }

type tagRow struct{ TagKey, TagValue string }

type addresses struct {
	IPAddress []string `json:"IpAddress"`
}

type address struct {
	IPAddress string `json:"IpAddress"`
}

const created = "2025-01-10T04:04Z"

func (k *call) instanceRow(in *instance, m moment) instanceRow {
	r := instanceRow{
		InstanceId: in.id, InstanceName: in.name, HostName: in.name, RegionId: in.spec.Region, ZoneId: in.spec.Region + "-g",
		CreationTime: created, StartTime: k.startTime(in, m), Status: m.status, SpotStrategy: "NoSpot", DeviceAvailable: true,
		// What pay-as-you-go instances commonly show.
		InstanceChargeType: PostPaid, StoppedMode: "KeepCharging", ExpiredTime: "2099-12-31T15:59Z",
		InstanceType: "ecs.g7.large", InstanceTypeFamily: "ecs.g7", InstanceNetworkType: "vpc", CPU: 2, Memory: 8192,
		OSType: "linux", ImageId: "aliyun_3_x64_20G_alibase_20250117.vhd",
	}
	r.VPCAttributes.VpcId, r.VPCAttributes.VSwitchId = "vpc-bp1fake0000000000", "vsw-bp1fake0000000000"
	r.PublicIPAddress.IPAddress = []string{}
	if in.prepaid() {
		r.InstanceChargeType, r.StoppedMode, r.ExpiredTime = PrePaid, "Not-applicable", "2030-01-10T16:00Z"
	}
	r.OperationLocks.LockReason = []lockRow{}
	for _, l := range m.locks {
		r.OperationLocks.LockReason = append(r.OperationLocks.LockReason, lockRow{l, "The specified instance is locked due to " + l + " reason."})
	}
	for _, key := range slices.Sorted(maps.Keys(in.spec.Tags)) {
		r.Tags.Tag = append(r.Tags.Tag, tagRow{key, in.spec.Tags[key]})
	}
	return r
}

// startTime is when it was last started, as the API writes it: to the minute.
func (k *call) startTime(in *instance, m moment) string {
	started := cmp.Or(m.started, -time.Duration(in.spec.StartedAgo))
	if started == 0 {
		return created
	}
	return k.anchor.Add(started).UTC().Format("2006-01-02T15:04Z")
}
