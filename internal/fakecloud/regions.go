package fakecloud

type regionsBody struct {
	RequestID string     `json:"RequestId"`
	Regions   regionRows `json:"Regions"`
}

type regionRows struct {
	Region []regionRow `json:"Region"`
}

type regionRow struct {
	RegionID       string `json:"RegionId"`
	RegionEndpoint string `json:"RegionEndpoint"`
	LocalName      string `json:"LocalName"`
	Status         string `json:"Status"`
}

// describeRegions lists the regions. The reference says that it needs no permission; a key of the fleet file that is denied it
// is refused all the same, so that a client can be tried.
// Source: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeregions
func (k *call) describeRegions() (any, *Error) {
	if e := k.allowed(); e != nil {
		return nil, e
	}
	body := regionsBody{RequestID: k.id}
	for _, id := range k.regions {
		body.Regions.Region = append(body.Regions.Region, regionRow{
			RegionID: id, RegionEndpoint: "ecs." + id + ".aliyuncs.com", LocalName: id, Status: "available",
		})
	}
	return body, nil
}
