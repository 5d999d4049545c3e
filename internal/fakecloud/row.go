package fakecloud

import (
	"maps"
	"slices"
	"time"
)

// instanceRow is an instance as DescribeInstances shows it. What the fleet file
// does not say is the same for all.
// Source: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
type instanceRow struct {
	InstanceID          string     `json:"InstanceId"`
	InstanceName        string     `json:"InstanceName"`
	Status              Status     `json:"Status"`
	RegionID            string     `json:"RegionId"`
	ZoneID              string     `json:"ZoneId"`
	InstanceChargeType  ChargeType `json:"InstanceChargeType"`
	StoppedMode         string     `json:"StoppedMode"`
	SpotStrategy        string     `json:"SpotStrategy"`
	ExpiredTime         string     `json:"ExpiredTime"`
	CreationTime        string     `json:"CreationTime"`
	StartTime           string     `json:"StartTime"`
	AutoReleaseTime     string     `json:"AutoReleaseTime"`
	OperationLocks      lockRows   `json:"OperationLocks"`
	Tags                *tagRows   `json:"Tags,omitempty"`
	ResourceGroupID     string     `json:"ResourceGroupId"`
	Recyclable          bool       `json:"Recyclable"`
	DeletionProtection  bool       `json:"DeletionProtection"`
	DeviceAvailable     bool       `json:"DeviceAvailable"`
	CPU                 int        `json:"Cpu"`
	Memory              int        `json:"Memory"` // MiB
	InstanceType        string     `json:"InstanceType"`
	InstanceTypeFamily  string     `json:"InstanceTypeFamily"`
	InstanceNetworkType string     `json:"InstanceNetworkType"`
	OSType              string     `json:"OSType"`
	HostName            string     `json:"HostName"`
	Description         string     `json:"Description"`
	ImageID             string     `json:"ImageId"`
	VPCAttributes       vpcRow     `json:"VpcAttributes"`
	PublicIPAddress     addresses  `json:"PublicIpAddress"`
	EIPAddress          eipRow     `json:"EipAddress"`
}

type addresses struct {
	IPAddress []string `json:"IpAddress"`
}

type eipRow struct {
	AllocationID       string `json:"AllocationId"`
	IPAddress          string `json:"IpAddress"`
	InternetChargeType string `json:"InternetChargeType"`
}

type lockRows struct {
	LockReason []lockRow `json:"LockReason"`
}

type lockRow struct {
	LockReason string `json:"LockReason"`
	LockMsg    string `json:"LockMsg"`
}

type tagRows struct {
	Tag []tagRow `json:"Tag"`
}

type tagRow struct {
	TagKey   string `json:"TagKey"`
	TagValue string `json:"TagValue"`
}

type vpcRow struct {
	VPCID     string `json:"VpcId"`
	VSwitchID string `json:"VSwitchId"`
}

const (
	created     = "2025-01-10T04:04Z"
	neverEnds   = "2099-12-31T15:59Z" // what pay-as-you-go instances commonly show
	stoppedMode = "KeepCharging"
)

// startTime is when it was last started, as the API writes it: to the minute.
func (in *instance) startTime(at time.Duration, anchor time.Time) string {
	started, found := in.started(at)
	if !found && in.spec.StartedAgo == 0 {
		return created
	}
	if !found {
		started = -time.Duration(in.spec.StartedAgo)
	}
	return anchor.Add(started).UTC().Format("2006-01-02T15:04Z")
}

func (k *call) row(in *instance, m moment) instanceRow {
	r := instanceRow{
		InstanceID: in.id, InstanceName: in.name, Status: m.status, RegionID: in.region, ZoneID: in.region + "-g",
		InstanceChargeType: in.chargeType(), StoppedMode: stoppedMode, SpotStrategy: "NoSpot", ExpiredTime: neverEnds,
		CreationTime: created, StartTime: in.startTime(k.at-k.stale, k.anchor), ResourceGroupID: "", DeviceAvailable: true,
		CPU: 2, Memory: 8192, InstanceType: "ecs.g7.large", InstanceTypeFamily: "ecs.g7", InstanceNetworkType: "vpc",
		OSType: "linux", HostName: in.name, ImageID: "aliyun_3_x64_20G_alibase_20250117.vhd",
		VPCAttributes: vpcRow{VPCID: "vpc-bp1fake0000000000", VSwitchID: "vsw-bp1fake0000000000"},
	}
	r.PublicIPAddress.IPAddress = []string{}
	if ip := in.publicIP(k.at - k.stale); ip != "" {
		r.PublicIPAddress.IPAddress = []string{ip}
	}
	if in.spec.EIP != "" {
		r.EIPAddress = eipRow{AllocationID: "eip-bp1fake0000000000", IPAddress: in.spec.EIP, InternetChargeType: "PayByTraffic"}
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
