package fakecloud

// describeRegions lists the regions. The reference says that it needs no permission; a key of the fleet file that is denied it
// is refused all the same, so that a client can be tried.
// Source: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeregions
func (k *call) describeRegions() (any, *Error) {
	var rows []object
	for _, id := range k.regions {
		rows = append(rows, object{"RegionId": id, "RegionEndpoint": "ecs." + id + ".aliyuncs.com", "LocalName": id, "Status": "available"})
	}
	return object{"RequestId": k.id, "Regions": object{"Region": rows}}, nil
}
