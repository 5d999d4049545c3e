package fakecloud

import (
	"maps"
	"slices"
)

// instanceRow is an instance as DescribeInstances shows it. What the fleet file
// does not say is the same for all.
// Source: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
type instanceRow struct {
	InstanceID          string     `json:"InstanceId" xml:"InstanceId"`
	InstanceName        string     `json:"InstanceName" xml:"InstanceName"`
	Status              Status     `json:"Status" xml:"Status"`
	RegionID            string     `json:"RegionId" xml:"RegionId"`
	ZoneID              string     `json:"ZoneId" xml:"ZoneId"`
	InstanceChargeType  ChargeType `json:"InstanceChargeType" xml:"InstanceChargeType"`
	StoppedMode         string     `json:"StoppedMode" xml:"StoppedMode"`
	SpotStrategy        string     `json:"SpotStrategy" xml:"SpotStrategy"`
	ExpiredTime         string     `json:"ExpiredTime" xml:"ExpiredTime"`
	CreationTime        string     `json:"CreationTime" xml:"CreationTime"`
	StartTime           string     `json:"StartTime" xml:"StartTime"`
	AutoReleaseTime     string     `json:"AutoReleaseTime" xml:"AutoReleaseTime"`
	OperationLocks      lockRows   `json:"OperationLocks" xml:"OperationLocks"`
	Tags                *tagRows   `json:"Tags,omitempty" xml:"Tags,omitempty"`
	ResourceGroupID     string     `json:"ResourceGroupId" xml:"ResourceGroupId"`
	Recyclable          bool       `json:"Recyclable" xml:"Recyclable"`
	DeletionProtection  bool       `json:"DeletionProtection" xml:"DeletionProtection"`
	DeviceAvailable     bool       `json:"DeviceAvailable" xml:"DeviceAvailable"`
	CPU                 int        `json:"Cpu" xml:"Cpu"`
	Memory              int        `json:"Memory" xml:"Memory"` // MiB
	InstanceType        string     `json:"InstanceType" xml:"InstanceType"`
	InstanceTypeFamily  string     `json:"InstanceTypeFamily" xml:"InstanceTypeFamily"`
	InstanceNetworkType string     `json:"InstanceNetworkType" xml:"InstanceNetworkType"`
	OSType              string     `json:"OSType" xml:"OSType"`
	HostName            string     `json:"HostName" xml:"HostName"`
	Description         string     `json:"Description" xml:"Description"`
	ImageID             string     `json:"ImageId" xml:"ImageId"`
	VPCAttributes       vpcRow     `json:"VpcAttributes" xml:"VpcAttributes"`
}

type lockRows struct {
	LockReason []lockRow `json:"LockReason" xml:"LockReason"`
}

type lockRow struct {
	LockReason string `json:"LockReason" xml:"LockReason"`
	LockMsg    string `json:"LockMsg" xml:"LockMsg"`
}

type tagRows struct {
	Tag []tagRow `json:"Tag" xml:"Tag"`
}

type tagRow struct {
	TagKey   string `json:"TagKey" xml:"TagKey"`
	TagValue string `json:"TagValue" xml:"TagValue"`
}

type vpcRow struct {
	VPCID     string `json:"VpcId" xml:"VpcId"`
	VSwitchID string `json:"VSwitchId" xml:"VSwitchId"`
}

const (
	created     = "2025-01-10T04:04Z"
	neverEnds   = "2099-12-31T15:59Z" // what pay-as-you-go instances commonly show
	stoppedMode = "KeepCharging"
)

func (in *instance) row(m moment) instanceRow {
	r := instanceRow{
		InstanceID: in.id, InstanceName: in.name, Status: m.status, RegionID: in.region, ZoneID: in.region + "-g",
		InstanceChargeType: in.chargeType(), StoppedMode: stoppedMode, SpotStrategy: "NoSpot", ExpiredTime: neverEnds,
		CreationTime: created, StartTime: created, ResourceGroupID: "", DeviceAvailable: true,
		CPU: 2, Memory: 8192, InstanceType: "ecs.g7.large", InstanceTypeFamily: "ecs.g7", InstanceNetworkType: "vpc",
		OSType: "linux", HostName: in.name, ImageID: "aliyun_3_x64_20G_alibase_20250117.vhd",
		VPCAttributes: vpcRow{VPCID: "vpc-bp1fake0000000000", VSwitchID: "vsw-bp1fake0000000000"},
	}
	if in.spec.Spot {
		r.SpotStrategy = "SpotAsPriceGo"
		r.Recyclable = hasLock(m.locks, "recycling")
	}
	if in.chargeType() == PrePaid {
		r.StoppedMode, r.ExpiredTime = "Not-applicable", "2030-01-10T16:00Z"
	}
	r.OperationLocks.LockReason = make([]lockRow, 0, len(m.locks))
	for _, l := range m.locks {
		r.OperationLocks.LockReason = append(r.OperationLocks.LockReason,
			lockRow{l, "The specified instance is locked due to " + l + " reason."})
	}
	if len(in.spec.Tags) > 0 {
		r.Tags = &tagRows{}
		for _, key := range slices.Sorted(maps.Keys(in.spec.Tags)) {
			r.Tags.Tag = append(r.Tags.Tag, tagRow{key, in.spec.Tags[key]})
		}
	}
	return r
}
